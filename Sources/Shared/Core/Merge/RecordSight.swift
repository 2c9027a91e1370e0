/// What the author of a deletion saw of a record: `shown` of the operation `delete`, one text for each field.
public enum RecordSight {
    private static let valueBytesMax = 64

    /// `FIELD REV`, and where edits are mixed `FIELD REV VALUE`: two of them that merged have the rev of the later one.
    ///
    /// A long value stands as its length and a check sum.
    public static func line(_ field: FieldID, rev: ChangeID, value: FieldValue?, rule: FieldRule?) -> String {
        guard let rule, rule.merge.mixes, let value else { return "\(field) \(rev)" }
        let text = value.shown
        guard text.utf8.count > valueBytesMax else { return "\(field) \(rev) \(text)" }
        return "\(field) \(rev) \(text.utf8.count)#\(checkSum(text))"
    }

    /// FNV-1a, 64 bits: against accidents, not against attackers, who could only deceive themselves.
    static func checkSum(_ text: String) -> String {
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { sum = (sum ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return String(sum, radix: 16)
    }
}
