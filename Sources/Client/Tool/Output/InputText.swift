import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// What an indicator or a score was computed from, as a person or a script reads it.
enum InputText {
    /// The field of a record that was written last.
    static func newest(of input: Explanation.RecordInput, _ view: LocalView) -> LocalField? {
        view.record(input.record, of: input.tenant).values.max {
            ($0.pendingPosition ?? 0, $0.seq ?? 0) < ($1.pendingPosition ?? 0, $1.seq ?? 0)
        }
    }

    /// What a record does to a figure, in a word.
    static func standing(_ input: Explanation.RecordInput, _ say: Wording) -> String {
        let word =
            switch input.standing {
            case .counted: say("计入", "yes")
            case .supports: say("佐证", "supports")
            case .unclear: say("待定，缺 ", "unclear, without ") + input.missing.map(\.rawValue).joined(separator: " ")
            }
        return input.disputed ? word + say(" 有争议", " disputed") : word
    }

    /// A record as JSON, with the changes that wrote its fields.
    static func write(_ input: Explanation.RecordInput, _ view: LocalView, to writer: inout JSONWriter) {
        let newest = newest(of: input, view)
        let fields = view.record(input.record, of: input.tenant).sorted { $0.key < $1.key }
        writer.object { writer in
            writer.member("tenant", input.tenant.rawValue)
            writer.member("record", input.record.description)
            writer.member("period", input.period.rawValue)
            writer.member("standing", input.standing.rawValue)
            writer.member("value", input.value?.shown(6))
            writer.member("missing", input.missing.map(\.rawValue))
            writer.member("disputed", input.disputed)
            writer.member("author", ifPresent: newest?.author)
            writer.member("at", ifPresent: newest?.at?.description)
            writer.member("rev", ifPresent: newest?.rev?.rawValue)
            writer.member(
                "changes",
                array: { writer in
                    for (name, field) in fields {
                        writer.object { writer in
                            writer.member("field", name.rawValue)
                            writer.member("rev", ifPresent: field.rev?.rawValue)
                            writer.member("author", field.author)
                        }
                    }
                })
        }
    }

    /// A figure as JSON, with the change that wrote it.
    static func write(
        _ input: Explanation.Input, _ view: LocalView, _ say: Wording, to writer: inout JSONWriter
    ) {
        let field = input.place.flatMap { view.field($0) }
        writer.object { writer in
            writer.member("tenant", input.tenant.rawValue)
            writer.member("period", input.period.rawValue)
            writer.member("element", input.element.rawValue)
            writer.member("name", FigureText.name(of: input.element, view, say))
            writer.member("value", input.amount?.description)
            writer.member("unit", view.plan.field(input.element, of: CollectionRule.values)?.unit ?? "")
            writer.member("disputed", input.disputed)
            writer.member("state", (field?.state ?? .confirmed).rawValue)
            writer.member("author", ifPresent: field?.author)
            writer.member("at", ifPresent: field?.at?.description)
            writer.member("by", ifPresent: field?.by?.rawValue)
            writer.member("rev", ifPresent: field?.rev?.rawValue)
            writer.member("conflict", ifPresent: field?.conflict)
        }
    }
}
