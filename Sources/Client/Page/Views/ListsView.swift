import PlanSyncClient
import PlanSyncCore

/// The lists of the plan with how many records each has; and one of them, with its groups.
struct ListsView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let period: Period

    func page() -> HTML {
        Layout(desk: desk, view: view, say: say, place: "/lists/\(period.id)")
            .page(say("清单 ", "Lists ") + Names.period(period, say)) {
                PeriodLinks.around(period, view, say, "/lists/")
                element("p", .class("exports")) { ExchangeView.links("lists/\(period.id)", say) }
                Table.html(
                    [
                        Column(title: say("清单", "List")), Column(title: say("台账", "Records of")),
                        Column(title: say("条数", "Records"), isNumber: true),
                    ],
                    view.plan.lists.map { rule in
                        element("tr") {
                            element("th", Attribute("scope", "row")) {
                                element("a", .href("/lists/\(period.id)/\(Place.encoded(rule.id))")) { say(rule.name) }
                            }
                            Table.cell(ListText(rule, say).subject(view.plan))
                            Table.number("\(view.list(rule, in: period).rows.count)")
                        }
                    })
            }
    }

    func page(of rule: ListRule) -> HTML {
        let list = view.list(rule, in: period)
        let text = ListText(rule, say)
        return Layout(desk: desk, view: view, say: say, place: "/lists/\(period.id)/\(Place.encoded(rule.id))")
            .page(say(rule.name) + " " + Names.period(period, say)) {
                element("div", .class("row spread")) {
                    element("a", .href("/lists/\(period.id)")) { say("全部清单", "All lists") }
                    ExchangeView.links("list/\(Place.encoded(rule.id))/\(period.id)", say)
                }
                if list.rows.isEmpty {
                    element("p", .class("notice good")) { say("没有。", "None.") }
                } else {
                    rows(list, text)
                    if !list.groups.isEmpty { groups(list, text) }
                }
                if !list.unclear.isEmpty {
                    element("p", .class("quiet")) {
                        say("缺少字段、无法判断的 \(list.unclear.count) 条：", "Not clear, as fields are missing: ")
                        for row in list.unclear { link(row) }
                    }
                }
            }
    }

    private func link(_ row: RecordList.Row) -> HTML {
        element("a", .href(Place.of(row.record, tenant: row.tenant, view))) { row.record.key }
    }

    /// Whether a field's values are words and days that do not break over lines.
    private func isShort(_ field: FieldRule) -> Bool {
        switch field.kind {
        case .option, .date, .flag: true
        default: false
        }
    }

    private func rows(_ list: RecordList, _ text: ListText) -> HTML {
        let hasUnits = view.principal.role.isOfCity || list.rule.isOfUnits
        var columns = hasUnits ? [Column(title: say("单位", "Unit"))] : []
        if !list.rule.isOfUnits { columns.append(Column(title: say("记录", "Record"))) }
        for (index, head) in text.heads.enumerated() {
            columns.append(Column(title: head, isNumber: text.figures.contains(index)))
        }
        var lines = list.rows.map { row in
            element("tr") {
                if hasUnits { Table.kept(view.plan.name(of: row.tenant, say)) }
                if !list.rule.isOfUnits { element("td", .class("keep")) { link(row) } }
                for (index, pair) in zip(row.cells, list.rule.columns).enumerated() {
                    let shown = text.text(pair.0, pair.1)
                    let isCode = shown.utf8.count <= 24 && shown.allSatisfy(\.isASCII)
                    let isShort = isCode || pair.1.field.map(isShort) ?? false
                    text.figures.contains(index)
                        ? Table.number(shown) : isShort ? Table.kept(shown) : Table.cell(shown)
                }
            }
        }
        if list.sums.contains(where: { $0 != nil }) {
            lines.append(
                element("tr") {
                    if hasUnits, !list.rule.isOfUnits { Table.cell("") }
                    element("th", Attribute("scope", "row")) { say("合计", "Together") }
                    for (sum, column) in zip(list.sums, list.rule.columns) {
                        Table.number(text.text(total: sum, column))
                    }
                })
        }
        return Table.html(columns, lines)
    }

    private func groups(_ list: RecordList, _ text: ListText) -> HTML {
        let totals = list.rule.columns.indices.filter { list.rule.columns[$0].total != nil }
        return Table.html(
            [
                Column(title: list.rule.group.map { say($0.name) } ?? ""),
                Column(title: say("数量", "Count"), isNumber: true),
                Column(title: say("占比%", "Share %"), isNumber: true),
            ] + totals.map { Column(title: text.total(text.heads[$0], list.rule.columns[$0]), isNumber: true) },
            list.groups.map { group in
                element("tr") {
                    element("th", Attribute("scope", "row")) { text.text(group) }
                    Table.number("\(group.count)")
                    Table.number(ListText.share(group.share))
                    for index in totals { Table.number(group.sums[index]?.shown(6) ?? "") }
                }
            })
    }
}
