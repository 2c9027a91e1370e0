import PlanSyncClient
import PlanSyncCore

/// The records that refer to one record: a company's applications with their ladders, its certificates, and so on.
struct RelatedRecords {
    /// How many of one collection are shown.
    private static let rowsMax = 20
    private static let factsMax = 5

    let card: RecordView
    let layout: Layout

    private var view: LocalView { card.view }
    private var say: Wording { card.say }

    /// A collection whose records refer to this one, with those that do.
    private struct Relation {
        let rule: CollectionRule
        let reference: FieldRule
        let places: [RecordPlace]
        let isWritable: Bool
        /// Whether it has a ladder to climb or a state to reach.
        var isStaged: Bool { rule.workflow != nil || rule.fields.contains { $0.merge == .ladder } }
        var hasLadder: Bool { rule.fields.contains { $0.merge == .ladder } }
    }

    private var relations: [Relation] {
        let rules = view.plan.collections.values.filter { $0.origin == .declared }
        let found = rules.flatMap { rule in
            rule.fields.filter { field in
                if case .reference(card.collection.id) = field.kind { true } else { false }
            }.map { reference in
                Relation(
                    rule: rule, reference: reference,
                    places: view.places(of: rule.id).filter {
                        $0.tenant == card.owner
                            && view.field(reference.id, of: $0, in: rule.id)?.value?.text == card.key
                    },
                    isWritable: Permission.writeFault(
                        view.principal, tenant: card.owner, collection: rule, field: reference) == nil)
            }
        }
        return found.sorted {
            ($0.hasLadder ? 0 : 1, $0.isStaged ? 0 : 1, $0.rule.id) < (
                $1.hasLadder ? 0 : 1, $1.isStaged ? 0 : 1, $1.rule.id
            )
        }
    }

    func html() -> HTML {
        let relations = self.relations
        let empty = relations.filter { $0.places.isEmpty && $0.isWritable }
        return HTML(
            relations.filter { !$0.places.isEmpty }.map(section) + [
                empty.isEmpty
                    ? .empty
                    : element("section", .class("card"), .id("related-new")) {
                        element("div", .class("row flush")) {
                            element("span", .class("quiet")) { say("还没有，可新增：", "None yet; new:") }
                            for relation in empty { addition(relation, say(relation.rule.name), "") }
                        }
                    }
            ])
    }

    private func section(_ relation: Relation) -> HTML {
        let rule = relation.rule
        return element("section", .class("card"), .id("related-\(rule.id)")) {
            element("div", .class("row spread flush")) {
                element("h2") { say(rule.name) + " \(relation.places.count)" }
                if relation.isWritable { addition(relation, say("新增", "New"), "button second") }
            }
            for place in relation.places.prefix(Self.rowsMax) { line(place, rule, relation.reference) }
            if relation.places.count > Self.rowsMax {
                element("p") {
                    element("a", .href("/records/\(rule.id)?q=\(Place.encoded(card.key))")) {
                        say("查看全部", "All of them")
                    }
                }
            }
        }
    }

    private func addition(_ relation: Relation, _ title: String, _ tone: String) -> HTML {
        let owner = card.owner == view.principal.tenant ? "" : "&tenant=\(card.owner)"
        let field = "f.\(relation.reference.id)=\(Place.encoded(card.key))"
        return element(
            "a", .class(tone.isEmpty ? nil : tone), .id("new-\(relation.rule.id)-\(relation.reference.id)"),
            .href("/record/\(relation.rule.id)/\(Editing.newKey)?\(field)\(owner)"),
            Attribute("aria-label", say("新增 ", "New: ") + say(relation.rule.name))
        ) { title }
    }

    /// One record: what it is, where it stands on its ladder or in its workflow, and what else is short.
    private func line(_ place: RecordPlace, _ rule: CollectionRule, _ reference: FieldRule) -> HTML {
        func word(_ field: FieldRule) -> String? {
            OptionWord.value(field.listed(view.field(field.id, of: place, in: rule.id)?.value), field, say)
        }
        let staged = Set(rule.fields.filter { $0.merge == .ladder || rule.workflow?.field == $0.id }.map(\.id))
        let others = rule.fields.filter { $0.id != reference.id && !staged.contains($0.id) && $0.attachment == nil }
        let title = others.filter(\.required).compactMap(word).joined(separator: " · ")
        let facts = others.filter { !$0.required }.compactMap { field in
            word(field).map { "\(say(field.name)) \($0)" + (field.unit.isEmpty ? "" : " \(field.unit)") }
        }
        return element("div", .class("related")) {
            element("div", .class("row flush")) {
                element("a", .href(Place.of(rule.id, place, view))) { title.isEmpty ? place.key : title }
                for field in rule.fields where staged.contains(field.id) { standing(field, rule, place) }
            }
            if !facts.isEmpty {
                element("div", .class("quiet")) {
                    facts.prefix(Self.factsMax).joined(separator: say("；", "; "))
                }
            }
        }
    }

    /// Where it stands: a ladder with all of its stages, a workflow by its state.
    private func standing(_ field: FieldRule, _ rule: CollectionRule, _ place: RecordPlace) -> HTML {
        let seen = view.field(field.id, of: place, in: rule.id)
        let stands = seen?.value?.shown ?? (rule.workflow?.field == field.id ? rule.workflow?.initial : nil)
        guard field.merge == .ladder, case .option(let stages) = field.kind else {
            guard let stands else { return .empty }
            return HTML([
                element("span", .class("mark merged")) { OptionWord.of(stands, field, say) },
                FieldMark(field: seen, say: say).html(),
            ])
        }
        return HTML([
            StageTrack.html(field, stages, stands, isLadder: true, say), FieldMark(field: seen, say: say).html(),
        ])
    }
}

/// The stages of a ladder or the states of a workflow in their order, with the one that is reached.
enum StageTrack {
    static func html(
        _ rule: FieldRule, _ all: [String], _ stands: String?, isLadder: Bool, _ say: Wording
    ) -> HTML {
        let reached = stands.flatMap { all.firstIndex(of: $0) }
        return element("ol", .class("stages"), Attribute("aria-label", say(rule.name))) {
            for (index, stage) in all.enumerated() {
                let tone = stage == stands ? "here" : isLadder && index < (reached ?? 0) ? "done" : nil
                element("li", .class(tone), Attribute("aria-current", stage == stands ? "step" : nil)) {
                    OptionWord.of(stage, rule, say)
                }
            }
        }
    }
}
