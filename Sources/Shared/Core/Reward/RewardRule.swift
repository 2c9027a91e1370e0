/// A rule by which money is due for a record: a certificate, an approval, a conference.
public struct RewardRule: Sendable, Equatable {
    /// What is due when nothing of the group was due before.
    public enum Standard: Sendable, Equatable {
        /// This much.
        case fixed(Rational)
        /// A figure of the record, at most this much.
        case cap(Formula, most: Rational)
        /// A share in percent of a figure of the record.
        case share(Formula, percent: Rational)
    }

    /// Its name for machines.
    public let id: String
    /// Its name for people.
    public let name: Plan.LocalText
    /// What it is about: of several rules of one matter the newest in force applies.
    public let matter: String
    /// Rules among which nothing is due twice; `nil`: it stands alone.
    public let group: String?
    /// Its first day.
    public let from: CalendarDate?
    /// Its last day.
    public let until: CalendarDate?
    /// The records that it is about.
    public let collection: CollectionID
    /// Which of them.
    public let condition: Formula
    /// What has to hold of a record still; `nil`: nothing.
    public let standing: Formula?
    /// The field with the day of the event.
    public let day: FieldID
    /// Who gets it: a field of the record.
    public let recipient: Formula
    /// Whether only the first event of a recipient counts, so that a renewal brings nothing.
    public let isOnce: Bool
    /// How much.
    public let standard: Standard
    /// The unit of its amounts.
    public let unit: String
}

/// How rewards go together (标准从高、奖励补贴不重复).
public struct RewardSettings: Sendable, Equatable {
    /// Within what nothing is due twice.
    public enum Scope: String, Sendable, CaseIterable {
        /// The same matter.
        case matter
        /// The same group and year.
        case year
        /// The same group in the whole life of the plan.
        case plan
    }

    /// What a lower reward does to a higher one that follows.
    public enum Lower: String, Sendable, CaseIterable {
        /// It is deducted.
        case deduct
        /// Nothing: the higher one is due in full.
        case payFull = "pay_full"
        /// It excludes the higher one.
        case exclude
    }

    /// Within what nothing is due twice.
    public internal(set) var scope = Scope.plan
    /// What a lower reward does to a higher one that follows.
    public internal(set) var lower = Lower.deduct
    /// Whether money of other levels of government is deducted.
    public internal(set) var countsOtherLevels = false
}

/// Where claims of rewards are kept.
public struct RewardClaims: Sendable, Equatable {
    /// The collection: keyed by reward and record, or itself the records that a rule is about.
    public let collection: CollectionID
    /// The field with the amount that is asked for.
    public let asked: FieldID
    /// The field with the amount that was approved.
    public let approved: FieldID
    /// The field with the amount that was paid.
    public let paid: FieldID
    /// The field with what other levels paid for the same.
    public let other: FieldID?
    /// The states of a claim that was refused.
    public let refused: [String]
}

/// The rewards of a plan.
public struct RewardBasis: Sendable, Equatable {
    /// The rules whose amounts are computed, in the order of the file.
    public internal(set) var rules: [RewardRule] = []
    /// How they go together.
    public internal(set) var settings = RewardSettings()
    /// Where claims are kept.
    public internal(set) var claims: [RewardClaims] = []

    /// The field with the amount asked for in a claim.
    public func asked(of claim: RewardEntry.Claim) -> FieldID? {
        claims.first { $0.collection == claim.record.collection }?.asked
    }

    /// Where the claim of a rule on a record is kept.
    func claim(_ rule: RewardRule, on record: RecordKey, in plan: Plan) -> (claims: RewardClaims, key: RecordKey)? {
        for entry in claims {
            if entry.collection == rule.collection { return (entry, record) }
            guard plan.collection(entry.collection)?.key == [.reward, .record(rule.collection)],
                let key = try? RecordKey(collection: entry.collection, key: "\(rule.id):\(record.key)")
            else { continue }
            return (entry, key)
        }
        return nil
    }
}
