import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncWire

/// Judges a year.
struct YearEndCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "yearend", abstract: "The assessment of a year, from its rankings and the state of its targets.",
        discussion: """
            The mean of the year's published scores and the completion of the year's targets on its last day, with \
            the shares that the plan declares. A period without a published ranking counts 0 and is named. It is a \
            proposal with every component; people decide. A unit's device knows its own final completion alone.

            EXAMPLES:
              plansync yearend 2019
              plansync yearend 2019 --explain 411728
              plansync yearend 2019 --json
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A year of the plan.")
    var year: Int

    @Option(help: "Show every part of one unit's result.")
    var explain: String?

    func run() throws {
        let view = try options.view(of: try options.openReplica())
        guard view.plan.ranking.yearEnd != nil else {
            throw ToolError.notFound(
                zh: "方案没有规定年终考评（ranking.year_end）。", en: "The plan declares no year-end (ranking.year_end).")
        }
        guard let end = YearEnd(plan: view.plan, year: year) else {
            let years = Set(view.plan.periods.all.map(\.year)).sorted().map(String.init)
            throw ToolError.notFound(
                zh: "\(year) 不在方案期内；有：\(years.joined(separator: "、"))。",
                en: "\(year) is not a year of the plan; it has \(years.joined(separator: ", ")).")
        }
        var rankings: [PeriodID: PublishedRanking] = [:]
        var states: [PeriodID: RankingField.State] = [:]
        for period in end.periods {
            let found = view.publishedRanking(of: period.id.rawValue, OpenSSLCryptography())
            rankings[period.id] = found?.ranking
            states[period.id] = found?.state
        }
        let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
        var units = end.units(rankings: rankings, figures: view.figures.counting(view.plan.ranking.basis)) { tenant in
            seesAll || tenant == view.principal.tenant
        }
        if let explain {
            let tenant = try AggregateCommand.unit(explain, view)
            units = units.filter { $0.tenant == tenant }
        }
        if options.json { return json(view, end, units, states, seesAll: seesAll) }
        explain == nil ? table(view, end, units, states, seesAll: seesAll) : units.forEach { parts(of: $0, view) }
    }

    private func rank(_ unit: YearEndUnit, seesAll: Bool) -> String {
        guard seesAll, let rank = unit.rank else { return "-" }
        return "\(rank)" + (unit.shared ? options.wording("（并列）", " (shared)") : "")
    }

    private func table(
        _ view: LocalView, _ end: YearEnd, _ units: [YearEndUnit], _ states: [PeriodID: RankingField.State],
        seesAll: Bool
    ) {
        let say = options.wording
        let decimals = view.plan.ranking.decimals
        Console.line("\(say(view.plan.title))  \(say("\(year)年度", "\(year)"))")
        for group in view.plan.groups {
            let members = units.filter { $0.group == group.id }
            if members.isEmpty { continue }
            Console.line("")
            Console.line(say(group.name))
            let heads =
                [say("名次", "Rank"), say("单位", "Unit"), say("年度得分", "Year")]
                + end.periods.map(\.id.rawValue) + [say("平均", "Mean"), say("年终完成", "Final")]
            var table = TextTable(heads, rightAligned: Set([0] + Array(2..<heads.count)))
            for unit in members {
                table.add(
                    [
                        rank(unit, seesAll: seesAll),
                        view.plan.name(of: unit.tenant, say),
                        unit.published ?? "-",
                    ] + unit.periods.map { $0.isMissing ? say("无", "none") : $0.score ?? "-" }
                        + [unit.mean?.rounded(decimals) ?? "-", unit.final?.rounded(decimals) ?? "-"])
            }
            Console.table(table)
        }
        Console.line("")
        let open = end.periods.filter { states[$0.id] != .final }.map(\.id.rawValue)
        if !open.isEmpty {
            let list = open.joined(separator: say("、", ", "))
            Console.line(
                say(
                    "尚未封存排名：\(list)（没有公布的按0分计）。",
                    "Not sealed: \(list) (without a published ranking a period counts 0)."))
        }
        Console.line(say("本表为建议，由政府审定。", "This is a proposal; the government decides."))
    }

    private func parts(of unit: YearEndUnit, _ view: LocalView) {
        let say = options.wording
        let name = view.plan.name(of: unit.tenant, say)
        Console.line("\(name)  \(say("年度得分", "Year")) \(unit.published ?? "-")")
        for period in unit.periods {
            Console.line("  \(period.id): \(period.isMissing ? say("没有排名，计0", "no ranking, 0") : period.score ?? "-")")
        }
        if let rule = view.plan.ranking.yearEnd {
            Console.line(
                say(
                    "平均 \(unit.mean?.shown(4) ?? "-") × \(rule.periods)% + "
                        + "年终完成 \(unit.final?.shown(4) ?? "-") × \(rule.final)%",
                    "mean \(unit.mean?.shown(4) ?? "-") × \(rule.periods) % + final \(unit.final?.shown(4) ?? "-") × "
                        + "\(rule.final) %"))
        }
        var table = TextTable(
            [
                say("指标", "Indicator"), say("数值", "Value"), say("目标", "Target"), say("完成率%", "Done %"),
                say("计分%", "Counted %"), say("权重", "Weight"), say("说明", "Note"),
            ], rightAligned: [1, 2, 3, 4, 5])
        for entry in unit.entries {
            let figure = entry.figure
            let indicator = view.plan.indicators.first { $0.id == figure.indicator }
            table.add([
                indicator.map { say($0.name) } ?? figure.indicator.rawValue, figure.value?.shown(4) ?? "-",
                figure.target?.shown(4) ?? "-", FigureText.percent(figure.completion),
                FigureText.percent(entry.counted), entry.weight.shown(4),
                figure.missing.isEmpty ? "" : say("缺报", "missing"),
            ])
        }
        Console.table(table)
    }

    private func json(
        _ view: LocalView, _ end: YearEnd, _ units: [YearEndUnit], _ states: [PeriodID: RankingField.State],
        seesAll: Bool
    ) {
        let say = options.wording
        Console.json { writer in
            writer.member("plan", view.plan.id.rawValue)
            writer.member("year", year)
            writer.member(
                "units",
                array: { writer in
                    for unit in units {
                        writer.object { writer in
                            writer.member("tenant", unit.tenant.rawValue)
                            writer.member("group", unit.group)
                            writer.member("rank", seesAll ? unit.rank : nil)
                            writer.member("shared", seesAll && unit.shared)
                            writer.member("score", unit.published)
                            writer.member("mean", unit.mean?.shown(6))
                            writer.member("final", unit.final?.shown(6))
                            writer.member(
                                "periods",
                                array: { writer in
                                    for period in unit.periods {
                                        writer.object { writer in
                                            writer.member("period", period.id.rawValue)
                                            writer.member("score", period.score)
                                            writer.member("state", states[period.id]?.rawValue)
                                        }
                                    }
                                })
                            writer.member(
                                "entries",
                                array: { writer in
                                    for entry in unit.entries { RankText.write(entry, view, say, to: &writer) }
                                })
                        }
                    }
                })
        }
    }
}
