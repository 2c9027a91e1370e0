/// What one rule comes to for one record.
public struct RewardEntry: Sendable, Equatable {
    /// Why so much is due, or nothing.
    public enum Standing: Sendable, Equatable {
        /// It is due, or nothing is left of it after what was due before.
        case due
        /// The event was before the rule's first day.
        case beforeRule(CalendarDate)
        /// The event was after the rule's last day.
        case afterRule(CalendarDate)
        /// A newer rule of the same matter was in force (时间从新).
        case newerRule(String)
        /// The recipient had it before: this is a renewal.
        case renewal(of: RecordKey, TenantID, CalendarDate?)
        /// What has to hold of the record still does not.
        case lapsed
        /// Its claim was refused.
        case refused
        /// These fields are not filled in.
        case unclear([FieldID])
    }

    /// What was due before for the same, and is not due again.
    public struct Deduction: Sendable, Equatable {
        /// By which rule.
        public let rule: String
        /// For which record.
        public let record: RecordKey
        /// On which day.
        public let day: CalendarDate?
        /// How much; of other levels of government without a rule.
        public let amount: Rational
        /// How much of it was paid.
        public let paid: Rational?
        /// The payments.
        public internal(set) var payments: [Payment] = []
    }

    /// Money that was paid for a claim, or a correction of that.
    public struct Payment: Sendable, Equatable {
        /// The record; of a claim that keeps one payment itself, the claim.
        public let record: RecordKey
        /// How much; below zero where it corrects another.
        public let amount: Rational
        /// On which day.
        public let day: CalendarDate?
        /// The number of its voucher.
        public let voucher: String?
        /// The key of the payment that it corrects.
        public let corrects: String?
    }

    /// A claim and what became of it.
    public struct Claim: Sendable, Equatable {
        /// The record.
        public let record: RecordKey
        /// What was asked for.
        public let asked: Rational?
        /// What was approved.
        public let approved: Rational?
        /// What was paid in all; `nil`: nothing was.
        public var paid: Rational? {
            payments.isEmpty ? nil : payments.reduce(.zero) { $0 + $1.amount }
        }
        /// The payments, by day.
        public let payments: [Payment]
        /// What other levels of government paid.
        public let other: Rational?
        /// Where it stands in its workflow.
        public let state: String?

        /// Whether anybody has claimed.
        public var isMade: Bool { asked != nil || approved != nil || paid != nil }
    }

    /// The rule.
    public let rule: RewardRule
    /// Whose record it is.
    public let tenant: TenantID
    /// The record that it is due for.
    public let record: RecordKey
    /// Who gets it; `nil` where the record does not say.
    public let recipient: String?
    /// The day of the event.
    public let day: CalendarDate?
    /// What the rule gives when nothing was due before.
    public let standard: Rational
    /// Why so much is due.
    public internal(set) var standing: Standing
    /// What was due before, and by how much less is due now.
    public internal(set) var deductions: [Deduction] = []
    /// What is due.
    public internal(set) var due = Rational.zero
    /// Its claim, where the plan keeps claims.
    public internal(set) var claim: Claim?

    /// Its name: rule and record.
    public var key: String { "\(rule.id):\(record.key)" }

    /// What may still be paid: of what is due, as far as it is approved; below zero when too much was paid.
    public var payable: Rational {
        let due = claim?.approved.map { $0 < self.due ? $0 : self.due } ?? self.due
        return due - (claim?.paid ?? .zero)
    }

    /// Whether a part was paid, and a part is still to be.
    public var isPartlyPaid: Bool { (claim?.paid).map { $0 > .zero && payable > .zero } ?? false }

    /// What is due and not yet paid; below zero when too much was paid.
    public var open: Rational { due - (claim?.paid ?? .zero) }

    /// What more was asked for than is due; `nil` when nothing was asked for.
    public var difference: Rational? { claim?.asked.map { $0 - due } }
}
