import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// What needs a person: the rejected edits, text intact, and what the server has lost.
struct AttentionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attention", abstract: "List the rejected edits; put one right, or aside.",
        discussion: """
            EXAMPLES:
              plansync attention
              plansync attention edit 12 high_tech=4 --note "in 家, not in 万元"
              plansync attention drop 12
            """, subcommands: [List.self, Edit.self, Drop.self], defaultSubcommand: List.self)

    /// Lists the rejected edits.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the rejected edits, and what the server has lost.",
            discussion: """
                EXAMPLES:
                  plansync attention list --json
                """)

        @OptionGroup var options: CommandOptions

        func run() throws {
            let replica = try options.openReplica()
            let report = AttentionReport(
                entries: try replica.outbox().filter(\.needsAttention), lost: try replica.lostCells(),
                view: try? options.view(of: replica), now: Environment.now(), say: options.wording)
            options.json ? report.json() : report.text()
        }
    }

    /// Saves a rejected edit once more, put right.
    struct Edit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Save a rejected edit once more, with what was wrong replaced.",
            discussion: """
                All that was saved at once is saved again; what is named is replaced. The new edit names the old one, \
                which leaves the list.

                EXAMPLES:
                  plansync attention edit 12 high_tech=4
                  plansync attention edit 12 high_tech=4 --without patents --note "the plan no longer counts patents"
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "The number in the list of 'plansync attention'.")
        var number: Int64

        @Argument(help: "FIELD=VALUE, one or more.")
        var assignments: [String] = []

        @Option(help: "A field that is left out this time; may be given several times.")
        var without: [String] = []

        @Option(help: "Why, in your words (else as it was).")
        var note: String?

        func run() throws {
            let replica = try options.openReplica()
            guard let entry = try replica.outbox().first(where: { $0.position == number && $0.needsAttention }) else {
                throw AttentionCommand.unknown("\(number)")
            }
            let view = try replica.view(of: entry.change.plan)
            let draft = try Editing.repair(
                entry.change, in: view, author: options.person, note: note, assignments, leavingOut: without)
            var random = SystemRandomNumberGenerator()
            let change = try replica.save(draft, repairing: number, now: Environment.now(), random: &random)
            let pending = try replica.counts().pending
            if options.json {
                Console.json { writer in
                    writer.member("id", change.id.rawValue)
                    writer.member("repairs", entry.change.id.rawValue)
                    writer.member("n", change.number)
                    writer.member("ops", change.operations.count)
                    writer.member("pending", pending)
                }
                return
            }
            for operation in change.operations {
                let what = operation.field?.rawValue ?? ActionWord.of(operation.action, options.wording)
                Console.line(TextTable.plain("\(operation.record) \(what): \(operation.value?.shown ?? "-")"))
            }
            Console.message(
                options.wording(
                    "已重新保存，代替第 \(number) 项；等待上报 \(pending) 项，请运行 plansync sync。",
                    "Saved again in place of \(number); \(ToolError.edits(pending)) for 'plansync sync'."))
        }
    }

    /// Puts a rejected edit aside.
    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop", abstract: "Take a rejected edit, or something lost, off the list.",
            discussion: """
                EXAMPLES:
                  plansync attention drop 12
                  plansync attention drop w3
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "The number in the list of 'plansync attention'.")
        var number: String

        func run() throws {
            let replica = try options.openReplica()
            let isLost = number.hasPrefix(AttentionReport.lostMark)
            guard let position = Int64(isLost ? String(number.dropFirst()) : number),
                try isLost ? replica.dropLost(position) : replica.dropRejected(position)
            else { throw AttentionCommand.unknown(number) }
            if options.json {
                Console.json { writer in
                    if isLost { writer.member("dropped", number) } else { writer.member("dropped", position) }
                }
            } else {
                Console.message(options.wording("已移出 \(number)。", "Edit \(number) was put aside."))
            }
        }
    }

    private static func unknown(_ number: String) -> ToolError {
        ToolError.notFound(
            zh: "没有编号为 \(number) 的被退回更改；请查看 plansync attention。",
            en: "There is no rejected edit \(number); see 'plansync attention'.")
    }
}
