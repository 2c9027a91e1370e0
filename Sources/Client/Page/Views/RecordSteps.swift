import PlanSyncClient
import PlanSyncCore

/// The states of a record's workflow and the stages of its ladders, with the steps that this person may take.
struct RecordSteps {
    let card: RecordView
    let layout: Layout

    private var view: LocalView { card.view }
    private var say: Wording { card.say }

    func html() -> HTML {
        HTML([workflow] + ladders)
    }

    // MARK: Workflow

    private var workflow: HTML {
        guard let flow = card.collection.workflow, let rule = card.collection.field(flow.field),
            case .option(let states) = rule.kind
        else { return .empty }
        let seen = card.seen(flow.field)
        let stands = seen?.value?.shown ?? flow.initial
        let steps = flow.transitions.filter { step in
            (step.from.isEmpty || step.from.contains(stands)) && step.to != stands
                && step.roles.contains(view.principal.role)
        }
        return element("section", .class("card"), .id("steps")) {
            element("h2") { say(rule.name) }
            StageTrack.html(rule, states, stands, isLadder: false, say)
            FieldMark(field: seen, say: say).html()
            for step in steps { form(step, rule, flow) }
            if steps.isEmpty { others(flow, rule, stands) }
        }
    }

    /// Who goes on, where this person does not.
    private func others(_ flow: WorkflowRule, _ rule: FieldRule, _ stands: String) -> HTML {
        let next = flow.transitions.filter { $0.from.isEmpty || $0.from.contains(stands) }
        guard !next.isEmpty else { return .empty }
        return element("p", .class("quiet")) {
            for step in next {
                let roles = step.roles.map { RoleWord.of($0, say) }.joined(separator: say("、", ", "))
                element("div") { "\(OptionWord.step(step, rule, say)) → \(roles)" }
            }
        }
    }

    private func form(_ step: WorkflowRule.Transition, _ rule: FieldRule, _ flow: WorkflowRule) -> HTML {
        let lacking = step.needs.filter { card.seen($0)?.value == nil }
        let name = OptionWord.step(step, rule, say)
        if !lacking.isEmpty {
            let fields = lacking.map { Names.field($0, of: card.collection.id, view, say) }
                .joined(separator: say("、", ", "))
            return element("p", .class("quiet")) {
                say("\(name)之前须先填写：\(fields)。", "To \(name), first fill in: \(fields).")
            }
        }
        return layout.form(card.place + "/step", .class("row")) {
            void("input", .type("hidden"), .name("tenant"), .value(card.tenant?.rawValue ?? ""))
            void("input", .type("hidden"), .name("state"), .value(step.to))
            if step.needsReason {
                void(
                    "input", .name("note"), .class("fill"), .type("text"), .flag("required"),
                    Attribute("aria-label", say("\(name)的理由", "Why: \(name)")),
                    Attribute("placeholder", say("理由（必填）", "why (needed)")))
            }
            element("button", .class(step.needsReason ? "second" : nil), .type("submit")) { name }
        }
    }

    // MARK: Ladders

    private var ladders: [HTML] {
        card.collection.fields.filter { $0.merge == .ladder }.map { rule in
            guard case .option(let stages) = rule.kind else { return .empty }
            let seen = card.seen(rule.id)
            return element("section", .class("card")) {
                element("h2") { say(rule.name) }
                StageTrack.html(rule, stages, seen?.value?.shown, isLadder: true, say)
                FieldMark(field: seen, say: say).html()
                reopening(rule, stages, seen?.value?.shown)
            }
        }
    }

    /// Going back, by the side that may, with a reason.
    private func reopening(_ rule: FieldRule, _ stages: [String], _ stands: String?) -> HTML {
        let isMine = view.principal.role.isOfCity == (rule.gate == .city)
        let locked = Permission.writeFault(
            view.principal, tenant: card.tenant ?? view.principal.tenant, collection: card.collection, field: rule)
        guard isMine, locked == nil, let stands, let reached = stages.firstIndex(of: stands), reached > 0 else {
            return .empty
        }
        return layout.form(card.place + "/reopen", .class("row")) {
            void("input", .type("hidden"), .name("tenant"), .value(card.tenant?.rawValue ?? ""))
            void("input", .type("hidden"), .name("field"), .value(rule.id.rawValue))
            element("label", Attribute("for", "back-\(rule.id)")) { say("退回到", "Back to") }
            element("select", .id("back-\(rule.id)"), .name("stage")) {
                for stage in stages.prefix(reached).reversed() {
                    element("option", .value(stage)) { OptionWord.of(stage, rule, say) }
                }
            }
            void(
                "input", .name("note"), .class("fill"), .type("text"), .flag("required"),
                Attribute("aria-label", say("退回的理由", "Why it goes back")),
                Attribute("placeholder", say("理由（必填）", "why (needed)")))
            element("button", .class("second"), .type("submit")) { say("退回", "Go back") }
        }
    }
}
