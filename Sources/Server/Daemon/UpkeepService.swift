import Logging
import PlanSyncServer
import ServiceLifecycle

/// What the daemon does once a day, and once when it starts: old tombstones go, and files that nothing names.
struct UpkeepService: Service {
    let engine: ServerEngine
    let writer: WriterQueue
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                writer.upkeep {
                    do {
                        try engine.dropTombstones(now: WallClock.now())
                        try engine.sweepBlobs(now: WallClock.now())
                    } catch { logger.error("upkeep failed", metadata: ["error": "\(error)"]) }
                }
                try? await Task.sleep(for: .seconds(86_400))
            }
        }
    }
}
