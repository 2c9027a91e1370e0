/// A broken invariant of merge.md, section 9.
package struct Violation: Error, Sendable, Equatable, CustomStringConvertible {
    /// Its number there.
    package let number: Int
    /// Its name there.
    package let name: String
    /// What was found.
    package let finding: String

    /// The sentence: number, name, finding.
    package var description: String { "\(number) \(name): \(finding)" }

    private init(_ number: Int, _ name: String, _ finding: String) {
        self.number = number
        self.name = name
        self.finding = finding
    }

    static func convergence(_ finding: String) -> Self { Self(1, "convergence", finding) }
    static func exactlyOnce(_ finding: String) -> Self { Self(2, "exactly once", finding) }
    static func nothingVanishes(_ finding: String) -> Self { Self(3, "nothing vanishes", finding) }
    static func noBlindOverwrite(_ finding: String) -> Self { Self(4, "no blind overwrite", finding) }
    static func bothSidesKept(_ finding: String) -> Self { Self(5, "both sides kept", finding) }
    static func replay(_ finding: String) -> Self { Self(6, "replay", finding) }
    static func prefixReads(_ finding: String) -> Self { Self(7, "prefix reads", finding) }
    static func readYourWrites(_ finding: String) -> Self { Self(8, "read your writes", finding) }
    static func monotoneReceipts(_ finding: String) -> Self { Self(9, "monotone receipts", finding) }
    static func chain(_ finding: String) -> Self { Self(10, "chain", finding) }
    static func poisonIsolation(_ finding: String) -> Self { Self(11, "poison isolation", finding) }
    static func groupAtomicity(_ finding: String) -> Self { Self(12, "group atomicity", finding) }
    static func addWins(_ finding: String) -> Self { Self(13, "add wins", finding) }
    static func ladder(_ finding: String) -> Self { Self(14, "ladder", finding) }
    static func deleteSafety(_ finding: String) -> Self { Self(15, "delete safety", finding) }
    static func seal(_ finding: String) -> Self { Self(16, "seal", finding) }
    static func clockBlindness(_ finding: String) -> Self { Self(17, "clock blindness", finding) }
    static func orderBlindness(_ finding: String) -> Self { Self(18, "order blindness where promised", finding) }
    static func restoreHealing(_ finding: String) -> Self { Self(19, "restore healing", finding) }
    static func retention(_ finding: String) -> Self { Self(20, "retention", finding) }
    static func tenantIsolation(_ finding: String) -> Self { Self(21, "tenant isolation", finding) }
    static func revocation(_ finding: String) -> Self { Self(22, "revocation", finding) }
    static func revisionMapping(_ finding: String) -> Self { Self(23, "revision mapping", finding) }
    static func crash(_ finding: String) -> Self { Self(24, "crash", finding) }
    static func boundedWork(_ finding: String) -> Self { Self(25, "bounded work", finding) }
    static func hostileFrames(_ finding: String) -> Self { Self(26, "hostile frames", finding) }
    static func undo(_ finding: String) -> Self { Self(27, "undo", finding) }
    static func digestHonesty(_ finding: String) -> Self { Self(28, "digest honesty", finding) }
    static func dryRun(_ finding: String) -> Self { Self(29, "dry run", finding) }
    /// Not an invariant of the rules but of the engines: they may not break.
    static func engine(_ finding: String) -> Self { Self(0, "engine", finding) }
}
