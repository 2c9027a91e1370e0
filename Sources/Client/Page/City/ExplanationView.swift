import PlanSyncClient
import PlanSyncCore

/// Where a figure comes from: its formula, what went into it, and who wrote each with which change.
struct ExplanationView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let indicator: Indicator
    let period: Period
    let tenant: TenantID

    func page() -> HTML {
        let place = "/explain/\(indicator.id)/\(period.id)/\(tenant)"
        let layout = Layout(desk: desk, view: view, say: say, place: place)
        let explanation = Explanation(
            indicator, of: tenant, in: period, plan: view.plan, figures: view.figures)
        let figure = explanation.figure
        return layout.page("\(say(indicator.name)) · \(Names.unit(tenant, view, say)) · \(Names.period(period, say))") {
            element("section", .class("card")) {
                element("dl", .class("pairs")) {
                    element("dt") { say("算式", "Formula") }
                    element("dd") {
                        element("code") { explanation.formula }
                        element("div", .class("quiet")) { words }
                    }
                    element("dt") { say("数值", "Value") }
                    element("dd") { figure.value.map { $0.shown(6) + " " + indicator.unit } ?? "–" }
                    element("dt") { say("应完成 / 目标", "Due / target") }
                    element("dd") { (figure.due?.shown(6) ?? "–") + " / " + (figure.target?.shown(6) ?? "–") }
                    element("dt") { say("完成率", "Done") }
                    element("dd") { figure.completion.map { _ in FigureText.percent(figure.completion) + "%" } ?? "–" }
                }
            }
            element("p", .class("exports")) {
                ExchangeView.links("explain/\(indicator.id)/\(period.id)/\(tenant)", say)
            }
            if !explanation.inputs.isEmpty {
                element("h2") { say("用到的数据", "Figures") }
                inputs(explanation.inputs)
            }
            if !explanation.records.isEmpty {
                element("h2") { say("用到的记录", "Records") }
                records(explanation.records)
            }
        }
    }

    /// What the names in the formula stand for.
    private var words: String {
        let collections = Set(indicator.numerator.collections + (indicator.denominator?.collections ?? []))
        let words =
            indicator.elements.map { ($0.rawValue, FigureText.name(of: $0, view, say)) }
            + collections.sorted().map { ($0.rawValue, Names.collection($0, view, say)) }
        return words.map { say("\($0.0)：\($0.1)", "\($0.0): \($0.1)") }.joined(separator: say("；", "; "))
    }

    private var signedColumns: [Column] {
        [
            Column(title: say("填报人", "Author")), Column(title: say("设备", "Device")), Column(title: say("时间", "At")),
            Column(title: say("更改编号", "Change")), Column(title: say("状态", "State")),
        ]
    }

    private func inputs(_ inputs: [Explanation.Input]) -> HTML {
        let columns =
            [
                Column(title: say("单位", "Unit")), Column(title: say("数据", "Figure")),
                Column(title: say("考核期", "Period")), Column(title: say("数值", "Value"), isNumber: true),
            ] + signedColumns
        return Table.html(
            columns,
            inputs.map { input in
                let seen = input.place.flatMap { view.field($0) }
                return element("tr") {
                    Table.kept(Names.unit(input.tenant, view, say))
                    element("th", Attribute("scope", "row")) { FigureText.name(of: input.element, view, say) }
                    Table.kept(Names.period(input.period, view, say))
                    Table.number(input.amount?.description)
                    signed(seen, input.place, disputed: input.disputed)
                }
            })
    }

    private func records(_ records: [Explanation.RecordInput]) -> HTML {
        let columns =
            [
                Column(title: say("单位", "Unit")), Column(title: say("记录", "Record")),
                Column(title: say("作用", "Part")), Column(title: say("数值", "Value"), isNumber: true),
            ] + signedColumns
        return Table.html(
            columns,
            records.map { input in
                let fields = view.record(input.record, of: input.tenant)
                let newest = fields.values.filter { $0.rev != nil }.max { ($0.seq ?? .max) < ($1.seq ?? .max) }
                let place = RecordPlace(tenant: input.tenant, key: input.record.key)
                return element("tr") {
                    Table.kept(Names.unit(input.tenant, view, say))
                    element("th", Attribute("scope", "row")) {
                        element("a", .href(Place.of(input.record, tenant: input.tenant, view))) {
                            Names.collection(input.record.collection, view, say) + " "
                                + Names.record(input.record, view, say, of: input.tenant)
                        }
                    }
                    Table.kept(StandingWord.of(input.standing, say))
                    Table.number(input.value?.shown(6))
                    signed(newest, history: Place.history(of: input.record.collection, place), disputed: input.disputed)
                }
            })
    }

    private func signed(_ seen: LocalField?, _ key: CellKey?, disputed: Bool) -> HTML {
        let history = key.map {
            Place.history(of: $0.record.collection, RecordPlace(tenant: $0.tenant, key: $0.record.key)) + "/\($0.field)"
        }
        return signed(seen, history: history, disputed: disputed)
    }

    /// Who wrote it, and the way to the signed edits.
    private func signed(_ seen: LocalField?, history: String?, disputed: Bool) -> HTML {
        HTML([
            Table.kept(seen?.author ?? "–"), Table.kept(seen?.by?.rawValue ?? "–"),
            Table.kept(seen?.at.map { LocalTime.shown($0, desk) } ?? "–"),
            element("td", .class("keep")) {
                if let rev = seen?.rev, let history {
                    element("a", .href(history)) { element("code") { rev.rawValue } }
                } else {
                    "–"
                }
            },
            element("td") {
                if disputed { element("span", .class("mark conflict")) { say("有争议", "disputed") } }
                if let seen, seen.state != .confirmed, !(disputed && seen.state == .conflict) {
                    element("span", .class("mark \(seen.state.rawValue)")) { seen.state.word(chinese: say.chinese) }
                }
            },
        ])
    }
}
