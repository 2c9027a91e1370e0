/// The declared rule for edits that meet (docs/sync rules: merge.md, section 2).
public enum MergePolicy: String, Sendable, CaseIterable {
    /// Both are kept for a person.
    case review
    /// The city's value stands.
    case cityWins = "city-wins"
    /// The county's value stands.
    case countyWins = "county-wins"
    /// The later in the server's order stands.
    case latest
    /// Numbers that are added up.
    case counter
    /// The first stands; a later one whose author had not seen it is refused.
    case first
    /// The larger stands.
    case max
    /// The smaller stands.
    case min
    /// The further stage stands.
    case ladder
    /// A set to which members are added and from which they are taken, one by one.
    case members
    /// Texts are merged by line and by run of characters.
    case text

    /// Whether a value may hold more than the change wrote that its rev names.
    public var mixes: Bool { [.counter, .members, .text].contains(self) }
}
