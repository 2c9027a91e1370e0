// One connection's synchronisation over the network: frames, ticks and the end of the line come into one loop,
// which hands them to the driver and does what the driver says.

import PlanSyncClient
import PlanSyncCore
import PlanSyncTransport

/// Runs a ``SyncDriver`` over a connection.
struct SyncRun {
    private enum Input: Sendable {
        case frame([UInt8])
        case ended(TransportError)
        case tick
    }

    /// How a run ended well.
    enum End {
        /// Everything was pushed and pulled.
        case finished(SyncSummary, refusedFiles: Int)
        /// The person asked to stop.
        case stopped
        /// It is time for a new certificate.
        case renewalDue
    }

    private static let tick = Duration.milliseconds(200)
    private static let millisecondsPerTick = 200
    private static let answerTicksMax = 300
    private static let ticksPerPoll = 5

    let replica: Replica
    let signer: KeySigner
    let options: SyncDriver.Options
    let report: SyncReport
    /// When to end for a renewal; `nil`: never.
    let renewal: Timestamp?
    /// What is to be done when everything was pushed and pulled: files; gives how many were refused.
    let settled: () async throws -> Int

    /// Pushes and pulls over an open connection.
    ///
    /// - Throws: the transport's errors, ``ToolError/sync(_:)``, the replica's errors.
    func run(over connection: RPCConnection) async throws -> End {
        let (inputs, source) = AsyncStream.makeStream(of: Input.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    for try await frame in connection.incoming { source.yield(.frame(frame)) }
                    source.yield(.ended(.closedByPeer))
                } catch {
                    source.yield(.ended(error as? TransportError ?? .closedByPeer))
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: Self.tick)
                    source.yield(.tick)
                }
            }
            defer { group.cancelAll() }
            let end = try await loop(inputs, connection)
            await connection.close()
            return end
        }
    }

    private struct Progress {
        var ticksUntilResume: Int?
        var ticksWithoutAnswer = 0
        var ticksSincePoll = 0
        var isWatching = false
        var isRenewalAsked = false
        var mark: Int64 = 0
    }

    private func loop(_ inputs: AsyncStream<Input>, _ connection: RPCConnection) async throws -> End {
        var driver = SyncDriver(replica: replica, signer: signer, options: options)
        var progress = Progress()
        progress.mark = try replica.foreignCommitMark()
        var end = try await perform(try driver.start(now: Environment.now()), connection, &progress)
        if let end { return end }
        for await input in inputs {
            switch input {
            case .ended(let error): throw error
            case .frame(let frame):
                progress.ticksWithoutAnswer = 0
                let outgoing = try driver.received(frame, now: Environment.now())
                end = try await perform(outgoing, connection, &progress)
            case .tick:
                if StopSignal.isReceived { return .stopped }
                if let renewal, progress.isWatching, progress.isRenewalAsked || Environment.now() >= renewal {
                    return .renewalDue
                }
                let outgoing = try ticked(&driver, &progress)
                end = try await perform(outgoing, connection, &progress)
            }
            if let end { return end }
        }
        throw TransportError.closedByPeer
    }

    private func ticked(_ driver: inout SyncDriver, _ progress: inout Progress) throws -> [Outgoing] {
        if let ticks = progress.ticksUntilResume {
            progress.ticksUntilResume = ticks > 1 ? ticks - 1 : nil
            return ticks > 1 ? [] : try driver.pauseEnded(now: Environment.now())
        }
        guard progress.isWatching else {
            progress.ticksWithoutAnswer += 1
            if progress.ticksWithoutAnswer > Self.answerTicksMax {
                throw TransportError.unreachable(.timeout, detail: "")
            }
            return []
        }
        progress.ticksSincePoll += 1
        guard progress.ticksSincePoll >= Self.ticksPerPoll else { return [] }
        progress.ticksSincePoll = 0
        let mark = try replica.foreignCommitMark()
        guard mark != progress.mark else { return [] }
        progress.mark = mark
        progress.isWatching = false
        return try driver.outboxGrew(now: Environment.now())
    }

    private func perform(
        _ outgoing: [Outgoing], _ connection: RPCConnection, _ progress: inout Progress
    ) async throws -> End? {
        for step in outgoing {
            switch step {
            case .frame(let frame):
                progress.isWatching = false
                try await connection.sendUnlessClosed(frame)
            case .progress(let said): report.step(said)
            case .wait(let milliseconds):
                progress.ticksUntilResume = max(1, milliseconds / Self.millisecondsPerTick + 1)
            case .watching(let summary):
                progress.isWatching = true
                if summary.isRenewalAsked { progress.isRenewalAsked = true }
                progress.ticksWithoutAnswer = 0
                report.anything(summary)
                if summary.handedIn == nil { _ = try await settled() }
            case .finished(let summary):
                if summary.handedIn != nil { return .finished(summary, refusedFiles: 0) }
                do {
                    return .finished(summary, refusedFiles: try await settled())
                } catch {
                    // What was done is said, whatever became of the files.
                    report.anything(summary)
                    throw error
                }
            case .stopped(let fault, let summary):
                report.anything(summary)
                if fault == .retired, let count = summary.handedIn { throw ToolError.retired(handedIn: count) }
                throw ToolError.sync(fault)
            }
        }
        return nil
    }
}
