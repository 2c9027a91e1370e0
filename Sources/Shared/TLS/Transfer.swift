// The BIO between OpenSSL and the caller's bytes. OpenSSL reads the ciphertext where the
// caller has it and writes into one growable buffer; its own memory BIOs copy both ways,
// grow without end and cost half the throughput. C reaches the state through a raw
// pointer, so nothing here is a class and nothing is captured.

import COpenSSL

/// The bytes on their way through one session.
struct Transfer {
    /// Ciphertext that OpenSSL has not taken yet; valid during one call only.
    private var input = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Whether the peer's stream has ended.
    var hasEnded = false
    /// How many KeyUpdates the peer has sent, and how many it may have sent by now.
    var keyUpdates = 0
    var keyUpdatesMax = 32

    private var output: UnsafeMutableRawPointer?
    private var outputCount = 0
    private var outputCapacity = 0

    /// A buffer that has grown over this many bytes is given back when it is empty.
    private static let keptCapacityMax = 4_096

    /// Lends the ciphertext to OpenSSL, until ``endInput()``.
    mutating func beginInput(_ bytes: UnsafeRawBufferPointer) { input = bytes }

    /// Takes the ciphertext back.
    mutating func endInput() { input = UnsafeRawBufferPointer(start: nil, count: 0) }

    /// Whether OpenSSL has more to take.
    var hasInput: Bool { !input.isEmpty }

    /// The ciphertext that waits to be sent.
    var outgoing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: output, count: outputCount) }

    /// Forgets the ciphertext that was sent.
    mutating func clearOutgoing() {
        outputCount = 0
        if outputCapacity > Self.keptCapacityMax { releaseOutgoing() }
    }

    /// Gives the buffer back.
    mutating func releaseOutgoing() {
        output?.deallocate()
        output = nil
        outputCount = 0
        outputCapacity = 0
    }

    /// Makes room for this many bytes more.
    mutating func reserve(_ count: Int) {
        let needed = outputCount + count
        guard needed > outputCapacity else { return }
        let capacity = max(needed, min(outputCapacity * 2, outputCapacity + 1_048_576), 512)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        if let output {
            larger.copyMemory(from: output, byteCount: outputCount)
            output.deallocate()
        }
        output = larger
        outputCapacity = capacity
    }

    /// Gives OpenSSL up to `count` bytes; 0 when there are none.
    fileprivate mutating func take(into target: UnsafeMutableRawPointer, count: Int) -> Int {
        let taken = min(count, input.count)
        guard taken > 0, let source = input.baseAddress else { return 0 }
        target.copyMemory(from: source, byteCount: taken)
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(taken))
        return taken
    }

    /// Takes bytes from OpenSSL.
    fileprivate mutating func append(_ source: UnsafeRawPointer, count: Int) {
        reserve(count)
        output?.advanced(by: outputCount).copyMemory(from: source, byteCount: count)
        outputCount += count
    }
}

/// The one BIO method of the process; `nil` when OpenSSL has no memory for it.
// Sendable because it is complete after `init` and OpenSSL only reads it.
struct TransferMethod: @unchecked Sendable {
    static let only = TransferMethod()

    let raw: OpaquePointer?

    private init() {
        raw = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "plansync transfer")
        guard let raw else { return }
        BIO_meth_set_create(raw) { bio in
            BIO_set_init(bio, 1)
            return 1
        }
        BIO_meth_set_read_ex(raw) { bio, target, count, done in
            shim_BIO_clear_retry_flags(bio)
            guard let transfer = state(of: bio), let target, let done else { return 0 }
            // Too many: no retry flag, which ends the session.
            guard transfer.pointee.keyUpdates <= transfer.pointee.keyUpdatesMax else { return 0 }
            done.pointee = transfer.pointee.take(into: target, count: count)
            guard done.pointee == 0 else { return 1 }
            if !transfer.pointee.hasEnded { shim_BIO_set_retry_read(bio) }
            return 0
        }
        BIO_meth_set_write_ex(raw) { bio, source, count, done in
            shim_BIO_clear_retry_flags(bio)
            guard let transfer = state(of: bio), let source, let done else { return 0 }
            transfer.pointee.append(source, count: count)
            done.pointee = count
            return 1
        }
        BIO_meth_set_ctrl(raw) { bio, command, _, _ in
            switch command {
            case BIO_CTRL_FLUSH: return 1
            case BIO_CTRL_EOF: return state(of: bio).map { $0.pointee.hasEnded && !$0.pointee.hasInput } == true ? 1 : 0
            default: return 0
            }
        }
    }
}

/// The transfer that a BIO belongs to.
private func state(of bio: OpaquePointer?) -> UnsafeMutablePointer<Transfer>? {
    BIO_get_data(bio)?.assumingMemoryBound(to: Transfer.self)
}
