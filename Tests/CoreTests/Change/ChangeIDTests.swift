import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Change ids")
struct ChangeIDTests {
    @Test("A new id is a UUID of version 7 with the clock in front", arguments: Seed.smoke)
    func bits(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let now = Timestamp(milliseconds: Int64.random(in: 0...253_402_300_799_999, using: &random))
            let id = ChangeID(now: now, random: &random)
            let bytes = try #require(Base64URL.decode(id.rawValue))
            #expect(bytes.count == 16)
            #expect(bytes[6] >> 4 == 7)
            #expect(bytes[8] >> 6 == 0b10)
            #expect(bytes[0..<6].reduce(Int64(0)) { $0 << 8 | Int64($1) } == now.milliseconds)
            #expect(try ChangeID(id.rawValue) == id)
        }
    }

    @Test("Ids of later moments have later bytes", arguments: Seed.smoke)
    func timeOrder(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var moment = Sample.noon
        var last: [UInt8] = []
        for _ in 0..<100 {
            let bytes = try #require(Base64URL.decode(ChangeID(now: moment, random: &random).rawValue))
            #expect(last.lexicographicallyPrecedes(bytes))
            last = bytes
            moment = moment.advanced(byMilliseconds: Int64.random(in: 1...100_000, using: &random))
        }
    }

    @Test("A clock before 1970 still gives an id")
    func earlyClock() throws {
        var random = SplitMix64(seed: 1)
        let id = ChangeID(now: Timestamp(milliseconds: -5), random: &random)
        #expect(try #require(Base64URL.decode(id.rawValue)).prefix(6).allSatisfy { $0 == 0 })
    }

    @Test(
        "A text that does not stand for 16 bytes is refused",
        arguments: [
            "", "AZZ1vAAAcACAAAAAAAAAC", "AZZ1vAAAcACAAAAAAAAACgA", "AZZ1vAAAcACAAAAAAAAACh", "AZZ1vAAAcACAAAAAAAAA+g",
            "AZZ1vAAAcACAAAAAAAAA g", "AZZ1vAAAcACAAAAAAAA县",
        ])
    func refuses(text: String) {
        #expect(throws: ChangeIDError.form) { try ChangeID(text) }
    }

    @Test("The gravest outcome of its operations is the change's")
    func gravity() throws {
        #expect(Outcome.allCases.sorted() == [.applied, .late, .merged, .conflict, .rejected])
        let results = [OperationResult(.merged), OperationResult(.conflict), OperationResult(.applied)]
        #expect(ChangeResult(id: try Sample.id(1), number: 1, seq: 1, operations: results).outcome == .conflict)
        #expect(ChangeResult(id: try Sample.id(1), number: 1, seq: 1, operations: []).outcome == .applied)
    }
}
