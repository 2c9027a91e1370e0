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
    /// What a person would see if what is typed were saved; `nil`: what stands.
    var trial: LocalView?

    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: "/report/\(period.id)") }

    /// The page.
    ///
    /// - Throws: the replica's errors.
    func page() throws -> HTML {
        let report = view.report(of: period, tenant: view.principal.tenant)
        let found = (trial ?? view).faults(in: period, of: view.principal.tenant)
        let returned = try reason(report)
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
            returned
            if !report.changed.isEmpty {
                element("p", .class("notice away")) {
                    say("上报之后有改动,需要重新上报。", "It was changed after it was handed in; hand it in again.")
                }
            }
            form(found)
            ReportChecks(layout: layout, view: view, say: say, period: period, faults: found).html()
            submission(found)
            results
        }
    }

    private var wrong: HTML {
        element("div", .id("wrong"), Attribute("role", "alert")) {
            if !faults.isEmpty {
                element("div", .class("notice bad")) {
                    say("没有保存:请先改正标出的地方,其余内容还在。", "Not saved: correct what is marked; the rest is still here.")
                    for sentence in faults["", default: []] { element("div") { sentence } }
                }
            }
        }
    }

    /// Why the city gave the report back.
    private func reason(_ report: LocalReport) throws -> HTML {
        guard report.state == .returned, let rev = report.stateField?.rev else { return .empty }
        let reason = try desk.replica().note(of: rev)
        return element("p", .class("notice away")) {
            say("市级退回了这份填报。", "The city gave this report back. ")
                + (reason.map { say("原因:\($0)", "Reason: \($0)") }
                    ?? say("原因在下次同步后显示。", "The reason is shown after the next synchronisation."))
        }
    }

    private func form(_ found: [CheckFault]) -> HTML {
        let lines = ReportForm(view: view, period: period).lines
        return element(
            "form", Attribute("method", "post"), Attribute("action", "/report/\(period.id)"),
            Attribute("data-check", "/report/\(period.id)/check")
        ) {
            layout.hidden
            element("div", .class("scroll")) {
                element("table", .class("form")) {
                    element("thead") {
                        element("tr") {
                            element("th", Attribute("scope", "col")) { say("项目", "Item") }
                            element("th", .class("number"), Attribute("scope", "col")) { say("上期", "Last period") }
                            element("th", .class("number"), Attribute("scope", "col")) { say("本期", "This period") }
                            element("th", Attribute("scope", "col")) { say("单位", "Unit") }
                            element("th", Attribute("scope", "col")) { say("状态", "State") }
                            element("th", Attribute("scope", "col")) {
                                element("span", .class("unseen")) { say("历史", "History") }
                            }
                        }
                    }
                    element("tbody") {
                        for line in lines where line.locked == nil { row(line, found) }
                        for reason in Set(lines.compactMap(\.locked)).sorted() {
                            element("tr", .class("group")) {
                                element("th", Attribute("colspan", "6"), Attribute("scope", "rowgroup")) {
                                    Permission.sentence(for: reason, chinese: say.chinese)
                                }
                            }
                            for line in lines where line.locked == reason { row(line, found) }
                        }
                    }
                }
            }
            element("div", .class("sticky")) {
                element("label", Attribute("for", "note")) { say("说明", "Note") }
                void(
                    "input", .id("note"), .name("note"), .value(note), .class("fill"), .type("text"),
                    Attribute("placeholder", say("依据或文号(可不填)", "why, or a document (optional)")))
                element("button", .type("submit")) { say("保存", "Save") }
                element(
                    "button", .class("second"), .type("submit"), Attribute("formaction", "/report/\(period.id)/check")
                ) { say("校验", "Check") }
                element("span", .class("quiet")) {
                    say("先存在本机,不需要联网。", "Saved on this machine; no connection is needed.")
                }
            }
        }
    }

    private func row(_ line: ReportForm.Line, _ found: [CheckFault]) -> HTML {
        let id = line.rule.id.rawValue
        let checks = found.filter {
            $0.record.collection == CollectionRule.values && $0.fields.contains(line.rule.id) && $0.isBlocking
        }
        let wrong = faults[id] ?? []
        let tone = wrong.isEmpty && !checks.contains { $0.strength == .hard } ? nil : "wrong"
        return element("tr", .class(line.locked != nil ? "locked" : nil)) {
            element("th", Attribute("scope", "row")) {
                if line.locked == nil {
                    element("label", Attribute("for", "f-" + id)) {
                        say(line.rule.name)
                        if line.rule.required { element("abbr", Attribute("title", say("必填", "needed"))) { "*" } }
                    }
                } else {
                    say(line.rule.name)
                }
            }
            element("td", .class("number")) { line.before.map { $0.shown } ?? "-" }
            if line.locked == nil {
                element("td", .class("number"), .id("cell-" + id)) {
                    element("div", .class(tone)) {
                        FieldInput(
                            rule: line.rule, view: view, say: say, stands: Editing.formText(line.seen?.value),
                            typed: typed[id], describedBy: "why-" + id
                        ).html()
                    }
                }
            } else {
                element("td", .class("number")) { line.seen?.value?.shown ?? "-" }
            }
            element("td", .class("keep")) { line.rule.unit }
            element("td") {
                FieldMark(field: line.seen, say: say).html()
                element("div", .id("why-" + id), .flag("data-swap")) {
                    for sentence in wrong { element("div", .class("fault")) { sentence } }
                    for fault in checks {
                        element("div", .class(fault.strength == .hard ? "fault" : "fault soft")) {
                            fault.sentence(chinese: say.chinese)
                        }
                    }
                }
            }
            element("td", .class("keep")) {
                if line.seen != nil {
                    element(
                        "a", .class("quiet"), .href("/history/\(line.key.tenant)/\(line.key.record)/\(id)"),
                        Attribute("aria-label", say("历史:", "history: ") + say(line.rule.name))
                    ) { say("历史", "history") }
                }
            }
        }
    }

    private func submission(_ found: [CheckFault]) -> HTML {
        guard view.principal.role == .approver else {
            return element("p", .class("quiet")) {
                say("填好后由本单位的审签人上报。", "When it is filled in, the approver of your unit hands it in.")
            }
        }
        let blocking = found.filter(\.isBlocking).count
        return element("section", .class("card"), .id("submission"), .flag("data-swap")) {
            element("h2") { say("审签上报", "Sign and hand in") }
            element("p") {
                say(
                    "上报后市级开始审核;之后再改动,需要重新上报。上报的是已经保存的数据。",
                    "The city reviews what is saved now; what is changed later has to be handed in again."
                )
            }
            if blocking > 0 {
                element("p", .class("fault")) {
                    say("还有 \(blocking) 处须更正或说明,不能上报。", "\(blocking) faults have to be corrected or explained first.")
                }
            } else {
                layout.form("/report/\(period.id)/submit", .class("row")) {
                    element("button", .type("submit")) { say("确认并上报", "Hand in") }
                }
            }
        }
    }

    /// The indicators that these figures come to.
    private var results: HTML {
        element("section", .id("results"), .flag("data-swap")) {
            element("h2") { say("据此计算的指标", "What the figures come to") }
            FigureTableView(view: trial ?? view, say: say, period: period, unit: view.principal.tenant).html()
        }
    }
}
