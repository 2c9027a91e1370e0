import Foundation
import GRDB
import PlanSyncCore
import PlanSyncServer
import PlanSyncWire
import Synchronization
import Testing

@testable import PlanSyncServerSQLite

/// Every statement that really runs, as SQLite saw it, while every method is called: the rule over the source cannot
/// see what is put together at run time.
@Suite("Recorded statements")
struct RecordedStatementTests {
    /// Statements by their text, as SQLite compiled them.
    final class Recorder: Sendable {
        private let kept = Mutex<Set<String>>([])

        var statements: Set<String> { kept.withLock { $0 } }

        func record(_ sql: String) { _ = kept.withLock { $0.insert(StatementRule.plain(sql)) } }
    }

    @Test("While every method runs, no statement touches tenants' rows without a bound tenant")
    func everyMethod() throws {
        let recorder = Recorder()
        let harness = try EngineHarness(onStatement: { recorder.record($0) })
        let editor = try harness.desk("xiping", .approver, key: "k")
        let city = try harness.desk("city", .supervisor, key: "c")
        try editor.push(Edit.set("words", "1"), Edit.set("figure", "2"))
        try editor.push(Edit.set("figure", "3"))
        try city.push(Edit.set("words", "theirs"), tenant: "xiping")
        let cursor = try editor.pull().cursor
        var asked: Set<String> = []
        for desk in [editor, city] {
            for shape in CanaryTests.shapes {
                let params = shape.params.replacing("PUSH", with: CanaryTests.push(#""xiping""#, ""))
                    .replacing("TENANT", with: #""xiping""#).replacing("DEVICE", with: "\"\(editor.device)\"")
                    .replacing("CURSOR", with: "\"\(cursor)\"").replacing("KEY", with: #""201905B""#)
                let frame = Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(shape.method)","params":\#(params)}"#.utf8)
                // Revoking and retiring come last, or nothing after them would run.
                guard !["admin.device.revoke", "admin.device.retire"].contains(shape.method) else { continue }
                _ = harness.run(frame, &desk.session)
                asked.insert(shape.method)
            }
        }
        try harness.engine.dropTombstones(now: harness.now.advanced(byMilliseconds: 500 * 86_400_000))
        _ = try harness.engine.backUp(to: harness.file("backup.sqlite"))
        _ = try harness.operate(AdminDeviceRetire.self, AdminDeviceRevoke.Params(device: editor.device))
        _ = try harness.operate(AdminDeviceRevoke.self, AdminDeviceRevoke.Params(device: editor.device))
        asked.formUnion(["admin.device.retire", "admin.device.revoke"])
        #expect(MethodList.all.allSatisfy { asked.contains($0.name) })
        let statements = recorder.statements
        #expect(statements.count > 30 && statements.contains { $0.contains("FROM cells") })
        for sql in statements {
            let fault = StatementRule.fault(sql)
            #expect(fault == nil, "\(fault ?? ""): \(sql)")
        }
    }
}
