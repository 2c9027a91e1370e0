import ArgumentParser
import PlanSyncClient
import PlanSyncCore

/// Pushes and pulls.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Send what waits, fetch what is new, and say what became of it.",
        discussion: """
            Ends with 3 when the server cannot be reached (nothing is lost), with 4 when a conflict or a rejected \
            edit waits for a person. With --watch it stays, and edits saved meanwhile are sent at once.

            EXAMPLES:
              plansync sync
              plansync sync --watch
            """)

    @OptionGroup var options: CommandOptions

    @Flag(help: "Stay, and synchronise whenever something changes, until Ctrl-C.")
    var watch = false

    mutating func run() async throws {
        let replica = try options.openReplica()
        let line = try EnrolledLine(folder: options.folder, replica: replica)
        let report = SyncReport(say: options.wording, json: options.json)
        var driving = SyncDriver.Options()
        driving.isWatching = watch
        driving.client = ClientRelease.name
        driving.language = options.wording.code
        if watch {
            StopSignal.watch()
            try await stay(line, driving, report)
            return
        }
        guard case .finished(let summary) = try await line.run(driving, report) else { return }
        report.summary(summary)
        try Self.askForDecision(replica, options.wording)
    }

    /// Ends with the exit code for open decisions, and says which there are.
    static func askForDecision(_ replica: Replica, _ say: Wording) throws {
        let rejected = try replica.counts().rejected
        let conflicts = try replica.plans().reduce(0) { $0 + (try replica.view(of: $1.id).undecided.count) }
        guard rejected > 0 || conflicts > 0 else { return }
        Console.message(
            say(
                "需要处理:待裁定 \(conflicts) 项(plansync conflicts),被退回 \(rejected) 项(plansync attention)。",
                "To decide: \(conflicts) conflicts (plansync conflicts), \(rejected) rejected (plansync attention)."
            ))
        throw ToolError.needsDecision
    }

    /// Connects again and again, with growing pauses, until the person asks to stop.
    private func stay(_ line: EnrolledLine, _ driving: SyncDriver.Options, _ report: SyncReport) async throws {
        var random = SystemRandomNumberGenerator()
        var seconds = 1
        while !StopSignal.isReceived {
            do {
                if case .stopped = try await line.run(driving, report) { return }
                seconds = 1
            } catch let error as ToolError {
                guard case .unreachable = error else { throw error }
                if let sentence = error.sentence(options.wording) { Console.message(TextTable.plain(sentence)) }
            }
            let milliseconds = seconds * 1_000 + Int.random(in: 0...500, using: &random)
            for _ in 0..<(milliseconds / 200) where !StopSignal.isReceived {
                try await Task.sleep(for: .milliseconds(200))
            }
            seconds = min(seconds * 2, 60)
        }
    }
}
