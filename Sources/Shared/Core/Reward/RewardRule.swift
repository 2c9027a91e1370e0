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
    /// Where what was paid for a claim is kept.
    public enum Paid: Sendable, Equatable {
        /// In fields of the claim: one payment, with its day and voucher where the plan has fields for them.
        case fields(amount: FieldID, day: FieldID?, voucher: FieldID?)
        /// In records of their own: as many payments as there are, of which none is ever changed.
        case records(RewardPayments)
    }

    /// The collection: keyed by reward and record, or itself the records that a rule is about.
    public let collection: CollectionID
    /// The field with the amount that is asked for.
    public let asked: FieldID
    /// The field with the amount that was approved.
    public let approved: FieldID
    /// Where what was paid is kept.
    public let paid: Paid
    /// The field with what other levels paid for the same.
    public let other: FieldID?
    /// The states of a claim that was refused.
    public let refused: [String]
}

extension RewardClaims {
    /// The fields with amounts, with their collections.
    var amounts: [(collection: CollectionID, field: FieldID)] {
        let own = [asked, approved] + [other].compactMap(\.self)
        let found = own.map { (collection: collection, field: $0) }
        switch paid {
        case .fields(let amount, _, _): return found + [(collection, amount)]
        case .records(let payments): return found + [(payments.collection, payments.amount)]
        }
    }
}

/// Where payments for claims are kept, each a record of an append-only collection.
public struct RewardPayments: Sendable, Equatable {
    /// The collection.
    public let collection: CollectionID
    /// The field that refers to the claim.
    public let claim: FieldID
    /// The field with the amount; below zero in a correction.
    public let amount: FieldID
    /// The field with the day.
    public let day: FieldID
    /// The field with the number of the voucher.
    public let voucher: FieldID?
    /// The field that refers to the payment that it corrects.
    public let corrects: FieldID?
    /// The field with the reason of a correction.
    public let reason: FieldID?
    /// The state of a claim of which everything was paid; `nil`: it is set by hand.
    public let settled: String?
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

    /// Where the payments for a claim are kept; `nil`: in fields of the claim.
    public func payments(of claim: RewardEntry.Claim) -> RewardPayments? {
        guard case .records(let payments)? = claims.first(where: { $0.collection == claim.record.collection })?.paid
        else { return nil }
        return payments
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
