import PlanSyncCore

/// What published rankings mean for an edit.
enum RankingDecision {
    /// The record of the ranking that a record of a unit's score belongs to: they have one key.
    static func record(_ record: RecordKey) -> RecordKey {
        (try? RecordKey(collection: CollectionRule.rankings, key: record.key)) ?? record
    }

    /// Why a unit cannot object now; `nil` for everything else.
    ///
    /// The city may answer at any time.
    static func fault(_ context: OperationContext, now: Timestamp, in work: ChangeScratch) -> String? {
        guard !context.byCity, let ranking = work.plan.ranking(of: context.key.record) else { return nil }
        let cells = work.cells(of: RecordRef(tenant: .city, record: ranking))
        guard let state = cells[RankingField.state]?.value?.text else { return "ranking_not_published" }
        if state == RankingField.State.final.rawValue { return "ranking_final" }
        guard let until = cells[RankingField.until]?.value?.text.flatMap({ try? CalendarDate($0) }) else { return nil }
        return now >= work.plan.end(of: until) ? "objections_over" : nil
    }
}
