package import PlanSyncCore

/// Computed figures as sheets: for reading on, not for bringing back.
package struct FigureSheets: Sendable {
    /// Digits after the point of what is computed.
    package static let places = 6

    let view: LocalView
    let say: Wording

    /// Sheets of what this view shows.
    package init(view: LocalView, wording: Wording) {
        self.view = view
        say = wording
    }

    private var seesAll: Bool { Permission.rights(of: view.principal.role).contains(.readAll) }

    /// Every indicator of each unit, and of the city where all units are seen: first a row for each, then the units
    /// side by side.
    package func figures(in period: Period, basis: RankingRule.Basis) -> [Sheet] {
        let aggregate = Aggregate(plan: view.plan, figures: view.figures.counting(basis))
        let tenants = seesAll ? view.plan.tenants : view.plan.tenants.filter { $0.id == view.principal.tenant }
        var rows: [[SheetCell]] = [figureHeads]
        var beside: [[SheetCell]] = [
            [.text("indicator"), .text(say("指标", "Indicator")), .text(say("计量单位", "Unit of measure"))]
                + tenants.map { .text(say($0.name)) }
        ]
        for indicator in view.plan.indicators {
            var row = [SheetCell.text(indicator.id.rawValue), .text(say(indicator.name)), .text(indicator.unit)]
            for tenant in tenants {
                let figure =
                    tenant.id == .city
                    ? aggregate.cityFigure(indicator, in: period)
                    : aggregate.figure(indicator, of: tenant.id, in: period)
                rows.append(cells(figure, indicator, tenant, period))
                row.append(Self.cell(figure.value))
            }
            beside.append(row)
        }
        let title = say("指标", "figures")
        return [
            Sheet(name: "\(title) \(period.id.rawValue)", rows: rows),
            Sheet(name: say("单位对比", "units side by side"), rows: beside),
        ]
    }

    private var figureHeads: [SheetCell] {
        [
            "period", "tenant", say("单位", "Unit"), "indicator", say("指标", "Indicator"),
            say("计量单位", "Unit of measure"), say("数值", "Value"), say("目标", "Target"), say("应完成", "Due"),
            say("完成率%", "Done %"), say("状态", "State"), say("缺报", "Missing"), say("有争议", "Disputed"),
        ].map { .text($0) }
    }

    private func cells(
        _ figure: IndicatorFigure, _ indicator: Indicator, _ tenant: Plan.Tenant, _ period: Period
    ) -> [SheetCell] {
        var missing: [String] = []
        for entry in figure.missing {
            let name = entry.record.map { "\($0) \(entry.element)" } ?? entry.element.rawValue
            let place = tenant.id == .city ? "\(entry.tenant):\(name)" : name
            if !missing.contains(place) { missing.append(place) }
        }
        return [
            .text(period.id.rawValue), .text(tenant.id.rawValue), .text(say(tenant.name)),
            .text(indicator.id.rawValue), .text(say(indicator.name)), .text(indicator.unit), Self.cell(figure.value),
            Self.cell(figure.target), Self.cell(figure.due),
            Self.cell(figure.completion.map { $0 * Rational(100) }), .text(figure.state.rawValue),
            .text(missing.prefix(50).joined(separator: " ")), .flag(figure.disputed),
        ]
    }

    /// The ranking of a period with every component: the published one or, without, as it comes to now; a county's own
    /// score alone, as it sees no other's figures.
    package func ranking(in period: Period, published: LocalRanking?) -> [Sheet] {
        let rule = view.plan.ranking
        let units = published?.ranking.units ?? view.presentUnits(in: period)
        let standing = published?.word(chinese: say.chinese) ?? say("按现有数据", "as of now")
        let heads =
            [
                say("组别", "Group"), say("名次", "Rank"), say("并列", "Shared"), "tenant", say("单位", "Unit"),
                say("得分", "Score"),
            ] + rule.components.map { say($0.name) } + [
                say("加分", "Bonus"), say("缺报项", "Missing"), say("有争议", "Disputed"),
            ]
        var rows: [[SheetCell]] = [heads.map { .text($0) }]
        var entries: [[SheetCell]] = [entryHeads]
        for unit in units {
            let group = view.plan.groups.first { $0.id == unit.group }.map { say($0.name) } ?? unit.group
            let name = view.plan.name(of: unit.tenant, say)
            var row = [SheetCell.text(group), unit.rank.map { .figure("\($0)") } ?? .empty, .flag(unit.shared)]
            row += [.text(unit.tenant.rawValue), .text(name), unit.published.map { .figure($0) } ?? .empty]
            row += unit.parts.map { $0.score == nil ? .empty : .figure($0.points.rounded(rule.decimals)) }
            row += [
                .figure(unit.stretch.shown(rule.decimals)), .figure("\(unit.missing.count)"), .flag(unit.disputed),
            ]
            rows.append(row)
            for part in unit.parts { entries += part.entries.map { cells($0, part, unit.tenant, name) } }
        }
        return [
            Sheet(name: "\(say("排名", "ranking")) \(period.id.rawValue) \(standing)", rows: rows),
            Sheet(name: say("得分构成", "components"), rows: entries),
        ]
    }

    var entryHeads: [SheetCell] {
        [
            "tenant", say("单位", "Unit"), "component", "indicator", say("指标", "Indicator"), say("数值", "Value"),
            say("完成率%", "Done %"), say("计入%", "Counted %"), say("权重", "Weight"), say("得分", "Points"),
        ].map { .text($0) }
    }

    func cells(
        _ entry: RankedUnit.Entry, _ part: RankedUnit.Part, _ tenant: TenantID, _ name: String
    ) -> [SheetCell] {
        let indicator = view.plan.indicators.first { $0.id == entry.figure.indicator }
        return [
            .text(tenant.rawValue), .text(name), .text(part.id), .text(entry.figure.indicator.rawValue),
            .text(indicator.map { say($0.name) } ?? ""), Self.cell(entry.figure.value),
            Self.cell(entry.figure.completion.map { $0 * Rational(100) }), Self.cell(entry.counted * Rational(100)),
            Self.cell(entry.weight), Self.cell(entry.points),
        ]
    }

    /// The edits that this device keeps, with what became of each.
    package func history(_ entries: [OutboxEntry], named name: String? = nil) -> Sheet {
        let heads = [
            say("序号", "Number"), say("时间", "At"), say("填报人", "Author"), "tenant", say("记录", "Record"),
            say("字段", "Field"), say("操作", "Action"), say("原值", "Before"), say("新值", "After"),
            say("结果", "Outcome"), say("原因", "Reason"), say("说明", "Note"), "change",
        ]
        var rows: [[SheetCell]] = [heads.map { .text($0) }]
        for entry in entries where entry.change.plan == view.plan.id {
            let change = entry.change
            for (index, operation) in change.operations.enumerated() {
                let answer = entry.result.flatMap { result in
                    result.operations.indices.contains(index) ? result.operations[index] : nil
                }
                let tenant = change.tenant ?? view.principal.tenant
                rows.append([
                    .figure("\(change.number)"), .text(change.at.description), .text(change.author),
                    .text(tenant.rawValue), .text(operation.record.description),
                    .text(operation.field?.rawValue ?? ""), .text(operation.action.rawValue),
                    .text(operation.shown?.shown ?? ""), .text(operation.value?.shown ?? ""),
                    .text(answer?.outcome.rawValue ?? "pending"), .text(answer?.reason ?? ""),
                    .text(change.note ?? ""), .text(change.id.rawValue),
                ])
            }
        }
        return Sheet(name: name ?? say("更改记录", "history"), rows: rows)
    }

    static func cell(_ value: Rational?) -> SheetCell { value.map { .figure($0.shown(places)) } ?? .empty }
}
