package import PlanSyncCore
import PlanSyncWire

/// Takes the journals once more, by the same committer into an empty store: the same answers and cells must come out.
package struct Replay {
    private static let page = 500

    private let cryptography: any Cryptography
    private var catalogue: [PlanID: [UInt64: PlanCatalogue.Entry]] = [:]
    private var revisions: [PlanID: UInt64] = [:]
    private var devices: [DeviceID: DeviceRecord] = [:]
    /// How many published rankings came out the same.
    package private(set) var rankings: UInt64 = 0

    package init(cryptography: any Cryptography) { self.cryptography = cryptography }

    /// Replays the journals of a store and compares; gives how many cells came out the same.
    ///
    /// - Throws: ``AuditFinding`` with the first record that differs; the stores' errors.
    package mutating func run(
        _ source: any PlanReading, into copy: any PlanStore, progress: (UInt64) -> Void
    ) throws -> UInt64 {
        for record in try source.plans() {
            catalogue[record.plan, default: [:]][record.revision] = try ServerEngine.entry(record)
        }
        for plan in catalogue.keys { revisions[plan] = 1 }
        for device in try source.devices() { devices[device.device] = device }
        let committer = Committer(store: copy, cryptography: cryptography)
        var ordinal: UInt64 = 0
        var done: UInt64 = 0
        while true {
            let rows = try source.journal(after: ordinal, limit: Self.page)
            try copy.commit { writing in
                for row in rows { try take(row, committer, in: writing) }
            }
            done += UInt64(rows.count)
            progress(done)
            guard let last = rows.last, rows.count == Self.page else { break }
            ordinal = last.ordinal
        }
        return try compare(source, copy)
    }

    private mutating func take(_ row: StoredChange, _ committer: Committer, in writing: any PlanWriting) throws {
        func finding(_ what: String) -> AuditFinding {
            AuditFinding(tenant: row.tenant, seq: row.seq, change: row.id, what: what)
        }
        let change = try Change(canonicalBytes: row.body)
        guard let entry = try entry(for: row, change) else { throw finding("the plan's revision is not there") }
        guard let principal = principal(of: row) else { throw finding("its device is not there") }
        let reasons = row.reasons
        func submission(isRetired: Bool) -> PushSubmission {
            PushSubmission(
                principal: Principal(
                    tenant: principal.tenant, device: principal.device, role: principal.role, isRetired: isRetired),
                plan: row.plan, changes: [PushSubmission.Hashed(change: change, body: row.body, hash: row.hash)],
                signature: row.signature ?? [], isSignatureValid: !row.isRefusedForSignature,
                setAside: reasons.contains("set_aside") ? [row.hash] : [])
        }
        var push = submission(isRetired: principal.isRetired)
        // Its place in its chain was given; what stood there otherwise the audit of the chains has seen.
        guard change.number > 0 else { throw finding("its number is 0") }
        let chain = ChainKey(tenant: row.deviceTenant, device: row.device, incarnation: change.incarnation)
        try writing.put([chain: Admission.ChainEnd(number: change.number - 1, head: change.previous)])
        try check(row, change, entry, in: writing)
        // Of what builds on a rejected edit nothing is kept apart, so it does not tell whether its device was out of
        // service; then it is the one of the two that gives the answer.
        if reasons.contains("builds_on_rejected"), !principal.isRetired, row.device != SystemAuthor.device {
            let answers = try committer.answers(to: [push], plan: entry, now: row.received, in: writing)
            if case .success(let receipt)? = answers.first, receipt.results != [row.result] {
                push = submission(isRetired: true)
            }
        }
        let committed = try committer.commit([push], plan: entry, now: row.received, in: writing)
        guard case .success(let receipt)? = committed.receipts.first, receipt.results == [row.result] else {
            throw finding("taken once more it gets another answer")
        }
    }

    /// A published ranking is worked out once more from what stood there when it was published.
    private mutating func check(
        _ row: StoredChange, _ change: Change, _ entry: PlanCatalogue.Entry, in copy: any PlanReading
    ) throws {
        guard row.device == SystemAuthor.device,
            let record = change.operations.first(where: { $0.record.collection == CollectionRule.rankings })?.record,
            let period = entry.plan.periods.period(record.key)
        else { return }
        let ranking = try ServerEngine.published(of: period, entry, in: copy)
        let expected = [
            RankingField.ranking: ranking.text, RankingField.digest: ranking.digest(cryptography),
        ]
        for operation in change.operations {
            guard let field = operation.field, let text = expected[field], operation.value != .text(text) else {
                continue
            }
            throw AuditFinding(
                tenant: row.tenant, seq: row.seq, change: row.id,
                what: "the ranking of \(period.id) is not what its inputs give")
        }
        rankings += 1
    }

    /// The plan as it was when a change was taken; a revision begins with the change that records it.
    private mutating func entry(for row: StoredChange, _ change: Change) throws -> PlanCatalogue.Entry? {
        if row.device == SystemAuthor.device,
            let record = change.operations.first(where: { $0.record.collection == CollectionRule.revisions })?.record,
            let revision = UInt64(record.key)
        {
            revisions[row.plan] = revision
        }
        guard let revision = revisions[row.plan], let entry = catalogue[row.plan]?[revision] else { return nil }
        guard let first = catalogue[row.plan]?[1]?.loaded else { return entry }
        return PlanCatalogue.Entry(
            plan: entry.plan, revision: entry.revision, document: entry.document, loaded: first)
    }

    private func principal(of row: StoredChange) -> Principal? {
        if row.device == SystemAuthor.device { return SystemAuthor.principal }
        guard let device = devices[row.device] else { return nil }
        return Principal(
            tenant: device.tenant, device: device.device, role: device.role,
            isRetired: row.reasons.contains("escrow"))
    }

    // MARK: What came out

    private func compare(_ source: any PlanReading, _ copy: any PlanStore) throws -> UInt64 {
        var same: UInt64 = 0
        for plan in catalogue.keys.sorted() {
            guard let tenants = catalogue[plan]?[revisions[plan] ?? 1]?.plan.tenants.map(\.id) else { continue }
            let horizons = try source.horizons(of: tenants)
            for tenant in tenants {
                let horizon = horizons[tenant] ?? 0
                let stored = try cells(of: tenant, plan, in: source, horizon)
                let again = try copy.read { try cells(of: tenant, plan, in: $0, horizon) }
                for (key, cell) in stored where again[key] != cell { throw Self.finding(key, cell.seq) }
                for (key, cell) in again where stored[key] == nil { throw Self.finding(key, cell.seq) }
                same += UInt64(stored.count)
            }
        }
        return same
    }

    private static func finding(_ key: CellKey, _ seq: UInt64) -> AuditFinding {
        AuditFinding(
            tenant: key.tenant, seq: seq, change: nil,
            what: "the value of \(key.record) \(key.field) is not what the journal gives")
    }

    /// The cells without the tombstones that are gone since.
    private func cells(
        of tenant: TenantID, _ plan: PlanID, in store: any PlanReading, _ horizon: UInt64
    ) throws -> [CellKey: Cell] {
        let rows = try store.cells(of: tenant, plan: plan, after: 0, limit: .max / 2, collections: nil)
        let kept = rows.filter { !($0.cell.deleted && $0.cell.seq <= horizon) }
        return Dictionary(kept.map { ($0.key, $0.cell) }, uniquingKeysWith: { first, _ in first })
    }
}

extension ServerEngine {
    /// Verifies the journals, the devices' chains and signatures, and that a replay gives the same cells.
    ///
    /// `copy`: an empty store for the replay.
    /// - Throws: ``AuditFinding`` with the first bad record; the stores' errors.
    package static func audit(
        _ store: any PlanStore, copy: any PlanStore, environment: EngineEnvironment, progress: (String, UInt64) -> Void
    ) throws -> AuditSummary {
        try store.read { reading in
            var verification = AuditVerification(
                cryptography: environment.cryptography,
                serverKeys: [environment.issuer.publicKey] + environment.issuer.formerPublicKeys)
            var summary = try verification.run(reading) { progress("journal", $0) }
            var replay = Replay(cryptography: environment.cryptography)
            summary.cells = try replay.run(reading, into: copy) { progress("replay", $0) }
            summary.rankings = replay.rankings
            try checkDigests(reading, environment.cryptography)
            return summary
        }
    }

    private static func checkDigests(_ reading: any PlanReading, _ cryptography: any Cryptography) throws {
        for record in Dictionary(grouping: try reading.plans(), by: \.plan).values.compactMap(\.last) {
            for tenant in try entry(record).plan.tenants.map(\.id) {
                var sums: [CollectionID: ScopeDigest] = [:]
                let cells = try reading.cells(
                    of: tenant, plan: record.plan, after: 0, limit: .max / 2, collections: nil)
                for (key, cell) in cells {
                    sums[key.record.collection, default: ScopeDigest()].insert(PublicCell(key, cell), cryptography)
                }
                let stored = try reading.digests(of: [tenant], plan: record.plan)[tenant] ?? [:]
                for (collection, sum) in sums where stored[collection] ?? ScopeDigest() != sum {
                    throw AuditFinding(
                        tenant: tenant, seq: nil, change: nil,
                        what: "the digest of '\(collection)' is not that of its cells")
                }
            }
        }
    }
}
