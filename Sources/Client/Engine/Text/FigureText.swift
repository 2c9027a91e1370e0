package import PlanSyncCore
package import PlanSyncWire

/// Indicators as a person or a script reads them.
package enum FigureText {
    /// A factor in percent, with one digit.
    package static func percent(_ factor: Rational?) -> String {
        factor.map { ($0 * Rational(100)).rounded(1) } ?? "-"
    }

    /// Whose figures are missing.
    package static func missing(_ missing: [IndicatorFigure.Missing], _ view: LocalView, _ say: Wording) -> String {
        var units: [TenantID] = []
        for entry in missing where !units.contains(entry.tenant) { units.append(entry.tenant) }
        if units.count == 1 {
            let fields = missing.prefix(3).map { name(of: $0.element, view, say) }.joined(separator: " ")
            return fields + (missing.count > 3 ? " …" : "")
        }
        let names = units.prefix(3).map { unit in view.plan.name(of: unit, say) }
        return names.joined(separator: " ") + (units.count > 3 ? " … (\(units.count))" : "")
    }

    /// An element's name for people.
    package static func name(of element: FieldID, _ view: LocalView, _ say: Wording) -> String {
        if let rule = view.plan.field(element, of: CollectionRule.values) { return say(rule.name) }
        // A collection of which the unit keeps no record.
        let collection = (try? CollectionID(element.rawValue)).flatMap { view.plan.collection($0) }
        return collection.map { say($0.name) } ?? element.rawValue
    }

    /// What has to be said about a figure.
    package static func note(_ figure: IndicatorFigure, _ say: Wording) -> String {
        var notes: [String] = []
        switch figure.state {
        case .known, .missing: break
        case .notApplicable: notes.append(say("不适用", "not applicable"))
        case .notDue: notes.append(say("本期不考核", "not due"))
        case .undefined: notes.append(say("分母为零或无数据", "undefined"))
        }
        if let difference = figure.difference, let beside = figure.beside {
            let text = "\(beside.shown(4)), \(difference > .zero ? "+" : "")\(difference.shown(4))"
            notes.append(say("另一口径 \(text)", "the other way \(text)"))
        }
        if figure.disputed { notes.append(say("有争议", "disputed")) }
        return notes.joined(separator: " ")
    }

    /// From which period on a target or a weight stands, in parentheses; nothing where it stands from the beginning.
    package static func since(_ period: PeriodID?, _ plan: Plan, _ say: Wording) -> String {
        guard let period else { return "" }
        let title = plan.periods.period(period.rawValue)?.titleZH ?? period.rawValue
        return say("（自\(title)起）", " (from \(period) on)")
    }

    /// An indicator as JSON.
    package static func write(
        _ figure: IndicatorFigure, _ indicator: Indicator, _ say: Wording, to writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.member("indicator", indicator.id.rawValue)
            writer.member("name", say(indicator.name))
            writer.member("unit", indicator.unit)
            writer.member("state", figure.state.rawValue)
            writer.member("numerator", figure.numerator?.shown(6))
            writer.member("denominator", figure.denominator?.shown(6))
            writer.member("value", figure.value?.shown(6))
            writer.member("target", figure.target?.shown(6))
            writer.member("targetFrom", ifPresent: figure.since?.rawValue)
            writer.member("due", figure.due?.shown(6))
            writer.member("completion", figure.completion?.shown(6))
            writer.member("disputed", figure.disputed)
            writer.member("beside", ifPresent: figure.beside?.shown(6))
            writer.member("difference", ifPresent: figure.difference?.shown(6))
            writer.member(
                "missing",
                array: { writer in
                    for missing in figure.missing {
                        writer.object { writer in
                            writer.member("tenant", missing.tenant.rawValue)
                            writer.member("element", missing.element.rawValue)
                            writer.member("record", ifPresent: missing.record?.description)
                        }
                    }
                })
        }
    }
}
