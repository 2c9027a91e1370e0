import PlanSyncClient
import PlanSyncCore

/// What is due and what came back.
struct HomeView {
    /// How many results are shown at most.
    private static let resultsMax = 8

    let desk: Desk
    let view: LocalView
    let say: Wording
    var fault: String?
    var said: String?

    func page() throws -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: "/")
        let tasks = try HomeTasks(desk: desk, view: view, say: say).all()
        let notices = try desk.machineNotices().sentences
        return layout.page(say("首页", "Start")) {
            element("div", .flag("data-live")) {
                if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
                if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
                for notice in notices { element("p", .class("notice away")) { say(notice.zh, notice.en) } }
                numbers
                element("h2") { say("要办的事", "To do") }
                if tasks.isEmpty {
                    element("p", .class("notice good")) { say("现在没有要办的事。", "Nothing waits for you.") }
                } else {
                    element("ul", .class("tasks")) { tasks.map { $0.html() } }
                }
                results
            }
        }
    }

    private var numbers: HTML {
        let records = view.plan.collections.values.filter { $0.origin == .declared }
            .reduce(0) { $0 + view.places(of: $1.id).count }
        return element("div", .class("numbers")) {
            number(say("待处理", "To decide"), view.undecided.count + view.rejected.count, "/attention")
            number(say("已填未报", "Not sent"), view.pendingCount, "/outbox")
            number(say("台账记录", "Records"), records, "/records")
        }
    }

    private func number(_ title: String, _ count: Int, _ place: String) -> HTML {
        element("a", .href(place), .class("number-link")) {
            element("span", .class("big")) { "\(count)" }
            element("span") { title }
        }
    }

    // MARK: What came back

    private var results: HTML {
        let fields = view.cameBack
        let reports = view.reports.filter { $0.tenant == view.principal.tenant && $0.state == .accepted }.suffix(3)
        guard !fields.isEmpty || !reports.isEmpty else { return .empty }
        return element("section") {
            TableHead.html(say("返回的结果", "What came back"), "results", say)
            element("div", .class("scroll")) {
                element("table") {
                    element("thead") {
                        element("tr") {
                            element("th", Attribute("scope", "col")) { say("记录", "Record") }
                            element("th", Attribute("scope", "col")) { say("项目", "Field") }
                            element("th", .class("number"), Attribute("scope", "col")) { say("现值", "Stands") }
                            element("th", Attribute("scope", "col")) { say("结果", "Result") }
                        }
                    }
                    element("tbody") {
                        for report in reports.reversed() { accepted(report) }
                        for (key, field) in fields.prefix(Self.resultsMax) { row(key, field) }
                    }
                }
            }
            if fields.count > Self.resultsMax {
                element("p", .class("quiet")) {
                    let more = fields.count - Self.resultsMax
                    say("另有 \(more) 项，见各表中的标记。", "\(more) more are marked in their tables.")
                }
            }
        }
    }

    private func accepted(_ report: LocalReport) -> HTML {
        element("tr") {
            element("th", Attribute("scope", "row")) {
                element("a", .href("/report/\(report.period.id)")) { Names.period(report.period, say) }
            }
            element("td") { say("整份填报", "the report") }
            element("td", .class("number")) { "" }
            element("td") { element("span", .class("mark good")) { report.state.word(chinese: say.chinese) } }
        }
    }

    private func row(_ key: CellKey, _ field: LocalField) -> HTML {
        element("tr") {
            element("th", Attribute("scope", "row")) {
                element("a", .href(Place.of(key.record, tenant: key.tenant, view))) {
                    Names.collection(key.record.collection, view, say) + " " + Names.record(key.record, view, say)
                }
            }
            element("td") { Names.field(key, view, say) }
            Table.number(field.value?.shown)
            element("td") { FieldMark(field: field, say: say).html() }
        }
    }
}
