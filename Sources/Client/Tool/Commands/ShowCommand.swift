import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Shows a record.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a record: each field with value, unit, state and author.",
        discussion: """
            The history lists what this device has saved and knows about the record, offline.

            EXAMPLES:
              plansync show values/201905B
              plansync show 411728:values/201905B --history
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; another unit's TENANT:COLLECTION/KEY.")
    var record: String

    @Flag(help: "Also what this device knows of the record's history.")
    var history = false

    func run() throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        let reference = try RecordReference(record, in: view.plan)
        let tenant = reference.tenant ?? view.principal.tenant
        var fields = view.record(reference.record, of: tenant)
        for rule in reference.collection.fields where !rule.isShown(to: view.principal.role) {
            guard var field = fields[rule.id] else { continue }
            field.value = rule.listed(field.value)
            fields[rule.id] = field
        }
        let entries = history ? try Self.entries(of: reference.record, tenant, replica, view) : []
        // A conflict's record has fields that no rule declares.
        let rules =
            reference.collection.origin == .conflicts
            ? fields.keys.sorted().map { ShownField(id: $0, name: "", unit: "") }
            : reference.collection.fields.map { ShownField(id: $0.id, name: options.wording($0.name), unit: $0.unit) }
        options.json
            ? json(
                reference.record, tenant, rules, fields, entries,
                isDeleted: view.isDeleted(reference.record, of: tenant))
            : text(view, tenant, reference, rules, fields, entries)
    }

    private static func entries(
        of record: RecordKey, _ tenant: TenantID, _ replica: Replica, _ view: LocalView
    ) throws -> [(entry: OutboxEntry, index: Int)] {
        try replica.outbox().flatMap { entry -> [(OutboxEntry, Int)] in
            guard entry.change.plan == view.plan.id, (entry.change.tenant ?? view.principal.tenant) == tenant else {
                return []
            }
            return entry.change.operations.indices.filter { entry.change.operations[$0].record == record }
                .map { (entry, $0) }
        }
    }

    private func text(
        _ view: LocalView, _ tenant: TenantID, _ reference: RecordReference, _ rules: [ShownField],
        _ fields: [FieldID: LocalField], _ entries: [(entry: OutboxEntry, index: Int)]
    ) {
        let say = options.wording
        let name = view.plan.name(of: tenant, say)
        Console.line("\(name)  \(reference.record)")
        if let marker = fields[.recordState] { tell(marker, reference.record) }
        var table = TextTable(
            [
                say("字段", "Field"), say("名称", "Name"), say("值", "Value"), say("单位", "Unit"), say("状态", "State"),
                say("填报人", "Author"),
            ], rightAligned: [2])
        for rule in rules {
            let field = fields[rule.id]
            table.add([
                rule.id.rawValue, rule.name,
                ReportText.shown(rule.id, of: reference.collection, field?.value, say) ?? field?.value?.shown ?? "-",
                rule.unit,
                field.map { FieldState.text($0, say) } ?? "", field?.author ?? "",
            ])
        }
        Console.table(table)
        for rule in rules {
            guard let field = fields[rule.id], let sentence = FieldState.reason(field, say) else { continue }
            Console.line(TextTable.plain("\(rule.id): \(sentence)"))
        }
        guard history else { return }
        Console.line("")
        past(entries, view.plan)
    }

    /// Whether the record is deleted, or what was sent about that.
    private func tell(_ marker: LocalField, _ record: RecordKey) {
        let say = options.wording
        let state = FieldState.text(marker, say)
        if marker.value == .text(RecordState.deleted) {
            let author = TextTable.plain(marker.author)
            Console.line(
                say(
                    "已删除（\(state)，\(author)）；恢复请用 plansync restore \(record)",
                    "deleted (\(state), \(author)); 'plansync restore \(record)' takes that back"))
        } else if marker.state != .confirmed {
            let sentence = FieldState.reason(marker, say).map { " " + $0 } ?? ""
            Console.line(say("未删除（\(state)）", "not deleted (\(state))") + sentence)
        }
    }

    private func past(_ entries: [(entry: OutboxEntry, index: Int)], _ plan: Plan) {
        let say = options.wording
        var past = TextTable(
            [
                say("时间", "Time"), say("字段", "Field"), say("操作", "Action"), say("值", "Value"), say("结果", "Outcome"),
                say("填报人", "Author"), say("说明", "Note"),
            ])
        for (entry, index) in entries where entry.change.operations.indices.contains(index) {
            let operation = entry.change.operations[index]
            let outcome = Self.outcome(entry, index).map { OutcomeWord.of($0, say) }
            past.add([
                LocalTime.shown(entry.change.at, plan), operation.field?.rawValue ?? "",
                ActionWord.of(operation.action, say),
                operation.value?.shown ?? "-", outcome ?? LocalField.State.pending.word(chinese: say.chinese),
                entry.change.author, entry.change.note ?? "",
            ])
        }
        Console.table(past)
        Console.message(
            say("仅列出本机保存且尚未清理的更改。", "Only changes of this device that are still kept here are listed."))
    }

    /// What became of an operation; `nil` while it waits.
    private static func outcome(_ entry: OutboxEntry, _ index: Int) -> Outcome? {
        guard let result = entry.result, result.operations.indices.contains(index) else { return nil }
        return result.operations[index].outcome
    }

    private func json(
        _ record: RecordKey, _ tenant: TenantID, _ rules: [ShownField], _ fields: [FieldID: LocalField],
        _ entries: [(entry: OutboxEntry, index: Int)], isDeleted: Bool
    ) {
        Console.json { writer in
            writer.member("tenant", tenant.rawValue)
            writer.member("record", record.description)
            writer.member("deleted", isDeleted)
            writer.member(
                "fields",
                array: { writer in
                    for rule in rules { RuleJSON.write(rule, fields[rule.id], to: &writer) }
                })
            guard history else { return }
            writer.member(
                "history",
                array: { writer in
                    for (entry, index) in entries where entry.change.operations.indices.contains(index) {
                        let operation = entry.change.operations[index]
                        writer.object { writer in
                            writer.member("id", entry.change.id.rawValue)
                            writer.member("at", entry.change.at.description)
                            writer.member("field", ifPresent: operation.field?.rawValue)
                            writer.member("do", operation.action.rawValue)
                            writer.name("value")
                            writer.value(operation.value)
                            writer.member("outcome", Self.outcome(entry, index)?.rawValue ?? "pending")
                            writer.member("author", entry.change.author)
                            writer.member("note", ifPresent: entry.change.note)
                        }
                    }
                })
        }
    }
}
