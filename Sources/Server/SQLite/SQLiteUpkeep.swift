import GRDB
import PlanSyncCore
import PlanSyncServer

// What keeps the store itself in order: sums, horizons, backups, notices, suspects.

extension SQLiteReading {
    func digests(of tenants: [TenantID], plan: PlanID) throws -> [TenantID: [CollectionID: ScopeDigest]] {
        let query = try statement("SELECT collection, digest FROM digests WHERE tenant = ? AND plan = ?")
        var digests: [TenantID: [CollectionID: ScopeDigest]] = [:]
        for tenant in tenants {
            for row in try Row.fetchAll(query, arguments: [tenant.rawValue, plan.rawValue]) {
                guard let digest = ScopeDigest(text: try row.text("digest")) else {
                    throw SQLiteStoreError.damagedRow(table: "digests")
                }
                digests[tenant, default: [:]][try CollectionID(row.text("collection"))] = digest
            }
        }
        return digests
    }

    func horizons(of tenants: [TenantID]) throws -> [TenantID: UInt64] {
        let query = try statement("SELECT seq FROM horizons WHERE tenant = ?")
        var horizons: [TenantID: UInt64] = [:]
        for tenant in tenants {
            horizons[tenant] = try Int64.fetchOne(query, arguments: [tenant.rawValue]).map(Column.unsigned)
        }
        return horizons
    }

    func backups(of device: DeviceID, tenant: TenantID) throws -> [(incarnation: UInt64, number: UInt64)] {
        try Row.fetchAll(
            statement("SELECT inc, backed_n FROM chains WHERE tenant = ? AND device = ? AND backed_n > 0 ORDER BY inc"),
            arguments: [tenant.rawValue, device.rawValue]
        ).map { (try $0.count("inc"), try $0.count("backed_n")) }
    }

    func linked(_ chain: ChainKey, number: UInt64) throws -> String? {
        try String.fetchOne(
            statement("SELECT hash FROM known_links WHERE tenant = ? AND device = ? AND inc = ? AND n = ?"),
            arguments: [
                chain.tenant.rawValue, chain.device.rawValue, Column.signed(chain.incarnation), Column.signed(number),
            ])
    }

    func lastOrdinal() throws -> UInt64 {
        Column.unsigned(try Int64.fetchOne(statement("SELECT MAX(ordinal) FROM changes")) ?? 0)
    }

    func notices() throws -> [Notice] {
        try Row.fetchAll(database, sql: "SELECT * FROM notices ORDER BY number").map { row in
            guard let kind = Notice.Kind(rawValue: try row.text("kind")) else {
                throw SQLiteStoreError.damagedRow(table: "notices")
            }
            return Notice(
                at: try row.moment("at"), kind: kind,
                tenant: try row.optionalText("tenant").map { try TenantID($0) },
                device: try row.optionalText("device").map { try DeviceID($0) }, detail: try row.text("detail"))
        }
    }

    func suspects() throws -> [String: Int] {
        var suspects: [String: Int] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT hash, deaths FROM suspects") {
            suspects[try row.text("hash")] = Int(clamping: try row.whole("deaths"))
        }
        return suspects
    }

    func lastSequence(of tenant: TenantID, before: Timestamp) throws -> UInt64 {
        let row = try Int64.fetchOne(
            statement("SELECT MAX(seq) FROM changes WHERE tenant = ? AND received < ?"),
            arguments: [tenant.rawValue, before.milliseconds])
        return Column.unsigned(row ?? 0)
    }
}

extension SQLiteReading {
    func journal(after ordinal: UInt64, limit: Int) throws -> [StoredChange] {
        try Row.fetchAll(
            statement("SELECT * FROM changes WHERE ordinal > ? ORDER BY ordinal LIMIT ?"),
            arguments: [Column.signed(ordinal), limit]
        ).map { try Self.change($0) }
    }

    func knownLinks() throws -> [KnownLink] {
        try Row.fetchAll(database, sql: "SELECT * FROM known_links ORDER BY tenant, device, inc, n").map { row in
            KnownLink(
                chain: try Self.chain(row), number: try row.count("n"), id: try ChangeID(row.text("id")),
                hash: try row.text("hash"), signature: try row.optionalBytes("signature"))
        }
    }

    func allChainEnds() throws -> [ChainKey: Admission.ChainEnd] {
        var ends: [ChainKey: Admission.ChainEnd] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT tenant, device, inc, last_n, head FROM chains") {
            ends[try Self.chain(row)] = Admission.ChainEnd(
                number: try row.count("last_n"), head: try row.text("head"))
        }
        return ends
    }

    private static func chain(_ row: Row) throws -> ChainKey {
        ChainKey(
            tenant: try TenantID(row.text("tenant")), device: try DeviceID(row.text("device")),
            incarnation: try row.count("inc"))
    }
}

extension SQLiteWriting {
    func putBackups(_ numbers: [ChainKey: UInt64]) throws {
        let update = try statement(
            "UPDATE chains SET backed_n = MAX(backed_n, ?) WHERE tenant = ? AND device = ? AND inc = ?")
        for (chain, number) in numbers.sorted(by: { $0.key < $1.key }) {
            try update.execute(
                arguments: [
                    Column.signed(number), chain.tenant.rawValue, chain.device.rawValue,
                    Column.signed(chain.incarnation),
                ])
        }
    }

    func put(_ digests: [TenantID: [CollectionID: ScopeDigest]], plan: PlanID) throws {
        let insert = try statement(
            "INSERT OR REPLACE INTO digests (tenant, plan, collection, digest) VALUES (?, ?, ?, ?)")
        for (tenant, parts) in digests.sorted(by: { $0.key < $1.key }) {
            for (collection, digest) in parts.sorted(by: { $0.key < $1.key }) {
                try insert.execute(
                    arguments: [tenant.rawValue, plan.rawValue, collection.rawValue, digest.text])
            }
        }
    }

    func append(_ links: [KnownLink]) throws {
        let insert = try statement(
            """
            INSERT OR REPLACE INTO known_links (tenant, device, inc, n, id, hash, signature)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        for link in links {
            try insert.execute(
                arguments: [
                    link.chain.tenant.rawValue, link.chain.device.rawValue, Column.signed(link.chain.incarnation),
                    Column.signed(link.number), link.id.rawValue, link.hash,
                    link.signature.map { DatabaseValue(bytes: $0) },
                ])
        }
    }

    func append(_ notice: Notice) throws {
        try statement("INSERT INTO notices (at, kind, tenant, device, detail) VALUES (?, ?, ?, ?, ?)").execute(
            arguments: [
                notice.at.milliseconds, notice.kind.rawValue, notice.tenant?.rawValue, notice.device?.rawValue,
                notice.detail,
            ])
    }

    func retire(_ device: DeviceID, at: Timestamp) throws -> Bool {
        try statement("UPDATE devices SET retired = ? WHERE device = ? AND retired IS NULL")
            .execute(arguments: [at.milliseconds, device.rawValue])
        return database.changesCount == 1
    }

    func countDeath(over hashes: [String]) throws {
        let count = try statement(
            "INSERT INTO suspects (hash, deaths) VALUES (?, 1) ON CONFLICT (hash) DO UPDATE SET deaths = deaths + 1")
        for hash in hashes { try count.execute(arguments: [hash]) }
    }

    func clearSuspects(_ hashes: [String]) throws {
        let delete = try statement("DELETE FROM suspects WHERE hash = ?")
        for hash in hashes { try delete.execute(arguments: [hash]) }
    }

    func dropTombstones(of tenant: TenantID, plan: PlanID, upTo seq: UInt64) throws {
        try statement("DELETE FROM cells WHERE tenant = ? AND plan = ? AND deleted = 1 AND seq <= ?")
            .execute(arguments: [tenant.rawValue, plan.rawValue, Column.signed(seq)])
        try statement(
            """
            INSERT INTO horizons (tenant, seq) VALUES (?, ?)
            ON CONFLICT (tenant) DO UPDATE SET seq = MAX(seq, excluded.seq)
            """
        ).execute(arguments: [tenant.rawValue, Column.signed(seq)])
    }
}
