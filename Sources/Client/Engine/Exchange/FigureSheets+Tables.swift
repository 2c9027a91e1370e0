package import PlanSyncCore

// The tables of single pages: targets, one indicator, one unit's score, and where a figure comes from.

extension FigureSheets {
    /// Where the targets of the city stand in a period, with the units that are behind; a unit's device: its own.
    package func targets(in period: Period) -> Sheet {
        let monitor = TargetMonitor(plan: view.plan, figures: view.figures)
        let owner = view.principal.role.isOfCity ? TenantID.city : view.principal.tenant
        var rows = [
            heads([
                "indicator", say("指标", "Indicator"), say("已报", "Reported"), say("应完成", "Due"),
                say("年度目标", "Target"), say("计量单位", "Unit of measure"), say("序时完成率%", "Done of what is due %"),
                say("预测", "Forecast"), say("序时", "Light"), say("欠序时单位", "Behind"),
            ])
        ]
        for indicator in view.plan.indicators {
            let standing = monitor.standing(indicator, of: owner, in: period)
            let behind = view.plan.units.filter {
                owner == .city && monitor.standing(indicator, of: $0.id, in: period).light == .behind
            }
            rows.append([
                .text(indicator.id.rawValue), .text(say(indicator.name)), Self.cell(standing.figure.value),
                Self.cell(standing.due), Self.cell(standing.target), .text(indicator.unit),
                Self.cell(standing.completion.map { $0 * Rational(100) }), Self.cell(standing.forecast),
                .text(LightWord.of(standing, say)),
                .text(behind.map { say($0.name) }.joined(separator: say("、", ", "))),
            ])
        }
        return Sheet(name: "\(say("目标进度", "targets")) \(period.id.rawValue)", rows: rows)
    }

    /// One indicator, unit by unit and for the city.
    package func comparison(of indicator: Indicator, in period: Period) -> Sheet {
        let monitor = TargetMonitor(plan: view.plan, figures: view.figures)
        let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
        var rows = [
            heads([
                "tenant", say("单位", "Unit"), say("数值", "Value"), say("已审核", "Accepted"), say("应完成", "Due"),
                say("目标", "Target"), say("计量单位", "Unit of measure"), say("完成率%", "Done %"),
                say("预测", "Forecast"), say("序时", "Light"), say("缺报", "Missing"),
            ])
        ]
        for tenant in view.plan.tenants where seesAll || tenant.id == view.principal.tenant {
            let standing = monitor.standing(indicator, of: tenant.id, in: period)
            rows.append([
                .text(tenant.id.rawValue), .text(say(tenant.name)), Self.cell(standing.figure.value),
                Self.cell(standing.accepted.value), Self.cell(standing.due), Self.cell(standing.target),
                .text(indicator.unit), Self.cell(standing.completion.map { $0 * Rational(100) }),
                Self.cell(standing.forecast), .text(LightWord.of(standing, say)),
                .text(FigureText.missing(standing.figure.missing, view, say)),
            ])
        }
        return Sheet(name: "\(indicator.id) \(period.id)", rows: rows)
    }

    /// Every entry of the scores of a period, or of one unit's.
    package func components(in period: Period, published: LocalRanking?, of tenant: TenantID?) -> Sheet {
        let units = (published?.ranking.units ?? view.presentUnits(in: period)).filter {
            tenant == nil || $0.tenant == tenant
        }
        var rows = [entryHeads]
        for unit in units {
            let name = view.plan.name(of: unit.tenant, say)
            for part in unit.parts { rows += part.entries.map { cells($0, part, unit.tenant, name) } }
        }
        return Sheet(name: "\(say("得分构成", "components")) \(period.id)", rows: rows)
    }

    /// The figures and the records that an indicator reads, each with who wrote it.
    package func explanation(of indicator: Indicator, of tenant: TenantID, in period: Period) -> [Sheet] {
        let explanation = Explanation(indicator, of: tenant, in: period, plan: view.plan, figures: view.figures)
        var inputs = [
            heads([
                "tenant", say("单位", "Unit"), say("数据", "Figure"), say("考核期", "Period"), say("数值", "Value"),
                say("填报人", "Author"), say("设备", "Device"), say("时间", "At"), say("更改编号", "Change"),
                say("有争议", "Disputed"),
            ])
        ]
        for input in explanation.inputs {
            let seen = input.place.flatMap { view.field($0) }
            inputs.append([
                .text(input.tenant.rawValue), .text(view.plan.name(of: input.tenant, say)),
                .text(FigureText.name(of: input.element, view, say)), .text(Names.period(input.period, view, say)),
                input.amount.map { .figure($0.description) } ?? .empty, .text(seen?.author ?? ""),
                .text(seen?.by?.rawValue ?? ""), .text(seen?.at?.description ?? ""),
                .text(seen?.rev?.rawValue ?? ""), .flag(input.disputed),
            ])
        }
        var records = [
            heads([
                "tenant", say("单位", "Unit"), say("记录", "Record"), say("考核期", "Period"), say("作用", "Standing"),
                say("数值", "Value"), say("有争议", "Disputed"),
            ])
        ]
        for record in explanation.records {
            records.append([
                .text(record.tenant.rawValue), .text(view.plan.name(of: record.tenant, say)),
                .text(
                    Names.collection(record.record.collection, view, say) + " "
                        + Names.record(record.record, view, say, of: record.tenant)),
                .text(Names.period(record.period, view, say)), .text(StandingWord.of(record.standing, say)),
                Self.cell(record.value),
                .flag(record.disputed),
            ])
        }
        let figures = Sheet(name: say("用到的数据", "figures"), rows: inputs)
        let used = Sheet(name: say("用到的记录", "records"), rows: records)
        // A file of one sheet has what the indicator reads at all.
        return explanation.inputs.isEmpty ? [used, figures] : [figures, used]
    }

    private func heads(_ heads: [String]) -> [SheetCell] { heads.map { .text($0) } }
}
