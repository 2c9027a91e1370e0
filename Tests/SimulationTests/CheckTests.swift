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
}
