/// Personal data where it is only listed: the beginning of a name, so that one record is told from another.
///
/// Source: docs/plan-format.md, "elements", `personal`.
public enum PersonalText {
    /// The text with all but its first character hidden; at most three stars, so that its length is not told.
    public static func masked(_ text: String) -> String {
        guard let first = text.first else { return "" }
        return String(first) + String(repeating: "*", count: min(3, max(1, text.count - 1)))
    }

    /// Whether a role sees personal data whole, where it looks at one record: the unit's own people, and the
    /// department.
    public static func isShown(to role: Role) -> Bool { [.editor, .approver, .reviewer].contains(role) }
}

extension FieldRule {
    /// Whether a role sees the field's values whole.
    public func isShown(to role: Role) -> Bool { !isPersonal || PersonalText.isShown(to: role) }

    /// A value where it is listed: personal data shows its beginning alone.
    public func listed(_ value: FieldValue?) -> FieldValue? {
        guard isPersonal else { return value }
        switch value {
        case .text(let text)?: return .text(PersonalText.masked(text))
        case .members(let members)?: return .members(members.map(PersonalText.masked))
        case .flag, nil: return value
        }
    }
}
