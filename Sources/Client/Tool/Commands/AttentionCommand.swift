import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// The rejected edits, text intact.
struct AttentionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attention", abstract: "List the rejected edits; put one aside.",
        discussion: """
            EXAMPLES:
              plansync attention
              plansync attention drop 12
            """, subcommands: [List.self, Drop.self], defaultSubcommand: List.self)

    /// Lists the rejected edits.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the rejected edits.",
            discussion: """
                EXAMPLES:
                  plansync attention list --json
                """)

        @OptionGroup var options: CommandOptions

        func run() throws {
            let replica = try options.openReplica()
            let entries = try replica.outbox().filter(\.needsAttention)
            options.json ? json(entries) : text(entries)
        }

        private func text(_ entries: [OutboxEntry]) {
            let say = options.wording
            var table = TextTable(
                [
                    "N", say("时间", "Time"), say("记录", "Record"), say("字段", "Field"), say("填写的值", "Typed"),
                    say("原因", "Reason"), say("说明", "Note"),
                ], rightAligned: [0])
            for entry in entries {
                for (operation, result) in zip(entry.change.operations, entry.result?.operations ?? []) {
                    let reason = ReasonSentence.of(result.reason ?? "rejected", chinese: say.chinese)
                    table.add([
                        "\(entry.position)", "\(entry.change.at)", "\(operation.record)",
                        operation.field?.rawValue ?? "", operation.value?.shown ?? "-", reason, entry.change.note ?? "",
                    ])
                }
            }
            Console.table(table)
            if table.isEmpty { Console.message(say("没有被退回的更改。", "There are no rejected edits.")) }
        }

        private func json(_ entries: [OutboxEntry]) {
            let say = options.wording
            Console.json { writer in
                writer.member(
                    "rejected",
                    array: { writer in
                        for entry in entries {
                            writer.object { writer in
                                writer.member("position", entry.position)
                                writer.member("id", entry.change.id.rawValue)
                                writer.member("at", entry.change.at.description)
                                writer.member("author", entry.change.author)
                                writer.member("note", ifPresent: entry.change.note)
                                writer.member(
                                    "ops",
                                    array: { writer in
                                        for (operation, result) in zip(
                                            entry.change.operations, entry.result?.operations ?? [])
                                        {
                                            let word = result.reason ?? "rejected"
                                            writer.object { writer in
                                                writer.member("record", operation.record.description)
                                                writer.member("field", ifPresent: operation.field?.rawValue)
                                                writer.member("do", operation.action.rawValue)
                                                writer.name("value")
                                                writer.value(operation.value)
                                                writer.member("reason", word)
                                                writer.member("sentence", ReasonSentence.of(word, chinese: say.chinese))
                                            }
                                        }
                                    })
                            }
                        }
                    })
            }
        }
    }

    /// Puts a rejected edit aside.
    struct Drop: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drop", abstract: "Put a rejected edit aside.",
            discussion: """
                EXAMPLES:
                  plansync attention drop 12
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "The number in the list of 'plansync attention'.")
        var number: Int64

        func run() throws {
            let replica = try options.openReplica()
            guard try replica.dropRejected(number) else {
                throw ToolError.notFound(
                    zh: "没有编号为 \(number) 的被退回更改;请查看 plansync attention。",
                    en: "There is no rejected edit \(number); see 'plansync attention'.")
            }
            if options.json {
                Console.json { $0.member("dropped", number) }
            } else {
                Console.message(options.wording("已移出 \(number)。", "Edit \(number) was put aside."))
            }
        }
    }
}
