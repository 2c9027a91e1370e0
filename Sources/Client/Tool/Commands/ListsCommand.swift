import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Draws the lists that the plan declares.
struct ListsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lists",
        abstract: "Draw a list that the plan declares over its records; without a name, name them.",
        discussion: """
            A list says which records of a collection belong to it as of the end of a period, what stands beside each, \
            and how they are summed and grouped. Without a period, as of the end of that of the newest figures. A \
            county's device draws it over its own records, the city's over those of all units. Personal data shows \
            its beginning alone.

            EXAMPLES:
              plansync lists
              plansync lists expiring 201905B
              plansync lists expiring 201905B --tenant 411728 --json
              plansync export list expiring 201905B --to expiring.xlsx
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A list of the plan.")
    var list: String?

    @Argument(help: "A period, such as 201905B.")
    var period: String?

    @Option(help: "Only this unit.")
    var tenant: String?

    func run() throws {
        let view = try options.view(of: try options.openReplica())
        let period = try Self.period(period, view, options.wording)
        guard let list else { return names(view, period) }
        let rule = try view.plan.list(named: list)
        var drawn = view.list(rule, in: period)
        if let tenant {
            let unit = try AggregateCommand.unit(tenant, view)
            drawn = view.list(rule, in: period, of: [unit])
        }
        options.json ? json(drawn, view, period) : text(drawn, view, period)
    }

    /// A period by its name, else that of the newest figures.
    static func period(_ name: String?, _ view: LocalView, _ say: Wording) throws -> Period {
        if let name { return try AggregateCommand.period(name, view, say) }
        let filled = Set(view.records(of: CollectionRule.values).map(\.key))
        let found = view.plan.periods.all.last { filled.contains($0.id.rawValue) } ?? view.plan.periods.all.first
        guard let found else { throw ToolError.notFound(zh: "本方案没有考核期。", en: "The plan has no periods.") }
        return found
    }

    private func names(_ view: LocalView, _ period: Period) {
        let say = options.wording
        if options.json {
            return Console.json { writer in
                writer.member("period", period.id.rawValue)
                writer.member(
                    "lists",
                    array: { writer in
                        for rule in view.plan.lists {
                            writer.object { writer in
                                writer.member("list", rule.id)
                                writer.member("name", say(rule.name))
                                writer.member("of", rule.collection.rawValue)
                                writer.member("count", view.list(rule, in: period).rows.count)
                            }
                        }
                    })
            }
        }
        guard !view.plan.lists.isEmpty else {
            return Console.line(say("本方案没有声明清单。", "The plan declares no lists."))
        }
        var table = TextTable(
            [say("清单", "List"), say("名称", "Name"), say("台账", "Collection"), say("条数", "Records")], rightAligned: [3])
        for rule in view.plan.lists {
            table.add([
                rule.id, say(rule.name), ListText(rule, say).subject(view.plan),
                "\(view.list(rule, in: period).rows.count)",
            ])
        }
        Console.line(say(period.titleZH, period.id.rawValue))
        Console.table(table)
    }

    private func text(_ list: RecordList, _ view: LocalView, _ period: Period) {
        let say = options.wording
        let text = ListText(list.rule, say)
        Console.line("\(say(list.rule.name))  \(say(period.titleZH, period.id.rawValue))")
        guard !list.rows.isEmpty || !list.unclear.isEmpty else { return Console.line(say("没有。", "None.")) }
        var table = TextTable(
            [say("单位", "Unit"), say("记录", "Record")] + text.heads, rightAligned: Set(text.figures.map { $0 + 2 }))
        for row in list.rows {
            table.add(
                [name(row.tenant, view), row.record.key]
                    + zip(row.cells, list.rule.columns).map { text.text($0, $1) })
        }
        if list.sums.contains(where: { $0 != nil }) {
            table.add(
                [say("合计", "Together"), "\(list.rows.count)"]
                    + zip(list.sums, list.rule.columns).map { text.text(total: $0, $1) })
        }
        Console.table(table)
        if !list.unclear.isEmpty {
            let places = list.unclear.map { "\($0.tenant):\($0.record)" }.joined(separator: " ")
            Console.line(
                say("缺少字段、无法判断的 \(list.unclear.count) 条：\(places)", "Not clear, as fields are missing: \(places)"))
        }
        if !list.groups.isEmpty { groups(list, text) }
    }

    private func groups(_ list: RecordList, _ text: ListText) {
        let say = options.wording
        let summed = list.rule.columns.indices.filter { list.rule.columns[$0].total != nil }
        let heads = [list.rule.group.map { say($0.name) } ?? "", say("数量", "Count"), say("占比%", "Share %")]
        var table = TextTable(
            heads + summed.map { text.total(text.heads[$0], list.rule.columns[$0]) },
            rightAligned: Set(1...(2 + summed.count)))
        for group in list.groups {
            table.add(
                [text.text(group), "\(group.count)", ListText.share(group.share)]
                    + summed.map { group.sums[$0]?.shown(6) ?? "" })
        }
        Console.line("")
        Console.table(table)
    }

    private func name(_ unit: TenantID, _ view: LocalView) -> String {
        view.plan.name(of: unit, options.wording)
    }

    private func json(_ list: RecordList, _ view: LocalView, _ period: Period) {
        let text = ListText(list.rule, options.wording)
        func write(_ rows: [RecordList.Row], to writer: inout JSONWriter) {
            for row in rows {
                writer.object { writer in
                    writer.member("tenant", row.tenant.rawValue)
                    writer.member("record", row.record.description)
                    writer.member("cells", zip(row.cells, list.rule.columns).map { text.text($0, $1) })
                }
            }
        }
        Console.json { writer in
            writer.member("list", list.rule.id)
            writer.member("period", period.id.rawValue)
            writer.member("columns", text.heads)
            writer.member("rows", array: { write(list.rows, to: &$0) })
            writer.member("unclear", array: { write(list.unclear, to: &$0) })
            writer.member("sums", list.sums.map { $0?.shown(6) ?? "" })
            writer.member(
                "groups",
                array: { writer in
                    for group in list.groups {
                        writer.object { writer in
                            writer.member("value", text.text(group))
                            writer.member("count", group.count)
                            writer.member("share", ListText.share(group.share))
                            writer.member("sums", group.sums.map { $0?.shown(6) ?? "" })
                        }
                    }
                })
        }
    }
}
