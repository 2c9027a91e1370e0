import GRDB
import PlanSyncStore
import Testing

@Suite("Statements with their own arguments and columns")
struct StatementsTests {
    private func database(_ body: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue()
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "CREATE TABLE t(a, b)")
            try body(database)
        }
    }

    @Test("What was bound is read back, and as nothing else")
    func kinds() throws {
        try database { database in
            let values: [Argument] = [
                .text("县"), .text(""), .integer(-3), .number(.max), .blob([0, 255]), .blob([]), .null, .flag(true),
                Argument(String?.none), Argument([1] as [UInt8]?),
            ]
            for value in values { try database.run("INSERT INTO t VALUES (?, 1)", [value]) }
            let read = try database.list("SELECT a FROM t ORDER BY rowid") { row in
                "\(row.text(0) ?? "-") \(row.integer(0).map { "\($0)" } ?? "-") \(row.bytes(0).map { "\($0)" } ?? "-")"
            }
            #expect(
                read == [
                    "县 - -", " - -", "- -3 -", "- \(Int64.max) -", "- - [0, 255]", "- - []", "- - -", "- 1 -", "- - -",
                    "- - [1]",
                ])
            let isNothing = try database.list("SELECT a FROM t ORDER BY rowid") { $0.isNull(0) }
            #expect(isNothing == [false, false, false, false, false, false, true, false, true, false])
        }
    }

    @Test("A text with a NUL or with broken UTF-8 is no text, and a negative number no count")
    func damaged() throws {
        try database { database in
            try database.execute(sql: "INSERT INTO t VALUES (CAST(x'610062' AS TEXT), -1), (CAST(x'FF' AS TEXT), 1.5)")
            let read = try database.list("SELECT a, b FROM t ORDER BY rowid") { ($0.text(0), $0.number(1)) }
            #expect(read.allSatisfy { $0.0 == nil && $0.1 == nil })
        }
    }

    @Test("An argument of an earlier run does not stay")
    func cleared() throws {
        try database { database in
            try database.run("INSERT INTO t VALUES (?, ?)", [.text("one"), .integer(1)])
            try database.run("INSERT INTO t VALUES (?, ?)", [.text("two")])
            let second = try database.first("SELECT b FROM t WHERE a = ?", [.text("two")]) { $0.isNull(0) }
            #expect(second == true)
        }
    }

    @Test("A statement that fails says why, and one that is left early is over; both can be run again")
    func failing() throws {
        struct Enough: Error {}
        try database { database in
            try database.execute(sql: "CREATE TABLE u(a PRIMARY KEY CHECK (a > 0))")
            let insert = "INSERT INTO u VALUES (?)"
            for wrong in [Argument.integer(-1), .integer(-2)] {
                do {
                    try database.run(insert, [wrong])
                    Issue.record("a broken rule of the table was passed over")
                } catch let error as DatabaseError {
                    #expect(error.extendedResultCode == .SQLITE_CONSTRAINT_CHECK)
                    #expect(error.message == "CHECK constraint failed: a > 0" && error.sql == insert)
                }
            }
            try database.transacting(.immediate) { database in
                for number in 1...3 { try database.run(insert, [.integer(Int64(number))]) }
            }
            #expect(throws: Enough.self) {
                try database.rows("SELECT a FROM u") { _ in throw Enough() }
            }
            #expect(try database.first("SELECT a FROM u ORDER BY a") { $0.integer(0) } == 1)
            // With a query still under way there would be no dropping of the table.
            try database.execute(sql: "DROP TABLE u")
        }
    }

    @Test("A transaction whose body throws, or that is not to be kept, leaves nothing")
    func transactions() throws {
        struct Refused: Error {}
        try database { database in
            #expect(throws: Refused.self) {
                try database.transacting(.immediate) { database in
                    try database.run("INSERT INTO t VALUES (1, 1)")
                    throw Refused()
                }
            }
            try database.transacting(.immediate, keeping: false) { try $0.run("INSERT INTO t VALUES (2, 2)") }
            #expect(try database.count("SELECT COUNT(*) FROM t") == 0)
            #expect(!database.isInsideTransaction)
            try database.transacting(.immediate) { try $0.run("INSERT INTO t VALUES (3, 3)") }
            #expect(try database.has("SELECT 1 FROM t WHERE a = 3"))
        }
    }
}
