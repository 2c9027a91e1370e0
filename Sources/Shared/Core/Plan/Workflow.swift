// The two built-in collections of the workflow (merge rules, section 6): where a period stands, which the city
// decides for all, and where a unit's report of it stands.

/// The fields of a period's record, and what it may say.
public enum PeriodField {
    /// `open`, `closed` or `final`.
    public static let state = FieldID(trusted: "state")
    /// The digest of all figures at the sealing (``FigureDigest``).
    public static let digest = FieldID(trusted: "digest")
    /// The server's signature over the digest, base64url.
    public static let signature = FieldID(trusted: "signature")
    /// Chain heads that were given by telephone before the sealing, as `DEVICE=HASH`.
    public static let heads = FieldID(trusted: "heads")

    static let rules: [FieldRule] = [
        built(state, "状态", "State", .option(PeriodState.allCases.map(\.rawValue))),
        built(digest, "摘要", "Digest", .text(maximum: 64)),
        built(signature, "签名", "Signature", .text(maximum: 512)),
        built(heads, "电话登记", "Heads by telephone", .text(maximum: 20_000)),
    ]

    static func built(_ id: FieldID, _ zh: String, _ en: String, _ kind: FieldRule.Kind) -> FieldRule {
        FieldRule(
            id: id, name: Plan.LocalText(zh: zh, en: en), kind: kind, unit: "", minimum: nil, maximum: nil,
            filledBy: .both, department: nil, merge: .review, gate: .city, basis: .stock)
    }
}

/// Where a period stands.
public enum PeriodState: String, Sendable, CaseIterable {
    /// Edits count as they come.
    case open
    /// Its deadline is over: edits are taken, and marked as late.
    case closed
    /// Sealed: what arrives is kept apart.
    case final
}

/// The fields of a report's record.
public enum SubmissionField {
    /// ``State``.
    public static let state = FieldID(trusted: "state")
    /// The digest of the figures that the submission covers (``FigureDigest``).
    public static let digest = FieldID(trusted: "digest")
    /// What was changed after the submission, as `collection/key/field`, each on a line.
    public static let changed = FieldID(trusted: "changed")
    /// When it was first handed in, by the server's clock.
    public static let handedIn = FieldID(trusted: "handed_in")
    /// How many days after the period was closed that was; the server says so.
    public static let daysLate = FieldID(trusted: "days_late")

    /// Where a unit's report of a period stands.
    public enum State: String, Sendable, CaseIterable {
        /// Not handed in, or changed since.
        case draft
        /// Handed in by an approver.
        case submitted
        /// Taken by the city.
        case accepted
        /// Given back by the city, with a reason.
        case returned
    }

    static let rules: [FieldRule] = [
        PeriodField.built(state, "状态", "State", .option(State.allCases.map(\.rawValue))),
        PeriodField.built(digest, "摘要", "Digest", .text(maximum: 64)),
        PeriodField.built(changed, "改动", "Changed since", .text(maximum: 20_000)),
        PeriodField.built(handedIn, "报送时间", "Handed in", .text(maximum: 32)),
        PeriodField.built(daysLate, "迟报天数", "Days late", .amount(decimals: 0)),
    ]
}

/// The field of a revision's record.
public enum RevisionField {
    /// The SHA-256 of the document, base64url.
    public static let document = FieldID(trusted: "document")

    static let rules = [PeriodField.built(document, "文件摘要", "Document's hash", .text(maximum: 64))]
}

/// The digest of the figures of a period: what a submission covers, and what a seal keeps.
public enum FigureDigest {
    /// base64url SHA-256 over the figures in the order of their places; cleared ones are left out.
    public static func of(
        _ figures: [(key: CellKey, value: FieldValue?)], _ cryptography: any Cryptography
    ) -> String {
        var bytes: [UInt8] = []
        for (key, value) in figures.sorted(by: { $0.key < $1.key }) {
            guard let value else { continue }
            bytes += Array("\(key.tenant)\t\(key.record)\t\(key.field)\t".utf8) + value.canonicalJSON
            bytes.append(UInt8(ascii: "\n"))
        }
        return Base64URL.encode(cryptography.sha256(bytes))
    }
}

extension Plan {
    /// The present place of a value whose field may have been renamed.
    public func currentPlace(of key: CellKey) -> CellKey {
        CellKey(
            tenant: key.tenant, record: key.record, field: currentName(of: key.field, in: key.record.collection))
    }

    /// The record of the report on the period that a record belongs to; `nil` for one of no period.
    public func report(on record: RecordKey) -> RecordKey? {
        period(of: record).flatMap { try? RecordKey(collection: CollectionRule.submissions, key: $0.id.rawValue) }
    }

    /// The period that a record reports on, for collections that are keyed by period; else `nil`.
    public func period(of record: RecordKey) -> Period? {
        guard let collection = collection(record.collection), isReported(collection),
            let index = collection.key.firstIndex(of: .period)
        else { return nil }
        let parts = record.key.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.indices.contains(index) else { return nil }
        return periods.period(parts[index])
    }
}

extension Plan {
    /// Whether the records of a collection may report on a period: objections are about a ranking, after the report.
    func isReported(_ collection: CollectionRule) -> Bool {
        [.declared, .values].contains(collection.origin) && collection.id != ranking.objections?.collection
    }

    /// The collections whose records report on a period.
    public var reported: [CollectionID] {
        collections.values.filter { isReported($0) && $0.key.contains(.period) }.map(\.id).sorted()
    }
}

extension FieldID {
    /// The place of a record's own state, `active` or `deleted`; plans have no field with a colon.
    public static let recordState = FieldID(trusted: "record:state")
}
