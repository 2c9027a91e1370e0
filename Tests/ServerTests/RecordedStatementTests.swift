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

    /// What SQLite means to do for a statement, a line for each table.
    private static func queryPlan(_ sql: String, of path: String) throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { database in
            try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql.replacing("?", with: "1"))")
                .map { row in String.fromDatabaseValue(row["detail"]) ?? "" }
        }
    }

    @Test("No push, pull or report reads all that a tenant has: whatever is stored, a page costs its own rows")
    func boundedReads() throws {
        let recorder = Recorder()
        let harness = try EngineHarness(onStatement: { recorder.record($0) })
        let editor = try harness.desk("xiping", .approver, key: "k")
        let city = try harness.desk("city", .supervisor, key: "c")
        for number in 1...6 {
            try editor.push(Edit.set("words", "\(number)"), Edit.set("figure", "\(number)"))
            try city.push(Edit.set("words", "city \(number)"), tenant: "xiping")
        }
        for desk in [editor, city] {
            var cursor: String?
            for _ in 1...20 { cursor = try desk.pull(cursor, limit: 1).cursor }
        }
        let statements = recorder.statements.filter { sql in
            ["SELECT", "UPDATE", "DELETE", "WITH"].contains { sql.hasPrefix($0) }
        }
        #expect(statements.contains { $0.contains("seq > ?") } && statements.contains { $0.contains("seq = ?") })
        // What grows with the years, and the least that has to be known of a place in it.
        let grown = [
            "cells": ["collection=?", "seq=?", "seq>?"], "operations": ["key=?"],
            "changes": ["id=?", "seq", "ordinal"], "chains": ["device=?"], "known_links": ["device=?"],
        ]
        for sql in statements {
            for line in try Self.queryPlan(sql, of: harness.file("server.sqlite")) {
                let words = line.split(separator: " ")
                guard words.count > 1, ["SCAN", "SEARCH"].contains(words[0]), let places = grown[String(words[1])]
                else { continue }
                #expect(places.contains { line.contains($0) }, "\(line): \(sql)")
            }
        }
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
