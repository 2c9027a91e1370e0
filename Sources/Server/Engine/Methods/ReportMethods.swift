import PlanSyncCore
import PlanSyncWire

extension ServerEngine {
    private static let historyMax = 10_000

    /// `history.get`.
    func history(_ call: Call) throws -> Work {
        let principal = try call.principal()
        let params = try HistoryGet.Params(json: call.params)
        let entry = try plan(params.plan, for: principal)
        // A stranger's record and one that is not there answer alike.
        guard PullScope(of: principal, in: entry.plan).holdsAll(of: params.tenant) else {
            throw RPCError.notFound(field: "params.rec")
        }
        return .read { [self] in
            call.answer {
                let rows = try self.store.read { reading in
                    try reading.history(
                        of: params.record, field: params.field, tenant: params.tenant, plan: params.plan,
                        limit: Self.historyMax)
                }
                return HistoryGet.Result(operations: try rows.compactMap { try Self.entry($0.operation, $0.change) })
            }
        }
    }

    private static func entry(_ place: StoredOperation, _ stored: StoredChange) throws -> HistoryGet.Entry? {
        let change = try Change(canonicalBytes: stored.body)
        let result = try ChangeResult(json: try JSONDocument(stored.result, limits: .document).root)
        // A decided conflict writes the field without an operation on it: the decision's place n is kept as -1 - n.
        let index = place.index < 0 ? -1 - place.index : place.index
        guard change.operations.indices.contains(index), result.operations.indices.contains(index) else { return nil }
        let operation = change.operations[index]
        return HistoryGet.Entry(
            field: place.cell.field, action: place.index < 0 ? "resolution" : operation.action.rawValue,
            value: place.index < 0 ? result.operations[index].value : operation.value,
            result: result.operations[index], id: stored.id, seq: stored.seq, by: stored.device,
            author: change.author, at: change.at, received: stored.received, note: change.note)
    }

    /// `aggregate.get`.
    func aggregate(_ call: Call) throws -> Work {
        let principal = try call.principal()
        let params = try AggregateGet.Params(json: call.params)
        let entry = try plan(params.plan, for: principal)
        let period = try period(params.period, of: entry.plan)
        let scope = PullScope(of: principal, in: entry.plan)
        let seesAll = Permission.rights(of: principal.role).contains(.readAll)
        if let stranger = params.tenants?.first(where: { !scope.holdsAll(of: $0) }) {
            throw RPCError.notFound(field: "params.tenants[\(params.tenants?.firstIndex(of: stranger) ?? 0)]")
        }
        return .read { [self] in
            call.answer {
                let figures = try self.figures(entry.plan, scope, basis: params.basis)
                let aggregate = Aggregate(plan: entry.plan, figures: figures)
                var answers: [IndicatorFigure] = []
                let wanted = entry.plan.indicators.filter { params.indicators?.contains($0.id) ?? true }
                for indicator in wanted {
                    if seesAll, params.tenants?.contains(.city) ?? true {
                        answers.append(aggregate.cityFigure(indicator, in: period))
                    }
                    for unit in entry.plan.units
                    where scope.holdsAll(of: unit.id) && params.tenants?.contains(unit.id) ?? true {
                        answers.append(aggregate.figure(indicator, of: unit.id, in: period))
                    }
                }
                return AggregateGet.Result(figures: answers)
            }
        }
    }

    /// `ranking.get`: only for those who see all units, because a rank tells of the others.
    func ranking(_ call: Call) throws -> Work {
        let principal = try call.principal()
        let params = try RankingGet.Params(json: call.params)
        let entry = try plan(params.plan, for: principal)
        let period = try period(params.period, of: entry.plan)
        guard Permission.rights(of: principal.role).contains(.readAll) else {
            throw RPCError.forbidden("Only the city ranks the units; a county sees the published ranking.")
        }
        let scope = PullScope(of: principal, in: entry.plan)
        return .read { [self] in
            call.answer {
                let basis = entry.plan.ranking.basis
                let figures = try self.figures(entry.plan, scope, basis: basis)
                return RankingGet.Result(
                    basis: basis, units: Ranking(plan: entry.plan, figures: figures).units(in: period))
            }
        }
    }

    private func period(_ name: String, of plan: Plan) throws(RPCError) -> Period {
        guard let period = plan.periods.period(name) else {
            throw .invalidParams(plan.periods.fault(of: name), field: "params.period", reason: "period_unknown")
        }
        return period
    }

    /// The figures of a scope.
    ///
    /// Until submissions are accepted, the basis `accepted` holds none.
    private func figures(_ plan: Plan, _ scope: PullScope, basis: RankingRule.Basis) throws -> FigureTable {
        var table = FigureTable()
        try store.read { reading in
            for part in scope.parts {
                let collections = [CollectionRule.targets] + (basis == .reported ? [CollectionRule.values] : [])
                for collection in collections {
                    for (key, cell) in try reading.cells(of: part.tenant, plan: plan.id, collection: collection) {
                        table.insert(key, value: cell.value, disputed: cell.conflict != nil)
                    }
                }
            }
        }
        return table
    }
}
