import PlanSyncClient
import PlanSyncCore

/// The payments of one claim: those that were made, and a form for the next or for a correction.
struct PaymentsView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let entry: RewardEntry
    /// What was typed, by field.
    var typed: [String: String] = [:]
    var fault: String?
    var said: String?

    /// The address of the payments of an entry.
    static func address(_ entry: RewardEntry) -> String {
        "/rewards/payments?key=\(Place.encoded(entry.key))&tenant=\(entry.tenant)"
    }

    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: Self.address(entry)) }
    private var payments: [RewardEntry.Payment] { entry.claim?.payments ?? [] }

    /// Whether this person enters payments here.
    static func isOffered(_ entry: RewardEntry, _ view: LocalView) -> Bool {
        guard let claim = entry.claim, let rule = view.plan.rewards.payments(of: claim),
            let collection = view.plan.collection(rule.collection), let amount = collection.field(rule.amount)
        else { return false }
        return Permission.writeFault(view.principal, tenant: entry.tenant, collection: collection, field: amount)
            == nil
    }

    func page() -> HTML {
        layout.page(say("拨付 ", "Payments ") + entry.key) {
            element("p") { element("a", .href("/rewards")) { say("返回奖补", "Back to the rewards") } }
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
            element("p") { RewardSentence.of(entry, view.plan, say) }
            if payments.isEmpty {
                element("p", .class("quiet")) { say("还没有拨付。", "Nothing was paid yet.") }
            } else {
                made
            }
            if Self.isOffered(entry, view) { form }
        }
    }

    private var made: HTML {
        Table.html(
            [
                Column(title: say("日期", "Day")), Column(title: say("凭证号", "Voucher")),
                Column(title: say("金额", "Amount"), isNumber: true), Column(title: say("大写", "In words")),
                Column(title: say("更正", "Corrects")), Column(title: say("记录", "Record")),
            ],
            payments.map { one in
                let place = RecordPlace(tenant: entry.tenant, key: one.record.key)
                return element("tr") {
                    Table.kept(one.day?.description ?? "–")
                    Table.cell(one.voucher ?? "–")
                    Table.number("\(one.amount.shown(6)) \(entry.rule.unit)")
                    Table.cell(PaymentSheet.words(one.amount, in: entry.rule.unit))
                    Table.cell(one.corrects.map(name) ?? "–")
                    element("td") {
                        element("a", .href(Place.of(one.record.collection, place, view))) { one.record.key }
                    }
                }
            })
    }

    /// A payment as a person knows it: by its voucher.
    private func name(_ key: String) -> String {
        payments.first { $0.record.key == key }.flatMap(\.voucher) ?? key
    }

    private var form: HTML {
        layout.form("/rewards/pay", .class("card")) {
            element("h2") { say("登记拨付", "Enter a payment") }
            element("p", .class("quiet")) {
                say(
                    "登记后不能修改或删除；填错了请另登记一笔更正：金额填负数，选择更正哪一笔，写明理由。",
                    "It is not changed or deleted afterwards; a mistake is corrected by a further entry with a minus, "
                        + "that says which one it corrects, and why.")
            }
            for (name, value) in [("key", entry.key), ("tenant", entry.tenant.rawValue)] {
                void("input", .type("hidden"), .name(name), .value(value))
            }
            element("div", .class("row")) {
                input("amount", say("金额（\(entry.rule.unit)）", "Amount (\(entry.rule.unit))"), open)
                input("day", say("拨付日期", "Paid on"), view.plan.localDay(of: desk.host.now()).description)
                input("voucher", say("凭证号", "Voucher"), "")
            }
            element("div", .class("row")) {
                if !payments.isEmpty { corrects }
                input("note", say("说明（更正必填）", "Note (a correction needs one)"), "")
                element("button", .type("submit")) { say("登记", "Enter") }
            }
        }
    }

    private var open: String { entry.payable > .zero ? entry.payable.shown(6) : "" }

    private func input(_ name: String, _ title: String, _ value: String) -> HTML {
        HTML([
            element("label", Attribute("for", name)) { title },
            void("input", .id(name), .name(name), .type("text"), .value(typed[name] ?? value)),
        ])
    }

    private var corrects: HTML {
        HTML([
            element("label", Attribute("for", "corrects")) { say("更正", "Corrects") },
            element("select", .id("corrects"), .name("corrects")) {
                element("option", .value("")) { say("不是更正", "no correction") }
                for one in payments where one.amount > .zero {
                    element("option", .value(one.record.key), .flag("selected", typed["corrects"] == one.record.key)) {
                        "\(one.voucher ?? one.record.key) \(one.amount.shown(6))"
                    }
                }
            },
        ])
    }
}
