// A revision of a plan leaves what was in force when a period opened: weights, paths, targets, what is due when, and
// the shares of the components. It says from which later period on something else holds (docs/plan-format.md,
// "Versions").

/// Tells what a revision of a plan may not change any more.
public struct PlanFreeze {
    /// One thing that holds in a period, as a text that is equal where it is.
    private struct Term {
        let key: String
        let value: String
    }

    private let present: Plan
    private let opened: [Period]
    private let next: Period?

    /// Judges against the revision in force of a plan that came at `loaded`.
    ///
    /// What had begun before that is not frozen by the clock; neither is anything where `loaded` is not known.
    public init(present: Plan, loaded: Timestamp?, now: Timestamp) {
        self.present = present
        let calendar = present.periods
        opened = calendar.all.filter { period in
            let start = calendar.start(of: period)
            return start <= now && loaded.map { $0 < start } ?? false
        }
        next = calendar.next(after: now)
    }

    /// What a revision changes of periods that have opened, each with its place in the revision's file.
    public func faults(of revision: Plan) -> [PlanFault] {
        var faults: [PlanFault] = []
        for (index, indicator) in revision.indicators.enumerated() {
            let path = "indicators[\(index)]"
            let node = revision.document.value("indicators")?.members.dropFirst(index).first
            let old = present.indicators.first { $0.id == indicator.id }
            faults += Self.terms(of: indicator, in: nil).compactMap { term in
                fault(
                    term.key, of: "the indicator '\(indicator.id)'", node, path,
                    versions: indicator.versions.map(\.from),
                    old: { Self.terms(of: old, in: $0) }, new: { Self.terms(of: indicator, in: $0) })
            }
        }
        for gone in present.indicators where !revision.indicators.contains(where: { $0.id == gone.id }) {
            guard let period = opened.first(where: { gone.at($0).weight > .zero || gone.at($0).stretch }) else {
                continue
            }
            faults.append(
                PlanFault(
                    "The indicator '\(gone.id)' counts in \(period.id), which has opened; "
                        + "keep it, \(advice("weight")).",
                    at: revision.document.value("indicators")?.place ?? .unknown, path: "indicators"))
        }
        return faults + shareFaults(of: revision)
    }

    private func shareFaults(of revision: Plan) -> [PlanFault] {
        let node = revision.document.value("ranking")
        func shares(_ plan: Plan, _ period: Period) -> [Term] {
            let parts = plan.ranking.components(in: period).map { "\($0.id) \($0.share)" }
            return [Term(key: "components", value: parts.sorted().joined(separator: ", "))]
        }
        let found = fault(
            "components", of: "the ranking", node, "ranking", versions: revision.ranking.changes.map(\.from),
            old: { shares(present, $0) }, new: { shares(revision, $0) })
        return found.map { [$0] } ?? []
    }

    /// The fault of one term: of the first opened period for which it is another.
    private func fault(
        _ key: String, of whose: String, _ node: PlanNode?, _ path: String, versions: [PeriodID],
        old: (Period) -> [Term], new: (Period) -> [Term]
    ) -> PlanFault? {
        func value(_ terms: [Term]) -> String { terms.first { $0.key == key }?.value ?? "" }
        guard let period = opened.first(where: { value(old($0)) != value(new($0)) }) else { return nil }
        // Where the other value stands: in the newest version that names it, or in the indicator itself.
        var (place, at) = ("\(path).\(key)", node?.value(key))
        let changes = node?.value("changes")?.members ?? []
        for (index, from) in versions.enumerated() where from <= period.id {
            guard let entry = changes.dropFirst(index).first, let found = entry.value(key) ?? entry.value("shares")
            else {
                continue
            }
            (place, at) = ("\(path).changes[\(index)]", found)
        }
        let was = value(old(period))
        return PlanFault(
            "'\(key)' of \(whose) stands since \(period.id) opened (\(was.isEmpty ? "-" : was)); "
                + "keep it, \(advice(key == "components" ? "shares" : key)).",
            at: (at ?? node)?.place ?? .unknown, path: place)
    }

    private func advice(_ key: String) -> String {
        next.map { "and write what is new under 'changes' with from: \($0.id) and \(key)" }
            ?? "all periods have opened, so nothing else can begin"
    }

    /// What holds of an indicator in a period; of none, that it counts for nothing.
    private static func terms(of indicator: Indicator?, in period: Period?) -> [Term] {
        let indicator = period.flatMap { indicator?.at($0) } ?? indicator
        let counts = indicator.map { $0.weight > .zero || $0.stretch } ?? false
        // What has no weight adds to no score, so nothing of it has to stay.
        func term(_ key: String, _ value: (Indicator) -> String) -> Term {
            Term(key: key, value: counts ? indicator.map(value) ?? "" : "")
        }
        return [
            Term(key: "weight", value: indicator.map { "\($0.weight)" } ?? "0"),
            Term(key: "stretch", value: indicator.map { "\($0.stretch)" } ?? "false"),
            term("target") { $0.target.map(Self.text) ?? "" },
            term("path") { $0.path.map(\.fraction).joined(separator: " ") },
            term("calendar") { $0.calendar.rawValue },
            term("units") { $0.units.map { "\($0.key) \($0.value)" }.sorted().joined(separator: ", ") },
        ]
    }

    private static func text(_ target: Indicator.Target) -> String {
        "\(target.atMost ? "<= " : "")\(target.value), \(target.deadline)\(target.yearly ? ", yearly" : "")"
    }
}

extension PlanNode {
    /// The members of a list; of anything else none.
    var members: [PlanNode] {
        if case .sequence(let members) = content { return members }
        return []
    }

    /// Where a path like `indicators[3].changes[0]` leads; the last place on the way that is there.
    public func place(of path: String) -> Place {
        var node = self
        for step in path.split(separator: ".") {
            let parts = step.split { "[]".contains($0) }
            guard let name = parts.first, let value = node.value(String(name)) else { break }
            node = value
            guard let number = parts.dropFirst().first else { continue }
            guard let found = node.members.enumerated().first(where: { "\($0.offset)" == number }) else { break }
            node = found.element
        }
        return node.place
    }
}
