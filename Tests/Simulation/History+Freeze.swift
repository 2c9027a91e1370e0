import PlanSyncCore

// What stood when a quarter opened stays for it, by the server's clock: told from the answers alone.

extension History {
    /// A target as it was taken.
    struct Goal: Sendable {
        let value: FieldValue
        let since: Timestamp
    }

    /// Takes an edit of a target in; what stood when a quarter opened must be what stands.
    mutating func checkFreeze(
        _ operation: Operation, _ answer: OperationResult, _ row: JournalRow, _ key: CellKey, _ plan: Plan,
        _ broken: inout [Violation]
    ) {
        guard answer.outcome == .applied, answer.reason == nil else { return }
        let before = goals
        let value = operation.action == .clear ? nil : operation.value
        goals[key] = value.map { Goal(value: $0, since: row.received) }
        let after = goals
        for (index, quarter) in plan.periods.all.enumerated() {
            let opened = plan.periods.start(of: quarter)
            // From the newest version back to the year's own.
            let names = plan.periods.all.prefix(index + 1).reversed().map { "i1:\($0.id)" } + ["i1:\(quarter.year)"]
            let places = names.compactMap { name in
                (try? RecordKey(collection: CollectionRule.targets, key: name)).map {
                    CellKey(tenant: key.tenant, record: $0, field: key.field)
                }
            }
            guard opened <= row.received, places.contains(key), uncertain.isDisjoint(with: places),
                let stood = places.lazy.compactMap({ before[$0] }).first, stood.since < opened
            else { continue }
            if places.lazy.compactMap({ after[$0] }).first?.value != stood.value {
                broken.append(
                    .seal(
                        "\(row.change.id) alters \(key.field) of \(key.tenant), which stood when \(quarter.id) opened"))
            }
        }
    }
}
