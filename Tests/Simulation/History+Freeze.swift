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
            let places = Self.places(names, key.field, of: key.tenant)
            guard opened <= row.received, places.contains(key), uncertain.isDisjoint(with: places),
                let stood = places.lazy.compactMap({ before[$0] }).first, stood.since < opened
            else { continue }
            var stands = places.lazy.compactMap({ after[$0] }).first?.value
            if stands == nil, key.field == TargetField.applies {
                // A target applies without a word, from when it stood.
                let targets = Self.places(names, TargetField.target, of: key.tenant)
                let target = targets.lazy.compactMap({ before[$0] }).first
                if let target, target.since < opened { stands = .flag(true) }
            }
            if stands != stood.value {
                broken.append(
                    .seal(
                        "\(row.change.id) alters \(key.field) of \(key.tenant), which stood when \(quarter.id) opened"))
            }
        }
    }

    private static func places(_ names: [String], _ field: FieldID, of tenant: TenantID) -> [CellKey] {
        names.compactMap { name in
            (try? RecordKey(collection: CollectionRule.targets, key: name)).map {
                CellKey(tenant: tenant, record: $0, field: field)
            }
        }
    }
}
