// Statements that are prepared once, with their arguments and columns as SQLite has them. The library's own way
// makes an object of each value and each row; a replica reads all its cells for one look at a page.

package import GRDB
import GRDBSQLite

/// A value for a statement.
package enum Argument: Sendable {
    case text(String)
    case integer(Int64)
    case blob([UInt8])
    case null

    /// A text, or nothing.
    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }

    /// A number, or nothing.
    package init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }

    /// Bytes, or nothing.
    package init(_ bytes: [UInt8]?) { self = bytes.map { .blob($0) } ?? .null }

    /// A number; those of the contract fit, others are moved to the edge.
    package static func number(_ number: UInt64) -> Argument { .integer(Int64(clamping: number)) }

    /// A flag.
    package static func flag(_ flag: Bool) -> Argument { .integer(flag ? 1 : 0) }
}

/// The columns of one row, while it is being read; whatever is not what was asked for is `nil`.
package struct Columns {
    private let statement: SQLiteStatement

    fileprivate init(_ statement: SQLiteStatement) { self.statement = statement }

    private func kind(_ index: Int32) -> Int32 { sqlite3_column_type(statement, index) }

    /// Whether there is nothing.
    package func isNull(_ index: Int32) -> Bool { kind(index) == SQLITE_NULL }

    /// A text.
    package func text(_ index: Int32) -> String? {
        guard kind(index) == SQLITE_TEXT, let start = sqlite3_column_text(statement, index) else { return nil }
        let count = Int(sqlite3_column_bytes(statement, index))
        return start.withMemoryRebound(to: CChar.self, capacity: count + 1) {
            // With a NUL inside it would end early, and nothing of ours holds one.
            String(validatingCString: $0).flatMap { $0.utf8.count == count ? $0 : nil }
        }
    }

    /// Hands out the bytes of a text, or of a blob, as they lie there; `false` when it is something else.
    package func with(_ index: Int32, text: Bool, _ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        guard kind(index) == (text ? SQLITE_TEXT : SQLITE_BLOB) else { return false }
        let start = sqlite3_column_blob(statement, index)
        body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index))))
        return true
    }

    /// Bytes.
    package func bytes(_ index: Int32) -> [UInt8]? {
        guard kind(index) == SQLITE_BLOB else { return nil }
        return raw(index)
    }

    /// The bytes of a text or of a blob.
    package func storedBytes(_ index: Int32) -> [UInt8]? {
        guard kind(index) == SQLITE_BLOB || kind(index) == SQLITE_TEXT else { return nil }
        return raw(index)
    }

    private func raw(_ index: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, index) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, index))))
    }

    /// A whole number.
    package func integer(_ index: Int32) -> Int64? {
        kind(index) == SQLITE_INTEGER ? sqlite3_column_int64(statement, index) : nil
    }

    /// A whole number that is not negative.
    package func number(_ index: Int32) -> UInt64? { integer(index).flatMap { UInt64(exactly: $0) } }

    /// A flag.
    package func flag(_ index: Int32) -> Bool? { integer(index).map { $0 != 0 } }

    /// The value as it is, whatever it is, to name the same row again.
    package func argument(_ index: Int32) -> Argument {
        switch kind(index) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, index))
        case SQLITE_BLOB: .blob(raw(index))
        case SQLITE_TEXT: .text(String(decoding: raw(index), as: UTF8.self))
        default: .null
        }
    }
}

extension Database {
    /// Runs a statement that neither begins nor ends a transaction.
    ///
    /// - Throws: SQLite's errors.
    package func run(_ sql: String, _ arguments: [Argument] = []) throws {
        try step(sql, arguments) { _ in true }
    }

    /// Reads the rows of a query, one after the other; the same query must not be run again meanwhile.
    ///
    /// - Throws: SQLite's errors, and what the body throws.
    package func rows(_ sql: String, _ arguments: [Argument] = [], _ body: (Columns) throws -> Void) throws {
        try step(sql, arguments) {
            try body($0)
            return true
        }
    }

    /// The rows of a query.
    ///
    /// - Throws: SQLite's errors, and what the body throws.
    package func list<Element>(
        _ sql: String, _ arguments: [Argument] = [], _ read: (Columns) throws -> Element
    ) throws -> [Element] {
        var list: [Element] = []
        try rows(sql, arguments) { list.append(try read($0)) }
        return list
    }

    /// The first row of a query, if there is one.
    ///
    /// - Throws: SQLite's errors, and what the body throws.
    package func first<Answer>(
        _ sql: String, _ arguments: [Argument] = [], _ read: (Columns) throws -> Answer?
    ) throws -> Answer? {
        var answer: Answer?
        try step(sql, arguments) {
            answer = try read($0)
            return false
        }
        return answer
    }

    /// Whether a query has a row.
    ///
    /// - Throws: SQLite's errors.
    package func has(_ sql: String, _ arguments: [Argument] = []) throws -> Bool {
        try first(sql, arguments) { _ in true } ?? false
    }

    /// The first column of a query's only row, as a number; 0 when there is none.
    ///
    /// - Throws: SQLite's errors.
    package func count(_ sql: String, _ arguments: [Argument] = []) throws -> Int {
        try first(sql, arguments) { $0.integer(0) }.map { Int(clamping: $0) } ?? 0
    }

    /// Steps through a statement until the body has seen enough, past the library: that looks for observers, of which
    /// there are none, at each statement, and makes an object of each row.
    private func step(_ sql: String, _ arguments: [Argument], _ body: (Columns) throws -> Bool) throws {
        let statement = try cachedStatement(sql: sql).sqliteStatement
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        defer { sqlite3_reset(statement) }
        for (index, argument) in zip(Int32(1)..., arguments) {
            try check(argument.bind(to: statement, at: index), sql)
        }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            if code != SQLITE_ROW { try check(code, sql) }
            guard try body(Columns(statement)) else { return }
        }
    }

    private func check(_ code: Int32, _ sql: String) throws {
        guard code != SQLITE_OK else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: lastErrorMessage, sql: sql)
    }
}

extension Argument {
    /// SQLite copies what it is given.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    fileprivate func bind(to statement: SQLiteStatement, at index: Int32) -> Int32 {
        switch self {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .text(var text):
            text.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) {
                    // Without an address it would be a NULL.
                    guard let start = $0.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, nil) }
                    return sqlite3_bind_text(statement, index, start, Int32(clamping: $0.count), Self.copied)
                }
            }
        case .blob(let bytes):
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(statement, index, 0)
                : bytes.withUnsafeBytes {
                    sqlite3_bind_blob(statement, index, $0.baseAddress, Int32(clamping: $0.count), Self.copied)
                }
        }
    }
}

extension Database {
    /// How a transaction begins.
    package enum Beginning: String, Sendable {
        /// It will write: nobody else writes meanwhile.
        case immediate = "BEGIN IMMEDIATE"
        /// It only reads: it sees one moment.
        case deferred = "BEGIN DEFERRED"
    }

    /// Runs one transaction; nothing of it stays when the body throws, or when it is not to be kept.
    ///
    /// - Throws: SQLite's errors, and what the body throws.
    package func transacting<Answer>(
        _ beginning: Beginning, keeping: Bool = true, _ body: (Database) throws -> Answer
    ) throws -> Answer {
        try control(beginning.rawValue)
        do {
            let answer = try body(self)
            try control(keeping ? "COMMIT" : "ROLLBACK")
            return answer
        } catch {
            // SQLite has rolled back by itself after some errors.
            if isInsideTransaction { try? control("ROLLBACK") }
            throw error
        }
    }

    /// What the library has to know of.
    private func control(_ sql: String) throws { try cachedStatement(sql: sql).execute() }
}
