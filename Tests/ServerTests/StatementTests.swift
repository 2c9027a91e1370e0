import Foundation
import Testing

/// Whether a statement can touch rows of more than the tenants that it names.
enum StatementRule {
    /// Tables whose rows belong to a tenant.
    static let tenantTables: Set<String> = [
        "chains", "heads", "cells", "changes", "operations", "known_links", "digests", "horizons", "device_keys",
        "blobs", "blob_parts",
    ]

    /// Tables that belong to no tenant.
    static let sharedTables: Set<String> = ["settings", "plans", "tokens", "suspects", "notices"]

    /// Statements over all tenants that were looked at, with the reason.
    static let reviewed: [String: String] = [
        "SELECT MAX(ordinal) FROM changes": "the writer's place among all changes, which is never told",
        "SELECT \\(ChangeRow.columns) FROM changes WHERE ordinal > ? ORDER BY ordinal LIMIT ?": evidence,
        "SELECT tenant, device, inc, n, id, hash, signature FROM known_links ORDER BY tenant, device, inc, n": evidence,
        "SELECT tenant, device, inc, last_n, head FROM chains": evidence,
        "SELECT device, public_key FROM device_keys ORDER BY device, replaced, public_key": evidence,
        """
        UPDATE changes SET ordinal = numbered.place FROM (SELECT tenant, seq, ROW_NUMBER() OVER (ORDER BY received, \
        tenant, seq) AS place FROM changes) AS numbered WHERE changes.tenant = numbered.tenant AND changes.seq = \
        numbered.seq
        """: "a migration, each row from its own tenant's",
    ]

    private static let evidence =
        "the operator's audit and replay of the whole store, and a supervisor's list of devices; no county comes here"

    /// What is wrong with a statement; `nil`: nothing.
    static func fault(_ sql: String) -> String? {
        let words = sql.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "." }.map(String.init)
        let tables = words.filter { tenantTables.contains($0.lowercased()) }
        guard !tables.isEmpty, reviewed[plain(sql)] == nil else { return nil }
        switch words.first?.uppercased() {
        case "CREATE", "ALTER", "PRAGMA", "EXPLAIN": return nil
        case "INSERT", "REPLACE":
            // The first column is the tenant, and it is bound.
            guard let open = sql.firstIndex(of: "("), sql[open...].dropFirst().hasPrefix("tenant"), isBound(sql) else {
                return "an insert whose first column is not the tenant"
            }
            return nil
        case "SELECT", "UPDATE", "DELETE", "WITH":
            let condition = sql.range(of: "WHERE").map { sql[$0.upperBound...] } ?? ""
            guard condition.contains(/(^|[\s(])(\w\.)?tenant = \?/) || condition.contains(/tenant IN \(\?/) else {
                return "no tenant is bound"
            }
            // Each further table is tied to the first by its tenant.
            guard words.count(where: { $0.uppercased() == "JOIN" }) <= sql.ranges(of: /\w\.tenant = \w\.tenant/).count
            else { return "a table that is joined without the tenant" }
            return sql.uppercased().contains(" OR ") ? "an OR beside the tenant" : nil
        default: return "a statement that the rule does not know"
        }
    }

    private static func isBound(_ sql: String) -> Bool { sql.contains("?") }

    /// A statement in one line.
    static func plain(_ sql: String) -> String { sql.split { $0.isWhitespace }.joined(separator: " ") }
}

/// Every statement that stands in the code of the server's store.
///
/// They are read from the source, so that one which no test reaches is judged as well.
enum StoreSource {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources/Server/SQLite")

    /// All texts of the store's code.
    static func texts() throws -> [(file: String, sql: String)] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
        return try names.sorted().flatMap { name -> [(String, String)] in
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            return literals(of: text).map { (name, $0) }
        }
    }

    static func statements() throws -> [(file: String, sql: String)] { try texts().filter { isStatement($0.sql) } }

    private static func isStatement(_ text: String) -> Bool {
        let first = text.split { $0.isWhitespace }.first.map(String.init) ?? ""
        return ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"].contains(first)
    }

    /// The texts between quotation marks, of one line or several.
    private static func literals(of source: String) -> [String] {
        var found: [String] = []
        var rest = Substring(source)
        while let open = rest.firstIndex(of: "\"") {
            let isLong = rest[open...].hasPrefix("\"\"\"")
            let mark = isLong ? "\"\"\"" : "\""
            let begin = rest.index(open, offsetBy: mark.count)
            guard let close = rest[begin...].firstRange(of: mark) else { break }
            found.append(String(rest[begin..<close.lowerBound]))
            rest = rest[close.upperBound...]
        }
        return found
    }
}

@Suite("Statements and tenants")
struct StatementTests {
    @Test("Every statement in the store's code that touches tenants' rows binds the tenant")
    func source() throws {
        let statements = try StoreSource.statements()
        #expect(statements.count > 25)
        for (file, sql) in statements {
            let fault = StatementRule.fault(sql)
            #expect(fault == nil, "\(file): \(fault ?? ""): \(StatementRule.plain(sql))")
        }
    }

    @Test("Every table of the schema belongs to a tenant, by the beginning of its key, or is known to belong to none")
    func schema() throws {
        let tables = try StoreSource.texts().map { StatementRule.plain($0.sql) }.filter { $0.hasPrefix("CREATE TABLE") }
        #expect(tables.count > 10)
        for table in tables {
            let name = String(table.dropFirst("CREATE TABLE ".count).prefix { $0 != " " })
            if StatementRule.sharedTables.contains(name) { continue }
            // Devices are looked up by their name, which is unique, and found with their tenant.
            #expect(StatementRule.tenantTables.contains(name) || name == "devices", "\(name) is in neither list")
            let isKeyed = table.contains("PRIMARY KEY (tenant") || table.contains("(tenant TEXT PRIMARY KEY")
            #expect(isKeyed, "the key of \(name) does not begin with the tenant")
        }
    }

    @Test(
        "A statement without a bound tenant is found",
        arguments: [
            "SELECT * FROM cells WHERE plan = ?", "SELECT * FROM cells", "DELETE FROM changes WHERE seq <= ?",
            "UPDATE heads SET seq = ?", "INSERT INTO cells (plan, tenant) VALUES (?, ?)",
            "SELECT * FROM operations o JOIN changes c ON c.seq = o.seq WHERE o.tenant = ?",
            "SELECT * FROM cells WHERE tenant = ? OR plan = ?", "SELECT * FROM cells WHERE tenant = 'a'",
        ])
    func planted(sql: String) { #expect(StatementRule.fault(sql) != nil) }

    @Test(
        "A statement with a bound tenant, or over no tenant's rows, passes",
        arguments: [
            "SELECT * FROM cells WHERE tenant = ? AND plan = ?", "SELECT name FROM settings",
            "INSERT OR REPLACE INTO heads (tenant, seq) VALUES (?, ?)",
            "SELECT c.* FROM operations o JOIN changes c ON c.tenant = o.tenant AND c.seq = o.seq WHERE o.tenant = ?",
        ])
    func passing(sql: String) { #expect(StatementRule.fault(sql) == nil) }
}
