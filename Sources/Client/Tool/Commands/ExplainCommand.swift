import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Shows where an indicator comes from.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show an indicator's formula and every figure that it was computed from.",
        discussion: """
            A county's device explains its own unit's value; the city's explains the city's, or a unit's.

            EXAMPLES:
              plansync explain g07 201905B
              plansync explain 研发投入强度 201905B 411728 --json
              plansync explain score 201905B 411728

            'explain score' opens a unit's score into its components, each component into its indicators, reports or \
            milestones, and each of these into the figures and records with the changes that wrote them; 'plansync \
            history' shows every signed operation on such a record.
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "The indicator, by its id or its name.")
    var indicator: String

    @Argument(help: "A period, such as 201905B.")
    var period: String

    @Argument(help: "The unit.")
    var tenant: String?

    func run() throws {
        let view = try options.view(of: try options.openReplica())
        let isIndicator = view.plan.indicators.contains { $0.id.rawValue == self.indicator }
        if self.indicator == ScoreText.word, !isIndicator { return try score(view) }
        let indicator = try view.plan.indicator(named: indicator)
        let period = try AggregateCommand.period(period, view, options.wording)
        var unit = view.principal.role.isOfCity ? TenantID.city : view.principal.tenant
        if let tenant { unit = try AggregateCommand.unit(tenant, view) }
        if unit != view.principal.tenant, !Permission.rights(of: view.principal.role).contains(.readAll) {
            throw ToolError.notFound(
                zh: "本机只有本单位的数据。", en: "Only this unit's figures are here.")
        }
        let explanation = Explanation(indicator, of: unit, in: period, plan: view.plan, figures: view.figures)
        options.json ? json(view, period, unit, explanation) : text(view, period, unit, explanation)
    }

    /// Explains the score of a unit: the own one, or for the city any.
    private func score(_ view: LocalView) throws {
        let period = try AggregateCommand.period(period, view, options.wording)
        let unit = try tenant.map { try AggregateCommand.unit($0, view) } ?? view.principal.tenant
        let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
        if unit != view.principal.tenant, !seesAll {
            throw ToolError.notFound(zh: "本机只有本单位的数据。", en: "Only this unit's figures are here.")
        }
        let figures = view.figures.counting(view.plan.ranking.basis)
        let ranking = Ranking(plan: view.plan, figures: figures)
        let ranked = seesAll ? ranking.units(in: period).first { $0.tenant == unit } : ranking.unit(unit, in: period)
        guard let ranked else {
            throw ToolError.notFound(
                zh: "请写明单位，例如 plansync explain score \(period.id) \(view.plan.units.first?.id.rawValue ?? "")。",
                en: "Name a unit: plansync explain score \(period.id) \(view.plan.units.first?.id.rawValue ?? "").")
        }
        let explanation = ScoreExplanation(ranked, in: period, plan: view.plan, figures: figures)
        let text = ScoreText(view: view, say: options.wording, period: period, explanation: explanation)
        options.json ? text.json() : text.print()
    }

    private func text(_ view: LocalView, _ period: Period, _ unit: TenantID, _ explanation: Explanation) {
        let say = options.wording
        let figure = explanation.figure
        let name = view.plan.name(of: unit, say)
        Console.line("\(name)  \(say(period.titleZH, period.id.rawValue))")
        Console.line("\(explanation.indicator.id)  \(say(explanation.indicator.name))")
        let unitText = explanation.indicator.unit.isEmpty ? "" : " " + explanation.indicator.unit
        func shown(_ value: Rational?, without: String) -> String { value.map { $0.shown(4) + unitText } ?? without }
        var lines: [(name: String, value: String)] = [(say("公式", "Formula"), explanation.formula)]
        lines.append((say("数值", "Value"), shown(figure.value, without: "-")))
        let since = FigureText.since(figure.since, view.plan, say)
        lines.append((say("目标", "Target"), shown(figure.target, without: "-") + since))
        lines.append((say("应完成", "Due"), shown(figure.due, without: "-")))
        lines.append((say("完成率%", "Done %"), FigureText.percent(figure.completion)))
        lines.append((say("另一口径", "The other way"), shown(figure.beside, without: "")))
        lines.append((say("差异", "Difference"), shown(figure.difference, without: "")))
        lines.append((say("说明", "Note"), FigureText.note(figure, say)))
        for (name, value) in lines where !value.isEmpty { Console.line("\(name): \(TextTable.plain(value))") }
        Console.line("")
        var table = TextTable(
            [
                say("单位", "Unit"), say("考核期", "Period"), say("字段", "Element"), say("名称", "Name"),
                say("值", "Value"), say("计量", "Measured in"), say("填报人", "Author"), say("时间", "Time"),
                say("状态", "State"), say("更改", "Change"),
            ], rightAligned: [4])
        for input in explanation.inputs {
            let field = input.place.flatMap { view.field($0) }
            let state = field.map { FieldState.text($0, say) } ?? say("缺报", "missing")
            table.add([
                view.plan.name(of: input.tenant, say), input.period.rawValue,
                input.element.rawValue, FigureText.name(of: input.element, view, say),
                input.amount?.description ?? "-",
                view.plan.field(input.element, of: CollectionRule.values)?.unit ?? "", field?.author ?? "",
                field?.at.map { LocalTime.shown($0, view.plan) } ?? "",
                input.disputed ? state + say(" 有争议", " disputed") : state,
                field?.rev?.rawValue ?? "",
            ])
        }
        if !table.isEmpty { Console.table(table) }
        records(explanation.records, view)
    }

    private func records(_ records: [Explanation.RecordInput], _ view: LocalView) {
        guard !records.isEmpty else { return }
        let say = options.wording
        var table = TextTable(
            [
                say("单位", "Unit"), say("记录", "Record"), say("计入", "Counts"), say("值", "Value"),
                say("填报人", "Author"), say("时间", "Time"), say("更改", "Change"),
            ], rightAligned: [3])
        for input in records {
            let newest = InputText.newest(of: input, view)
            table.add([
                view.plan.name(of: input.tenant, say), input.record.description,
                InputText.standing(input, say), input.value?.shown(4) ?? "", newest?.author ?? "",
                newest?.at.map { LocalTime.shown($0, view.plan) } ?? "", newest?.rev?.rawValue ?? "",
            ])
        }
        Console.line("")
        Console.table(table)
    }

    private func json(_ view: LocalView, _ period: Period, _ unit: TenantID, _ explanation: Explanation) {
        let say = options.wording
        Console.json { writer in
            writer.member("plan", view.plan.id.rawValue)
            writer.member("period", period.id.rawValue)
            writer.member("tenant", unit.rawValue)
            writer.member("formula", explanation.formula)
            writer.name("figure")
            FigureText.write(explanation.figure, explanation.indicator, say, to: &writer)
            writer.member(
                "inputs",
                array: { writer in
                    for input in explanation.inputs { InputText.write(input, view, say, to: &writer) }
                })
            writer.member(
                "records",
                array: { writer in
                    for input in explanation.records { InputText.write(input, view, to: &writer) }
                })
        }
    }
}
