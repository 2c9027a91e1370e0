extension Unicode.Scalar {
    /// Whether it changes what a person reads without being seen: a control character, or a mark that turns the
    /// direction of the text around it (U+202A to U+202E, U+2066 to U+2069), which can make a text read as another.
    public var isUnseenControl: Bool {
        switch value {
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: properties.generalCategory == .control
        }
    }
}
