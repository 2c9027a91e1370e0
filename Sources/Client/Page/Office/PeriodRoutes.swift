import Hummingbird
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// The periods, and what the supervision office decides about them; the server decides whether it may.
struct PeriodRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/periods") { _, context -> Response in
            .page(PeriodsView(desk: desk, view: try desk.view(), say: context.say).page())
        }
        router.get("/periods/:period") { request, context -> Response in
            var page = try page(context)
            page.said = Form(query: request)["said"].flatMap { Self.sentence($0, context.say) }
            return .page(page.page())
        }
        add("state", to: router) { form, view, period in
            let state = PeriodState(rawValue: form["state"] ?? "") ?? .closed
            let reason = form.text("reason")
            if form["force"] != nil, reason == nil {
                throw PageFault(zh: "强制封账必须写明理由。", en: "Sealing in spite of what is open needs a reason.")
            }
            let params = AdminPeriodSet.Params(
                plan: view.plan.id, period: period.id.rawValue, state: state, reason: reason,
                force: form["force"] != nil)
            _ = try await desk.host.call(AdminPeriodSet.self, params)
            return state.rawValue
        }
        add("publish", to: router) { form, view, period in
            let until = try form.text("until").map { text in
                guard let day = try? CalendarDate(text) else {
                    throw PageFault(
                        zh: "“\(text)”不是日期，请写成 2019-07-19。", en: "'\(text)' is not a day; write 2019-07-19.")
                }
                return day
            }
            let params = AdminRankingPublish.Params(
                plan: view.plan.id, period: period.id.rawValue, until: until, reason: form.text("reason"))
            _ = try await desk.host.call(AdminRankingPublish.self, params)
            return "published"
        }
        add("register", to: router) { form, view, period in
            guard let device = try? DeviceID(form["device"] ?? "") else {
                throw PageFault(
                    zh: "设备名由单位、点和八个字符组成，见“设备”一页。",
                    en: "A device's name is a unit, a full stop and eight characters; see Devices.")
            }
            let params = AdminPeriodRegister.Params(
                plan: view.plan.id, period: period.id.rawValue, device: device, head: form["head"] ?? "")
            _ = try await desk.host.call(AdminPeriodRegister.self, params)
            return "registered"
        }
    }

    private func page(_ context: PageContext) throws -> PeriodView {
        let view = try desk.view()
        return PeriodView(desk: desk, view: view, say: context.say, period: try ReportRoutes.period(view, context))
    }

    /// A decision: told to the server, fetched back, shown; what is refused is said where it was asked for.
    private func add(
        _ action: String, to router: Router<PageContext>,
        _ decide: @escaping @Sendable (Form, LocalView, Period) async throws -> String
    ) {
        router.post("/periods/:period/\(action)") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            var page = try page(context)
            do {
                let word = try await decide(form, page.view, page.period)
                await desk.sync.once()
                return .seeOther("/periods/\(page.period.id)?said=\(word)")
            } catch let fault as PageFault {
                page.fault = fault.sentence(context.say)
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    private static func sentence(_ word: String, _ say: Wording) -> String? {
        switch word {
        case PeriodState.open.rawValue: say("本期已重新开放。", "The period is open again.")
        case PeriodState.closed.rawValue: say("本期已截止。", "The period is closed.")
        case PeriodState.final.rawValue: say("本期已封账。", "The period is sealed.")
        case "published": say("初步排名已公布。", "The preliminary ranking is published.")
        case "registered": say("链首已登记。", "The chain head is registered.")
        default: nil
        }
    }
}

extension Form {
    /// A field's text; `nil` for an empty one.
    func text(_ name: String) -> String? { self[name].flatMap { $0.isEmpty ? nil : $0 } }
}
