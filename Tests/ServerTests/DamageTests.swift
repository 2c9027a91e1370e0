import PlanSyncCore
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire
import Testing

/// A database in which a column holds what was never written: an error, and never the end of the process.
@Suite("Damaged rows")
struct DamageTests {
    /// A table without its constraints, as a damaged file may have it.
    private static func loosen(_ table: String, _ harness: EngineHarness) throws {
        try harness.execute("CREATE TABLE loose AS SELECT * FROM \(table)")
        try put("loose", for: table, harness)
    }

    /// Puts a table in the place of another one; the index by which pulls read stays.
    private static func put(_ copy: String, for table: String, _ harness: EngineHarness) throws {
        try harness.execute("DROP TABLE \(table)")
        try harness.execute("ALTER TABLE \(copy) RENAME TO \(table)")
        if table == "cells" { try harness.execute("CREATE INDEX cells_by_seq ON cells (tenant, plan, seq)") }
    }

    @Test(
        "NULL, a text and a BLOB in every column of every table that is read give an error or an answer",
        arguments: [
            "cells", "changes", "operations", "chains", "heads", "digests", "known_links", "horizons", "notices",
            "devices", "device_keys", "tokens", "plans", "suspects",
        ])
    func everywhere(table: String) throws {
        let harness = try EngineHarness()
        let desk = try harness.desk("xiping", .approver, key: "k")
        try desk.push(Edit.set("words", "1"), Edit.set("figure", "2"))
        let cursor = try desk.pull().cursor
        let columns = try harness.columns(of: table)
        #expect(!columns.isEmpty)
        try Self.loosen(table, harness)
        for column in columns {
            for value in ["NULL", "'text'", "x'00FF'", "1.5", "-1"] {
                try harness.execute("CREATE TABLE saved AS SELECT * FROM \(table)")
                try harness.execute("UPDATE \(table) SET \(column) = \(value)")
                let pulls = [
                    SyncPull.Params(plan: try PlanID("plan"), cursor: nil, limit: nil),
                    .init(
                        plan: try PlanID("plan"), cursor: cursor, limit: nil),
                ]
                for params in pulls { _ = try desk.call(SyncPull.self, params) }
                _ = try harness.operate(AdminDeviceList.self, RPCEmpty())
                _ = try harness.operate(AdminNoticeList.self, RPCEmpty())
                _ = try desk.call(SyncDigest.self, SyncDigest.Params(plan: try PlanID("plan")))
                _ = try harness.call(
                    #"{"jsonrpc":"2.0","id":1,"method":"history.get","params":{"plan":"plan","tenant":"xiping","#
                        + #""rec":["values","201905B"]}}"#, &desk.session)
                _ = try? harness.store.read { reading in
                    _ = try? reading.devices()
                    _ = try? reading.plans()
                    _ = try? reading.suspects()
                    _ = try? reading.knownLinks()
                    _ = try? reading.allChainEnds()
                    _ = try? reading.journal(after: 0, limit: 10)
                    _ = try? reading.token(secretHash: [])
                    _ = try? reading.backups(of: desk.device, tenant: desk.tenant)
                }
                try Self.put("saved", for: table, harness)
            }
        }
        #expect(try desk.pull().cells.count == 2)
    }
}
