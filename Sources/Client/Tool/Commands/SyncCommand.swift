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
        var line = try EnrolledLine(folder: options.folder, replica: replica)
        let renewal = Renewal(folder: options.folder, say: options.wording)
        let report = SyncReport(say: options.wording, json: options.json)
        var driving = SyncDriver.Options()
        driving.isWatching = watch
        driving.client = ClientRelease.name
        driving.language = options.wording.code
        if dryRun { return try await ask(replica, line, driving, report) }
        if watch {
            StopSignal.watch()
            try await stay(line, renewal, driving, report)
            return
        }
        line = try await renewal.ifDue(line, now: Environment.now())
        let end: SyncRun.End
        do {
            end = try await line.run(driving, report)
        } catch ToolError.sync(let fault) where Renewal.helps(fault) {
            // The server's clock is the one that counts.
            line = try await renewal.renewed(line, now: Environment.now())
            end = try await line.run(driving, report)
        }
        guard case .finished(let summary, let refused) = end else { return }
        if summary.isRenewalAsked { _ = try await renewal.renewed(line, now: Environment.now()) }
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
                        "上报前会先重新编号 \(run.greeting.renumbered) 项，内容不变。",
                        "\(run.greeting.renumbered) changes would get new numbers first; their content stays."))
            }
            let bytesMax = Int(clamping: hello.frameBytesMax)
            if run.bytes > bytesMax { throw ToolError.dryRunTooLarge(bytes: run.bytes, bytesMax: bytesMax) }
            var answer: SyncBundle.Result?
            if let question = run.question { answer = try await caller.call(SyncBundle.self, question) }
            report.summary(run.summary(of: answer), isForeseen: true)
            Console.message(say("试运行：没有真正上报任何内容。", "Dry run: nothing was sent for good."))
            guard let refusal = answer?.refusal else { return }
            if refusal.code == .fork {
                Console.message(
                    say(
                        "服务器上本机的更改链已有别的后续（磁盘被复制或恢复过）：同步时会先重新编号，内容不变；其结果无法预告。",
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
                "需要处理：待裁定 \(conflicts) 项（plansync conflicts），被退回 \(rejected) 项（plansync attention）。",
                "To decide: conflicts \(conflicts) (plansync conflicts), rejected \(rejected) (plansync attention)."
            ))
        throw ToolError.needsDecision
    }

    /// Connects again and again, with growing pauses, until the person asks to stop.
    private func stay(
        _ first: EnrolledLine, _ renewal: Renewal, _ driving: SyncDriver.Options, _ report: SyncReport
    ) async throws {
        var line = first
        var random = SystemRandomNumberGenerator()
        var seconds = 1
        var nextRenewal = Environment.now()
        while !StopSignal.isReceived {
            do {
                if Environment.now() >= nextRenewal {
                    line = try await renewal.ifDue(line, now: Environment.now())
                    nextRenewal = Self.nextRenewal(line)
                }
                switch try await line.run(driving, report, renewal: nextRenewal) {
                case .stopped: return
                case .renewalDue:
                    line = try await renewal.renewed(line, now: Environment.now())
                    nextRenewal = Self.nextRenewal(line)
                    continue
                case .finished: seconds = 1
                }
            } catch ToolError.sync(let fault) where Renewal.helps(fault) {
                line = try await renewal.renewed(line, now: Environment.now())
                nextRenewal = Self.nextRenewal(line)
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

    /// When the certificate is due, and not within a minute of a try that failed.
    private static func nextRenewal(_ line: EnrolledLine) -> Timestamp {
        let due = Timestamp(milliseconds: (line.identity.life?.renewalDue ?? 0) * 1_000)
        return max(
            due, Environment.now().advanced(byMilliseconds: line.identity.isDue(at: Environment.now()) ? 60_000 : 0))
    }
}
