import Synchronization

/// A second file that is only memory: for tests and simulations.
package final class MemoryOutboxLog: OutboxLog {
    private struct Content {
        var bytes: [UInt8]?
        var aside: [[UInt8]] = []
        var isBroken = false
        var failures = 0
    }

    private let content = Mutex(Content())

    /// A disk that is full, or gone.
    package struct Broken: Error {}

    package init() {}

    /// What it holds; `nil`: it is not there.
    package var bytes: [UInt8]? {
        get { content.withLock { $0.bytes } }
        set { content.withLock { $0.bytes = newValue } }
    }

    /// Its lines.
    package var lines: [String] {
        String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// What was kept under other names.
    package var aside: [[UInt8]] { content.withLock { $0.aside } }

    /// Whether writing fails.
    package var isBroken: Bool {
        get { content.withLock { $0.isBroken } }
        set { content.withLock { $0.isBroken = newValue } }
    }

    /// How often writing has failed.
    package var failures: Int { content.withLock { $0.failures } }

    /// How many bytes it has; `nil` when it is not there.
    package func size() throws -> Int? { bytes?.count }

    /// Appends lines.
    package func append(_ lines: [[UInt8]]) throws -> Int {
        try content.withLock { content in
            if content.isBroken { throw Broken() }
            var bytes = content.bytes ?? []
            if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
            for line in lines { bytes += line + [UInt8(ascii: "\n")] }
            content.bytes = bytes
            return bytes.count
        }
    }

    /// Puts lines in the place of all that it held.
    package func rewrite(_ lines: [[UInt8]]) throws -> Int {
        try content.withLock { content in
            if content.isBroken { throw Broken() }
            let bytes = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
            content.bytes = bytes
            return bytes.count
        }
    }

    /// Keeps what it holds beside it.
    package func setAside() throws {
        content.withLock { content in
            if let bytes = content.bytes { content.aside.append(bytes) }
            content.bytes = nil
        }
    }

    /// What it holds.
    package func read() throws -> [UInt8] { bytes ?? [] }

    /// Counts the failure.
    package func failed(_ error: any Error) { content.withLock { $0.failures += 1 } }
}
