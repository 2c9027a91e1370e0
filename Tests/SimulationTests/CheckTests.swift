import Foundation
import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import Testing

@testable import PlanSyncSimulation

/// Faults that the checks themselves had: what they took for broken, and was not.
@Suite("Checks")
struct CheckTests {
    private let world: World

    init() throws {
        // Before the third quarter opens.
        world = try World(
            seed: 2, folder: "\(Disk.memory)/\(UUID().uuidString)",
            cast: World.office([("city", .supervisor), ("north", .editor)]))
    }

    /// The city's machine edits a target of the north, and synchronises.
    private func edit(_ field: FieldID, _ action: PlanSyncCore.Operation.Action, _ value: FieldValue?) throws {
        let city = world.clients[0]
        let view = try #require(try world.view(city))
        let record = try RecordKey(collection: CollectionRule.targets, key: "i1:2031Q3")
        let seen = view.field(CellKey(tenant: try TenantID("north"), record: record, field: field))
        var random = SplitMix64(seed: UInt64(world.history.rows.count))
        try world.save(
            [
                Operation(
                    record: record, field: field, action: action, value: value, base: seen?.rev.map { [$0] } ?? [],
                    shown: seen?.value)
            ], owner: "north", city, view, note: nil, &random)
        try world.connect(0)
        try world.drain()
        try world.readJournal()
    }

    // Long seed 306 of commit 6fdc2b8.
    @Test("That a target applies may be taken back after its quarter opened: it applies without a word")
    func appliesWithoutAWord() throws {
        defer { world.close() }
        try edit(TargetField.target, .set, .text("8"))
        try edit(TargetField.applies, .set, .flag(true))
        world.clock += 100 * 86_400_000
        try edit(TargetField.applies, .clear, nil)
        #expect(world.history.rows.last?.result.operations.first?.outcome == .applied)
        #expect(world.violations.isEmpty, "\(world.violations)")
        // That it does not apply would alter the quarter.
        try edit(TargetField.applies, .set, .flag(false))
        #expect(world.history.rows.last?.result.operations.first?.reason == "frozen")
        #expect(world.violations.isEmpty, "\(world.violations)")
    }

    // Long seed 1896 of commit 4d13018.
    @Test("What a page of the history that has ended wrote over, read late, need not be listed as lost")
    func overwrittenLate() throws {
        defer { world.close() }
        let north = world.clients[1]
        try world.backUp()
        try edit(TargetField.target, .set, .text("8"))
        try world.connect(1)
        try world.drain()
        try edit(TargetField.target, .set, .text("9"))
        // The page with the 9 has arrived when the connection breaks, and is not read yet.
        try world.connect(1)
        func next() -> [UInt8]? { world.wires.first { $0.client == 1 }?.toClient.first }
        while let number = north.connection, next()?.contains("\"cells\"") != true {
            try #require(try world.deliverOne(number))
        }
        world.leaveBehind(1)
        north.cut()
        world.drop(wiresOf: 1)
        // The city's machine, which could send both again, does not come back.
        try world.restore(older: false)
        try world.readLate(1)
        try world.connect(1)
        try world.drain()
        #expect(try north.replica.lostCells().map(\.value) == [.text("9")])
        try world.checkLost(north)
        #expect(world.violations.isEmpty, "\(world.violations)")
    }
}
