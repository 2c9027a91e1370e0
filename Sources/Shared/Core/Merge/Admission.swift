/// Whether a change is the next of its device's chain.
///
/// Source: docs/protocol.md, "Exactly once"; the order of the checks is the contract's.
public enum Admission: Sendable, Equatable {
    /// Its id was seen: it is answered from memory.
    case known
    /// It is the next one.
    case next
    /// Changes before it are missing.
    case gap(expected: UInt64)
    /// Another change stands at its number, or it names another one before it: a cloned or rolled-back disk.
    case fork

    /// Where a device's chain stands on the server.
    public struct ChainEnd: Sendable, Equatable {
        /// The number of the last change; 0 before the first.
        public let number: UInt64
        /// The last change's hash (base64url SHA-256); empty before the first.
        public let head: String

        /// Makes a chain's end.
        public init(number: UInt64, head: String) {
            self.number = number
            self.head = head
        }

        /// The end of a chain without changes.
        public static let start = ChainEnd(number: 0, head: "")
    }

    /// Judges a change by its number and link.
    public static func judge(_ change: Change, isKnown: Bool, chain: ChainEnd) -> Admission {
        if isKnown { return .known }
        if change.number <= chain.number { return .fork }
        // A chain that is full can take no other number: that, too, needs a new incarnation.
        guard chain.number < UInt64.max else { return .fork }
        if change.number > chain.number + 1 { return .gap(expected: chain.number + 1) }
        return change.previous == chain.head ? .next : .fork
    }
}
