import PlanSyncCore
import PlanSyncWire
import Synchronization

// Rankings become public in two steps: a preliminary one, to which units may object, and the one that is sealed with
// its period. Both are system changes, worked out in the transaction that writes them, so that a replay of the journal
// works them out again.

extension ServerEngine {
    /// What a system change writes of one tenant.
    typealias Edit = (tenant: TenantID, operations: [Operation])

    /// `admin.ranking.publish`.
    func rankingPublish(_ call: Call) throws -> Work {
        let params = try AdminRankingPublish.Params(json: call.params)
        guard let entry = state.withLock({ $0.catalogue[params.plan] }) else {
            throw RPCError.notFound(field: "params.plan")
        }
        let period = try period(params.period, of: entry.plan)
        return .write { [self] in
            var result = AdminRankingPublish.Result(digest: "", until: nil)
            return written(call, entry, note: params.reason) { writer in
                let (edits, published) = try self.preliminary(of: period, params.until, entry, call.now, writer)
                result = published
                return edits
            } answer: {
                result
            }
        }
    }

    private func preliminary(
        of period: Period, _ until: CalendarDate?, _ entry: PlanCatalogue.Entry, _ now: Timestamp,
        _ writer: any PlanWriting
    ) throws -> ([Edit], AdminRankingPublish.Result) {
        let cells = try Self.city(CollectionRule.periods, of: entry.plan, in: writer)
        let standing = PeriodStanding(plan: entry, records: cells, now: now)
        guard standing.state(of: period) != .open else {
            throw RPCError.closed(
                "\(period.id) is open: its ranking is published once it is closed ('plansyncd period close').",
                field: "params.period")
        }
        if standing.state(of: period) == .final {
            throw RPCError.closed("\(period.id) is sealed, and its ranking with it.", field: "params.period")
        }
        let ranking = try published(of: period, entry, in: writer)
        let days = entry.plan.ranking.objections?.days ?? 0
        let end = until ?? entry.plan.objectionsEnd(publishedAt: now, days: days)
        if end < entry.plan.localDay(of: now) {
            throw RPCError.invalidParams(
                "\(end) is over; the window for objections ends today or later.", field: "params.until",
                reason: "day_over")
        }
        var edits = try edits(of: ranking, .preliminary, until: end, entry, now)
        let closed = try standing.isSaid(period) ? [] : [Self.operation(period, PeriodField.state, "closed")]
        if !closed.isEmpty { edits.append((.city, closed)) }
        return (
            edits, AdminRankingPublish.Result(digest: ranking.digest(environment.cryptography), until: "\(end)")
        )
    }

    /// What sealing a period writes of its ranking: the ranking as it stays, before the period takes no more.
    ///
    /// - Throws: ``RPCError`` with all that is still open, unless the city seals in spite of it.
    func sealed(
        _ period: Period, _ entry: PlanCatalogue.Entry, despite: Bool, now: Timestamp, in writer: any PlanWriting
    ) throws -> [Edit] {
        let ranking = try published(of: period, entry, in: writer)
        let open = try entry.plan.ranking.objections.map { rule in
            try self.open(period, ranking, rule, entry.plan, now, writer)
        }
        if let open, !open.isEmpty, !despite {
            throw RPCError(
                code: .closed, reason: "ranking_not_ready", field: "params.period",
                message: "\(period.id) cannot be sealed yet: \(open.joined(separator: "; ")). With --force and a "
                    + "--reason the city seals it all the same.")
        }
        return try edits(of: ranking, .final, until: nil, entry, now)
    }

    /// What is still open before a ranking can be sealed, all of it.
    private func open(
        _ period: Period, _ ranking: PublishedRanking, _ rule: RankingRule.Objections, _ plan: Plan, _ now: Timestamp,
        _ writer: any PlanWriting
    ) throws -> [String] {
        var open: [String] = []
        let key = try RecordKey(collection: CollectionRule.rankings, key: period.id.rawValue)
        let cells = try writer.record(key, of: .city, plan: plan.id)
        if cells[RankingField.state] == nil {
            open.append("no preliminary ranking was published")
        } else if let until = cells[RankingField.until]?.value?.text.flatMap({ try? CalendarDate($0) }),
            now < plan.end(of: until)
        {
            open.append("units may object until \(until)")
        }
        for unit in plan.units {
            let waiting = try objections(of: unit.id, to: key, rule, plan, writer)
            for record in waiting { open.append("the objection \(unit.id):\(record) has no answer") }
        }
        for unit in ranking.units where unit.disputed {
            open.append("a figure of \(unit.tenant) is in conflict")
        }
        for unit in plan.units {
            let report = try RecordKey(collection: CollectionRule.submissions, key: period.id.rawValue)
            let state = try writer.record(report, of: unit.id, plan: plan.id)[SubmissionField.state]?.value
            if state == .text(SubmissionField.State.submitted.rawValue) {
                open.append("the report of \(unit.id) waits for its review")
            }
        }
        return open
    }

    private func objections(
        of tenant: TenantID, to ranking: RecordKey, _ rule: RankingRule.Objections, _ plan: Plan,
        _ writer: any PlanWriting
    ) throws -> [RecordKey] {
        guard let workflow = plan.collection(rule.collection)?.workflow else { return [] }
        var states: [RecordKey: String] = [:]
        var deleted: Set<RecordKey> = []
        for (key, cell) in try writer.cells(of: tenant, plan: plan.id, collection: rule.collection)
        where plan.ranking(of: key.record) == ranking {
            if cell.deleted || (key.field == .recordState && cell.value == .text(RecordState.deleted)) {
                deleted.insert(key.record)
            }
            let said = key.field == workflow.field ? cell.value?.text : nil
            states[key.record] = said ?? states[key.record] ?? workflow.initial
        }
        return states.filter { rule.open.contains($0.value) && !deleted.contains($0.key) }.map(\.key).sorted()
    }

    /// The ranking of a period as it is now, for its publication: what is not there by now is missing.
    private func published(
        of period: Period, _ entry: PlanCatalogue.Entry, in writer: any PlanReading
    ) throws -> PublishedRanking {
        try Self.published(of: period, entry, in: writer)
    }

    static func published(
        of period: Period, _ entry: PlanCatalogue.Entry, in store: any PlanReading
    ) throws -> PublishedRanking {
        let scope = PullScope(of: SystemAuthor.principal, in: entry.plan)
        let figures = try figures(entry.plan, scope, basis: entry.plan.ranking.basis, in: store)
        return PublishedRanking(entry.plan, revision: entry.revision, in: period, figures: figures.closing(period))
    }

    /// The changes that publish a ranking: what all see, and what each unit sees of its own.
    private func edits(
        of ranking: PublishedRanking, _ state: RankingField.State, until: CalendarDate?, _ entry: PlanCatalogue.Entry,
        _ now: Timestamp
    ) throws -> [Edit] {
        let digest = ranking.digest(environment.cryptography)
        let signature = Base64URL.encode(try environment.issuer.sign(Array(digest.utf8)))
        var fields: [(FieldID, String)] = [
            (RankingField.state, state.rawValue), (RankingField.ranking, ranking.text),
            (RankingField.digest, digest), (RankingField.signature, signature),
            (RankingField.published, now.description),
        ]
        if let until { fields.append((RankingField.until, until.description)) }
        let name = ranking.period.rawValue
        var edits: [Edit] = try ranking.units.compactMap { unit in
            guard let text = ranking.text(of: unit.tenant) else { return nil }
            return (unit.tenant, [try Self.operation(CollectionRule.scores, name, ScoreField.score, text)])
        }
        edits.append((.city, try fields.map { try Self.operation(CollectionRule.rankings, name, $0.0, $0.1) }))
        for operation in edits.flatMap(\.operations) {
            guard (operation.value?.text?.utf8.count ?? 0) <= PublishedRanking.lengthMax else {
                throw RPCError.tooLarge("The ranking has more than \(PublishedRanking.lengthMax) bytes.")
            }
        }
        return edits
    }

    static func operation(
        _ collection: CollectionID, _ key: String, _ field: FieldID, _ text: String
    ) throws -> Operation {
        Operation(
            record: try RecordKey(collection: collection, key: key), field: field, action: .set, value: .text(text),
            base: [], shown: nil)
    }

    /// The city's records of a collection.
    static func city(
        _ collection: CollectionID, of plan: Plan, in store: any PlanReading
    ) throws -> [RecordRef: [FieldID: Cell]] {
        var records: [RecordRef: [FieldID: Cell]] = [:]
        for (key, cell) in try store.cells(of: .city, plan: plan.id, collection: collection) {
            records[RecordRef(key), default: [:]][key.field] = cell
        }
        return records
    }
}

extension PeriodStanding {
    /// Whether the city itself has said where a period stands.
    func isSaid(_ period: Period) throws -> Bool {
        let key = try RecordKey(collection: CollectionRule.periods, key: period.id.rawValue)
        return records[RecordRef(tenant: .city, record: key)]?[PeriodField.state]?.value != nil
    }
}
