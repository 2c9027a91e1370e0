/// One mistake in a plan file: where it is, what stands there, and what was expected.
public struct PlanFault: Error, Sendable, Equatable {
    /// How much it matters.
    public enum Severity: String, Sendable {
        /// The plan cannot be loaded.
        case error
        /// The plan can be loaded; a person should look.
        case warning
    }

    /// How much it matters.
    public let severity: Severity
    /// Where the offending text begins.
    public let place: PlanNode.Place
    /// The path of the member, like `indicators[3].target.value`; empty for a fault of the syntax.
    public let path: String
    /// One sentence: what is wrong and what was expected.
    public let message: String

    /// Makes a fault.
    public init(_ message: String, at place: PlanNode.Place, path: String = "", severity: Severity = .error) {
        self.severity = severity
        self.place = place
        self.path = path
        self.message = message
    }

    /// The line that a compiler would print: `LINE:COLUMN: error: message (path)`.
    public var description: String {
        let suffix = path.isEmpty ? "" : " (\(path))"
        return "\(place.line):\(place.column): \(severity.rawValue): \(message)\(suffix)"
    }
}

/// A plan file that cannot be loaded, with all its faults, in the order of the file.
public struct PlanFileError: Error, Sendable, Equatable {
    /// The faults; at least one of severity error.
    public let faults: [PlanFault]

    /// Makes the error.
    public init(_ faults: [PlanFault]) {
        self.faults = faults.sorted { $0.place < $1.place }
    }
}
