package import NIOCore

/// Cuts a stream of bytes into frames: 4 bytes of big-endian length, then so many bytes.
///
/// The length is judged on the four bytes alone; memory is taken as bytes come, not as they
/// are announced.
package struct FrameDecoder {
    /// Bytes that the next frame may have.
    package var limit: Int

    private var header: UInt32 = 0
    private var headerCount = 0
    private var body: [UInt8] = []
    private var missing: Int?

    /// A decoder at the start of a frame.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Whether a frame was begun and not ended.
    package var isAmidFrame: Bool { headerCount > 0 }

    /// Bytes of the frame that was begun, as far as its header has come; otherwise 0.
    package var announcedBytes: Int { missing == nil ? 0 : Int(clamping: header) }

    /// Takes bytes up to the end of one frame; `nil` when the buffer ends first.
    ///
    /// - Throws: ``FrameError/length(_:limit:)``; the stream cannot be taken up again after it.
    package mutating func next(_ buffer: inout ByteBuffer) throws(FrameError) -> [UInt8]? {
        if missing == nil {
            guard try readHeader(&buffer) else { return nil }
        }
        guard var missing else { return nil }
        // The common case, a whole frame in one read, is one copy.
        if body.isEmpty, let whole = buffer.readBytes(length: missing) {
            reset()
            return whole
        }
        let portion = min(missing, buffer.readableBytes)
        buffer.withUnsafeReadableBytes { body.append(contentsOf: $0.prefix(portion)) }
        buffer.moveReaderIndex(forwardBy: portion)
        missing -= portion
        self.missing = missing
        guard missing == 0 else { return nil }
        defer { reset() }
        return body
    }

    /// Reads what there is of the header; `true` when it is complete and good.
    private mutating func readHeader(_ buffer: inout ByteBuffer) throws(FrameError) -> Bool {
        if headerCount == 0, let whole = buffer.readInteger(as: UInt32.self) {
            header = whole
            headerCount = 4
        } else {
            while headerCount < 4, let byte = buffer.readInteger(as: UInt8.self) {
                header = header << 8 | UInt32(byte)
                headerCount += 1
            }
        }
        guard headerCount == 4 else { return false }
        guard header > 0, let length = Int(exactly: header), length <= limit else {
            throw .length(header, limit: limit)
        }
        missing = length
        return true
    }

    private mutating func reset() {
        header = 0
        headerCount = 0
        body = []
        missing = nil
    }
}
