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
                let operations = try self.store.read { reading in
                    try Self.past(
                        of: params.record, field: params.field, tenant: params.tenant, plan: entry.plan,
                        limit: Self.historyMax, in: reading)
                }
                return HistoryGet.Result(operations: operations)
            }
        }
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

    func period(_ name: String, of plan: Plan) throws(RPCError) -> Period {
        guard let period = plan.periods.period(name) else {
            throw .invalidParams(plan.periods.fault(of: name).en, field: "params.period", reason: "period_unknown")
        }
        return period
    }

    /// The figures of a scope that count on a basis.
    func figures(_ plan: Plan, _ scope: PullScope, basis: RankingRule.Basis) throws -> FigureTable {
        try store.read { try Self.figures(plan, scope, basis: basis, in: $0) }
    }

    /// The same within one view of the store.
    static func figures(
        _ plan: Plan, _ scope: PullScope, basis: RankingRule.Basis, in store: any PlanReading
    ) throws -> FigureTable {
        var table = FigureTable()
        let builtIn = [CollectionRule.targets, CollectionRule.values, CollectionRule.submissions]
        let read = builtIn + [CollectionRule.periods] + plan.counted
        for part in scope.parts {
            for collection in read where part.collections?.contains(collection) ?? true {
                // The cells of a deleted record keep their values for its return; they count for nothing.
                for (key, cell) in try store.cells(of: part.tenant, plan: plan.id, collection: collection)
                where !cell.deleted {
                    table.insert(key, value: cell.value, disputed: cell.conflict != nil)
                }
            }
        }
        return table.counting(basis)
    }
}
