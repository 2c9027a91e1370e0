import PlanSyncCore

/// Where a field stands, in a clerk's words.
package enum FieldState {
    /// The state, with the conflict's name, with what was refused, and with the round of a ladder.
    package static func text(_ field: LocalField, _ say: Wording) -> String {
        var text = field.state.word(chinese: say.chinese)
        if let conflict = field.conflict { text += " " + conflict }
        if let sent = field.sent, field.state == .rejected || field.state == .merged { text += " (\(sent.shown))" }
        if let round = round(field, say) { text += " " + round }
        return text
    }

    /// How often a ladder went back; `nil` for never.
    package static func round(_ field: LocalField, _ say: Wording) -> String? {
        guard field.generation > 0 else { return nil }
        return say("[退回过\(field.generation)次]", "[reopened \(field.generation)×]")
    }

    /// Why what this device sent does not stand; `nil` when it does.
    package static func reason(_ field: LocalField, _ say: Wording) -> String? {
        guard field.state == .merged || field.state == .rejected, let reason = field.reason else { return nil }
        return ReasonSentence.of(reason, chinese: say.chinese, author: field.author)
    }
}
