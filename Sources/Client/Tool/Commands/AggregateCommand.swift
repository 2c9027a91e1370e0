import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Computes indicators offline.
struct AggregateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aggregate", abstract: "Compute the indicators of a period from what this device holds.",
        discussion: """
            A county's device shows its own unit; the city's shows the city, and with --tenant one unit.

            EXAMPLES:
              plansync aggregate 201905B
              plansync aggregate 201905B --tenant 411728 --json
              plansync aggregate 201905B --basis accepted
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A period, such as 201905B.")
    var period: String

    @Option(help: "One unit.")
    var tenant: String?

    @Option(help: "reported: all figures; accepted: only those of reports that the city has accepted.")
    var basis = RankingRule.Basis.reported.rawValue

    func run() throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        let period = try Self.period(period, view, options.wording)
        let unit = try unit(view)
        guard let basis = RankingRule.Basis(rawValue: basis) else {
            throw ValidationError("--basis is 'reported' or 'accepted'.")
        }
        let aggregate = Aggregate(plan: view.plan, figures: view.figures.counting(basis))
        let figures = view.plan.indicators.map { indicator in
            let figure =
                unit == .city
                ? aggregate.cityFigure(indicator, in: period) : aggregate.figure(indicator, of: unit, in: period)
            return (indicator, figure)
        }
        options.json ? json(view, period, unit, figures) : text(view, period, unit, figures)
    }

    /// The period of that name.
    static func period(_ text: String, _ view: LocalView, _ say: Wording) throws -> Period {
        if let period = view.plan.periods.period(text) { return period }
        let fault = view.plan.periods.fault(of: text)
        throw ToolError.notFound(zh: fault.zh, en: fault.en)
    }

    private func unit(_ view: LocalView) throws -> TenantID {
        guard let tenant else { return view.principal.role.isOfCity ? .city : view.principal.tenant }
        return try Self.unit(tenant, view)
    }

    /// The unit of that name.
    static func unit(_ text: String, _ view: LocalView) throws(EditFault) -> TenantID {
        let found = view.plan.tenants.first { $0.id.rawValue == text || $0.name.zh == text }
        if let found { return found.id }
        throw .tenantUnknown(text, nearest: Spelling.nearest(to: text, among: view.plan.tenants.map(\.id.rawValue)))
    }

    private func text(
        _ view: LocalView, _ period: Period, _ unit: TenantID, _ figures: [(Indicator, IndicatorFigure)]
    ) {
        let say = options.wording
        let name = view.plan.name(of: unit, say)
        Console.line("\(name)  \(say(period.titleZH, period.id.rawValue))")
        var table = TextTable(
            [
                say("指标", "Indicator"), say("数值", "Value"), say("目标", "Target"), say("单位", "Unit"),
                say("完成率%", "Done %"),
                say("缺报", "Missing"), say("说明", "Note"),
            ], rightAligned: [1, 2, 4])
        for (indicator, figure) in figures {
            table.add([
                say(indicator.name), figure.value?.shown(4) ?? "-", figure.target?.shown(4) ?? "-", indicator.unit,
                FigureText.percent(figure.completion), FigureText.missing(figure.missing, view, say),
                FigureText.note(figure, say),
            ])
        }
        Console.table(table)
    }

    private func json(
        _ view: LocalView, _ period: Period, _ unit: TenantID, _ figures: [(Indicator, IndicatorFigure)]
    ) {
        let say = options.wording
        Console.json { writer in
            writer.member("plan", view.plan.id.rawValue)
            writer.member("period", period.id.rawValue)
            writer.member("tenant", unit.rawValue)
            writer.member(
                "indicators",
                array: { writer in
                    for (indicator, figure) in figures {
                        FigureText.write(figure, indicator, say, to: &writer)
                    }
                })
        }
    }
}
