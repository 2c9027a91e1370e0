import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Where a score comes from, as a person or a script reads it.
struct ScoreText {
    /// What stands in the place of an indicator.
    static let word = "score"

    let view: LocalView
    let say: Wording
    let period: Period
    let explanation: ScoreExplanation

    private var unit: RankedUnit { explanation.unit }

    // MARK: For a person

    func print() {
        let name = view.plan.name(of: unit.tenant, say)
        let rank = unit.rank.map { say("第\($0)名", "rank \($0)") + (unit.shared ? say("（并列）", " (shared)") : "") }
        Console.line("\(name)  \(say(period.titleZH, period.id.rawValue))")
        let parts = [say("得分", "Score") + " \(unit.published ?? "-")", rank].compactMap(\.self)
        Console.line(parts.joined(separator: say("，", ", ")))
        for part in unit.parts { print(part) }
        if !unit.bonus.isEmpty {
            Console.line("")
            Console.line("\(say("加分", "Bonus")): +\(unit.stretch.shown(4))")
            for entry in unit.bonus { print(entry, of: nil) }
        }
        Console.line("")
        Console.message(
            say(
                "每个数据的经过：plansync history 单位:表/键。",
                "What was done to a figure: plansync history TENANT:COLLECTION/KEY."))
    }

    private func print(_ part: RankedUnit.Part) {
        let component = view.plan.ranking.components.first { $0.id == part.id }
        let name = component.map { say($0.name) } ?? part.id
        Console.line("")
        guard let score = part.score else {
            Console.line(say("\(name)：本期无应计内容，权重分给其他部分", "\(name): nothing is due; its share goes to the others"))
            return
        }
        if part.tally == nil {
            Console.line(
                say(
                    "\(name)：\(score.shown(4))分 → 计\(part.points.shown(4))分",
                    "\(name): \(score.shown(4)) → \(part.points.shown(4)) points"))
        } else {
            Console.line(RankText.line(part, view, say))
        }
        let weights = part.entries.reduce(Rational.zero) { $0 + $1.weight }
        for entry in part.entries { print(entry, of: weights) }
        if component?.kind == .timeliness, let report = explanation.report { print(record: report, "") }
        guard let count = explanation.counts[part.id] else { return }
        Console.line("  \(count.formulas.joined(separator: " / "))")
        for input in count.inputs { print(input) }
        for input in count.records { print(record: input.record, InputText.standing(input, say)) }
    }

    /// One indicator: what it is, what was due, what counts, and what it was computed from.
    private func print(_ entry: RankedUnit.Entry, of weights: Rational?) {
        let figure = entry.figure
        let indicator = view.plan.indicators.first { $0.id == figure.indicator }
        let name = indicator.map { say($0.name) } ?? figure.indicator.rawValue
        let measure = indicator?.unit ?? ""
        func shown(_ value: Rational?) -> String { value.map { $0.shown(4) + measure } ?? "-" }
        let weight =
            (weights.map { "\(entry.weight.shown(4))/\($0.shown(4))" } ?? entry.weight.shown(4))
            + FigureText.since(indicator?.at(period).weightSince, view.plan, say)
        let since = FigureText.since(figure.since, view.plan, say)
        Console.line(
            say(
                "  \(figure.indicator) \(name)：\(shown(figure.value))，目标\(shown(figure.target))\(since)，"
                    + "本期应完成\(shown(figure.due))，完成率\(FigureText.percent(figure.completion))%，"
                    + "计\(FigureText.percent(entry.counted))%，权重\(weight) → \(entry.points.shown(4))分",
                "  \(figure.indicator) \(name): \(shown(figure.value)), target \(shown(figure.target))\(since), "
                    + "due by now \(shown(figure.due)), done \(FigureText.percent(figure.completion)) %, counts "
                    + "\(FigureText.percent(entry.counted)) %, weight \(weight) → \(entry.points.shown(4)) points"))
        let note = FigureText.note(figure, say)
        if !note.isEmpty { Console.line("    \(note)") }
        guard let detail = explanation.indicators[figure.indicator] else { return }
        Console.line("    \(detail.formula)")
        for input in detail.inputs { print(input) }
        for input in detail.records { print(record: input.record, InputText.standing(input, say)) }
    }

    private func print(_ input: Explanation.Input) {
        let field = input.place.flatMap { view.field($0) }
        let value = input.amount?.description ?? say("缺报", "missing")
        let disputed = input.disputed ? say(" 有争议", " disputed") : ""
        Console.line(
            "    values/\(input.period) \(input.element) = \(value)\(disputed)  "
                + origin(field?.author, field?.at, field?.rev))
    }

    /// A record with the changes that wrote it.
    private func print(record: RecordKey, _ standing: String) {
        let fields = view.record(record, of: unit.tenant).values
        let newest = fields.max { ($0.seq ?? 0) < ($1.seq ?? 0) }
        Console.line("    \(record) \(standing)  " + origin(newest?.author, newest?.at, newest?.rev))
    }

    private func origin(_ author: String?, _ at: Timestamp?, _ rev: ChangeID?) -> String {
        [author, at.map { LocalTime.shown($0, view.plan) }, rev?.rawValue].compactMap(\.self).joined(separator: " ")
    }

    // MARK: For a script

    func json() {
        Console.json { writer in
            writer.member("plan", view.plan.id.rawValue)
            writer.member("period", period.id.rawValue)
            writer.member("tenant", unit.tenant.rawValue)
            writer.member("rank", unit.rank)
            writer.member("score", unit.published)
            writer.member("exact", unit.score?.fraction)
            writer.member(
                "components",
                array: { writer in
                    for part in unit.parts { write(part, to: &writer) }
                })
            writer.member(
                "bonus",
                array: { writer in
                    for entry in unit.bonus { write(entry, to: &writer) }
                })
        }
    }

    private func write(_ part: RankedUnit.Part, to writer: inout JSONWriter) {
        let component = view.plan.ranking.components(in: period).first { $0.id == part.id }
        writer.object { writer in
            writer.member("id", part.id)
            writer.member("name", component.map { say($0.name) } ?? part.id)
            writer.member("share", component?.share.description ?? "")
            writer.member("score", part.score?.shown(6))
            writer.member("points", part.points.shown(6))
            if let tally = part.tally { RankText.write(tally, to: &writer) }
            if component?.kind == .timeliness, let report = explanation.report {
                writer.member("report", report.description)
                let state = view.field(
                    CellKey(tenant: unit.tenant, record: report, field: SubmissionField.handedIn))
                writer.member("rev", ifPresent: state?.rev?.rawValue)
            }
            writer.member(
                "entries",
                array: { writer in
                    for entry in part.entries { write(entry, to: &writer) }
                })
            if let count = explanation.counts[part.id] {
                writer.member("formulas", count.formulas)
                write(count.inputs, count.records, to: &writer)
            }
        }
    }

    private func write(_ entry: RankedUnit.Entry, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("weight", entry.weight.shown(6))
            writer.member("counted", entry.counted.shown(6))
            writer.member("points", entry.points.shown(6))
            guard let detail = explanation.indicators[entry.figure.indicator] else { return }
            writer.name("figure")
            FigureText.write(entry.figure, detail.indicator, say, to: &writer)
            writer.member("formula", detail.formula)
            write(detail.inputs, detail.records, to: &writer)
        }
    }

    private func write(
        _ inputs: [Explanation.Input], _ records: [Explanation.RecordInput], to writer: inout JSONWriter
    ) {
        writer.member(
            "inputs",
            array: { writer in
                for input in inputs { InputText.write(input, view, say, to: &writer) }
            })
        writer.member(
            "records",
            array: { writer in
                for input in records { InputText.write(input, view, to: &writer) }
            })
    }
}
