package import PlanSyncCore

// The store is a port. A commit has three steps, and the middle one is pure: load what the waiting changes
// touch, decide over an overlay in memory, write everything in one transaction with one fsync.

/// Where the authoritative state lives.
package protocol PlanStore: Sendable {
    /// One consistent view; does not hold up the writer.
    func read<Value>(_ body: (any PlanReading) throws -> Value) throws -> Value

    /// One transaction; durable when it returns, and without any effect when it throws.
    func commit<Value>(_ body: (any PlanWriting) throws -> Value) throws -> Value

    /// Copies everything into a new file, while others go on; gives the ends of the chains that the copy holds.
    ///
    /// When it returns, the copy is complete, checked and durable; when it throws, there is no file.
    func backUp(to path: String) throws -> [ChainKey: UInt64]
}

/// A change as it stands in the journal.
package struct StoredChange: Sendable, Equatable {
    /// Whose journal it is in.
    package let tenant: TenantID
    /// Its place there.
    package let seq: UInt64
    /// The change's id.
    package let id: ChangeID
    /// The tenant of the device that sent it.
    package let deviceTenant: TenantID
    /// The device that sent it.
    package let device: DeviceID
    /// The change's plan.
    package let plan: PlanID
    /// The canonical bytes.
    package let body: [UInt8]
    /// Their base64url SHA-256.
    package let hash: String
    /// The answer, word for word as it was given.
    package let result: [UInt8]
    /// Whether the whole change was rejected.
    package let isRejected: Bool
    /// When the server took it.
    package let received: Timestamp
    /// The device's signature, on the last change of a push.
    package let signature: [UInt8]?
    /// The link of the audit chain: SHA-256 over the link before and this record.
    package let link: [UInt8]
    /// Its place among all changes that this server took, of whatever tenant; never told to anybody.
    package let ordinal: UInt64

    package init(
        tenant: TenantID, seq: UInt64, id: ChangeID, deviceTenant: TenantID, device: DeviceID, plan: PlanID,
        body: [UInt8], hash: String, result: [UInt8], isRejected: Bool, received: Timestamp, signature: [UInt8]?,
        link: [UInt8], ordinal: UInt64
    ) {
        self.tenant = tenant
        self.seq = seq
        self.id = id
        self.deviceTenant = deviceTenant
        self.device = device
        self.plan = plan
        self.body = body
        self.hash = hash
        self.result = result
        self.isRejected = isRejected
        self.received = received
        self.signature = signature
        self.link = link
        self.ordinal = ordinal
    }
}

/// One operation of a journalled change, found by the field that it is about.
package struct StoredOperation: Sendable, Equatable {
    /// The field's place.
    package let cell: CellKey
    /// The change's place in the tenant's order.
    package let seq: UInt64
    /// The operation's place in the change, from 0; -1 - n where the decision at place n wrote the field.
    package let index: Int

    package init(cell: CellKey, seq: UInt64, index: Int) {
        self.cell = cell
        self.seq = seq
        self.index = index
    }
}

/// The name of a device's chain.
package struct ChainKey: Hashable, Sendable, Comparable {
    /// The device's tenant.
    package let tenant: TenantID
    /// The device.
    package let device: DeviceID
    /// The incarnation.
    package let incarnation: UInt64

    package init(tenant: TenantID, device: DeviceID, incarnation: UInt64) {
        self.tenant = tenant
        self.device = device
        self.incarnation = incarnation
    }

    package static func < (one: ChainKey, other: ChainKey) -> Bool {
        (one.tenant, one.device, one.incarnation) < (other.tenant, other.device, other.incarnation)
    }
}

/// Where a tenant's journal stands.
package struct TenantHead: Sendable, Equatable {
    /// The last change's place; 0 before the first.
    package let seq: UInt64
    /// The last link of the audit chain; empty before the first.
    package let link: [UInt8]

    package init(seq: UInt64, link: [UInt8]) {
        self.seq = seq
        self.link = link
    }
}

/// An enrolled device.
package struct DeviceRecord: Sendable, Equatable {
    /// The county or city.
    package let tenant: TenantID
    /// The device.
    package let device: DeviceID
    /// Its role.
    package let role: Role
    /// What people call it.
    package let name: String
    /// Its public key (SubjectPublicKeyInfo, DER).
    package let publicKey: [UInt8]
    /// Its certificate (DER).
    package let certificate: [UInt8]
    /// When it was enrolled.
    package let enrolled: Timestamp
    /// When it was revoked: refused everything since.
    package let revoked: Timestamp?
    /// When it was retired: it hands in what it holds, and reads nothing.
    package let retired: Timestamp?
    /// The keys that it had before, which signed what it sent then.
    package let formerKeys: [[UInt8]]

    package init(
        tenant: TenantID, device: DeviceID, role: Role, name: String, publicKey: [UInt8], certificate: [UInt8],
        enrolled: Timestamp, revoked: Timestamp?, retired: Timestamp? = nil, formerKeys: [[UInt8]] = []
    ) {
        self.tenant = tenant
        self.device = device
        self.role = role
        self.name = name
        self.publicKey = publicKey
        self.certificate = certificate
        self.enrolled = enrolled
        self.revoked = revoked
        self.retired = retired
        self.formerKeys = formerKeys
    }

    /// The same device, ended.
    func ended(_ kind: Notice.Kind, at now: Timestamp) -> DeviceRecord {
        DeviceRecord(
            tenant: tenant, device: device, role: role, name: name, publicKey: publicKey, certificate: certificate,
            enrolled: enrolled, revoked: kind == .revoked ? revoked ?? now : revoked,
            retired: kind == .retired ? retired ?? now : retired, formerKeys: formerKeys)
    }

    /// The same device with a new certificate, of its key or of a new one.
    func renewed(publicKey: [UInt8], certificate: [UInt8]) -> DeviceRecord {
        DeviceRecord(
            tenant: tenant, device: device, role: role, name: name, publicKey: publicKey, certificate: certificate,
            enrolled: enrolled, revoked: revoked, retired: retired,
            formerKeys: publicKey == self.publicKey ? formerKeys : formerKeys + [self.publicKey])
    }
}

/// An enrolment token; the secret itself is never stored.
package struct TokenRecord: Sendable, Equatable {
    /// SHA-256 of the secret.
    package let secretHash: [UInt8]
    /// The tenant that it enrols for.
    package let tenant: TenantID
    /// The role that it gives.
    package let role: Role
    /// The device's name for people.
    package let name: String
    /// The end of its life.
    package let expires: Timestamp
    /// The device that it made, once used.
    package let usedBy: DeviceID?
    /// The device that it brings back; `nil`: it makes a new one.
    package let device: DeviceID?

    package init(
        secretHash: [UInt8], tenant: TenantID, role: Role, name: String, expires: Timestamp, usedBy: DeviceID?,
        device: DeviceID? = nil
    ) {
        self.secretHash = secretHash
        self.tenant = tenant
        self.role = role
        self.name = name
        self.expires = expires
        self.usedBy = usedBy
        self.device = device
    }
}

/// A revision of a plan's document.
package struct PlanRecord: Sendable, Equatable {
    /// The plan.
    package let plan: PlanID
    /// From 1.
    package let revision: UInt64
    /// The document as JSON.
    package let document: [UInt8]
    /// When the server took it; `nil`: before that was noted.
    package let loaded: Timestamp?

    package init(plan: PlanID, revision: UInt64, document: [UInt8], loaded: Timestamp?) {
        self.plan = plan
        self.revision = revision
        self.document = document
        self.loaded = loaded
    }
}

/// A place in a device's chain where a change stands that the server knew already from another place.
package struct KnownLink: Sendable, Equatable {
    /// The chain.
    package let chain: ChainKey
    /// The place.
    package let number: UInt64
    /// The change.
    package let id: ChangeID
    /// The hash of its bytes at this place, base64url.
    package let hash: String
    /// The device's signature, where a push ended here.
    package let signature: [UInt8]?

    package init(chain: ChainKey, number: UInt64, id: ChangeID, hash: String, signature: [UInt8]?) {
        self.chain = chain
        self.number = number
        self.id = id
        self.hash = hash
        self.signature = signature
    }
}

/// Something about a device that the city should know.
package struct Notice: Sendable, Equatable {
    /// What happened.
    package enum Kind: String, Sendable, CaseIterable {
        /// Two continuations of one chain: a cloned or rolled-back disk.
        case fork
        /// Changes that neither the device nor the server has any more.
        case hole
        /// A change that the server died over was set aside.
        case setAside = "set_aside"
        /// The database is a restored backup since.
        case restored
        /// The device was retired.
        case retired
        /// The device was revoked.
        case revoked
    }

    /// By the server's clock.
    package let at: Timestamp
    /// What happened.
    package let kind: Kind
    /// The device's tenant, if it is about a device.
    package let tenant: TenantID?
    /// The device.
    package let device: DeviceID?
    /// Numbers and names, for people.
    package let detail: String

    package init(at: Timestamp, kind: Kind, tenant: TenantID?, device: DeviceID?, detail: String) {
        self.at = at
        self.kind = kind
        self.tenant = tenant
        self.device = device
        self.detail = detail
    }
}

/// Questions to the store, all within one view.
package protocol PlanReading: BlobReading {
    func setting(_ name: String) throws -> String?
    func plans() throws -> [PlanRecord]
    func head(of tenant: TenantID) throws -> TenantHead
    func heads(of tenants: [TenantID]) throws -> [TenantID: TenantHead]
    func chainEnds(_ keys: Set<ChainKey>) throws -> [ChainKey: Admission.ChainEnd]
    func incarnations(of device: DeviceID, tenant: TenantID) throws -> [UInt64]
    /// The hash of the known change that stands at a place of a chain; `nil`: none does.
    func linked(_ chain: ChainKey, number: UInt64) throws -> String?
    /// Changes by id within the journals of their tenants.
    func changes(_ ids: [TenantID: Set<ChangeID>]) throws -> [TenantID: [ChangeID: StoredChange]]
    func cells(_ keys: Set<CellKey>, of plan: PlanID) throws -> [CellKey: Cell]
    /// All cells of a record.
    func record(_ record: RecordKey, of tenant: TenantID, plan: PlanID) throws -> [FieldID: Cell]
    /// The cells written after a place, in order; a change's cells are never split.
    ///
    /// `collections`: only these; `nil`: all.
    func cells(
        of tenant: TenantID, plan: PlanID, after seq: UInt64, limit: Int, collections: [CollectionID]?
    ) throws -> [(key: CellKey, cell: Cell)]
    /// All current cells of one collection.
    func cells(of tenant: TenantID, plan: PlanID, collection: CollectionID) throws -> [(key: CellKey, cell: Cell)]
    /// The operations on a record, or on one field of it, in order.
    func history(
        of record: RecordKey, field: FieldID?, tenant: TenantID, plan: PlanID, limit: Int
    ) throws -> [(operation: StoredOperation, change: StoredChange)]
    /// The sums over the cells of each collection that holds any.
    func digests(of tenants: [TenantID], plan: PlanID) throws -> [TenantID: [CollectionID: ScopeDigest]]
    /// The last place of each tenant's journal whose tombstones are gone.
    func horizons(of tenants: [TenantID]) throws -> [TenantID: UInt64]
    /// The last change of each of a device's incarnations that a backup holds.
    func backups(of device: DeviceID, tenant: TenantID) throws -> [(incarnation: UInt64, number: UInt64)]
    /// The last place that was given among all changes.
    func lastOrdinal() throws -> UInt64
    func notices() throws -> [Notice]
    /// Changes of whatever tenant in the order in which the server took them.
    func journal(after ordinal: UInt64, limit: Int) throws -> [StoredChange]
    /// All places of chains where a change stands that was known from another place.
    func knownLinks() throws -> [KnownLink]
    /// The ends of all chains.
    func allChainEnds() throws -> [ChainKey: Admission.ChainEnd]
    /// How often the server died over changes, by the hash of their bytes.
    func suspects() throws -> [String: Int]
    func devices() throws -> [DeviceRecord]
    func token(secretHash: [UInt8]) throws -> TokenRecord?
}

/// Writes, all within one transaction.
package protocol PlanWriting: PlanReading, BlobWriting {
    func put(_ setting: String, _ value: String) throws
    func insert(_ plan: PlanRecord) throws
    func insert(_ token: TokenRecord) throws
    /// Marks a token as used; returns whether it was unused.
    func redeem(secretHash: [UInt8], by device: DeviceID) throws -> Bool
    func insert(_ device: DeviceRecord) throws
    /// Gives a device another certificate; the key that it had, if that is another one, is kept among its former ones.
    func renew(_ device: DeviceRecord, publicKey: [UInt8], certificate: [UInt8], at: Timestamp) throws
    func revoke(_ device: DeviceID, at: Timestamp) throws -> Bool
    func put(_ ends: [ChainKey: Admission.ChainEnd]) throws
    func put(_ heads: [TenantID: TenantHead]) throws
    func put(_ cells: [CellKey: Cell], plan: PlanID) throws
    func put(_ digests: [TenantID: [CollectionID: ScopeDigest]], plan: PlanID) throws
    func append(_ links: [KnownLink]) throws
    func append(_ notice: Notice) throws
    /// Notes up to which numbers a backup holds the chains.
    func putBackups(_ numbers: [ChainKey: UInt64]) throws
    func retire(_ device: DeviceID, at: Timestamp) throws -> Bool
    /// Counts a death over each of these changes.
    func countDeath(over hashes: [String]) throws
    /// Takes changes off the list of suspects.
    func clearSuspects(_ hashes: [String]) throws
    /// Drops the tombstones of a tenant up to a place in its journal, and moves its horizon there.
    func dropTombstones(of tenant: TenantID, plan: PlanID, upTo seq: UInt64) throws
    /// The last place of a tenant's journal that was taken before a moment; 0: none.
    func lastSequence(of tenant: TenantID, before: Timestamp) throws -> UInt64
    func append(_ changes: [StoredChange]) throws
    func append(_ operations: [StoredOperation], plan: PlanID) throws
}
