import PlanSyncCore

/// Where the periods stand, as the server decides about an edit.
struct PeriodStanding {
    /// A chain head that was given by telephone before a period was sealed.
    struct RegisteredHead: Equatable {
        let period: String
        let device: DeviceID
        /// The hash, or what was read out of its beginning.
        let hash: String
        /// When it was given; `nil` for one from before that was kept.
        let given: Timestamp?

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
        guard let end = deadline(of: period) else { return .open }
        return now < end ? .open : .closed
    }

    /// When a period closes by itself; `nil` where the plan came to this server only after that.
    private func deadline(of period: Period) -> Timestamp? {
        let end = plan.plan.periods.deadlineEnd(of: period)
        guard let loaded = plan.loaded, loaded < end else { return nil }
        return end
    }

    /// How many days late a report of a period is that comes now: the first day after the close is 1.
    ///
    /// A period closes at its deadline, or when the city closed it; while the city holds it open nothing is late.
    func daysLate(of period: Period) -> Int {
        guard state(of: period) != .open else { return 0 }
        var closed = deadline(of: period)
        if let key = try? RecordKey(collection: CollectionRule.periods, key: period.id.rawValue),
            let cell = records[RecordRef(tenant: .city, record: key)]?[PeriodField.state],
            closed == nil || closed.map({ now < $0 }) == true
        {
            closed = cell.at
        }
        guard let closed, now >= closed else { return 0 }
        return now.days(since: closed) + 1
    }

    /// All heads that were given by telephone.
    static func registeredHeads(in records: [RecordRef: [FieldID: Cell]]) -> [RegisteredHead] {
        var heads: [RegisteredHead] = []
        for (record, cells) in records where record.record.collection == CollectionRule.periods {
            guard case .text(let text)? = cells[PeriodField.heads]?.value else { continue }
            for line in text.split(separator: "\n") {
                // DEVICE=HASH@TIME; before the time was kept, DEVICE=HASH.
                let sides = line.split(separator: "=", maxSplits: 1)
                guard sides.count == 2, let device = try? DeviceID(sides[0]) else { continue }
                let parts = sides[1].split(separator: "@", maxSplits: 1)
                guard let hash = parts.first else { continue }
                heads.append(
                    RegisteredHead(
                        period: record.record.key, device: device, hash: String(hash),
                        given: parts.dropFirst().first.flatMap { try? Timestamp($0) }))
            }
        }
        return heads.sorted { ($0.period, $0.device, $0.hash) < ($1.period, $1.device, $1.hash) }
    }
}
