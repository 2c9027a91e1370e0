import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire
import Testing

@Suite("What was in force when a period opened")
struct FreezeTests {
    /// The city with two devices; the plan came on 1 May 2019, 08:00 in its time zone.
    private final class Office {
        let harness: EngineHarness
        let city: Desk
        let second: Desk

        init() throws {
            harness = try EngineHarness()
            city = try harness.desk("city", .supervisor, key: "s")
            second = try harness.desk("city", .supervisor, key: "t")
        }

        func at(_ moment: String) throws { harness.now = try Timestamp(moment) }

        /// Types a field of a target over what stands; gives the answer's first word and reason.
        @discardableResult
        func type(
            _ value: FieldValue?, _ key: String = "g1:2019", _ field: String = "target", of unit: String = "xiping",
            from desk: Desk? = nil, seen: Bool = true
        ) throws -> String {
            let desk = desk ?? city
            let stands = try desk.cells().first {
                $0.key.tenant.rawValue == unit && $0.key.record.key == key && $0.key.field.rawValue == field
            }
            let operation = Operation(
                record: try RecordKey(collection: CollectionRule.targets, key: key), field: try FieldID(field),
                action: value == nil ? .clear : .set, value: value, base: seen ? stands.map { [$0.rev] } ?? [] : [],
                shown: nil)
            let result = try desk.push(operation, tenant: unit)
            return result.operations[0].reason ?? result.outcome.rawValue
        }

        func target(_ key: String = "g1:2019", _ field: String = "target") throws -> String? {
            try city.value(field, key: key)
        }

        func audit() throws -> AuditSummary {
            let copy = try SQLitePlanStore(path: harness.file("copy-\(UInt64(harness.now.milliseconds)).sqlite"))
            defer { try? copy.close() }
            return try ServerEngine.audit(
                harness.store, copy: copy, environment: harness.environment, progress: { _, _ in })
        }
    }

    private static let before = "2019-06-30T15:59:59.999Z"
    /// 1 July in China.
    private static let opened = "2019-06-30T16:00:00.000Z"

    @Test("A target can be changed to the last moment before a period opens, and not from the first one on")
    func border() throws {
        let office = try Office()
        #expect(try office.type(.text("60")) == "applied")
        try office.at(Self.before)
        #expect(try office.type(.text("70")) == "applied")
        try office.at(Self.opened)
        #expect(try office.type(.text("80")) == "frozen")
        #expect(try office.type(nil) == "frozen", "nor taken away")
        #expect(try office.target() == "70")
        _ = try office.audit()
    }

    @Test("A version begins with a period that has not opened; from then on it stays as well")
    func versions() throws {
        let office = try Office()
        try office.type(.text("60"))
        try office.at(Self.opened)
        #expect(try office.type(.text("80"), "g1:201907B") == "frozen")
        #expect(try office.type(.text("80"), "g1:201909B") == "applied")
        try office.at("2019-08-31T15:59:59.999Z")
        #expect(try office.type(.text("90"), "g1:201909B") == "applied")
        try office.at("2019-08-31T16:00:00.000Z")
        #expect(try office.type(.text("95"), "g1:201909B") == "frozen")
        #expect(try office.type(nil, "g1:201909B") == "frozen", "what stood before it would come back")
        #expect(try office.type(.text("100"), "g1:201911B") == "applied")
        #expect(try office.target("g1:201909B") == "90")
        _ = try office.audit()
    }

    @Test("What was not there may still be filled in, and corrected until the next period opens")
    func firstEntry() throws {
        let office = try Office()
        try office.type(.text("60"))
        try office.at("2019-07-15T00:00:00.000Z")
        #expect(try office.type(.text("5"), "g1:2019", "baseline") == "applied")
        #expect(try office.type(.text("7"), of: "pingyu") == "applied")
        #expect(try office.type(.text("8"), of: "pingyu") == "applied", "typed after the period had opened")
        try office.at("2019-08-31T16:00:00.000Z")
        #expect(try office.type(.text("9"), of: "pingyu") == "frozen")
        #expect(try office.type(.text("6"), "g1:2019", "baseline") == "frozen")
        _ = try office.audit()
    }

    @Test("Whether an indicator applies is frozen as soon as there is a target that it could be about")
    func applies() throws {
        let office = try Office()
        try office.type(.text("60"))
        try office.at(Self.opened)
        #expect(try office.type(.flag(false), "g1:2019", "applies") == "frozen")
        #expect(try office.type(.flag(true), "g1:2019", "applies") == "frozen", "it could be changed afterwards")
        #expect(try office.type(.flag(false), "g1:201909B", "applies") == "applied")
        #expect(try office.type(.flag(false), "g1:2019", "applies", of: "pingyu") == "applied", "no target yet")
        _ = try office.audit()
    }

    @Test("To type the same once more changes nothing, and thaws nothing")
    func sameAgain() throws {
        let office = try Office()
        try office.type(.text("60"))
        try office.at(Self.opened)
        #expect(try office.type(.text("60")) == "same")
        #expect(try office.type(.text("61")) == "frozen")
        // Also where the device builds on its own repetition.
        let rev = try #require(try office.city.cell("target", key: "g1:2019")?.rev)
        #expect(try office.type(.text("60"), from: office.second, seen: false) == "same")
        #expect(try office.city.cell("target", key: "g1:2019")?.rev == rev)
        _ = try office.audit()
    }

    @Test("What is hidden behind a version is free, and cannot take its place afterwards")
    func hidden() throws {
        let office = try Office()
        try office.type(.text("60"))
        try office.type(.text("70"), "g1:201907B")
        try office.type(.text("80"), "g1:201909B")
        try office.at("2019-08-31T16:00:00.000Z")
        #expect(try office.type(.text("80"), "g1:201907B") == "frozen")
        #expect(try office.type(nil, "g1:201909B") == "frozen")
        // The year's own is in force in no period that is frozen: 201905B had begun before the plan came.
        #expect(try office.type(.text("70")) == "applied")
        #expect(try office.type(nil, "g1:201907B") == "frozen", "the same figure, but it had not stood then")
        _ = try office.audit()
    }

    @Test("A conflict from before can be decided for what stood when the period opened, and for nothing else")
    func conflict() throws {
        let office = try Office()
        try office.type(.text("60"))
        #expect(try office.type(.text("70"), from: office.second, seen: false) == "conflict")
        let id = try #require(
            try office.city.cells().first { $0.key.record.collection == CollectionRule.conflicts }?.key.record.key)
        try office.at(Self.opened)
        for choice in ["theirs", "value:65"] {
            let refused = try office.city.push(Edit.resolve(id, choice), tenant: "xiping", note: "核对")
            #expect(refused.outcome == .rejected && refused.operations.map(\.reason) == ["frozen"])
        }
        #expect(
            try office.city.push(Edit.resolve(id, "value:60"), tenant: "xiping", note: "核对").outcome == .applied)
        #expect(try office.target() == "60")
        #expect(try office.type(.text("61")) == "frozen", "the decision for what stood thaws nothing")
        _ = try office.audit()
    }

    @Test("What began before the plan came is not frozen by the clock; a value of such a time is, from the next period")
    func retroactive() throws {
        let office = try Office()
        try office.at("2019-05-20T00:00:00.000Z")
        #expect(try office.type(.text("30"), "g1:201903B") == "applied")
        #expect(try office.type(.text("31"), "g1:201903B") == "applied")
        #expect(try office.type(.text("32"), "g1:201905B") == "applied")
        try office.at(Self.opened)
        #expect(try office.type(.text("33"), "g1:201905B") == "frozen", "it was in force when 201907B opened")
        #expect(try office.type(.text("34"), "g1:201903B") == "applied", "201905B on has another version")
        _ = try office.audit()
    }

    @Test("Nothing of a change is taken that alters what is frozen")
    func whole() throws {
        let office = try Office()
        try office.type(.text("60"))
        let stands = try #require(try office.city.cell("target", key: "g1:2019")?.rev)
        try office.at(Self.opened)
        let good = try Edit.operation(.set, "target", "9", collection: "targets", key: "g1:201909B")
        let bad = try Edit.operation(.set, "target", "61", base: stands, collection: "targets", key: "g1:2019")
        let result = try office.city.push(good, bad, tenant: "xiping")
        #expect(result.outcome == .rejected && result.operations.map(\.reason) == ["group", "frozen"])
        #expect(try office.target("g1:201909B") == nil)
    }

    // MARK: Revisions of the plan

    private static let path = #""path":["1/6","2/6","1/2","4/6","5/6","1"]"#
    private static let other = #""path":["0","0","0","0","0","1"]"#

    @Test("A revision leaves what was in force when a period opened, and says from which later one else holds")
    func revision() throws {
        let office = try Office()
        let changed = SamplePlan.document().replacing(Self.path, with: Self.other)
        try office.at(Self.opened)
        let refused = try office.harness.load(changed)
        #expect(refused.error?.reason == "plan_frozen" && refused.code == .invalidParams)
        #expect(refused.error?.field == "params.document.indicators[0].path")
        let message = try #require(refused.error?.message)
        #expect(message.contains("'g1'") && message.contains("201907B opened") && message.contains("from: 201909B"))
        let versioned = SamplePlan.document().replacing(
            Self.path, with: #"\#(Self.path),"changes":[{"from":"201909B",\#(Self.other)}]"#)
        #expect(try office.harness.load(versioned).error == nil)
        // What has not begun may still be changed; what has begun meanwhile not.
        let later = versioned.replacing("201909B", with: "201911B")
        try office.at("2019-08-31T16:00:00.000Z")
        #expect(try office.harness.load(later).error?.reason == "plan_frozen")
        _ = try office.audit()
    }

    @Test("Before a period opens, and of periods from before the plan came, a revision may change all")
    func freeRevision() throws {
        let office = try Office()
        try office.at(Self.before)
        #expect(
            try office.harness.load(SamplePlan.document().replacing(Self.path, with: Self.other)).error == nil)
    }

    @Test("The shares of the components are frozen like weights")
    func shares() throws {
        let harness = try EngineHarness(document: SamplePlan.rankedDocument)
        harness.now = try Timestamp(Self.opened)
        let changed = SamplePlan.rankedDocument.replacing(#""share":"70""#, with: #""share":"60""#)
            .replacing(#""share":"20""#, with: #""share":"30""#)
        #expect(try harness.load(changed).error?.field == "params.document.ranking.components")
        let versioned = SamplePlan.rankedDocument.replacing(
            #""objections":{"collection""#,
            with: #""changes":[{"from":"201909B","shares":{"t":"60","m":"30"}}],"objections":{"collection""#)
        #expect(try harness.load(versioned).error == nil)
    }
}
