import PlanSyncCore

/// Where the periods stand, as the server decides about an edit.
struct PeriodStanding {
    /// A chain head that was given by telephone before a period was sealed.
    struct RegisteredHead: Equatable {
        let period: String
        let device: DeviceID
        /// The hash, or what was read out of its beginning.
        let hash: String

        func covers(_ hash: String) -> Bool { hash.hasPrefix(self.hash) }
    }

    let plan: PlanCatalogue.Entry
    let records: [RecordRef: [FieldID: Cell]]
    let now: Timestamp

    /// The state that the city gave a period; else closed once its deadline has passed, unless the plan came to
    /// this server only after it: a period that was over before can have no late reports.
    func state(of period: Period) -> PeriodState {
        if let key = try? RecordKey(collection: CollectionRule.periods, key: period.id.rawValue),
            case .text(let word)? = records[RecordRef(tenant: .city, record: key)]?[PeriodField.state]?.value,
            let state = PeriodState(rawValue: word)
        {
            return state
        }
        let end = plan.plan.periods.deadlineEnd(of: period)
        guard let loaded = plan.loaded, loaded < end else { return .open }
        return now < end ? .open : .closed
    }

    /// All heads that were given by telephone.
    static func registeredHeads(in records: [RecordRef: [FieldID: Cell]]) -> [RegisteredHead] {
        var heads: [RegisteredHead] = []
        for (record, cells) in records where record.record.collection == CollectionRule.periods {
            guard case .text(let text)? = cells[PeriodField.heads]?.value else { continue }
            for line in text.split(separator: "\n") {
                let sides = line.split(separator: "=", maxSplits: 1)
                guard sides.count == 2, let device = try? DeviceID(sides[0]) else { continue }
                heads.append(RegisteredHead(period: record.record.key, device: device, hash: String(sides[1])))
            }
        }
        return heads.sorted { ($0.period, $0.device, $0.hash) < ($1.period, $1.device, $1.hash) }
    }
}
