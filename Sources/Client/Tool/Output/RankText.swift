import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Ranked units for scripts.
enum RankText {
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
                            writer.member(
                                "entries",
                                array: { writer in
                                    for entry in part.entries { write(entry, view, say, to: &writer) }
                                })
                        }
                    }
                })
            writer.member(
                "missing",
                array: { writer in
                    for missing in unit.missing { writer.string(missing.element.rawValue) }
                })
        }
    }

    private static func write(
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
}
