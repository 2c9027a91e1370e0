/// The unified social credit code of an organisation: 18 characters with a check digit.
///
/// Source: GB 32100-2015: digits and capital letters without I, O, S, V, Z; weights 3^(i-1) mod 31.
public enum CreditCode {
    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

    /// Why a text is no credit code: one sentence that says where; `nil` when it is one.
    public static func fault(of text: String) -> String? {
        let bytes = Array(text.utf8)
        if text.contains("E+") || text.contains("e+") {
            return "A spreadsheet made a number of the credit code '\(text.prefix(24))'; enter it as a text."
        }
        guard bytes.count == 18 else {
            return "A credit code has 18 characters; '\(text.prefix(24))' has \(text.count)."
        }
        var sum = 0
        var weight = 1
        for (index, byte) in bytes.dropLast().enumerated() {
            guard let value = alphabet.firstIndex(of: byte) else {
                let hint = byte == UInt8(ascii: "O") ? "; is it 0?" : byte == UInt8(ascii: "I") ? "; is it 1?" : "."
                return "'\(Character(UnicodeScalar(byte)))' (place \(index + 1)) cannot occur in a credit code\(hint)"
            }
            sum += value * weight
            weight = weight * 3 % 31
        }
        let check = alphabet[(31 - sum % 31) % 31]
        if bytes[17] == check { return nil }
        let typed = Character(UnicodeScalar(bytes[17]))
        return "The check digit of the credit code is \(typed) but should be \(Character(UnicodeScalar(check)))."
    }
}
