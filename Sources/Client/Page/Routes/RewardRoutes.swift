import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// What is due by the plan's rewards, and claims.
struct RewardRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/rewards") { request, context -> Response in
            let query = Form(query: request)
            var page = RewardsView(
                desk: desk, view: try desk.view(), say: context.say, place: RewardPlace(query: query))
            if query["saved"] != nil {
                page.said = context.say("已申请,联网后自动上报。", "Claimed; it is sent by itself.")
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

    private func claim(_ form: Form, _ view: LocalView) throws {
        let entry = view.rewardBook()?.entries.first {
            $0.key == form["key"] && $0.tenant.rawValue == form["tenant"]
        }
        guard let entry, entry.due > .zero, let claim = entry.claim, !claim.isMade,
            let field = view.plan.rewards.asked(of: claim)
        else { throw PageFault(zh: "这一项现在不能申请,请查看最新情况。", en: "This cannot be claimed now; look at it again.") }
        let owner = entry.tenant == view.principal.tenant ? "" : "\(entry.tenant):"
        try desk.save { editing throws(EditError) in
            try editing.set("\(owner)\(claim.record)", ["\(field)=\(entry.due.shown(6))"])
        }
    }
}
