/// The unified social credit code of an organisation: 18 characters with a check digit.
///
/// Source: GB 32100-2015: digits and capital letters without I, O, S, V, Z; weights 3^(i-1) mod 31.
public enum CreditCode {
    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

    /// Why a text is no credit code: one sentence that says where; `nil` when it is one.
    public static func fault(of text: String) -> Sentence? {
        let bytes = Array(text.utf8)
        if text.contains("E+") || text.contains("e+") {
            return Sentence(
                zh: "信用代码“\(text.prefix(24))”被电子表格变成了数字，请把单元格设为文本后重新填写。",
                en: "A spreadsheet made a number of the credit code '\(text.prefix(24))'; enter it as a text.")
        }
        guard bytes.count == 18 else {
            return Sentence(
                zh: "统一社会信用代码有 18 位，“\(text.prefix(24))”有 \(text.count) 位。",
                en: "A credit code has 18 characters; '\(text.prefix(24))' has \(text.count).")
        }
        var sum = 0
        var weight = 1
        for (index, byte) in bytes.dropLast().enumerated() {
            guard let value = alphabet.firstIndex(of: byte) else {
                let sign = Character(UnicodeScalar(byte))
                let digit = byte == UInt8(ascii: "O") ? "0" : byte == UInt8(ascii: "I") ? "1" : nil
                return Sentence(
                    zh: "信用代码第 \(index + 1) 位不能是“\(sign)”\(digit.map { "，是不是 \($0)？" } ?? "。")",
                    en: "'\(sign)' (place \(index + 1)) cannot occur in a credit code"
                        + (digit.map { "; is it \($0)?" } ?? "."))
            }
            sum += value * weight
            weight = weight * 3 % 31
        }
        let check = alphabet[(31 - sum % 31) % 31]
        if bytes[17] == check { return nil }
        let (typed, right) = (Character(UnicodeScalar(bytes[17])), Character(UnicodeScalar(check)))
        return Sentence(
            zh: "信用代码的校验码（第 18 位）是 \(typed)，应为 \(right)，请核对整个代码。",
            en: "The check digit of the credit code is \(typed) but should be \(right).")
    }
}
