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

/// Notes every few seconds in the store where the audit log stands.
struct AuditMarkService: Service {
    let opened: OpenedEngine
    let writer: WriterQueue
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var noted = AuditMark.start
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(10))
                let mark = opened.audit.mark
                guard mark != noted else { continue }
                noted = mark
                writer.upkeep {
                    do {
                        try opened.noteAuditMark()
                    } catch { logger.error("the audit mark was not noted", metadata: ["error": "\(error)"]) }
                }
            }
        }
    }
}
