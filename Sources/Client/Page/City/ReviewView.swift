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

    /// Whether all are chosen already.
    var isAll = false
    /// The year whose reports are shown below; `nil`: the newest with figures.
    var year: Int?

    static let pick = "pick:"
    static let seen = "seen:"

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
                        element("a", .href(isAll ? "/review" : "/review?all=1")) {
                            isAll ? say("全不选", "Choose none") : say("全选", "Choose all")
                        }
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
            ReportGrid(view: view, say: say, year: year ?? CityPeriod.newest(view)?.year).html()
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
                            .flag("checked", isAll || picked.contains(name)),
                            Attribute("aria-label", "\(unit) \(report.period.id)"))
                        Self.seen(report)
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

    /// What the person who answers has seen: the digest that the report covers.
    static func seen(_ report: LocalReport) -> HTML {
        void(
            "input", .type("hidden"), .name("\(seen)\(report.tenant):\(report.period.id)"),
            .value(report.digest?.value?.shown ?? ""))
    }

    private func filled(_ report: LocalReport) -> Int {
        guard let values = view.plan.collection(CollectionRule.values),
            let record = try? RecordKey(collection: values.id, key: report.period.id.rawValue)
        else { return 0 }
        return values.fields.filter { rule in
            view.field(CellKey(tenant: report.tenant, record: record, field: rule.id))?.value != nil
        }.count
    }
}
