import PlanSyncClient
import PlanSyncCore
import Testing

@Suite("Payments, offline")
struct PaymentEditingTests {
    private static let collections = """
        [{"id":"certs","name":"资质","fields":[{"id":"company","name":"企业","type":"text"},
        {"id":"day","name":"认定","type":"date"}]},
        {"id":"claims","name":"申请","key":["reward","certs"],"fields":[
        {"id":"asked","name":"申请","type":"amount","unit":"万元"},
        {"id":"approved","name":"审定","type":"amount","unit":"万元"},
        {"id":"state","name":"状态","type":"option","options":["claimed","approved","paid"]}],
        "workflow":{"field":"state","initial":"claimed","transitions":[
        {"from":["claimed"],"to":"approved","by":["finance"]},{"from":["approved"],"to":"paid","by":["finance"]},
        {"from":["paid"],"to":"approved","by":["finance"],"reason":"true"}]}},
        {"id":"payments","name":"拨付","append_only":"true","fields":[
        {"id":"claim","name":"申请","type":"reference","to":"claims","by":["finance"]},
        {"id":"amount","name":"金额","type":"amount","unit":"万元","by":["finance"]},
        {"id":"day","name":"日期","type":"date","by":["finance"]},
        {"id":"voucher","name":"凭证","type":"text","by":["finance"]},
        {"id":"corrects","name":"更正","type":"reference","to":"payments","by":["finance"]},
        {"id":"why","name":"理由","type":"text","by":["finance"]}]}]
        """
    private static let rewards = """
        "rewards":{"rules":[{"id":"r1","name":"奖励","of":"certs","where":"company is not missing","day":"day",
        "recipient":"company","amount":{"type":"fixed","value":"30","unit":"万元"}}],
        "claims":[{"collection":"claims","asked":"asked","approved":"approved","payments":{"collection":"payments",
        "claim":"claim","amount":"amount","day":"day","voucher":"voucher","corrects":"corrects","reason":"why",
        "settled":"paid"}}]},
        """

    private let bench: Bench

    init() throws {
        bench = try Bench.enrolled(role: .finance)
        let document = Bench.planJSON
            .replacing(#""collections":[]"#, with: #""collections":\#(Self.collections)"#)
            .replacing(#""measures":[]"#, with: #"\#(Self.rewards)"measures":[]"#)
        try bench.replica.store(try Bench.planID(), revision: 1, document: Array(document.utf8))
        var seq: UInt64 = 0
        var cells: [PublicCell] = []
        for (collection, key, field, value) in [
            ("certs", "a", "company", "甲"), ("certs", "a", "day", "2019-05-02"), ("claims", "r1:a", "asked", "30"),
            ("claims", "r1:a", "approved", "30"), ("claims", "r1:a", "state", "approved"),
        ] {
            seq += 1
            let place = try Bench.key(field, record: key, collection: collection)
            cells.append(
                PublicCell(
                    key: place, value: .text(value), rev: ChangeID(now: bench.now, random: &bench.random), seq: seq,
                    by: try DeviceID("d2"), author: "李", at: bench.now, generation: 0, tags: [:]))
        }
        try bench.apply(cells, after: nil, cursor: "c1")
    }

    private func entry() throws -> RewardEntry {
        try #require(try bench.view().rewardBook()?.entries.first)
    }

    private func form(_ amount: String, _ voucher: String = "2019-1", corrects: String = "") -> PaymentForm {
        PaymentForm(amount: amount, day: "2019-12-20", voucher: voucher, corrects: corrects)
    }

    @discardableResult
    private func pay(_ form: PaymentForm, note: String? = nil) throws -> Change {
        let entry = try entry()
        return try bench.save(note: note, freshKey: "k\(entry.claim?.payments.count ?? 0)") {
            editing throws(EditError) in try editing.pay(entry, form)
        }
    }

    private func refused(_ form: PaymentForm, note: String? = nil) throws -> [EditFault] {
        let entry = try entry()
        return try bench.faults(note: note) { editing throws(EditError) in try editing.pay(entry, form) }
    }

    @Test("A claim is paid in parts; the last part takes it to the state of what is paid, a correction takes it back")
    func parts() throws {
        try pay(form("10"))
        #expect(try entry().isPartlyPaid && entry().payable == Rational(20) && entry().claim?.state == "approved")
        let last = try pay(form("20", "2019-2"))
        #expect(
            last.operations.map { $0.record.collection.rawValue } == [
                "payments", "payments", "payments", "payments", "claims",
            ])
        #expect(try entry().claim?.state == "paid" && !entry().isPartlyPaid)
        try pay(form("-5", corrects: "k1"), note: "多拨了五万")
        #expect(try entry().claim?.state == "approved" && entry().payable == Rational(5))
        #expect(try entry().claim?.payments.map(\.corrects) == [nil, nil, "k1"])
        let place = try Bench.key("why", record: "k2", collection: "payments")
        #expect(try bench.view().field(place)?.value == .text("多拨了五万"))
        let sentence = RewardSentence.of(try entry(), try bench.view().plan, Wording(chinese: false))
        #expect(sentence.contains("25 paid (payment 2019-1 of 10 on 2019-12-20, payment 2019-2 of 20 on 2019-12-20"))
        #expect(sentence.contains("; 5 still to be paid"))
    }

    @Test("More than may be paid, nothing, a correction of nothing, of too much, or without a reason are refused")
    func refusals() throws {
        #expect(try refused(form("31")) == [.payment(.tooMuch(payable: "30", unit: "万元"))])
        #expect(try refused(form("0")) == [.payment(.notPositive)])
        #expect(try refused(form("-3")) == [.payment(.notPositive)])
        #expect(try refused(form("-3", corrects: "k0")) == [.payment(.unknown("k0", known: []))])
        try pay(form("10"))
        #expect(try refused(form("-11", corrects: "k0"), note: "错") == [.payment(.correction(most: "10", unit: "万元"))])
        #expect(try refused(form("3", corrects: "k0"), note: "错") == [.payment(.correction(most: "10", unit: "万元"))])
        #expect(try refused(form("-3", corrects: "k0")) == [.payment(.reasonMissing)])
        for fault in [EditFault.payment(.notApproved), .payment(.tooMuch(payable: "1", unit: "元"))] {
            #expect(fault.sentence(chinese: true) != fault.sentence(chinese: false))
        }
    }

    @Test("A payment that was entered is neither changed nor deleted here, nor while it waits to be sent")
    func stands() throws {
        try pay(form("10"))
        let changed = try bench.faults { editing throws(EditError) in
            try editing.set("suiping:payments/k0", ["amount=12"])
        }
        let rule = try #require(try bench.view().plan.collection(CollectionID("payments")))
        #expect(changed == [.entryStands("amount", rule)])
        #expect(
            changed.first?.sentence(chinese: false).contains("enter a correction that names what it corrects") == true)
        let cleared = try bench.faults { editing throws(EditError) in try editing.clear("suiping:payments/k0", ["day"])
        }
        #expect(cleared == [.entryStands("day", rule)])
        let deleted = try bench.faults { editing throws(EditError) in try editing.delete("suiping:payments/k0") }
        #expect(deleted == [.notDeletable(rule)])
        #expect(deleted.first?.sentence(chinese: true).contains("另登记一笔更正") == true)
    }

    @Test("The list of payments has a row for each with its amount in words; the sums are of the year of the payment")
    func sheets() throws {
        try pay(form("10"))
        try pay(form("-2.5", "", corrects: "k0"), note: "冲回")
        let view = try bench.view()
        let entries = try #require(view.rewardBook()?.entries)
        let sheet = PaymentSheet(view, Wording(chinese: true)).paid(entries, in: 2019)
        #expect(sheet.rows.count == 5)
        #expect(sheet.rows[1].contains(.text("壹拾万元整")) && sheet.rows[2].contains(.text("负贰万伍仟元整")))
        #expect(sheet.rows.last?.contains(.text("人民币柒万伍仟元整")) == true)
        #expect(PaymentSheet(view, Wording(chinese: true)).paid(entries, in: 2018).rows.count == 3)
        let years = RewardYears(entries, of: view.plan).rows
        #expect(
            years.map { "\($0.rule.id) \($0.year ?? 0) \($0.due.shown(2)) \($0.paid.shown(2))" } == ["r1 2019 30 7.5"])
    }
}
