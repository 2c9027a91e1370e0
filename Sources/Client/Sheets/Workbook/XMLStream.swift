// Expat calls back through C; the events go to a taker that may throw, which stops the parser. A document type is
// refused at its first byte, and with it every entity of its own.

import CExpat
import PlanSyncClient

/// Takes what stands in an XML document, in its order.
protocol XMLTaker: AnyObject {
    /// An element begins; names are without their prefix, those of attributes too.
    func begin(_ name: String, _ attributes: [String: String]) throws(SheetError)
    /// Text, possibly in parts.
    func text(_ text: String) throws(SheetError)
    /// An element ends.
    func end(_ name: String) throws(SheetError)
}

/// Reads an XML document piece by piece.
final class XMLStream {
    /// Elements inside each other.
    static let depthMax = 64
    /// Attributes of an element.
    static let attributesMax = 128

    private let taker: any XMLTaker
    private let parser: XML_Parser
    private let name: String
    private var depth = 0
    private var failure: SheetError?

    /// A reader of the part with this name.
    ///
    /// - Throws: ``SheetError/system(_:)``.
    init(_ name: String, _ taker: any XMLTaker) throws(SheetError) {
        guard let parser = XML_ParserCreate(nil) else { throw .system("expat") }
        self.parser = parser
        self.taker = taker
        self.name = name
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetStartDoctypeDeclHandler(parser) { stream, _, _, _, _ in XMLStream.of(stream)?.refuseDocumentType() }
        XML_SetElementHandler(
            parser, { stream, name, attributes in XMLStream.of(stream)?.began(name, attributes) },
            { stream, name in XMLStream.of(stream)?.ended(name) })
        XML_SetCharacterDataHandler(parser) { stream, text, count in
            guard let text else { return }
            let bytes = UnsafeRawBufferPointer(start: text, count: max(0, Int(count)))
            XMLStream.of(stream)?.guarded { stream throws(SheetError) in
                try stream.taker.text(String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    deinit { XML_ParserFree(parser) }

    /// Reads the next piece.
    ///
    /// - Throws: ``SheetError``.
    func read(_ piece: [UInt8]) throws(SheetError) { try parse(piece, isLast: false) }

    /// Says that there is no more.
    ///
    /// - Throws: ``SheetError``.
    func finish() throws(SheetError) { try parse([], isLast: true) }

    private func parse(_ piece: [UInt8], isLast: Bool) throws(SheetError) {
        let status = piece.withUnsafeBytes { bytes in
            XML_Parse(
                parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: bytes.count),
                isLast ? 1 : 0)
        }
        if let failure { throw failure }
        guard status == XML_STATUS_OK else {
            let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "XML"
            throw .damaged("\(name): \(reason)")
        }
    }

    private static func of(_ stream: UnsafeMutableRawPointer?) -> XMLStream? {
        stream.map { Unmanaged<XMLStream>.fromOpaque($0).takeUnretainedValue() }
    }

    private func guarded(_ body: (XMLStream) throws(SheetError) -> Void) {
        // Expat may still call after it was told to stop.
        guard failure == nil else { return }
        do throws(SheetError) {
            try body(self)
        } catch {
            failure = error
            XML_StopParser(parser, 0)
        }
    }

    private func refuseDocumentType() {
        guarded { stream throws(SheetError) in throw .suspicious("DOCTYPE, \(stream.name)") }
    }

    private func began(
        _ name: UnsafePointer<CChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        guarded { stream throws(SheetError) in
            stream.depth += 1
            if stream.depth > Self.depthMax { throw .tooMuch(.depth) }
            var found: [String: String] = [:]
            var place = 0
            while let attributes, let key = attributes[place], let value = attributes[place + 1] {
                let attribute = String(cString: key)
                if !attribute.hasPrefix("xmlns") { found[Self.local(key)] = String(cString: value) }
                place += 2
                if place > 2 * Self.attributesMax { throw .tooMuch(.depth) }
            }
            try stream.taker.begin(Self.local(name), found)
        }
    }

    private func ended(_ name: UnsafePointer<CChar>?) {
        guarded { stream throws(SheetError) in
            stream.depth -= 1
            try stream.taker.end(Self.local(name))
        }
    }

    /// A name without its prefix.
    private static func local(_ name: UnsafePointer<CChar>?) -> String {
        guard let name else { return "" }
        let whole = String(cString: name)
        return whole.lastIndex(of: ":").map { String(whole[whole.index(after: $0)...]) } ?? whole
    }
}
