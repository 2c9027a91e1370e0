import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// What is due by the plan's rewards, and claims.
struct RewardRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        addPayments(to: router)
        router.get("/rewards") { request, context -> Response in
            let query = Form(query: request)
            var page = RewardsView(
                desk: desk, view: try desk.view(), say: context.say, place: RewardPlace(query: query))
            if query["saved"] != nil {
                page.said = context.say("已申请，联网后自动上报。", "Claimed; it is sent by itself.")
            }
            return .page(page.page())
        }
        router.post("/rewards/claim") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let view = try desk.view()
            do {
                try claim(form, view)
                return .seeOther(Place.saved("/rewards"))
            } catch let error as EditError {
                var page = RewardsView(
                    desk: desk, view: view, say: context.say, place: RewardPlace(query: Form(query: request)))
                page.fault = FaultWords.of(error, context.say)
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    private func addPayments(to router: Router<PageContext>) {
        router.get("/rewards/payments") { request, context -> Response in
            let query = Form(query: request)
            let view = try desk.view()
            var page = PaymentsView(
                desk: desk, view: view, say: context.say, entry: try entry(query, view))
            if query["saved"] != nil {
                page.said = context.say("已登记，联网后自动上报。", "Entered; it is sent by itself.")
            }
            return .page(page.page())
        }
        router.post("/rewards/pay") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let view = try desk.view()
            let entry = try entry(form, view)
            let note = form["note"] ?? ""
            let payment = PaymentForm(
                amount: form["amount"] ?? "", day: form["day"] ?? "", voucher: form["voucher"] ?? "",
                corrects: form["corrects"] ?? "")
            do {
                try desk.save(note: note.isEmpty ? nil : note) { editing throws(EditError) in
                    try editing.pay(entry, payment)
                }
                return .seeOther(PaymentsView.address(entry) + "&saved=1")
            } catch let error as EditError {
                var page = PaymentsView(desk: desk, view: view, say: context.say, entry: entry)
                page.fault = FaultWords.of(error, context.say)
                for name in ["amount", "day", "voucher", "corrects", "note"] { page.typed[name] = form[name] }
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    /// The reward that an address or a form names.
    private func entry(_ form: Form, _ view: LocalView) throws -> RewardEntry {
        let found = view.rewardBook()?.entries.first {
            $0.key == form["key"] && $0.tenant.rawValue == form["tenant"]
        }
        guard let found else { throw PageFault(zh: "没有这一项奖补。", en: "There is no such reward.") }
        return found
    }

    private func claim(_ form: Form, _ view: LocalView) throws {
        let entry = view.rewardBook()?.entries.first {
            $0.key == form["key"] && $0.tenant.rawValue == form["tenant"]
        }
        guard let entry, entry.due > .zero, let claim = entry.claim, !claim.isMade,
            let field = view.plan.rewards.asked(of: claim)
        else { throw PageFault(zh: "这一项现在不能申请，请查看最新情况。", en: "This cannot be claimed now; look at it again.") }
        let owner = entry.tenant == view.principal.tenant ? "" : "\(entry.tenant):"
        try desk.save { editing throws(EditError) in
            try editing.set("\(owner)\(claim.record)", ["\(field)=\(entry.due.shown(6))"])
        }
    }
}
