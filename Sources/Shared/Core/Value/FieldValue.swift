/// The value of a field, as it travels: figures and dates are texts, so that no digit is lost.
///
/// What a text means (a figure, a date, an option) is declared by the field's ``FieldRule``.
public enum FieldValue: Hashable, Sendable {
    /// A text; figures as canonical decimals, dates as `YYYY-MM-DD`.
    case text(String)
    /// Yes or no.
    case flag(Bool)
    /// The members of a set, sorted by bytes, each once.
    case members([String])

    /// The compact JSON of the value, in its one canonical spelling.
    public var canonicalJSON: [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .text(let text):
            bytes.reserveCapacity(text.utf8.count + 2)
            JSONText.append(text, to: &bytes)
        case .flag(let flag):
            bytes.append(contentsOf: flag ? "true".utf8 : "false".utf8)
        case .members(let members):
            bytes.append(UInt8(ascii: "["))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONText.append(member, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        return bytes
    }

    /// The value as a person reads it.
    public var shown: String {
        switch self {
        case .text(let text): text
        case .flag(let flag): flag ? "yes" : "no"
        case .members(let members): members.joined(separator: ", ")
        }
    }

    /// The text, when it is one.
    public var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The figure, when the text is one.
    public var amount: Amount? {
        guard case .text(let text) = self else { return nil }
        return try? Amount(text)
    }
}
