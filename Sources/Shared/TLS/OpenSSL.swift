// The door to the C library: its start, its error queue as a value, and the
// ownership of its objects. Every entry of this module passes `OpenSSL.start()`
// before its first call, so that no openssl.cnf of the host can weaken us.

import COpenSSL

/// The system's OpenSSL.
package enum OpenSSL {
    /// The text of the library in this process, such as "OpenSSL 3.0.19 27 Jan 2026".
    package static var version: String {
        OpenSSL_version(OPENSSL_VERSION).map { String(cString: $0) } ?? "unknown"
    }

    private static let started: Bool = {
        OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil) == 1
    }()

    /// Starts the library without any configuration file.
    static func start() throws(TLSError) {
        guard started else { throw .library(operation: "OPENSSL_init_ssl", detail: "no start") }
    }

    /// Takes the whole error queue of this thread.
    static func takeErrors() -> ErrorQueue {
        var queue = ErrorQueue()
        while true {
            let code = ERR_get_error()
            guard code != 0 else { return queue }
            // A hostile peer must not make us gather text without end.
            if queue.codes.count < 16 { queue.codes.append(code) }
        }
    }

    /// The error of a call that failed, with the queue's text.
    static func failure(_ operation: StaticString) -> TLSError {
        .library(operation: "\(operation)", detail: takeErrors().text)
    }

    /// Throws unless the call answered 1.
    static func check(_ result: Int32, _ operation: StaticString) throws(TLSError) {
        guard result == 1 else { throw failure(operation) }
    }
}

/// What OpenSSL left in the error queue of a thread, oldest first.
struct ErrorQueue {
    var codes: [UInt] = []

    /// The reason codes, without their library.
    var reasons: [Int32] { codes.map { ERR_GET_REASON($0) } }

    /// The reasons in words, joined.
    var text: String {
        guard !codes.isEmpty else { return "no reason given" }
        return codes.map { code in
            ERR_reason_error_string(code).map { String(cString: $0) } ?? "code \(code)"
        }.joined(separator: "; ")
    }
}

/// One owned reference to an OpenSSL object, given back exactly once.
///
/// The object is complete when it comes in here and never changed after.
// Sendable because the pointer is constant, the object is not changed once it is
// owned here, and OpenSSL counts references to it atomically.
final class OwnedPointer: @unchecked Sendable {
    let raw: OpaquePointer
    private let release: @Sendable (OpaquePointer?) -> Void

    init(
        _ raw: OpaquePointer?, _ operation: StaticString, release: @escaping @Sendable (OpaquePointer?) -> Void
    ) throws(TLSError) {
        guard let raw else { throw OpenSSL.failure(operation) }
        self.raw = raw
        self.release = release
    }

    deinit {
        release(raw)
    }
}

/// Bytes of a structure in DER, by the two-call form of OpenSSL's `i2d` functions.
func encoded(
    _ operation: StaticString, _ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
) throws(TLSError) -> [UInt8] {
    let length = encode(nil)
    guard length > 0 else { throw OpenSSL.failure(operation) }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    let written = bytes.withUnsafeMutableBufferPointer { buffer -> Int32 in
        var cursor = buffer.baseAddress
        return encode(&cursor)
    }
    guard written == length else { throw OpenSSL.failure(operation) }
    return bytes
}

/// Text that a PEM writer puts into a memory BIO, which is wiped after.
func written(_ operation: StaticString, _ write: (OpaquePointer) -> Int32) throws(TLSError) -> String {
    try OpenSSL.start()
    let memory = try OwnedPointer(BIO_new(BIO_s_secmem()), "BIO_new") { BIO_free($0) }
    try OpenSSL.check(write(memory.raw), operation)
    var start: UnsafeMutablePointer<CChar>?
    let count = shim_BIO_get_mem_data(memory.raw, &start)
    guard count > 0, let start else { throw OpenSSL.failure(operation) }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
}

/// Runs a PEM reader over the text, of `limit` bytes at most.
func reading<Result>(
    _ text: String, as form: TLSError.Form, limit: Int, _ read: (OpaquePointer) throws(TLSError) -> Result
) throws(TLSError) -> Result {
    try OpenSSL.start()
    let size = text.utf8.count
    guard size > 0, size <= limit, let count = Int32(exactly: size) else {
        throw .malformed(form, detail: size == 0 ? "it is empty" : "it is over \(limit) bytes")
    }
    ERR_clear_error()
    // The BIO reads these bytes in place, so they stay put until it is freed; a key's are wiped.
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
    copy.copyBytes(from: text.utf8)
    defer {
        OPENSSL_cleanse(copy.baseAddress, copy.count)
        copy.deallocate()
    }
    let memory = try OwnedPointer(BIO_new_mem_buf(copy.baseAddress, count), "BIO_new_mem_buf") { BIO_free($0) }
    return try read(memory.raw)
}

/// Refuses to ask for a pass phrase, which OpenSSL would otherwise do on the terminal.
let noPassPhrase: @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
    _, _, _, _ in 0
}
