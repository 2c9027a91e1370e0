import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Shows every operation on a record, as the server's journal has it.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show every signed operation on a record, of all devices, from the server; needs the network.",
        discussion: """
            'plansync explain' names for each figure and record the change that wrote it; here stands what that change \
            did, by which device and person, when the server took it, what became of it, and whether its signature \
            holds. 'plansync show RECORD --history' shows the edits of this device alone, offline.

            EXAMPLES:
              plansync history values/201905B
              plansync history 411728:values/201905B patents --json
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; another unit's TENANT:COLLECTION/KEY.")
    var record: String

    @Argument(help: "One field.")
    var field: String?

    mutating func run() async throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        let say = options.wording
        let params = try Self.params([record] + (field.map { [$0] } ?? []), view)
        let line = try EnrolledLine(folder: options.folder, replica: replica)
        let result = try await line.talk(language: say.code) { caller, _, _ in
            try await caller.call(HistoryGet.self, params)
        }
        options.json ? Self.json(result.operations, params) : Self.text(result.operations, view.plan, say)
    }

    /// The question about a record, or about one field of it.
    static func params(_ words: [String], _ view: LocalView) throws -> HistoryGet.Params {
        let reference = try RecordReference(words.first ?? "", in: view.plan)
        let id = try words.dropFirst().first.map { name in
            guard let id = try? FieldID(name) else {
                throw ToolError.notFound(zh: "没有字段“\(name)”。", en: "There is no field '\(name)'.")
            }
            return id
        }
        return HistoryGet.Params(
            plan: view.plan.id, tenant: reference.tenant ?? view.principal.tenant, record: reference.record, field: id)
    }

    private static func text(_ entries: [HistoryGet.Entry], _ plan: Plan, _ say: Wording) {
        var table = TextTable([
            say("字段", "Field"), say("操作", "Action"), say("值", "Value"), say("结果", "Outcome"), say("填报人", "Author"),
            say("设备", "Device"), say("收到", "Received"), say("签名", "Signature"), say("更改", "Change"),
            say("说明", "Note"),
        ])
        for entry in entries {
            table.add([
                entry.field.rawValue, ActionWord.of(historical: entry.action, say), entry.value?.shown ?? "-",
                OutcomeWord.of(entry.result.outcome, say), entry.author, entry.by.rawValue,
                LocalTime.shown(entry.received, plan),
                entry.isSignatureValid ? say("有效", "holds") : say("无效", "does not hold"), entry.id.rawValue,
                entry.note ?? "",
            ])
        }
        Console.table(table)
        if entries.isEmpty { Console.message(say("没有记载。", "Nothing was done to it.")) }
    }

    private static func json(_ entries: [HistoryGet.Entry], _ params: HistoryGet.Params) {
        Console.json { writer in
            writer.member("tenant", params.tenant.rawValue)
            writer.member("record", params.record.description)
            writer.member(
                "operations",
                array: { writer in
                    for entry in entries {
                        writer.object { writer in
                            writer.member("field", entry.field.rawValue)
                            writer.member("do", entry.action)
                            writer.name("value")
                            writer.value(entry.value)
                            writer.member("outcome", entry.result.outcome.rawValue)
                            writer.member("id", entry.id.rawValue)
                            writer.member("seq", Int(clamping: entry.seq))
                            writer.member("by", entry.by.rawValue)
                            writer.member("author", entry.author)
                            writer.member("at", entry.at.description)
                            writer.member("received", entry.received.description)
                            writer.member("signature", entry.isSignatureValid)
                            writer.member("note", ifPresent: entry.note)
                        }
                    }
                })
        }
    }
}
