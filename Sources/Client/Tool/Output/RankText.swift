import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Ranked units for scripts.
enum RankText {
    /// A component that is counted from the report or from records, in a line.
    static func line(_ part: RankedUnit.Part, _ view: LocalView, _ say: Wording) -> String {
        let component = view.plan.ranking.components.first { $0.id == part.id }
        let name = component.map { say($0.name) } ?? part.id
        guard let tally = part.tally else { return name }
        let count = "\(tally.achieved.shown(4))/\(tally.expected.shown(4))"
        var late = ""
        if component?.kind == .timeliness {
            late =
                tally.daysLate.map { days in
                    days == 0 ? say("（按时）", " (on time)") : say("（迟报\(days)天）", " (\(days) days late)")
                } ?? say("（未报送）", " (not handed in)")
        }
        return "\(name): \(count)\(late) → \(part.points.shown(4))"
    }

    /// What is said of a published ranking as a whole.
    static func write(_ ranking: LocalRanking, to writer: inout JSONWriter) {
        writer.member("state", ranking.state.rawValue)
        writer.member("digest", ranking.digest)
        writer.member("planRevision", Int(clamping: ranking.ranking.revision))
        writer.member("published", ifPresent: ranking.published?.description)
        writer.member("until", ifPresent: ranking.until?.description)
    }

    /// A unit with every part of its score.
    static func write(_ unit: RankedUnit, _ view: LocalView, _ say: Wording, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("tenant", unit.tenant.rawValue)
            writer.member("group", unit.group)
            writer.member("rank", unit.rank)
            writer.member("shared", unit.shared)
            writer.member("score", unit.published)
            writer.member("stretch", unit.stretch.shown(6))
            writer.member("disputed", unit.disputed)
            writer.member(
                "components",
                array: { writer in
                    for part in unit.parts {
                        writer.object { writer in
                            writer.member("id", part.id)
                            writer.member("score", part.score?.shown(6))
                            writer.member("points", part.points.shown(6))
                            if let tally = part.tally { write(tally, to: &writer) }
                            writer.member(
                                "entries",
                                array: { writer in
                                    for entry in part.entries { write(entry, view, say, to: &writer) }
                                })
                        }
                    }
                })
            writer.member(
                "bonus",
                array: { writer in
                    for entry in unit.bonus { write(entry, view, say, to: &writer) }
                })
            writer.member(
                "missing",
                array: { writer in
                    for missing in unit.missing { writer.string(missing.element.rawValue) }
                })
        }
    }

    /// An indicator in a score.
    static func write(
        _ entry: RankedUnit.Entry, _ view: LocalView, _ say: Wording, to writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.member("weight", entry.weight.shown(6))
            writer.member("counted", entry.counted.shown(6))
            writer.member("points", entry.points.shown(6))
            if let indicator = view.plan.indicators.first(where: { $0.id == entry.figure.indicator }) {
                writer.name("figure")
                FigureText.write(entry.figure, indicator, say, to: &writer)
            }
        }
    }

    static func write(_ tally: RankedUnit.Tally, to writer: inout JSONWriter) {
        writer.member("achieved", tally.achieved.shown(6))
        writer.member("expected", tally.expected.shown(6))
        if let days = tally.daysLate { writer.member("daysLate", days) }
        writer.member("handedIn", ifPresent: tally.handedIn)
    }
}
