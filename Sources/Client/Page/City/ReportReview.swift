import PlanSyncClient
import PlanSyncCore

/// One unit's figures of a period, beside those of before, what is due and what its peers report; and the answer.
struct ReportReview {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let tenant: TenantID
    let period: Period
    /// What was typed of the department's figures, by field, when the form comes back.
    var typed: [String: String] = [:]
    /// What is wrong with it, by field.
    var faults: [String: [String]] = [:]
    var said: String?
    /// What became of an amendment.
    var amended: String?
    /// Why it was not answered or amended.
    var fault: String?
    /// The reason that was typed.
    var reason = ""

    private static let form = "official"

    private var report: LocalReport { view.report(of: period, tenant: tenant) }

    /// The record with the figures, as edits name it.
    var reference: String { "\(tenant):\(CollectionRule.values)/\(period.id)" }
    /// The page's own place.
    var address: String { "/review/\(period.id)/\(tenant)" }

    func page() -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: address)
        let guides = FieldGuides(view, of: tenant, in: period)
        let lines = ReportForm(view: view, period: period, of: tenant).lines
        return layout.page("\(Names.unit(tenant, view, say)) · \(Names.period(period, say))") {
            element("p") { element("a", .href("/review")) { say("返回审核", "Back to the review") } }
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
            if !faults.isEmpty {
                element("div", .class("notice bad"), Attribute("role", "alert")) {
                    say("没有保存：请先改正标出的地方。", "Not saved: correct what is marked.")
                    for sentence in faults["", default: []] { element("div") { sentence } }
                }
            }
            head
            checks
            element("div", .class("even")) { Table.html(columns, lines.map { row($0, guides) }) }
            let isDepartments = lines.contains(where: isOfDepartment)
            if isDepartments || isToAnswer { official(layout, isDepartments) }
            if isToAnswer { answer }
            Amending(
                desk: desk, view: view, say: say, tenant: tenant, period: period, typed: typed, reason: reason,
                said: amended
            ).html(layout)
        }
    }

    private var head: HTML {
        let report = self.report
        return element("div", .class("row")) {
            ReportStateMark.of(report, view, say)
            if let field = report.stateField {
                element("span", .class("quiet")) {
                    field.author + " " + (field.at.map { LocalTime.shown($0, desk) } ?? "")
                }
            }
            if !report.changed.isEmpty {
                element("span", .class("fault")) {
                    say("上报后有改动：", "changed since: ") + ChangedFields.names(report.changed, view, say)
                }
            }
            ExchangeView.links("report/\(period.id)/\(tenant)", say)
        }
    }

    /// What is wrong, with what the unit says about it.
    private var checks: HTML {
        let faults = view.faults(in: period, of: tenant)
        guard !faults.isEmpty else { return .empty }
        return element("section", .class("card"), .id("faults")) {
            element("h2") { say("校验", "Checks") }
            element("ul", .class("tasks")) {
                for fault in faults {
                    element("li") {
                        CheckWords.mark(fault, say)
                        element("div") {
                            element("strong") { CheckWords.title(fault, view, say) }
                            " " + fault.sentence(chinese: say.chinese)
                            if let explanation = fault.explanation {
                                element("div", .class("quiet")) {
                                    say("单位说明：\(explanation)", "the unit says: \(explanation)")
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private var columns: [Column] {
        [
            Column(title: say("数据", "Figure")), Column(title: say("上年同期", "Last year"), isNumber: true),
            Column(title: say("上期", "Last period"), isNumber: true),
            Column(title: say("本期", "This period"), isNumber: true), Column(title: say("单位", "Unit")),
            Column(title: say("应达", "Due"), isNumber: true), Column(title: say("目标", "Target"), isNumber: true),
            Column(title: say("同类中位", "Peers' median"), isNumber: true), Column(title: say("填报", "Entered")),
            Column(title: say("状态", "State")),
        ]
    }

    private func row(_ line: ReportForm.Line, _ guides: FieldGuides) -> HTML {
        let guide = guides.guide(of: line.rule.id)
        let median = Peers(view: view, tenant: tenant).median(of: line.rule.id, in: line.key.record)
        let history = Place.history(
            of: line.key.record.collection, RecordPlace(tenant: tenant, key: line.key.record.key))
        return element("tr") {
            element("th", Attribute("scope", "row")) { say(line.rule.name) }
            Table.number(line.lastYear?.shown)
            Table.number(line.before?.shown)
            isOfDepartment(line)
                ? input(line)
                : element("td", .class("number")) { element("strong") { line.seen?.value?.shown ?? "–" } }
            Table.kept(line.rule.unit)
            Table.number(guide?.shown(guide?.due))
            Table.number(guide?.shown(guide?.target))
            Table.number(median?.shown(2))
            element("td", .class("keep")) {
                if let seen = line.seen {
                    element(
                        "a", .class("quiet"), .href("\(history)/\(line.rule.id)"),
                        Attribute("aria-label", say("历史：", "history: ") + say(line.rule.name))
                    ) { seen.author + " " + (seen.at.map { LocalTime.day($0, view.plan) } ?? "") }
                }
            }
            element("td") { FieldMark(field: line.seen, say: say).html() }
        }
    }

    // MARK: The departments' figures

    /// Whether a department of the city enters the figure, and this person may.
    private func isOfDepartment(_ line: ReportForm.Line) -> Bool {
        line.rule.filledBy == .department && line.locked == nil && view.state(of: period) != .final
    }

    private func input(_ line: ReportForm.Line) -> HTML {
        let id = line.rule.id.rawValue
        let wrong = faults[id] ?? []
        return element("td", .class("number")) {
            element("div", .class(wrong.isEmpty ? nil : "wrong")) {
                FieldInput(
                    rule: line.rule, view: view, say: say, stands: Editing.formText(line.seen?.value), typed: typed[id],
                    form: Self.form, label: say(line.rule.name), describedBy: "why-" + id
                ).html()
            }
            element("div", .id("why-" + id)) { for sentence in wrong { element("div", .class("fault")) { sentence } } }
        }
    }

    /// The form of the departments' figures; the answer to the report goes with it, so that nothing typed is lost.
    private func official(_ layout: Layout, _ isDepartments: Bool) -> HTML {
        layout.form(address, .id(Self.form)) {
            if isDepartments {
                element("div", .class("row")) {
                    element("label", Attribute("for", "note")) {
                        say("部门数据的依据或文号", "Source of the departments' figures")
                    }
                    void("input", .id("note"), .name("note"), .class("fill"), .type("text"))
                    element("button", .class("second"), .type("submit")) { say("保存部门数据", "Save these figures") }
                }
            }
        }
    }

    // MARK: The answer

    private var isToAnswer: Bool {
        report.state == .submitted && [.reviewer, .supervisor].contains(view.principal.role)
    }

    private var answer: HTML {
        let target = Attribute("formaction", address + "/answer")
        let form = Attribute("form", Self.form)
        return element("div", .class("sticky")) {
            void(
                "input", .type("hidden"), .name(ReviewView.seen), .value(report.digest?.value?.shown ?? ""), form)
            element("label", Attribute("for", "reason")) { say("退回理由", "Reason for giving back") }
            void("input", .id("reason"), .name("reason"), .class("fill"), .value(reason), form)
            element("button", .type("submit"), .name("verdict"), .value("accepted"), target, form) {
                say("审核通过", "Accept")
            }
            element("button", .class("risky"), .type("submit"), .name("verdict"), .value("returned"), target, form) {
                say("退回", "Give back")
            }
        }
    }
}
