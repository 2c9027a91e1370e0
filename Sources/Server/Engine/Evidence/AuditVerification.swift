package import PlanSyncCore
import PlanSyncWire

/// What does not hold: the first bad record, named so that a person finds it.
package struct AuditFinding: Error, Sendable, Equatable, CustomStringConvertible {
    /// The tenant whose journal it is in; `nil`: it is about a device's chain or the whole store.
    package let tenant: TenantID?
    /// Its place there.
    package let seq: UInt64?
    /// The change.
    package let change: ChangeID?
    /// What is wrong with it: one clause.
    package let what: String

    package init(tenant: TenantID?, seq: UInt64?, change: ChangeID?, what: String) {
        self.tenant = tenant
        self.seq = seq
        self.change = change
        self.what = what
    }

    /// One sentence.
    package var description: String {
        var place: [String] = []
        if let tenant { place.append("tenant \(tenant)") }
        if let seq { place.append("seq \(seq)") }
        if let change { place.append("change \(change)") }
        return place.isEmpty ? "\(what)." : "\(place.joined(separator: ", ")): \(what)."
    }
}

/// What an audit went through.
package struct AuditSummary: Sendable, Equatable {
    /// Changes of all journals.
    package var changes: UInt64 = 0
    /// Journals.
    package var tenants: UInt64 = 0
    /// Devices' chains.
    package var chains: UInt64 = 0
    /// Signatures that hold.
    package var signatures: UInt64 = 0
    /// Cells that a replay of the journals gave again.
    package var cells: UInt64 = 0
    /// Published rankings that came out the same when worked out again.
    package var rankings: UInt64 = 0

    package init() {}
}

/// Recomputes the links of the journals, the chains of the devices and their signatures (merge rules, section 8).
package struct AuditVerification {
    private struct Place {
        let number: UInt64
        let hash: String
        let signature: [UInt8]?
        /// `nil` where the change itself stands at another place.
        let change: StoredChange?
        let previous: String?
    }

    private static let page = 1_000

    private let cryptography: any Cryptography
    private let serverKeys: [[UInt8]]
    private var heads: [TenantID: TenantHead] = [:]
    private var chains: [ChainKey: [Place]] = [:]
    private var summary = AuditSummary()

    /// `serverKeys`: verify what the server itself signed, with its present authority or an earlier one.
    package init(cryptography: any Cryptography, serverKeys: [[UInt8]]) {
        self.cryptography = cryptography
        self.serverKeys = serverKeys
    }

    /// Goes through everything; `progress` is told how many changes are done.
    ///
    /// - Throws: ``AuditFinding`` with the first bad record; the store's errors.
    package mutating func run(_ store: any PlanReading, progress: (UInt64) -> Void) throws -> AuditSummary {
        var ordinal: UInt64 = 0
        while true {
            let rows = try store.journal(after: ordinal, limit: Self.page)
            for row in rows { try check(row, after: ordinal) { ordinal = row.ordinal } }
            summary.changes += UInt64(rows.count)
            progress(summary.changes)
            if rows.count < Self.page { break }
        }
        summary.tenants = UInt64(heads.count)
        for (tenant, head) in heads.sorted(by: { $0.key < $1.key }) where try store.head(of: tenant) != head {
            throw AuditFinding(
                tenant: tenant, seq: head.seq, change: nil, what: "the journal ends elsewhere than its head says")
        }
        for link in try store.knownLinks() {
            chains[link.chain, default: []].append(
                Place(number: link.number, hash: link.hash, signature: link.signature, change: nil, previous: nil))
        }
        let keys = Dictionary(
            try store.devices().map { ($0.device, [$0.publicKey] + $0.formerKeys) },
            uniquingKeysWith: { first, _ in first })
        let ends = try store.allChainEnds()
        for (chain, places) in chains.sorted(by: { $0.key < $1.key }) {
            try check(chain, places, end: ends[chain], keys)
        }
        summary.chains = UInt64(chains.count)
        return summary
    }

    private mutating func check(_ row: StoredChange, after ordinal: UInt64, _ done: () -> Void) throws {
        func finding(_ what: String) -> AuditFinding {
            AuditFinding(tenant: row.tenant, seq: row.seq, change: row.id, what: what)
        }
        let head = heads[row.tenant] ?? TenantHead(seq: 0, link: [])
        guard row.seq == head.seq + 1 else { throw finding("the change before it, \(head.seq + 1), is missing") }
        guard Base64URL.encode(cryptography.sha256(row.body)) == row.hash else {
            throw finding("its bytes are not those that were taken")
        }
        let link = AuditLink.next(
            after: head.link, body: row.body, seq: row.seq, received: row.received, result: row.result,
            cryptography: cryptography)
        guard link == row.link else { throw finding("the audit chain does not hold here") }
        guard let change = try? Change(canonicalBytes: row.body), change.id == row.id else {
            throw finding("its bytes cannot be read")
        }
        guard let result = try? ChangeResult(json: try JSONDocument(row.result, limits: .document).root),
            result.id == row.id, result.seq == row.seq, (result.outcome == .rejected) == row.isRejected
        else { throw finding("its answer is not of this change") }
        heads[row.tenant] = TenantHead(seq: row.seq, link: row.link)
        let chain = ChainKey(tenant: row.deviceTenant, device: row.device, incarnation: change.incarnation)
        chains[chain, default: []].append(
            Place(
                number: change.number, hash: row.hash, signature: row.signature, change: row,
                previous: change.previous))
        done()
    }

    private mutating func check(
        _ chain: ChainKey, _ places: [Place], end: Admission.ChainEnd?, _ keys: [DeviceID: [[UInt8]]]
    ) throws {
        var before: Place?
        for place in places.sorted(by: { $0.number < $1.number }) {
            func finding(_ what: String) -> AuditFinding {
                AuditFinding(
                    tenant: place.change?.tenant, seq: place.change?.seq, change: place.change?.id,
                    what: "\(what) (device \(chain.device), incarnation \(chain.incarnation), n \(place.number))")
            }
            guard place.number == (before?.number ?? 0) + 1 else {
                throw finding("the device's chain has a hole before it")
            }
            if let previous = place.previous, previous != before?.hash ?? "" {
                throw finding("it does not name the device's change before it")
            }
            try checkSignature(of: place, chain, keys, finding)
            before = place
        }
        guard let last = before else { return }
        if last.signature == nil {
            throw AuditFinding(
                tenant: last.change?.tenant, seq: last.change?.seq, change: last.change?.id,
                what: "the end of the chain of \(chain.device) is not signed")
        }
        guard end == Admission.ChainEnd(number: last.number, head: last.hash) else {
            throw AuditFinding(
                tenant: last.change?.tenant, seq: last.change?.seq, change: last.change?.id,
                what: "the chain of \(chain.device) ends elsewhere than its head says")
        }
    }

    private mutating func checkSignature(
        of place: Place, _ chain: ChainKey, _ keys: [DeviceID: [[UInt8]]], _ finding: (String) -> AuditFinding
    ) throws {
        guard let signature = place.signature else { return }
        // A change whose signature did not hold was rejected for it.
        if place.change?.isRefusedForSignature ?? false { return }
        let keys = chain.device == SystemAuthor.device ? serverKeys : keys[chain.device]
        guard let keys, let hash = Base64URL.decode(place.hash) else {
            throw finding("nobody has the key that signed it")
        }
        guard keys.contains(where: { cryptography.isValid(signature: signature, over: hash, publicKey: $0) }) else {
            throw finding("its signature does not hold")
        }
        summary.signatures += 1
    }
}

extension StoredChange {
    /// The words of its operations' reasons.
    var reasons: [String] {
        let read = try? ChangeResult(json: try JSONDocument(result, limits: .document).root)
        return read?.operations.compactMap(\.reason) ?? []
    }

    /// Whether it was rejected because its signature did not hold.
    var isRefusedForSignature: Bool { isRejected && reasons.first == "signature" }
}
