import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Pushes and pulls.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Send what waits, fetch what is new, and say what became of it.",
        discussion: """
            Ends with 3 when the server cannot be reached (nothing is lost), with 4 when a conflict or a rejected \
            edit waits for a person. With --watch it stays, and edits saved meanwhile are sent at once.

            EXAMPLES:
              plansync sync
              plansync sync --dry-run
              plansync sync --watch
            """)

    @OptionGroup var options: CommandOptions

    @Flag(help: "Stay, and synchronise whenever something changes, until Ctrl-C.")
    var watch = false

    @Flag(name: .customLong("dry-run"), help: "Only ask the server what would become of what waits.")
    var dryRun = false

    func validate() throws {
        if watch, dryRun { throw ValidationError("--watch and --dry-run do not go together.") }
    }

    mutating func run() async throws {
        let replica = try options.openReplica()
        let line = try EnrolledLine(folder: options.folder, replica: replica)
        let report = SyncReport(say: options.wording, json: options.json)
        var driving = SyncDriver.Options()
        driving.isWatching = watch
        driving.client = ClientRelease.name
        driving.language = options.wording.code
        if dryRun { return try await ask(replica, line, driving, report) }
        if watch {
            StopSignal.watch()
            try await stay(line, driving, report)
            return
        }
        guard case .finished(let summary, let refused) = try await line.run(driving, report) else { return }
        report.summary(summary)
        if refused > 0 { throw ToolError.filesRefused(refused) }
        if summary.handedIn == nil { try Self.askForDecision(replica, options.wording) }
    }

    /// Asks what would become of what waits; nothing is kept, here or there.
    private func ask(
        _ replica: Replica, _ line: EnrolledLine, _ driving: SyncDriver.Options, _ report: SyncReport
    ) async throws {
        let say = options.wording
        try await line.talk(language: say.code) { caller, hello, device in
            let run = try DryRun(
                replica, hello, device, signer: line.signer, options: driving, now: Environment.now())
            if run.greeting.renumbered > 0 {
                Console.message(
                    say(
                        "上报前会先重新编号 \(run.greeting.renumbered) 项,内容不变。",
                        "\(run.greeting.renumbered) changes would get new numbers first; their content stays."))
            }
            let bytesMax = Int(clamping: hello.frameBytesMax)
            if run.bytes > bytesMax { throw ToolError.dryRunTooLarge(bytes: run.bytes, bytesMax: bytesMax) }
            var answer: SyncBundle.Result?
            if let question = run.question { answer = try await caller.call(SyncBundle.self, question) }
            report.summary(run.summary(of: answer))
            Console.message(say("试运行:没有真正上报任何内容。", "Dry run: nothing was sent for good."))
            guard let refusal = answer?.refusal else { return }
            if refusal.code == .fork {
                Console.message(
                    say(
                        "服务器上本机的更改链已有别的后续(磁盘被复制或恢复过):同步时会先重新编号,内容不变;其结果无法预告。",
                        "The server has another continuation of this chain (a copied or restored disk): a sync "
                            + "gives what waits new numbers first, its content stays; what comes of it cannot be told.")
                )
                return
            }
            throw ToolError.sync(SyncFault(refusal))
        }
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
