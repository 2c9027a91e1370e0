package import PlanSyncClient
package import PlanSyncCore
package import PlanSyncWire

extension PageHost {
    /// Who wrote a record when, or one field of it, as the server's journal has it.
    ///
    /// - Throws: ``PageFault``.
    func history(
        of record: RecordKey, of tenant: TenantID, field: FieldID?, in plan: PlanID
    ) async throws -> [HistoryGet.Entry] {
        let params = HistoryGet.Params(plan: plan, tenant: tenant, record: record, field: field)
        return try await call(HistoryGet.self, params).operations
    }
}

/// What the page needs of the machine on which it runs: its copy of the data, its clock, and the way to the server.
package protocol PageHost: Sendable {
    /// The person who works here, for the changes that are saved; empty until somebody says it.
    var person: String { get }
    /// SHA-256 for the digest of a report.
    var cryptography: any Cryptography { get }

    /// Keeps the name of the person who works here from now on.
    ///
    /// - Throws: ``PageFault`` when it cannot be kept.
    func setPerson(_ name: String) throws

    /// The device's copy of the data; `nil` on a machine that is not enrolled.
    ///
    /// - Throws: ``PageFault``, the replica's errors.
    func replica() throws -> Replica?

    /// The time of day, for what is saved and shown.
    func now() -> Timestamp

    /// Until when the device's certificate counts; `nil` where there is none.
    func certificateEnd() -> Timestamp?

    /// Random bytes for secrets and keys.
    func randomBytes(_ count: Int) -> [UInt8]

    /// Waits; ends early, with an error, when the page ends.
    func pause(_ duration: Duration) async throws

    /// Sends what waits and fetches what is new, once.
    ///
    /// - Throws: ``PageFault`` with the sentence for the person.
    func synchronise(_ progress: @escaping @Sendable (SyncProgress) -> Void) async throws -> SyncSummary

    /// Asks the server what only it can answer or do.
    ///
    /// - Throws: ``PageFault`` with the sentence for the person, also when the server is not reached.
    func call<Method: RPCMethod>(_ method: Method.Type, _ params: Method.Params) async throws -> Method.Result

    /// Keeps a file on this machine, before an edit names it.
    ///
    /// - Throws: ``PageFault``.
    func keep(file content: [UInt8], hash: String) throws

    /// A file that a record names, from this machine or else from the server.
    ///
    /// - Throws: ``PageFault``, also when it is not here and the server is not reached.
    func content(of file: LocalAttachment, in plan: PlanID) async throws -> [UInt8]

    /// Makes this machine a device of a server.
    ///
    /// - Throws: ``PageFault`` with the sentence for the person.
    func enrol(server: String, token: String, name: String?) async throws
}

/// Something that went wrong, in a sentence for the person.
package struct PageFault: Error, Sendable {
    /// In Chinese.
    package let zh: String
    /// In English.
    package let en: String
    /// Whether the server was just not reached: everything that was saved stays and is sent later.
    package let isOffline: Bool
    /// What the server answered, where it refused.
    package let refusal: RPCError?

    package init(zh: String, en: String, isOffline: Bool = false, refusal: RPCError? = nil) {
        self.refusal = refusal
        self.zh = zh
        self.en = en
        self.isOffline = isOffline
    }

    /// The sentence.
    package func sentence(_ say: Wording) -> String { say(zh, en) }
}
