import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Ranks the units offline.
struct RankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank", abstract: "Rank the units of a period from what this device holds.",
        discussion: """
            EXAMPLES:
              plansync rank 201905B
              plansync rank 201905B --explain 411728
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A period, such as 201905B.")
    var period: String

    @Option(help: "Show every part of one unit's score.")
    var explain: String?

    func run() throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        let period = try AggregateCommand.period(period, view, options.wording)
        let ranking = Ranking(plan: view.plan, figures: view.figures.counting(view.plan.ranking.basis))
        let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
        // A rank compares with others, and their figures are not here.
        let own = ranking.unit(view.principal.tenant, in: period)
        let units = seesAll ? ranking.units(in: period) : own.map { [$0] } ?? []
        if let explain {
            let tenant = try AggregateCommand.unit(explain, view)
            guard let unit = units.first(where: { $0.tenant == tenant }) else {
                throw ToolError.notFound(zh: "\(explain) 不参加排名。", en: "\(explain) is not ranked.")
            }
            options.json ? json(view, period, [unit]) : parts(of: unit, view)
        } else {
            options.json ? json(view, period, units) : table(view, period, units)
        }
        if !seesAll {
            Console.message(
                options.wording(
                    "本机只有本单位的数据,只算得分;名次由市级公布。",
                    "Only this unit's figures are here, so it has a score and no rank; the city publishes the ranking."
                ))
        }
    }

    private func table(_ view: LocalView, _ period: Period, _ units: [RankedUnit]) {
        let say = options.wording
        let components = view.plan.ranking.components
        Console.line("\(say(view.plan.title))  \(say(period.titleZH, period.id.rawValue))")
        for group in view.plan.groups {
            let members = units.filter { $0.group == group.id }
            if members.isEmpty { continue }
            Console.line("")
            Console.line(say(group.name))
            var heads = [say("名次", "Rank"), say("单位", "Unit"), say("得分", "Score")]
            heads += components.map { say($0.name) }
            heads += [say("加分", "Bonus"), say("缺报", "Missing"), say("说明", "Note")]
            var table = TextTable(heads, rightAligned: Set([0] + Array(2..<(components.count + 4))))
            for unit in members {
                let rank = unit.rank.map { "\($0)" + (unit.shared ? say("(并列)", " (shared)") : "") } ?? "-"
                let name = view.plan.tenant(unit.tenant).map { say($0.name) } ?? unit.tenant.rawValue
                let points = unit.parts.map { $0.score == nil ? "-" : $0.points.rounded(view.plan.ranking.decimals) }
                table.add(
                    [rank, name, unit.published ?? "-"] + points
                        + [
                            unit.stretch.shown(view.plan.ranking.decimals), missing(unit, view),
                            unit.disputed ? say("有争议", "disputed") : "",
                        ])
            }
            Console.table(table)
        }
        Console.line("")
        printBasis(view, units)
    }

    private func missing(_ unit: RankedUnit, _ view: LocalView) -> String {
        var names: [String] = []
        for entry in unit.missing {
            let name = FigureText.name(of: entry.element, view, options.wording)
            if !names.contains(name) { names.append(name) }
        }
        return names.prefix(2).joined(separator: " ") + (names.count > 2 ? " … (\(names.count))" : "")
    }

    private func printBasis(_ view: LocalView, _ units: [RankedUnit]) {
        let say = options.wording
        let basis =
            view.plan.ranking.basis == .accepted
            ? say(
                "口径:已审核的数据;未审核的不计入。", "Basis: accepted figures; what is not accepted does not count.")
            : say("口径:已报数据。", "Basis: reported figures.")
        Console.line(basis)
        let idle = view.plan.ranking.components.filter { component in
            units.allSatisfy { $0.parts.first { $0.id == component.id }?.score == nil }
        }
        guard !idle.isEmpty else { return }
        let names = idle.map { say($0.name) }.joined(separator: say("、", ", "))
        Console.line(
            say(
                "尚无应计内容:\(names);其权重按比例分给其他部分。",
                "Nothing is due yet for: \(names); their share goes to the other parts."))
    }

    private func parts(of unit: RankedUnit, _ view: LocalView) {
        let say = options.wording
        let name = view.plan.tenant(unit.tenant).map { say($0.name) } ?? unit.tenant.rawValue
        Console.line("\(name)  \(say("得分", "Score")) \(unit.published ?? "-")")
        var table = TextTable(
            [
                say("指标", "Indicator"), say("数值", "Value"), say("目标", "Target"), say("应完成", "Due"),
                say("完成率%", "Done %"),
                say("计分%", "Counted %"), say("权重", "Weight"), say("得分", "Points"), say("说明", "Note"),
            ],
            rightAligned: [1, 2, 3, 4, 5, 6, 7])
        for entry in unit.parts.flatMap(\.entries) {
            let figure = entry.figure
            let indicator = view.plan.indicators.first { $0.id == figure.indicator }
            let missing = figure.missing.prefix(2).map(\.element.rawValue).joined(separator: " ")
            table.add([
                indicator.map { say($0.name) } ?? figure.indicator.rawValue, figure.value?.shown(4) ?? "-",
                figure.target?.shown(4) ?? "-", figure.due?.shown(4) ?? "-", FigureText.percent(figure.completion),
                FigureText.percent(entry.counted), entry.weight.shown(4), entry.points.rounded(4),
                [missing.isEmpty ? "" : say("缺 ", "missing ") + missing, FigureText.note(figure, say)]
                    .filter { !$0.isEmpty }.joined(separator: " "),
            ])
        }
        Console.table(table)
        Console.line("\(say("加分", "Bonus")): \(unit.stretch.shown(4))")
        printBasis(view, [unit])
    }

    private func json(_ view: LocalView, _ period: Period, _ units: [RankedUnit]) {
        let say = options.wording
        Console.json { writer in
            writer.member("plan", view.plan.id.rawValue)
            writer.member("period", period.id.rawValue)
            writer.member("basis", view.plan.ranking.basis.rawValue)
            writer.member(
                "units",
                array: { writer in
                    for unit in units { RankText.write(unit, view, say, to: &writer) }
                })
        }
    }
}
