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
                ExchangeView.links("report/\(period.id)", say)
            }
            returned
            if !report.changed.isEmpty {
                element("p", .class("notice away")) {
                    say("上报之后有改动，需要重新上报：", "It was changed after it was handed in; hand it in again: ")
                        + ChangedFields.names(report.changed, view, say)
                }
            }
            form(found)
            ReportChecks(layout: layout, view: view, say: say, period: period, faults: found).html()
            ReportSubmission(layout: layout, view: view, say: say, period: period, report: report, faults: found).html()
            results
        }
    }

    private var wrong: HTML {
        element("div", .id("wrong"), Attribute("role", "alert")) {
            if !faults.isEmpty {
                element("div", .class("notice bad")) {
                    say("没有保存：请先改正标出的地方，其余内容还在。", "Not saved: correct what is marked; the rest is still here.")
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
                + (reason.map { say("原因：\($0)", "Reason: \($0)") }
                    ?? say("原因在下次同步后显示。", "The reason is shown after the next synchronisation."))
        }
    }

    private func form(_ found: [CheckFault]) -> HTML {
        let lines = ReportForm(view: view, period: period).lines
        let guides = FieldGuides(trial ?? view, of: view.principal.tenant, in: period)
        return element(
            "form", Attribute("method", "post"), Attribute("action", "/report/\(period.id)"),
            Attribute("data-check", "/report/\(period.id)/check")
        ) {
            layout.hidden
            element("div", .class("scroll")) {
                element("table", .class("form")) {
                    element("thead") { heads }
                    element("tbody") {
                        for line in lines where line.locked == nil { row(line, found, guides) }
                        for reason in Set(lines.compactMap(\.locked)).sorted() {
                            element("tr", .class("group")) {
                                element("th", Attribute("colspan", "9"), Attribute("scope", "rowgroup")) {
                                    Permission.sentence(for: reason, chinese: say.chinese)
                                }
                            }
                            for line in lines where line.locked == reason { row(line, found, guides) }
                        }
                    }
                }
            }
            element("p", .class("quiet")) {
                say(
                    "“应达”和“目标”是本单位本年度的；带 % 的，是用这个数算出的比率应达到的值。",
                    "Due and target are your unit's of this year; with %, of the ratio that the figure is a part of.")
            }
            element("div", .class("sticky")) {
                element("label", Attribute("for", "note")) { say("说明", "Note") }
                void(
                    "input", .id("note"), .name("note"), .value(note), .class("fill"), .type("text"),
                    Attribute("placeholder", say("依据或文号（可不填）", "why, or a document (optional)")))
                element("button", .type("submit")) { say("保存", "Save") }
                element(
                    "button", .class("second"), .type("submit"), Attribute("formaction", "/report/\(period.id)/check")
                ) { say("校验", "Check") }
                element("span", .class("quiet")) {
                    say("先存在本机，不需要联网。", "Saved on this machine; no connection is needed.")
                }
            }
        }
    }

    private var heads: HTML {
        let columns = [
            Column(title: say("项目", "Item")), Column(title: say("上年同期", "Last year"), isNumber: true),
            Column(title: say("上期", "Last period"), isNumber: true),
            Column(title: say("本期", "This period"), isNumber: true), Column(title: say("单位", "Unit")),
            Column(title: say("应达", "Due"), isNumber: true), Column(title: say("目标", "Target"), isNumber: true),
            Column(title: say("状态", "State")),
        ]
        return element("tr") {
            for column in columns { column.head }
            element("th", .class("history"), Attribute("scope", "col")) {
                element("span", .class("unseen")) { say("历史", "History") }
            }
        }
    }

    private func row(_ line: ReportForm.Line, _ found: [CheckFault], _ guides: FieldGuides) -> HTML {
        let id = line.rule.id.rawValue
        let checks = found.filter {
            $0.record.collection == CollectionRule.values && $0.fields.contains(line.rule.id) && $0.isBlocking
        }
        let wrong = faults[id] ?? []
        let tone = wrong.isEmpty && !checks.contains { $0.strength == .hard } ? nil : "wrong"
        let guide = guides.guide(of: line.rule.id)
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
            Table.number(line.lastYear?.shown)
            Table.number(line.before?.shown)
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
                Table.number(line.seen?.value?.shown)
            }
            element("td", .class("keep")) { line.rule.unit }
            Table.number(guide?.shown(guide?.due))
            Table.number(guide?.shown(guide?.target))
            element("td") {
                FieldMark(field: line.seen, say: say).html()
                element("div", .id("why-" + id), .flag("data-swap")) { reasons(wrong, checks) }
            }
            element("td", .class("keep history")) {
                if line.seen != nil {
                    element(
                        "a", .class("quiet"), .href("/history/\(line.key.tenant)/\(line.key.record)/\(id)"),
                        Attribute("aria-label", say("历史：", "history: ") + say(line.rule.name))
                    ) { say("历史", "history") }
                }
            }
        }
    }

    /// What is wrong with a figure, at the figure.
    private func reasons(_ wrong: [String], _ checks: [CheckFault]) -> HTML {
        HTML([
            HTML(wrong.map { sentence in element("div", .class("fault")) { sentence } }),
            HTML(
                checks.map { fault in
                    element("div", .class(fault.strength == .hard ? "fault" : "fault soft")) {
                        fault.sentence(chinese: say.chinese)
                        if fault.strength == .soft {
                            " "
                            element("a", .href("#checks")) { say("属实请说明", "explain it if it is so") }
                        }
                    }
                }),
        ])
    }

    /// The indicators that these figures come to.
    private var results: HTML {
        element("section", .id("results"), .flag("data-swap")) {
            element("h2") { say("据此计算的指标", "What the figures come to") }
            FigureTableView(view: trial ?? view, say: say, period: period, unit: view.principal.tenant).html()
        }
    }
}
