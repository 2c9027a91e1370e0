import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Canonical bytes")
struct CanonicalBytesTests {
    /// Made by hand: each field's length in 8 digits, then its bytes.
    private static let example = [
        "00000016" + "415a5a31764141416341434141414141414141414367",  // id: AZZ1vAAAcACAAAAAAAAACg
        "00000001" + "31",  // inc: 1
        "00000001" + "32",  // n: 2
        "00000000",  // prev: none
        "0000000b" + "7a6d642d323031382d3235",  // plan: zmd-2018-25
        "00000001" + "33",  // planRevision: 3
        "00000000",  // tenant: the device's own
        "00000018" + "323031392d30362d33305430383a30303a30302e3030305a",  // at: 2019-06-30T08:00:00.000Z
        "00000006" + "e69d8ee6988e",  // author: 李明
        "00000000",  // note: none
        "00000006" + "76616c756573",  // collection: values
        "00000007" + "32303139303542",  // key: 201905B
        "00000003" + "673037",  // field: g07
        "00000003" + "736574",  // do: set
        "00000004" + "22313522",  // value: "15"
        "00000000",  // base: none
        "00000004" + "22313222",  // shown: "12"
    ]

    @Test("The worked example has the bytes that were written out by hand")
    func workedExample() throws {
        let operation = try Sample.operation(.set, .text("15"), shown: .text("12"))
        let change = Change(
            id: try ChangeID("AZZ1vAAAcACAAAAAAAAACg"), incarnation: 1, number: 2, previous: "",
            plan: try PlanID("zmd-2018-25"), planRevision: 3, tenant: nil,
            at: try Timestamp("2019-06-30T08:00:00.000Z"), author: "李明", note: nil, operations: [operation])
        #expect(Self.hex(change.canonicalBytes) == Self.example.joined())
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("Any change reads back from its bytes", arguments: Seed.smoke)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let change = try Self.change(using: &random)
            #expect(try Change(canonicalBytes: change.canonicalBytes) == change)
        }
    }

    @Test("Two different changes never have the same bytes", arguments: Seed.smoke)
    func injective(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var seen: [[UInt8]: Change] = [:]
        for _ in 0..<300 {
            let change = try Self.change(using: &random)
            if let other = seen.updateValue(change, forKey: change.canonicalBytes) { #expect(other == change) }
        }
    }

    @Test("No cut of the bytes reads as another change of the same operations")
    func truncation() throws {
        let bytes = try Sample.change(operations: [Sample.operation(.set, .text("15"))]).canonicalBytes
        let whole = try Change(canonicalBytes: bytes)
        for count in 0..<bytes.count {
            let cut = try? Change(canonicalBytes: Array(bytes.prefix(count)))
            #expect(cut?.operations.isEmpty ?? true)
            #expect(cut != whole)
        }
    }

    @Test("A fault names the offset of its field")
    func faultOffset() throws {
        var bytes = try Sample.change(operations: []).canonicalBytes
        bytes[4] = UInt8(ascii: "!")
        #expect(try #require(throws: CanonicalBytesError.self) { try Change(canonicalBytes: bytes) }.offset == 0)
        bytes = try Sample.change(operations: []).canonicalBytes
        bytes[30] = UInt8(ascii: "x")  // the incarnation
        #expect(try #require(throws: CanonicalBytesError.self) { try Change(canonicalBytes: bytes) }.offset == 26)
    }

    @Test("Renumbering keeps the id and the edits and changes the bytes")
    func renumbered() throws {
        let change = try Sample.change(operations: [Sample.operation(.set, .text("15"))])
        let moved = change.renumbered(incarnation: 2, number: 7, previous: "x")
        #expect(moved.id == change.id && moved.operations == change.operations)
        #expect(moved.canonicalBytes != change.canonicalBytes)
    }

    @Test("An empty note is no note")
    func emptyNote() throws {
        let change = try Sample.change()
        let noted = Change(
            id: change.id, incarnation: 1, number: 1, previous: "", plan: change.plan, planRevision: 1, tenant: nil,
            at: change.at, author: change.author, note: "", operations: [])
        #expect(noted.note == nil && noted == change)
    }

    private static func change(using random: inout SplitMix64) throws -> Change {
        var operations: [Operation] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) { operations.append(try operation(using: &random)) }
        return Change(
            id: try Sample.id(Int.random(in: 0...9, using: &random)),
            incarnation: UInt64.random(in: 1...(.max), using: &random),
            number: UInt64.random(in: 1...(.max), using: &random), previous: String.random(using: &random),
            plan: try PlanID("p"), planRevision: UInt64.random(in: 1...9, using: &random),
            tenant: Bool.random(using: &random) ? try TenantID("xiping") : nil,
            at: Timestamp(milliseconds: Int64.random(in: 0...9_999_999_999_999, using: &random)),
            author: String.random(using: &random), note: Bool.random(using: &random) ? "n" : nil,
            operations: operations)
    }

    private static func operation(using random: inout SplitMix64) throws -> Operation {
        let actions = Operation.Action.allCases
        let action = actions[Int.random(in: 0..<actions.count, using: &random)]
        let isOfRecord = action == .delete || action == .restore
        var base: [ChangeID] = []
        for _ in 0..<Int.random(in: 0...(action == .remove ? 3 : 1), using: &random) {
            base.append(try Sample.id(Int.random(in: 0...99, using: &random)))
        }
        return Operation(
            record: try Sample.record("k\(Int.random(in: 0...9, using: &random))"),
            field: isOfRecord ? nil : try FieldID("f"), action: action,
            value: Bool.random(using: &random) ? FieldValue.random(using: &random) : nil, base: base,
            shown: Bool.random(using: &random) ? FieldValue.random(using: &random) : nil)
    }
}
