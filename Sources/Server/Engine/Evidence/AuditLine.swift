package import PlanSyncCore
import PlanSyncWire

// The audit log is lines of JSON. Each has a number and the hash of the line before it, so that a line that is
// changed, moved, taken out or put in shows at the line after it; and the store notes the last line from time to
// time, so that the end cannot be cut off unseen.

/// A place in the audit log: a line's number and its hash.
package struct AuditMark: Sendable, Equatable {
    /// From 1; 0 before the first line.
    package let number: UInt64
    /// base64url SHA-256 of the line's bytes; empty before the first line.
    package let hash: String

    package init(number: UInt64, hash: String) {
        self.number = number
        self.hash = hash
    }

    /// Before the first line.
    package static let start = AuditMark(number: 0, hash: "")

    /// As it stands in the store's settings.
    package var text: String { "\(number) \(hash)" }

    /// Reads what ``text`` wrote.
    package init?(text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = UInt64(parts[0]) else { return nil }
        self.init(number: number, hash: String(parts[1]))
    }

    /// The store's setting that holds the last mark that was noted.
    package static let setting = "audit_mark"
}

/// One line of the audit log.
package enum AuditLine {
    /// The most that a line may have, in bytes.
    package static let bytesMax = 4_096

    /// The line for an event after a place, without its line feed.
    package static func encode(_ event: AuditEvent, after mark: AuditMark) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("n", mark.number &+ 1)
            writer.member("at", event.at.description)
            writer.member("event", event.kind.rawValue)
            writer.member("tenant", ifPresent: event.tenant?.rawValue)
            writer.member("device", ifPresent: event.device?.rawValue)
            for (name, text) in [
                ("address", event.address), ("serial", event.serial), ("reason", event.reason),
                ("detail", event.detail),
            ] where !text.isEmpty {
                writer.member(name, LogText.safe(text))
            }
            writer.member("prev", mark.hash)
        }
        return writer.bytes
    }

    /// The place of a line.
    package static func mark(of line: [UInt8], number: UInt64, _ cryptography: any Cryptography) -> AuditMark {
        AuditMark(number: number, hash: Base64URL.encode(cryptography.sha256(line)))
    }
}

/// Goes through the audit log from its first line to its last.
package struct AuditLogVerification {
    private let cryptography: any Cryptography
    /// What the store noted: a line that must be there.
    private let noted: AuditMark?
    private var last: AuditMark?
    private var first: AuditMark?
    private var isNotedFound = false
    private var pruned: Set<String> = []
    /// How many lines hold.
    package private(set) var lines: UInt64 = 0

    package init(cryptography: any Cryptography, noted: AuditMark?) {
        self.cryptography = cryptography
        self.noted = noted.flatMap { $0.number > 0 ? $0 : nil }
    }

    /// Takes the next line, without its line feed; `place` names it for a person.
    ///
    /// - Throws: ``AuditFinding`` when it does not hold.
    package mutating func take(_ line: [UInt8], place: String) throws(AuditFinding) {
        func finding(_ what: String) -> AuditFinding {
            AuditFinding(tenant: nil, seq: nil, change: nil, what: "\(place) of the audit log: \(what)")
        }
        guard line.count <= AuditLine.bytesMax, let root = try? JSONDocument(line, limits: .document).root,
            let number = try? root.requireMember("n").ordinal(), let before = try? root.requireMember("prev").string(),
            let event = try? root.requireMember("event").string()
        else { throw finding("this is no line of it") }
        if let last {
            guard number == last.number &+ 1 else { throw finding("line \(last.number &+ 1) is missing before it") }
            guard before == last.hash else { throw finding("the line before it is not the one that was written") }
        } else {
            guard number > 0 else { throw finding("its number is 0") }
            first = AuditMark(number: number - 1, hash: before)
        }
        if event == AuditEvent.Kind.pruned.rawValue, let detail = try? root.requireMember("detail").string() {
            pruned.insert(detail)
        }
        let mark = AuditLine.mark(of: line, number: number, cryptography)
        if let noted, noted.number == number {
            guard noted == mark else { throw finding("it is not the line that the database noted") }
            isNotedFound = true
        }
        last = mark
        lines += 1
    }

    /// The end of the log.
    ///
    /// - Throws: ``AuditFinding`` when its beginning or its end is missing.
    package func finish() throws(AuditFinding) {
        func finding(_ what: String) -> AuditFinding {
            AuditFinding(tenant: nil, seq: nil, change: nil, what: "the audit log \(what)")
        }
        if let first, first != .start, !pruned.contains(first.text) {
            throw finding("begins at line \(first.number + 1), and nothing says that the lines before it were pruned")
        }
        guard let noted, !isNotedFound else { return }
        if let first, noted.number <= first.number { return }
        throw finding("ends at line \(last?.number ?? 0), but the database noted line \(noted.number)")
    }
}

extension AuditLine {
    /// When a line was written; `nil`: it is none.
    package static func time(of line: [UInt8]) -> Timestamp? {
        guard let root = try? JSONDocument(line, limits: .document).root else { return nil }
        return try? root.requireMember("at").timestamp()
    }
}
