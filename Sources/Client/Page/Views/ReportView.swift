import PlanSyncClient
import PlanSyncCore

/// The report of a period: the form, what comes of it, what is wrong with it, and handing it in.
struct ReportView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let period: Period
    /// What was typed, by field, when the form comes back.
    var typed: [String: String] = [:]
    /// What is wrong with what was typed, by field; under "" what is of none.
    var faults: [String: [String]] = [:]
    var note = ""
    var said: String?

    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: "/report/\(period.id)") }

    func page() -> HTML {
        let report = view.report(of: period, tenant: view.principal.tenant)
        return layout.page(say("填报 ", "Report ") + Names.period(period, say)) {
            PeriodLinks.around(period, view, say, "/report/")
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            wrong
            element("div", .class("row")) {
                ReportStateMark.of(report, view, say)
                element("span", .class("quiet")) {
                    say("截止 \(period.deadline.description)", "deadline \(period.deadline.description)")
                }
            }
            if !report.changed.isEmpty {
                element("p", .class("notice away")) {
                    say("上报之后有改动,需要重新上报。", "It was changed after it was handed in; hand it in again.")
                }
            }
            form
            checks
            submission(report)
            results
        }
    }

    private var wrong: HTML {
        guard !faults.isEmpty else { return .empty }
        return element("div", .class("notice bad"), Attribute("role", "alert")) {
            say("没有保存:请先改正标出的地方,其余内容还在。", "Not saved: correct what is marked; the rest is still here.")
            for sentence in faults["", default: []] { element("div") { sentence } }
        }
    }

    private var form: HTML {
        layout.form("/report/\(period.id)") {
            element("div", .class("scroll")) {
                element("table") {
                    element("thead") {
                        element("tr") {
                            element("th", Attribute("scope", "col")) { say("项目", "Item") }
                            element("th", .class("number"), Attribute("scope", "col")) { say("上期", "Last period") }
                            element("th", Attribute("scope", "col")) { say("本期", "This period") }
                            element("th", Attribute("scope", "col")) { say("单位", "Unit") }
                            element("th", Attribute("scope", "col")) { say("状态", "State") }
                        }
                    }
                    element("tbody") { for line in ReportForm(view: view, period: period).lines { row(line) } }
                }
            }
            element("div", .class("sticky")) {
                element("label", Attribute("for", "note")) { say("说明", "Note") }
                void(
                    "input", .id("note"), .name("note"), .value(note), .class("fill"),
                    Attribute("placeholder", say("依据或文号(可不填)", "why, or a document (optional)")))
                element("button", .type("submit")) { say("保存", "Save") }
                element("span", .class("quiet")) {
                    say("先存在本机,不需要联网。", "Saved on this machine; no connection is needed.")
                }
            }
        }
    }

    private func row(_ line: ReportForm.Line) -> HTML {
        let id = line.rule.id.rawValue
        let wrong = faults[id] ?? []
        return element("tr", .class(wrong.isEmpty ? nil : "wrong")) {
            element("th", Attribute("scope", "row")) {
                if line.locked == nil {
                    element("label", Attribute("for", "f-" + id)) { say(line.rule.name) }
                } else {
                    say(line.rule.name)
                }
            }
            element("td", .class("number")) { line.before?.shown ?? "-" }
            element("td") {
                if let locked = line.locked {
                    element("div") { line.seen?.value?.shown ?? "-" }
                    element("div", .class("quiet")) { Permission.sentence(for: locked, chinese: say.chinese) }
                } else {
                    FieldInput(
                        rule: line.rule, view: view, say: say, stands: Editing.formText(line.seen?.value),
                        typed: typed[id]
                    ).html()
                    for sentence in wrong { element("div", .class("fault")) { sentence } }
                }
            }
            element("td", .class("keep")) { line.rule.unit }
            element("td") {
                FieldMark(field: line.seen, say: say).html()
                if line.seen != nil {
                    element("a", .class("quiet"), .href("/history/\(line.key.tenant)/\(line.key.record)/\(id)")) {
                        say("历史", "history")
                    }
                }
            }
        }
    }

    /// What is wrong with the figures as they stand.
    private var checks: HTML {
        let found = view.faults(in: period, of: view.principal.tenant)
        guard !found.isEmpty else { return .empty }
        return element("section", .class("card")) {
            element("h2") { say("校验", "Checks") }
            element("ul") {
                for fault in found {
                    element("li") {
                        element("span", .class("mark " + (fault.isBlocking ? "rejected" : "merged"))) {
                            fault.isBlocking ? say("须更正", "to correct") : say("请核实", "to verify")
                        }
                        " " + fault.sentence(chinese: say.chinese)
                        explanation(fault)
                    }
                }
            }
        }
    }

    /// A soft fault may stand with an explanation.
    private func explanation(_ fault: CheckFault) -> HTML {
        if let given = fault.explanation {
            return element("div", .class("quiet")) { say("已说明:\(given)", "explained: \(given)") }
        }
        guard fault.strength == .soft, let key = fault.explanationKey else { return .empty }
        return layout.form("/report/\(period.id)/explain", .class("row")) {
            void("input", .type("hidden"), .name("record"), .value("\(key)"))
            void(
                "input", .name("text"), .class("fill"), .flag("required"),
                Attribute("aria-label", say("情况说明", "Explanation")),
                Attribute("placeholder", say("情况属实时,请写明原因", "if it is right so, say why")))
            element("button", .class("second small"), .type("submit")) { say("说明", "Explain") }
        }
    }

    private func submission(_ report: LocalReport) -> HTML {
        guard view.principal.role == .approver else {
            return element("p", .class("quiet")) {
                say("填好后由本单位的审签人上报。", "When it is filled in, the approver of your unit hands it in.")
            }
        }
        return element("section", .class("card")) {
            element("h2") { say("审签上报", "Sign and hand in") }
            element("p") {
                say(
                    "上报后市级开始审核;之后再改动,需要重新上报。",
                    "The city reviews it then; what is changed later has to be handed in again.")
            }
            layout.form("/report/\(period.id)/submit", .class("row")) {
                element("button", .type("submit")) { say("确认并上报", "Hand in") }
            }
        }
    }

    /// The indicators that these figures come to.
    private var results: HTML {
        element("section") {
            element("h2") { say("据此计算的指标", "What the figures come to") }
            FigureTableView(view: view, say: say, period: period, unit: view.principal.tenant).html()
        }
    }
}
