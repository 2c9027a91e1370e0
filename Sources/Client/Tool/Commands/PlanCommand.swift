import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Shows the plan.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show the plan: periods, units, collections, indicators with their targets.",
        discussion: """
            EXAMPLES:
              plansync plan
              plansync plan --lang en --json
            """)

    @OptionGroup var options: CommandOptions

    func run() throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        options.json ? json(view) : text(view)
    }

    private func text(_ view: LocalView) {
        let say = options.wording
        let plan = view.plan
        Console.line("\(say(plan.title))  \(plan.number)")
        Console.line("\(plan.id)  \(say("第 \(view.revision) 版", "revision \(view.revision)"))")
        let span = plan.periods.all.first.map { "\($0.id) – \(plan.periods.all.last?.id ?? $0.id)" } ?? "-"
        Console.line("\(say("考核期", "Periods")): \(span) (\(plan.periods.all.count))")
        Console.line("")
        var tenants = TextTable([say("单位", "Unit"), say("名称", "Name"), say("组别", "Group")])
        for tenant in plan.tenants {
            let group = plan.groups.first { $0.id == tenant.group }
            tenants.add([tenant.id.rawValue, say(tenant.name), group.map { say($0.name) } ?? "-"])
        }
        Console.table(tenants)
        Console.line("")
        var collections = TextTable([say("表", "Collection"), say("名称", "Name"), say("键", "Key"), say("字段", "Fields")])
        for rule in plan.collections.values.sorted(by: { $0.id < $1.id }) {
            let fields = rule.fields.prefix(6).map(\.id.rawValue).joined(separator: " ")
            collections.add([
                rule.id.rawValue, say(rule.name), rule.key.map(\.rawValue).joined(separator: ":"),
                rule.fields.count > 6 ? fields + " … (\(rule.fields.count))" : fields,
            ])
        }
        Console.table(collections)
        Console.line("")
        var indicators = TextTable(
            [say("指标", "Indicator"), say("名称", "Name"), say("目标", "Target"), say("单位", "Unit"), say("截止", "By")],
            rightAligned: [2])
        for indicator in plan.indicators {
            let target = indicator.target.map { ($0.atMost ? "≤ " : "") + $0.value.description } ?? "-"
            indicators.add([
                indicator.id.rawValue, say(indicator.name), target, indicator.unit,
                indicator.target.map(\.deadline.description) ?? "-",
            ])
        }
        Console.table(indicators)
    }

    private func json(_ view: LocalView) {
        let say = options.wording
        let plan = view.plan
        Console.json { writer in
            writer.member("plan", plan.id.rawValue)
            writer.member("revision", view.revision)
            writer.member("title", say(plan.title))
            writer.member("number", plan.number)
            writer.member("periods", plan.periods.all.map(\.id.rawValue))
            writer.member(
                "tenants",
                array: { writer in
                    for tenant in plan.tenants {
                        writer.object { writer in
                            writer.member("id", tenant.id.rawValue)
                            writer.member("name", say(tenant.name))
                            writer.member("group", ifPresent: tenant.group)
                        }
                    }
                })
            writer.member(
                "collections",
                array: { writer in
                    for rule in plan.collections.values.sorted(by: { $0.id < $1.id }) {
                        writer.object { writer in
                            writer.member("id", rule.id.rawValue)
                            writer.member("name", say(rule.name))
                            writer.member("key", rule.key.map(\.rawValue))
                            writer.member(
                                "fields",
                                array: { writer in
                                    for field in rule.fields { RuleJSON.write(field, say, to: &writer) }
                                })
                        }
                    }
                })
            writer.member(
                "indicators",
                array: { writer in
                    for indicator in plan.indicators {
                        writer.object { writer in
                            writer.member("id", indicator.id.rawValue)
                            writer.member("name", say(indicator.name))
                            writer.member("unit", indicator.unit)
                            writer.member("target", ifPresent: indicator.target.map(\.value.description))
                            writer.member("deadline", ifPresent: indicator.target.map(\.deadline.description))
                        }
                    }
                })
        }
    }
}
