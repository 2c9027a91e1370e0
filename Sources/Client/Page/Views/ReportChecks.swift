import PlanSyncClient
import PlanSyncCore

/// What is wrong with the figures and records of a period, each with the place where it is put right.
struct ReportChecks {
    let layout: Layout
    let view: LocalView
    let say: Wording
    let period: Period
    let faults: [CheckFault]

    func html() -> HTML {
        element("section", .class(faults.isEmpty ? nil : "card"), .id("checks"), .flag("data-swap")) {
            if !faults.isEmpty {
                element("h2") { say("校验", "Checks") }
                element("ul", .class("tasks")) {
                    for fault in faults.sorted(by: { rank($0) < rank($1) }) { line(fault) }
                }
            }
        }
    }

    /// What has to be corrected first, what is explained last.
    private func rank(_ fault: CheckFault) -> Int { fault.strength == .hard ? 0 : fault.isBlocking ? 1 : 2 }

    private func line(_ fault: CheckFault) -> HTML {
        element("li") {
            CheckWords.mark(fault, say)
            element("div") {
                element("a", .href(place(fault))) { title(fault) }
                " " + fault.sentence(chinese: say.chinese)
                explanation(fault)
            }
        }
    }

    private func title(_ fault: CheckFault) -> String { CheckWords.title(fault, view, say) }

    private func place(_ fault: CheckFault) -> String {
        if fault.record.collection == CollectionRule.values {
            return fault.fields.first.map { "#f-\($0)" } ?? "#main"
        }
        return Place.of(fault.record, tenant: fault.tenant, view)
    }

    /// A soft fault may stand with an explanation.
    private func explanation(_ fault: CheckFault) -> HTML {
        if let given = fault.explanation {
            return element("div", .class("quiet")) { say("已说明：\(given)", "explained: \(given)") }
        }
        guard fault.strength == .soft, let key = fault.explanationKey else { return .empty }
        return layout.form("/report/\(period.id)/explain", .class("row")) {
            void("input", .type("hidden"), .name("record"), .value("\(key)"))
            void(
                "input", .name("text"), .class("fill"), .type("text"), .flag("required"),
                Attribute("aria-label", say("情况说明：", "Explanation: ") + title(fault)),
                Attribute("placeholder", say("情况属实时，请写明原因", "if it is right so, say why")))
            element("button", .class("second small"), .type("submit")) { say("说明", "Explain") }
        }
    }
}

/// What a fault is called where it is listed.
enum CheckWords {
    static func mark(_ fault: CheckFault, _ say: Wording) -> HTML {
        let (tone, word) =
            fault.strength == .hard
            ? ("rejected", say("须更正", "to correct"))
            : fault.isBlocking ? ("pending", say("须说明", "to explain")) : ("merged", say("已说明", "explained"))
        return element("span", .class("mark " + tone)) { word }
    }

    /// The record, unless it is the report itself, and the fields.
    static func title(_ fault: CheckFault, _ view: LocalView, _ say: Wording) -> String {
        let fields = fault.fields.map { Names.field($0, of: fault.record.collection, view, say) }
            .joined(separator: say("、", ", "))
        guard fault.record.collection != CollectionRule.values else { return fields }
        let record =
            Names.collection(fault.record.collection, view, say) + " "
            + Names.record(fault.record, view, say, of: fault.tenant)
        return fields.isEmpty ? record : record + " " + fields
    }
}

/// Where a report stands, as a mark.
enum ReportStateMark {
    static func of(_ report: LocalReport, _ view: LocalView, _ say: Wording) -> HTML {
        let tone =
            switch report.state {
            case .draft: "confirmed"
            case .submitted: "merged"
            case .accepted: "good"
            case .returned: "rejected"
            }
        let pending = report.stateField?.state == .pending
        return element("span", .class("mark " + (pending ? "pending" : tone))) {
            report.state.word(chinese: say.chinese) + (pending ? say(" · 未发送", " · not sent") : "")
            if let state = view.state(of: report.period), state != .open { " · " + state.word(chinese: say.chinese) }
        }
    }
}
