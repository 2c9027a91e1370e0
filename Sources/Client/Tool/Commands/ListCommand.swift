import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Lists the records of a collection.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the records of a collection; for 'values' also its periods and fields.",
        discussion: """
            EXAMPLES:
              plansync list values
              plansync list targets
              plansync list 411728:values
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION; for one unit TENANT:COLLECTION.")
    var collection: String

    func run() throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        let (tenant, rule) = try RecordReference.collection(collection, in: view.plan)
        let records = view.records(of: rule.id).filter { tenant == nil || $0.tenant == tenant }
        let deleted = view.deletedRecords(of: rule.id).filter { tenant == nil || $0.tenant == tenant }
        if options.json {
            json(view, rule, records, deleted: deleted)
        } else if rule.origin == .values {
            values(view, rule, records)
        } else {
            table(view, rule, records, deleted: deleted)
        }
    }

    private func values(_ view: LocalView, _ rule: CollectionRule, _ records: [(tenant: TenantID, key: String)]) {
        let say = options.wording
        var periods = TextTable(
            [say("考核期", "Period"), say("名称", "Title"), say("截止", "Due"), say("已填", "Filled in")], rightAligned: [3])
        var filled: [String: Int] = [:]
        for record in records {
            guard let key = try? RecordKey(collection: rule.id, key: record.key) else { continue }
            filled[record.key, default: 0] +=
                view.record(key, of: record.tenant).values.filter { $0.value != nil }.count
        }
        for period in view.plan.periods.all {
            let title = say(period.titleZH, period.id.rawValue)
            periods.add([period.id.rawValue, title, "\(period.deadline)", String(filled[period.id.rawValue] ?? 0)])
        }
        Console.table(periods)
        Console.line("")
        var fields = TextTable([say("字段", "Field"), say("名称", "Name"), say("单位", "Unit"), say("填报", "Filled in by")])
        for field in rule.fields {
            let filledBy =
                switch field.filledBy {
                case .county: say("县区", "unit")
                case .department: say("市级部门", "city")
                case .both: say("县区或市级", "either")
                }
            fields.add([field.id.rawValue, say(field.name), field.unit, filledBy])
        }
        Console.table(fields)
    }

    private func table(
        _ view: LocalView, _ rule: CollectionRule, _ records: [(tenant: TenantID, key: String)],
        deleted: [(tenant: TenantID, key: String)]
    ) {
        let say = options.wording
        var table = TextTable([say("单位", "Unit"), say("记录", "Record"), say("内容", "Content")])
        for record in records {
            guard let key = try? RecordKey(collection: rule.id, key: record.key) else { continue }
            let fields = view.record(key, of: record.tenant).sorted { $0.key < $1.key }
            let content = fields.filter { $0.key != .recordState }.prefix(5).map { id, field in
                "\(id)=\((rule.field(id)?.listed(field.value) ?? field.value)?.shown ?? "-")"
                    + (FieldState.round(field, say).map { " " + $0 } ?? "")
            }.joined(separator: " ")
            let tenant = view.plan.name(of: record.tenant, say)
            table.add([tenant, "\(key)", content])
        }
        for record in deleted {
            let tenant = view.plan.name(of: record.tenant, say)
            table.add([tenant, "\(rule.id)/\(record.key)", say("（已删除）", "(deleted)")])
        }
        Console.table(table)
        if table.isEmpty { Console.message(say("本机还没有这类记录。", "There are no such records here yet.")) }
    }

    private func json(
        _ view: LocalView, _ rule: CollectionRule, _ records: [(tenant: TenantID, key: String)],
        deleted: [(tenant: TenantID, key: String)]
    ) {
        let say = options.wording
        Console.json { writer in
            writer.member("collection", rule.id.rawValue)
            if rule.origin == .values { writer.member("periods", view.plan.periods.all.map(\.id.rawValue)) }
            writer.member(
                "fields",
                array: { writer in
                    for field in rule.fields { RuleJSON.write(field, say, to: &writer) }
                })
            writer.member(
                "records",
                array: { writer in
                    for record in records {
                        writer.object { writer in
                            writer.member("tenant", record.tenant.rawValue)
                            writer.member("key", record.key)
                        }
                    }
                })
            writer.member(
                "deleted",
                array: { writer in
                    for record in deleted {
                        writer.object { writer in
                            writer.member("tenant", record.tenant.rawValue)
                            writer.member("key", record.key)
                        }
                    }
                })
        }
    }
}
