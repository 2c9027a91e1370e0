import PlanSyncClient
import PlanSyncCore

/// What is due and what came back, of a unit.
struct HomeView {
    let desk: Desk
    let view: LocalView
    let say: Wording

    func page() -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: "/")
        return layout.page(say("首页", "Start")) {
            element("div", .class("cards"), .flag("data-live")) {
                number(
                    say("待处理", "To decide"), view.undecided.count + view.rejected.count, "/attention",
                    say("有冲突的数据和被退回的更改", "conflicts and rejected edits"))
                number(
                    say("已填未报", "Not sent"), view.pendingCount, "/outbox",
                    say("保存在本机,联网后自动上报", "saved here, sent by themselves once there is a connection"))
                number(
                    say("台账记录", "Records"), collections.reduce(0) { $0 + view.records(of: $1.id).count }, "/records",
                    say("本单位登记的全部记录", "all records of the unit"))
            }
            if !view.principal.role.isOfCity {
                element("h2") { say("本期与上期填报", "Reports of this and the last period") }
                reports
            }
            returned
        }
    }

    private var collections: [CollectionRule] {
        view.plan.collections.values.filter { $0.origin == .declared }.sorted { $0.id < $1.id }
    }

    private func number(_ title: String, _ count: Int, _ place: String, _ words: String) -> HTML {
        element("section", .class("card")) {
            element("h2") { element("a", .href(place)) { title } }
            element("div", .class("big")) { "\(count)" }
            element("div", .class("quiet")) { words }
        }
    }

    /// The current period, the two before it, and those whose report is under way.
    private var reports: HTML {
        guard let current = desk.currentPeriod(view.plan) else { return .empty }
        var periods = [current]
        while periods.count < 3, let last = periods.last, let before = view.plan.periods.before(last) {
            periods.append(before)
        }
        let open = view.reports.filter { $0.tenant == view.principal.tenant && $0.state != .accepted }.map(\.period)
        periods += open.reversed().filter { !periods.contains($0) }.prefix(6)
        return element("div", .class("scroll")) {
            element("table") {
                element("thead") {
                    element("tr") {
                        for head in [
                            say("考核期", "Period"), say("截止", "Deadline"), say("状态", "State"), say("已填", "Filled in"),
                            say("需更正", "Faults"), "",
                        ] { element("th", Attribute("scope", "col")) { head } }
                    }
                }
                element("tbody") { for period in periods { row(period) } }
            }
        }
    }

    private func row(_ period: Period) -> HTML {
        let report = view.report(of: period, tenant: view.principal.tenant)
        let form = ReportForm(view: view, period: period)
        let faults = view.faults(in: period, of: view.principal.tenant)
        return element("tr") {
            element("th", Attribute("scope", "row")) { Names.period(period, say) }
            element("td", .class("keep")) { period.deadline.description }
            element("td") { ReportStateMark.of(report, view, say) }
            element("td", .class("keep")) { say("\(form.filled)/\(form.own) 项", "\(form.filled) of \(form.own)") }
            element("td", .class("keep")) { "\(faults.filter(\.isBlocking).count)" }
            element("td", .class("keep")) {
                element("a", .class("button second"), .href("/report/\(period.id)")) { say("打开", "Open") }
            }
        }
    }

    /// What the city gave back.
    private var returned: HTML {
        let reports = view.reports.filter { $0.tenant == view.principal.tenant && $0.state == .returned }
        guard !reports.isEmpty else { return .empty }
        return element("div", .class("notice away")) {
            say("市级退回了下列填报,请核对后重新上报:", "The city gave these reports back; look at them again:")
            element("ul") {
                for report in reports {
                    element("li") {
                        element("a", .href("/report/\(report.period.id)")) { Names.period(report.period, say) }
                    }
                }
            }
        }
    }
}

/// Where a report stands, as a mark.
enum ReportStateMark {
    static func of(_ report: LocalReport, _ view: LocalView, _ say: Wording) -> HTML {
        let tone =
            switch report.state {
            case .draft: "confirmed"
            case .submitted: "merged"
            case .accepted: "confirmed"
            case .returned: "rejected"
            }
        let pending = report.stateField?.state == .pending
        return element("span", .class("mark " + (pending ? "pending" : tone))) {
            report.state.word(chinese: say.chinese) + (pending ? say(" · 未发送", " · not sent") : "")
            if let state = view.state(of: report.period), state != .open { " · " + state.word(chinese: say.chinese) }
        }
    }
}
