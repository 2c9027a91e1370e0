/// Something about a unit's figures or records that a report must not, or should not, be handed in with.
public struct CheckFault: Sendable, Equatable {
    /// What kind of fault.
    public enum Kind: Sendable, Equatable {
        /// A declared check does not hold.
        case rule(CheckRule)
        /// A field that must be filled in is not.
        case required
        /// Another record has the same values: this one, of this unit.
        case unique(RecordKey, TenantID)
        /// The record that is referred to is not there.
        case dangling(String)
        /// A figure that only grows within a year is less than in the period before.
        case falls(before: Amount)
        /// A figure is about a power of ten times the one before: another unit was probably meant.
        case factor(before: Amount)
        /// A figure changed by more than the plan takes for granted.
        case change(before: Amount, percent: Int)
        /// A round figure is the same in so many periods one after the other.
        case repeats(periods: Int)
    }

    /// Whose it is.
    public let tenant: TenantID
    /// The record.
    public let record: RecordKey
    /// The fields that it is about.
    public let fields: [FieldID]
    /// What kind of fault.
    public let kind: Kind
    /// The period for which it is judged.
    public let period: PeriodID
    /// What was said about it; `nil`: nothing that explains anything.
    public let explanation: String?

    /// How much it matters.
    public var strength: CheckRule.Strength {
        switch kind {
        case .rule(let rule): rule.strength
        case .required, .dangling: .hard
        case .unique(_, let other): other == tenant ? .hard : .soft
        case .falls, .factor, .change, .repeats: .soft
        }
    }

    /// Whether it keeps a report from being handed in.
    public var isBlocking: Bool { strength == .hard || explanation == nil }

    /// The fault's name for machines.
    public var id: String {
        switch kind {
        case .rule(let rule): rule.id
        case .required: "required"
        case .unique: "unique"
        case .dangling: "dangling"
        case .falls: "falls"
        case .factor: "factor"
        case .change: "change"
        case .repeats: "repeats"
        }
    }

    /// Where an explanation of it stands.
    public var explanationKey: RecordKey? { Self.explanationKey(id, record, fields, period) }

    static func explanationKey(
        _ id: String, _ record: RecordKey, _ fields: [FieldID], _ period: PeriodID
    ) -> RecordKey? {
        var place: String
        if record.collection == CollectionRule.values {
            let isOfElement = ["required", "falls", "factor", "change", "repeats"].contains(id)
            place = isOfElement ? ":" + fields.map(\.rawValue).joined(separator: ":") : ""
        } else {
            place = ":\(record.collection):\(record.key)"
        }
        let start = "\(period):\(id)"
        // A key has at most 128 bytes; a long place stands as its check sum.
        if start.utf8.count + place.utf8.count > 120 { place = ":x-\(RecordSight.checkSum(place))" }
        return try? RecordKey(collection: CollectionRule.explanations, key: start + place)
    }

    /// One sentence for a person.
    public func sentence(chinese: Bool) -> String {
        switch kind {
        case .rule(let rule): return chinese ? rule.text.zh : rule.text.en
        case .required: return chinese ? "必填，还没有填写。" : "It must be filled in, and is not."
        case .unique(let other, let unit):
            let place = unit == tenant ? "\(other)" : "\(unit):\(other)"
            return chinese ? "与 \(place) 重复。" : "It is the same as in \(place)."
        case .dangling(let key):
            return chinese ? "引用的记录“\(key)”不存在。" : "The record '\(key)' that it refers to is not there."
        case .falls(let before):
            return chinese
                ? "累计数不应小于上期的 \(before)，请核实并说明。"
                : "A cumulative figure is not less than the \(before) of the period before; check it and explain."
        case .factor(let before):
            return chinese
                ? "与上期的 \(before) 相差约一万倍，单位是否填错？请核实并说明。"
                : "It differs from the \(before) of the period before about ten thousand times: is the unit right?"
        case .change(let before, let percent):
            return chinese
                ? "与上期的 \(before) 相比变动超过 \(percent)%，请说明。"
                : "It changed by more than \(percent) % from the \(before) of the period before; explain it."
        case .repeats(let periods):
            return chinese
                ? "连续 \(periods) 期为同一整数，是否照抄上期？请核实并说明。"
                : "The same round figure stands in \(periods) periods one after the other; check it and explain."
        }
    }
}

/// What a plan takes for granted about figures from one period to the next.
public struct PlausibilityRule: Sendable, Equatable {
    /// Whether a cumulative figure that falls within a year asks for an explanation.
    public internal(set) var falls = false
    /// Whether a figure about ten thousand times the one before does.
    public internal(set) var factor = false
    /// By how many percent a figure as of a day may change; `nil`: by any.
    public internal(set) var changePercent: Int?
    /// In how many periods one after the other a round figure may not be the same; `nil`: in any.
    public internal(set) var repeats: Int?
}
