import PlanSyncClient
import PlanSyncCore

/// The reports that wait for the city, to be accepted or given back, many at once; and where the others stand.
struct ReviewView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    var fault: String?
    var picked: Set<String> = []
    var reason = ""

    static let pick = "pick:"

    func page() -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: "/review")
        let waiting = view.reports.filter { $0.state == .submitted }.reversed()
        return layout.page(say("审核", "Review")) {
            if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
            if waiting.isEmpty {
                element("p", .class("notice good")) { say("没有待审核的上报。", "No report waits for a review.") }
            } else {
                layout.form("/review") {
                    queue(Array(waiting))
                    element("div", .class("row")) {
                        element("label", Attribute("for", "reason")) { say("退回理由", "Reason for giving back") }
                        void("input", .id("reason"), .name("reason"), .class("fill"), .value(reason))
                        element("button", .type("submit"), .name("verdict"), .value("accepted")) {
                            say("审核通过所选", "Accept the chosen")
                        }
                        element("button", .class("risky"), .type("submit"), .name("verdict"), .value("returned")) {
                            say("退回所选", "Give the chosen back")
                        }
                    }
                }
            }
            element("h2") { say("其他上报", "Other reports") }
            others
        }
    }

    private func queue(_ reports: [LocalReport]) -> HTML {
        let columns = [
            Column(title: say("选择", "Choose")), Column(title: say("考核期", "Period")),
            Column(title: say("单位", "Unit")), Column(title: say("上报时间", "Handed in")),
            Column(title: say("填报人", "Author")), Column(title: say("已填", "Filled in"), isNumber: true),
            Column(title: say("需更正", "Faults"), isNumber: true),
            Column(title: say("需说明", "To explain"), isNumber: true),
            Column(title: say("数据", "Figures")),
        ]
        return Table.html(
            columns,
            reports.map { report in
                let name = "\(Self.pick)\(report.tenant):\(report.period.id)"
                let faults = view.faults(in: report.period, of: report.tenant)
                let unit = Names.unit(report.tenant, view, say)
                return element("tr") {
                    element("td") {
                        void(
                            "input", .type("checkbox"), .name(name), .value("on"),
                            .flag("checked", picked.contains(name)),
                            Attribute("aria-label", "\(unit) \(report.period.id)"))
                    }
                    Table.kept(Names.period(report.period, say))
                    element("th", Attribute("scope", "row")) { unit }
                    Table.kept(report.stateField?.at.map { LocalTime.shown($0, desk) } ?? "–")
                    Table.kept(report.stateField?.author ?? "–")
                    Table.number("\(filled(report))")
                    Table.number("\(faults.filter(\.isBlocking).count)")
                    Table.number("\(faults.filter { !$0.isBlocking }.count)")
                    element("td", .class("keep")) {
                        element("a", .href("/review/\(report.period.id)/\(report.tenant)")) { say("查看", "Look") }
                    }
                }
            })
    }

    private func filled(_ report: LocalReport) -> Int {
        guard let values = view.plan.collection(CollectionRule.values),
            let record = try? RecordKey(collection: values.id, key: report.period.id.rawValue)
        else { return 0 }
        return values.fields.filter { rule in
            view.field(CellKey(tenant: report.tenant, record: record, field: rule.id))?.value != nil
        }.count
    }

    private var others: HTML {
        let reports = view.reports.filter { $0.state != .submitted }.reversed().prefix(60)
        if reports.isEmpty { return element("p", .class("quiet")) { say("没有。", "None.") } }
        let columns = [
            Column(title: say("考核期", "Period")), Column(title: say("单位", "Unit")), Column(title: say("状态", "State")),
            Column(title: say("说明", "Note")),
        ]
        return Table.html(
            columns,
            reports.map { report in
                element("tr") {
                    Table.kept(Names.period(report.period, say))
                    element("th", Attribute("scope", "row")) { Names.unit(report.tenant, view, say) }
                    element("td") { ReportStateMark.of(report, view, say) }
                    Table.cell(
                        report.changed.isEmpty
                            ? "" : say("上报后有 \(report.changed.count) 处改动", "\(report.changed.count) changes since"))
                }
            })
    }

    /// One unit's figures of a period, beside those of the period before.
    func figures(of tenant: TenantID, in period: Period) -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: "/review/\(period.id)/\(tenant)")
        let rules = view.plan.collection(CollectionRule.values)?.fields ?? []
        let before = view.plan.periods.before(period)
        return layout.page("\(Names.unit(tenant, view, say)) · \(Names.period(period, say))") {
            element("p") { element("a", .href("/review")) { say("返回审核", "Back to the review") } }
            faults(of: tenant, in: period)
            Table.html(
                [
                    Column(title: say("数据", "Figure")), Column(title: say("上期数", "Last period"), isNumber: true),
                    Column(title: say("本期数", "This period"), isNumber: true), Column(title: say("计量单位", "Unit")),
                    Column(title: say("填报人", "Author")), Column(title: say("时间", "At")),
                    Column(title: say("状态", "State")),
                ], rules.map { row($0, tenant, period, before) })
        }
    }

    private func faults(of tenant: TenantID, in period: Period) -> HTML {
        let faults = view.faults(in: period, of: tenant)
        guard !faults.isEmpty else { return .empty }
        return element("div", .class("notice away")) {
            element("ul") { for fault in faults { element("li") { fault.sentence(chinese: say.chinese) } } }
        }
    }

    private func row(_ rule: FieldRule, _ tenant: TenantID, _ period: Period, _ before: Period?) -> HTML {
        func seen(_ period: Period?) -> LocalField? {
            guard let period, let record = try? RecordKey(collection: CollectionRule.values, key: period.id.rawValue)
            else { return nil }
            return view.field(CellKey(tenant: tenant, record: record, field: rule.id))
        }
        let now = seen(period)
        return element("tr") {
            element("th", Attribute("scope", "row")) { say(rule.name) }
            Table.number(seen(before)?.value?.shown)
            Table.number(now?.value?.shown)
            Table.kept(rule.unit)
            Table.kept(now?.author ?? "")
            Table.kept(now?.at.map { LocalTime.shown($0, desk) } ?? "")
            element("td") {
                if let now, now.state != .confirmed {
                    element("span", .class("mark \(now.state.rawValue)")) { now.state.word(chinese: say.chinese) }
                }
            }
        }
    }
}
