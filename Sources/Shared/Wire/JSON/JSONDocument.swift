/// A JSON text that has passed the scanner, with its tape.
///
/// One object shared by all views of it; it keeps the bytes alive.
package final class JSONDocument: Sendable {
    /// The text.
    package let bytes: [UInt8]
    let tape: [JSONTapeEntry]

    /// Scans a text.
    ///
    /// - Throws: ``JSONError`` with the first thing that is wrong, or over a limit.
    package init(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
        tape = try JSONScanner.scan(bytes, limits: limits)
        self.bytes = bytes
    }

    /// The outermost value.
    package var root: JSONView { JSONView(document: self, index: 0) }
}
