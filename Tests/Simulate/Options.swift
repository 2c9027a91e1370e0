import PlanSyncSimulation

/// What was asked for on the command line.
struct Options: Sendable {
    var seeds: ClosedRange<UInt64> = 1...200
    var events = 300
    var workers = 2
    var replay: UInt64?
    var isTold = false
    var showsFrames = false
    /// Only these events of the seed.
    var only: [Int]?
    var shrinks = true
    /// Whether each seed is run twice, and has to give the same log.
    var isExact = false
    var failuresMax = 3
    /// Whether too little reached is allowed: a mutant's run, or very few seeds.
    var isPartial = false
    /// Where the databases lie: in memory, or in a folder of the machine.
    var folder = Disk.memory
    /// Which of the enumerations and paired runs are wanted instead of seeds: `all`, or a part of their names.
    var proof: String?
    /// A list of seeds that once failed, to be run instead.
    var regressions: String?

    /// Why the command line cannot be read.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            switch name {
            case "--long":
                events = 5_000
                continue
            case "--told":
                isTold = true
                continue
            case "--frames":
                showsFrames = true
                isTold = true
                continue
            case "--no-shrink":
                shrinks = false
                continue
            case "--exact":
                isExact = true
                continue
            case "--partial":
                isPartial = true
                continue
            default: break
            }
            guard let value = rest.popFirst() else { throw Fault(description: "\(name) needs a value; see --help") }
            switch name {
            case "--seeds": seeds = try Self.range(value)
            case "--events": events = try Self.number(value)
            case "--workers": workers = try Self.number(value)
            case "--failures": failuresMax = try Self.number(value)
            case "--folder": folder = value
            case "--proofs": proof = value
            case "--regressions": regressions = value
            case "--only": only = value.split(separator: ",").compactMap { Int($0) }
            case "--replay": replay = UInt64(try Self.number(value))
            default: throw Fault(description: "'\(name)' is not an option; see --help")
            }
        }
    }

    private static func range(_ text: String) throws -> ClosedRange<UInt64> {
        let sides = text.split(separator: ".", omittingEmptySubsequences: true)
        guard sides.count == 2, let first = UInt64(sides[0]), let last = UInt64(sides[1]), first <= last else {
            throw Fault(description: "seeds are like 1..5000, not '\(text)'")
        }
        return first...last
    }

    private static func number(_ text: String) throws -> Int {
        guard let number = Int(text), number > 0 else { throw Fault(description: "'\(text)' is not a number from 1") }
        return number
    }
}
