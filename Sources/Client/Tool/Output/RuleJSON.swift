import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Rules and fields as JSON.
enum RuleJSON {
    /// The rule of a field.
    static func write(_ field: FieldRule, _ say: Wording, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", field.id.rawValue)
            writer.member("name", say(field.name))
            writer.member("unit", field.unit)
            writer.member("filledBy", field.filledBy.rawValue)
            writer.member("merge", field.merge.rawValue)
        }
    }

    /// A field as the person sees it.
    static func write(_ rule: ShownField, _ field: LocalField?, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("field", rule.id.rawValue)
            writer.member("name", rule.name)
            writer.name("value")
            writer.value(field?.value)
            writer.member("unit", rule.unit)
            writer.member("state", (field?.state ?? .confirmed).rawValue)
            writer.member("author", ifPresent: field?.author)
            writer.member("at", ifPresent: field?.at?.description)
            writer.member("by", ifPresent: field?.by?.rawValue)
            writer.member("rev", ifPresent: field?.rev?.rawValue)
            writer.member("conflict", ifPresent: field?.conflict)
            writer.member("reason", ifPresent: field?.reason)
            if let generation = field?.generation, generation > 0 { writer.member("generation", generation) }
            if let sent = field?.sent {
                writer.name("sent")
                writer.value(sent)
            }
        }
    }
}

/// A field's name and unit as they stand beside its value.
struct ShownField {
    /// Its name for machines.
    let id: FieldID
    /// Its name for the person.
    let name: String
    /// Its unit; empty for none.
    let unit: String
}
