import PlanSyncCore
import PlanSyncWire
import Synchronization

extension ServerEngine {
    /// `admin.period.set`: opens, closes or seals a period.
    func periodSet(_ call: Call) throws -> Work {
        let params = try AdminPeriodSet.Params(json: call.params)
        let (entry, period) = try place(params.plan, params.period)
        return .write { [self] in
            written(call, entry, note: params.reason) { writer in
                var operations = [try Self.operation(period, PeriodField.state, params.state.rawValue)]
                guard params.state == .final else { return [(.city, operations)] }
                // Before the period takes no more.
                let ranking = try self.sealed(
                    period, entry, despite: params.force, now: call.now, in: writer)
                let digest = try self.digest(of: period, in: entry.plan, writer)
                let signature = try self.environment.issuer.sign(Array(digest.utf8))
                operations.append(try Self.operation(period, PeriodField.digest, digest))
                operations.append(try Self.operation(period, PeriodField.signature, Base64URL.encode(signature)))
                return ranking + [(.city, operations)]
            }
        }
    }

    /// `admin.period.register`: the chain head that a county gave by telephone, before the seal.
    func periodRegister(_ call: Call) throws -> Work {
        let params = try AdminPeriodRegister.Params(json: call.params)
        let (entry, period) = try place(params.plan, params.period)
        guard state.withLock({ $0.devices[params.device] }) != nil else {
            throw RPCError.notFound(field: "params.device")
        }
        let isHash = params.head.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isHash, (8...43).contains(params.head.utf8.count) else {
            throw RPCError.invalidParams(
                "The head is expected as 'plansync status' shows it: at least 8 characters.", field: "params.head",
                reason: "head_form")
        }
        return .write { [self] in
            written(call, entry, note: nil) { writer in
                let key = try Self.key(period, PeriodField.heads)
                var text = "\(params.device)=\(params.head)@\(call.now)"
                if case .text(let before)? = try writer.cells([key], of: entry.plan.id)[key]?.value {
                    text = before + "\n" + text
                }
                return [(.city, [try Self.operation(period, PeriodField.heads, text)])]
            }
        }
    }

    /// `admin.period.list`.
    func periodList(_ call: Call) throws -> Work {
        let params = try AdminPeriodList.Params(json: call.params)
        guard let entry = state.withLock({ $0.catalogue[params.plan] }) else {
            throw RPCError.notFound(field: "params.plan")
        }
        return .read { [self] in
            call.answer {
                let cells = try self.store.read {
                    try $0.cells(of: .city, plan: entry.plan.id, collection: CollectionRule.periods)
                }
                var records: [RecordRef: [FieldID: Cell]] = [:]
                for (key, cell) in cells { records[RecordRef(key), default: [:]][key.field] = cell }
                let standing = PeriodStanding(plan: entry, records: records, now: call.now)
                let heads = PeriodStanding.registeredHeads(in: records)
                let rows = try entry.plan.periods.all.map { period in
                    let record = RecordRef(try Self.key(period, PeriodField.state))
                    var digest: String?
                    if case .text(let text)? = records[record]?[PeriodField.digest]?.value { digest = text }
                    return AdminPeriodList.Row(
                        period: period.id.rawValue, state: standing.state(of: period),
                        deadline: period.deadline.description, digest: digest,
                        heads: heads.filter { $0.period == period.id.rawValue }.map { "\($0.device)=\($0.hash)" })
                }
                return AdminPeriodList.Result(periods: rows)
            }
        }
    }

    // MARK: Parts

    private func place(_ plan: PlanID, _ name: String) throws(RPCError) -> (PlanCatalogue.Entry, Period) {
        guard let entry = state.withLock({ $0.catalogue[plan] }) else { throw .notFound(field: "params.plan") }
        guard let period = entry.plan.periods.period(name) else {
            throw .invalidParams(
                entry.plan.periods.fault(of: name).en, field: "params.period", reason: "period_unknown")
        }
        return (entry, period)
    }

    private static func key(_ period: Period, _ field: FieldID) throws -> CellKey {
        CellKey(
            tenant: .city, record: try RecordKey(collection: CollectionRule.periods, key: period.id.rawValue),
            field: field)
    }

    static func operation(_ period: Period, _ field: FieldID, _ text: String) throws -> Operation {
        Operation(
            record: try key(period, field).record, field: field, action: .set, value: .text(text), base: [],
            shown: nil)
    }

    /// The digest of all figures of a period, as the decider will compute it in the same transaction.
    private func digest(of period: Period, in plan: Plan, _ writer: any PlanWriting) throws -> String {
        var figures: [(key: CellKey, value: FieldValue?)] = []
        for tenant in plan.tenants.map(\.id) {
            for collection in plan.reported {
                for (key, cell) in try writer.cells(of: tenant, plan: plan.id, collection: collection)
                where plan.period(of: key.record) == period && !cell.deleted && key.field != .recordState {
                    figures.append((key, cell.value))
                }
            }
        }
        return FigureDigest.of(figures, environment.cryptography)
    }

    /// Commits system changes about a period and answers with what became of it.
    func written(
        _ call: Call, _ entry: PlanCatalogue.Entry, note: String?, _ edits: (any PlanWriting) throws -> [Edit],
        answer: () -> any JSONWritable = { RPCEmpty() }
    ) -> Written {
        var growth = Growth()
        let frame = call.answer {
            let committed = try self.store.commit { writer in
                let push = try SystemAuthor(environment: self.environment).push(
                    try edits(writer), plan: entry.plan.id, revision: entry.revision, note: note,
                    now: call.now, in: writer)
                return try self.committer.commit([push], plan: entry, now: call.now, in: writer)
            }
            growth = committed.growth
            guard case .success(let receipt)? = committed.receipts.first, !receipt.results.isEmpty else {
                throw RPCError.internalError()
            }
            for bytes in receipt.results {
                let result = try ChangeResult(json: try JSONDocument(bytes, limits: .document).root)
                guard result.outcome != .rejected else {
                    throw RPCError.closed("The period is sealed; what is sealed stays.", field: "params.period")
                }
            }
            return answer()
        }
        return Written(frame, growth: growth)
    }
}
