package import PlanSyncCore

/// The objections to a period's ranking.
package struct PeriodObjections {
    package let view: LocalView
    package let period: Period

    package init(view: LocalView, period: Period) {
        self.view = view
        self.period = period
    }

    /// The plan's collection for them; `nil` where it has none.
    package var collection: CollectionRule? {
        view.plan.ranking.objections.flatMap { view.plan.collection($0.collection) }
    }

    /// Their records.
    package var records: [RecordPlace] {
        guard let collection else { return [] }
        return view.places(of: collection.id).filter { place in
            guard let record = try? RecordKey(collection: collection.id, key: place.key) else { return false }
            return view.plan.ranking(of: record)?.key == period.id.rawValue
        }
    }

    /// How many wait for an answer.
    package var open: Int {
        guard let rule = view.plan.ranking.objections, let flow = collection?.workflow else { return 0 }
        return records.filter { place in
            let state = view.field(flow.field, of: place, in: rule.collection)?.value?.shown ?? flow.initial
            return rule.open.contains(state)
        }.count
    }

    /// Where one stands, in the plan's word.
    package func state(of place: RecordPlace, _ say: Wording) -> String {
        guard let collection, let flow = collection.workflow, let rule = collection.field(flow.field) else {
            return "–"
        }
        let state = view.field(flow.field, of: place, in: collection.id)?.value?.shown ?? flow.initial
        return OptionWord.of(state, rule, say)
    }
}
