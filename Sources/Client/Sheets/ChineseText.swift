import Glibc
package import PlanSyncClient

/// Texts in the encodings that office programs of China write.
package enum ChineseText {
    /// The encoding that was found.
    package enum Encoding: String, Sendable {
        case utf8 = "UTF-8"
        /// GBK and GB 2312 are parts of it.
        case gb18030 = "GB18030"
        case utf16 = "UTF-16"
    }

    /// The text of a file's bytes: UTF-8 when it is that, UTF-16 by its mark, else GB18030.
    ///
    /// - Throws: ``SheetError/encoding``.
    package static func decode(_ bytes: [UInt8]) throws(SheetError) -> (text: String, encoding: Encoding) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return (try convert(bytes, from: "UTF-16"), .utf16)
        }
        if let text = String(validating: bytes, as: UTF8.self) { return (text, .utf8) }
        return (try convert(bytes, from: "GB18030"), .gb18030)
    }

    private static func convert(_ bytes: [UInt8], from encoding: String) throws(SheetError) -> String {
        guard let converter = iconv_open("UTF-8", encoding), Int(bitPattern: converter) != -1 else { throw .encoding }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // Two bytes become at most three, and four at most four.
        var output = [CChar](repeating: 0, count: bytes.count * 2 + 16)
        let written = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target -> Int? in
                var from = source.baseAddress
                var fromLeft = source.count
                var to = target.baseAddress
                var toLeft = target.count
                let answer = iconv(converter, &from, &fromLeft, &to, &toLeft)
                return answer == .max || fromLeft != 0 ? nil : target.count - toLeft
            }
        }
        guard let written else { throw .encoding }
        let text = output.prefix(written).map { UInt8(bitPattern: $0) }
        guard let valid = String(validating: text, as: UTF8.self) else { throw .encoding }
        return valid
    }
}
