// Money that is paid for a claim, and corrections of it: each a record of its own, of which none is ever changed.

package import PlanSyncCore

/// What a person says of a payment.
package struct PaymentForm: Sendable {
    /// How much; of a correction with a minus.
    package let amount: String
    /// On which day.
    package let day: String
    /// The number of its voucher; empty for none.
    package let voucher: String
    /// The key of the payment that it corrects; empty for none.
    package let corrects: String

    package init(amount: String, day: String, voucher: String, corrects: String) {
        self.amount = amount
        self.day = day
        self.voucher = voucher
        self.corrects = corrects
    }
}

/// Why a payment cannot be entered.
package enum PaymentFault: Sendable, Equatable {
    /// Payments of this claim have no records of their own.
    case notKept
    /// Nobody has approved an amount.
    case notApproved
    /// More than may still be paid.
    case tooMuch(payable: String, unit: String)
    /// A payment is more than nothing.
    case notPositive
    /// There is no such payment of this claim.
    case unknown(String, known: [String])
    /// A correction takes something back, and at most what was paid.
    case correction(most: String, unit: String)
    /// A correction needs a reason.
    case reasonMissing

    /// One sentence for a person.
    func sentence(chinese: Bool) -> String {
        switch self {
        case .notKept:
            chinese
                ? "本方案的拨付写在申请上，请直接填写拨付金额。"
                : "The plan keeps what was paid in the claim itself; fill it in there."
        case .notApproved: chinese ? "审定之后才能拨付。" : "It is paid when an amount is approved, not before."
        case .tooMuch(let payable, let unit):
            chinese
                ? "最多还可拨付 \(payable) \(unit)（审定和应奖中较小者减去已拨付）。"
                : "At most \(payable) \(unit) may still be paid: the lesser of due and approved, less what was paid."
        case .notPositive:
            chinese
                ? "拨付金额应大于零；更正请注明更正哪一笔。" : "A payment is more than 0; a correction names what it corrects."
        case .unknown(let key, let known):
            chinese
                ? "没有拨付“\(key)”；有：\(known.joined(separator: "、"))。"
                : "There is no payment '\(key)'; there are \(known.joined(separator: ", "))."
        case .correction(let most, let unit):
            chinese
                ? "更正填负数，最多冲回 \(most) \(unit)。"
                : "A correction is below 0 and takes back \(most) \(unit) at most."
        case .reasonMissing: chinese ? "更正必须写明理由。" : "A correction needs a reason."
        }
    }
}

extension Editing {
    /// Makes a payment for a claim, and takes the claim to the state of what is paid where nothing is left to pay.
    ///
    /// A correction names the payment that it corrects and has a reason, the note of this editing; it takes the claim
    /// back from that state.
    /// - Throws: ``EditError`` with every fault.
    package func pay(_ entry: RewardEntry, _ form: PaymentForm) throws(EditError) -> ChangeDraft {
        guard let claim = entry.claim, let rule = view.plan.rewards.payments(of: claim),
            let collection = view.plan.collection(rule.collection), let amountRule = collection.field(rule.amount)
        else { throw EditError([.payment(.notKept)]) }
        do throws(EditFault) {
            guard let amount = try read(form.amount, amountRule, isDelta: false).amount.map({ Rational($0) }) else {
                throw .payment(.notPositive)
            }
            if let fault = paymentFault(amount, form, entry, claim) { throw .payment(fault) }
            let place = entry.tenant == view.principal.tenant ? "" : "\(entry.tenant):"
            var operations = try payment(form, rule, claim, place)
            operations += try settlement(of: claim, rule, entry, amount, place)
            return draft(operations, of: entry.tenant)
        } catch let fault {
            throw EditError([fault])
        }
    }

    private func payment(
        _ form: PaymentForm, _ rule: RewardPayments, _ claim: RewardEntry.Claim, _ place: String
    ) throws(EditFault) -> [Operation] {
        var fields = ["\(rule.claim)=\(claim.record.key)", "\(rule.amount)=\(form.amount)", "\(rule.day)=\(form.day)"]
        if let voucher = rule.voucher, !form.voucher.isEmpty { fields.append("\(voucher)=\(form.voucher)") }
        if let corrects = rule.corrects, !form.corrects.isEmpty { fields.append("\(corrects)=\(form.corrects)") }
        if let reason = rule.reason, !form.corrects.isEmpty, let note { fields.append("\(reason)=\(note)") }
        return try first { () throws(EditError) in
            try set("\(place)\(rule.collection)/\(Self.newKey)", fields).operations
        }
    }

    /// The first fault of an edit stands for it.
    private func first<Value>(_ make: () throws(EditError) -> Value) throws(EditFault) -> Value {
        do throws(EditError) {
            return try make()
        } catch {
            throw error.faults.first ?? .nothing
        }
    }

    private func paymentFault(
        _ amount: Rational, _ form: PaymentForm, _ entry: RewardEntry, _ claim: RewardEntry.Claim
    ) -> PaymentFault? {
        let unit = entry.rule.unit
        guard form.corrects.isEmpty else {
            guard let corrected = claim.payments.first(where: { $0.record.key == form.corrects }) else {
                return .unknown(form.corrects, known: claim.payments.map(\.record.key))
            }
            let most = claim.payments.filter { $0.corrects == form.corrects }
                .reduce(corrected.amount) { $0 + $1.amount }
            if amount >= .zero || Rational.zero - amount > most { return .correction(most: most.shown(6), unit: unit) }
            return (note ?? "").isEmpty ? .reasonMissing : nil
        }
        if claim.approved == nil { return .notApproved }
        if amount <= .zero { return .notPositive }
        return amount > entry.payable ? .tooMuch(payable: entry.payable.shown(6), unit: unit) : nil
    }

    /// The step of the claim that goes with a payment: to what is paid, or back from it.
    private func settlement(
        of claim: RewardEntry.Claim, _ rule: RewardPayments, _ entry: RewardEntry, _ amount: Rational, _ place: String
    ) throws(EditFault) -> [Operation] {
        guard let settled = rule.settled, let flow = view.plan.collection(claim.record.collection)?.workflow else {
            return []
        }
        let isSettled = entry.payable - amount <= .zero
        let stands = claim.state ?? flow.initial
        guard isSettled != (stands == settled) else { return [] }
        let before = flow.transitions.first { $0.to == settled }?.from.first
        guard let state = isSettled ? settled : before else { return [] }
        return try first { () throws(EditError) in
            try set("\(place)\(claim.record)", ["\(flow.field)=\(state)"]).operations
        }
    }
}
