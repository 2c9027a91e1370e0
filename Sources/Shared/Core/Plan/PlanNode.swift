/// A piece of a plan file as it was read, with its place, before it means anything.
///
/// The same tree comes from the YAML file on the city's desk and from the JSON document on the
/// wire, so that one reader (``PlanReader``) gives both their meaning. Scalars are text: what
/// they stand for is the reader's business, never the file format's.
public struct PlanNode: Sendable, Equatable {
    /// Where a node begins in its file.
    ///
    /// Lines and columns count from 1. (0, 0): no place is known.
    public struct Place: Sendable, Equatable, Comparable {
        /// The line, from 1.
        public let line: Int
        /// The column in characters, from 1.
        public let column: Int

        /// Makes a place.
        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }

        /// The place of what was made by a program.
        public static let unknown = Place(line: 0, column: 0)

        /// Orders by line, then column.
        public static func < (one: Place, other: Place) -> Bool {
            (one.line, one.column) < (other.line, other.column)
        }
    }

    /// One key of a mapping with its value.
    public struct Entry: Sendable, Equatable {
        /// The key's text.
        public let key: String
        /// Where the key stands.
        public let keyPlace: Place
        /// The value.
        public let value: PlanNode

        /// Makes an entry.
        public init(key: String, keyPlace: Place, value: PlanNode) {
            self.key = key
            self.keyPlace = keyPlace
            self.value = value
        }
    }

    /// What stands there.
    public indirect enum Content: Sendable, Equatable {
        /// A word, a number, a text: always kept as text.
        case scalar(String)
        /// A list.
        case sequence([PlanNode])
        /// Named values in the order of the file; keys are unique.
        case mapping([Entry])
        /// Nothing.
        case empty
    }

    /// What stands there.
    public let content: Content
    /// Where it begins.
    public let place: Place
    /// How far behind the place a text's first character stands; `nil` for one that goes over several lines.
    public let lead: Int?

    /// Makes a node.
    public init(_ content: Content, at place: Place = .unknown, lead: Int? = 0) {
        self.content = content
        self.place = place
        self.lead = lead
    }

    /// The word for what stands there, for a fault's sentence.
    public var kindName: String {
        switch content {
        case .scalar: "a value"
        case .sequence: "a list"
        case .mapping: "named values"
        case .empty: "nothing"
        }
    }

    /// The value under a key, when this is a mapping that has it.
    public func value(_ key: String) -> PlanNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }
}
