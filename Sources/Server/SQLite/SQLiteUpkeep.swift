import GRDB
import PlanSyncCore
import PlanSyncServer
import PlanSyncStore

// What keeps the store itself in order: sums, horizons, backups, notices, suspects.

extension SQLiteReading {
    func digests(of tenants: [TenantID], plan: PlanID) throws -> [TenantID: [CollectionID: ScopeDigest]] {
        var digests: [TenantID: [CollectionID: ScopeDigest]] = [:]
        for tenant in tenants {
            try database.rows(
                "SELECT collection, digest FROM digests WHERE tenant = ? AND plan = ?",
                [.text(tenant.rawValue), .text(plan.rawValue)]
            ) { row in
                guard let collection = row.text(0), let digest = row.text(1).flatMap({ ScopeDigest(text: $0) }) else {
                    throw SQLiteStoreError.damagedRow(table: "digests")
                }
                digests[tenant, default: [:]][try CollectionID(collection)] = digest
            }
        }
        return digests
    }

    func horizons(of tenants: [TenantID]) throws -> [TenantID: UInt64] {
        var horizons: [TenantID: UInt64] = [:]
        for tenant in tenants {
            horizons[tenant] = try database.first(
                "SELECT seq FROM horizons WHERE tenant = ?", [.text(tenant.rawValue)]
            ) { $0.number(0) }
        }
        return horizons
    }

    func backups(of device: DeviceID, tenant: TenantID) throws -> [(incarnation: UInt64, number: UInt64)] {
        try database.list(
            "SELECT inc, backed_n FROM chains WHERE tenant = ? AND device = ? AND backed_n > 0 ORDER BY inc",
            [.text(tenant.rawValue), .text(device.rawValue)]
        ) { row in
            guard let incarnation = row.number(0), let number = row.number(1) else {
                throw SQLiteStoreError.damagedRow(table: "chains")
            }
            return (incarnation, number)
        }
    }

    func linked(_ chain: ChainKey, number: UInt64) throws -> String? {
        try database.first(
            "SELECT hash FROM known_links WHERE tenant = ? AND device = ? AND inc = ? AND n = ?",
            chain.arguments + [.number(number)]
        ) { $0.text(0) }
    }

    func lastOrdinal() throws -> UInt64 {
        try database.first("SELECT MAX(ordinal) FROM changes") { $0.number(0) } ?? 0
    }

    func notices() throws -> [Notice] {
        try database.list("SELECT at, kind, tenant, device, detail FROM notices ORDER BY number") { row in
            guard let at = row.moment(0), let kind = row.text(1).flatMap({ Notice.Kind(rawValue: $0) }),
                let detail = row.text(4)
            else { throw SQLiteStoreError.damagedRow(table: "notices") }
            return Notice(
                at: at, kind: kind, tenant: try row.text(2).map { try TenantID($0) },
                device: try row.text(3).map { try DeviceID($0) }, detail: detail)
        }
    }

    func suspects() throws -> [String: Int] {
        var suspects: [String: Int] = [:]
        try database.rows("SELECT hash, deaths FROM suspects") { row in
            guard let hash = row.text(0), let deaths = row.integer(1) else {
                throw SQLiteStoreError.damagedRow(table: "suspects")
            }
            suspects[hash] = Int(clamping: deaths)
        }
        return suspects
    }

    func lastSequence(of tenant: TenantID, before: Timestamp) throws -> UInt64 {
        try database.first(
            "SELECT MAX(seq) FROM changes WHERE tenant = ? AND received < ?",
            [.text(tenant.rawValue), .integer(before.milliseconds)]
        ) { $0.number(0) } ?? 0
    }
}

extension SQLiteReading {
    func journal(after ordinal: UInt64, limit: Int) throws -> [StoredChange] {
        try database.list(
            "SELECT \(ChangeRow.columns) FROM changes WHERE ordinal > ? ORDER BY ordinal LIMIT ?",
            [.number(ordinal), .integer(Int64(clamping: limit))], ChangeRow.read)
    }

    func knownLinks() throws -> [KnownLink] {
        try database.list(
            """
            SELECT tenant, device, inc, n, id, hash, signature FROM known_links ORDER BY tenant, device, inc, n
            """
        ) { row in
            guard let number = row.number(3), let id = row.text(4), let hash = row.text(5) else {
                throw SQLiteStoreError.damagedRow(table: "known_links")
            }
            return KnownLink(
                chain: try Self.chain(row, in: "known_links"), number: number, id: try ChangeID(id), hash: hash,
                signature: row.storedBytes(6))
        }
    }

    func allChainEnds() throws -> [ChainKey: Admission.ChainEnd] {
        var ends: [ChainKey: Admission.ChainEnd] = [:]
        try database.rows("SELECT tenant, device, inc, last_n, head FROM chains") { row in
            guard let number = row.number(3), let head = row.text(4) else {
                throw SQLiteStoreError.damagedRow(table: "chains")
            }
            ends[try Self.chain(row, in: "chains")] = Admission.ChainEnd(number: number, head: head)
        }
        return ends
    }

    private static func chain(_ row: Columns, in table: String) throws -> ChainKey {
        guard let tenant = row.text(0), let device = row.text(1), let incarnation = row.number(2) else {
            throw SQLiteStoreError.damagedRow(table: table)
        }
        return ChainKey(tenant: try TenantID(tenant), device: try DeviceID(device), incarnation: incarnation)
    }
}

extension SQLiteWriting {
    func putBackups(_ numbers: [ChainKey: UInt64]) throws {
        for (chain, number) in numbers.sorted(by: { $0.key < $1.key }) {
            try database.run(
                "UPDATE chains SET backed_n = MAX(backed_n, ?) WHERE tenant = ? AND device = ? AND inc = ?",
                [.number(number)] + chain.arguments)
        }
    }

    func put(_ digests: [TenantID: [CollectionID: ScopeDigest]], plan: PlanID) throws {
        for (tenant, parts) in digests.sorted(by: { $0.key < $1.key }) {
            for (collection, digest) in parts.sorted(by: { $0.key < $1.key }) {
                try database.run(
                    "INSERT OR REPLACE INTO digests (tenant, plan, collection, digest) VALUES (?, ?, ?, ?)",
                    [.text(tenant.rawValue), .text(plan.rawValue), .text(collection.rawValue), .text(digest.text)])
            }
        }
    }

    func append(_ links: [KnownLink]) throws {
        for link in links {
            try database.run(
                """
                INSERT OR REPLACE INTO known_links (tenant, device, inc, n, id, hash, signature)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                link.chain.arguments + [
                    .number(link.number), .text(link.id.rawValue), .text(link.hash), Argument(link.signature),
                ])
        }
    }

    func append(_ notice: Notice) throws {
        try database.run(
            "INSERT INTO notices (at, kind, tenant, device, detail) VALUES (?, ?, ?, ?, ?)",
            [
                .integer(notice.at.milliseconds), .text(notice.kind.rawValue), Argument(notice.tenant?.rawValue),
                Argument(notice.device?.rawValue), .text(notice.detail),
            ])
    }

    func retire(_ device: DeviceID, at: Timestamp) throws -> Bool {
        try database.run(
            "UPDATE devices SET retired = ? WHERE device = ? AND retired IS NULL",
            [.integer(at.milliseconds), .text(device.rawValue)])
        return database.changesCount == 1
    }

    func countDeath(over hashes: [String]) throws {
        for hash in hashes {
            try database.run(
                """
                INSERT INTO suspects (hash, deaths) VALUES (?, 1)
                ON CONFLICT (hash) DO UPDATE SET deaths = deaths + 1
                """, [.text(hash)])
        }
    }

    func clearSuspects(_ hashes: [String]) throws {
        for hash in hashes { try database.run("DELETE FROM suspects WHERE hash = ?", [.text(hash)]) }
    }

    func dropTombstones(of tenant: TenantID, plan: PlanID, upTo seq: UInt64) throws {
        try database.run(
            "DELETE FROM cells WHERE tenant = ? AND plan = ? AND deleted = 1 AND seq <= ?",
            [.text(tenant.rawValue), .text(plan.rawValue), .number(seq)])
        try database.run(
            """
            INSERT INTO horizons (tenant, seq) VALUES (?, ?)
            ON CONFLICT (tenant) DO UPDATE SET seq = MAX(seq, excluded.seq)
            """, [.text(tenant.rawValue), .number(seq)])
    }
}
