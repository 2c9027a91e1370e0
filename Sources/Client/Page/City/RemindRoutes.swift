import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// Reminders: sent by the city, answered by the units.
struct RemindRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/remind/:period") { request, context -> Response in
            let query = Form(query: request)
            var page = try page(context, query)
            page.isAll = query["all"] != nil
            if let count = query["sent"].flatMap({ Int($0) }) {
                page.said = context.say(
                    "已发出 \(count) 份催办，联网后送达。", "\(count) reminders go out with the next connection.")
            }
            return .page(page.page())
        }
        router.post("/remind/:period") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let query = Form(query: request)
            var page = try page(context, query)
            page.picked = Set(form.fields(RemindView.pick).map(\.name))
            page.level = form["level"] ?? ""
            page.words = form["words"] ?? ""
            page.due = form["due"] ?? ""
            do {
                let count = try send(page)
                let only = page.only.isEmpty ? "" : "&only=\(Place.encoded(page.only))"
                return .seeOther("/remind/\(page.period.id)?sent=\(count)\(only)")
            } catch {
                page.fault = PageSentence.of(error, context.say)
                return .page(page.page(), status: .unprocessableContent)
            }
        }
        router.post("/reminders/answer") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let view = try desk.view()
            let found = view.reminders.first { $0.place.tenant == view.principal.tenant && $0.place.key == form["key"] }
            guard let found else { throw HTTPError(.notFound) }
            do {
                guard let reply = form.text("reply") else {
                    throw PageFault(zh: "请填写回复内容。", en: "Write the answer first.")
                }
                try desk.save { editing throws(EditError) in try editing.answer(found, reply) }
                return .seeOther("/?answered=1")
            } catch {
                var page = HomeView(desk: desk, view: view, say: context.say)
                page.fault = PageSentence.of(error, context.say)
                return .page(try page.page(), status: .unprocessableContent)
            }
        }
    }

    private func page(_ context: PageContext, _ query: Form) throws -> RemindView {
        let view = try desk.view()
        guard view.mayRemind else { throw HTTPError(.notFound) }
        return RemindView(
            desk: desk, view: view, say: context.say, period: try ReportRoutes.period(view, context),
            only: query["only"] ?? "")
    }

    /// Sends what was chosen: all of it or nothing.
    private func send(_ page: RemindView) throws -> Int {
        let view = page.view
        let chosen = page.arrears.filter { page.picked.contains($0.name) }
        guard !chosen.isEmpty else { throw PageFault(zh: "请先选择要催办的单位。", en: "Choose whom to remind first.") }
        guard ReminderMark.levels(view).contains(page.level) else {
            throw PageFault(zh: "请选择等级。", en: "Choose a level.")
        }
        let due = try page.due.isEmpty ? nil : CalendarDate(page.due)
        let waiting = chosen.filter { $0.reminders.contains { $0.isOpen && $0.level == page.level } }
        guard waiting.isEmpty else {
            let units = waiting.map { view.plan.name(of: $0.unit, Wording(chinese: true)) }
            let english = waiting.map { view.plan.name(of: $0.unit, Wording(chinese: false)) }
            throw PageFault(
                zh: "同一等级的催办还没有回复：\(units.joined(separator: "、"))。请改选等级，或等待回复。",
                en: "A reminder of this level still waits for an answer: \(english.joined(separator: ", ")).")
        }
        let drafts = try desk.editing(nil).remind(
            chosen, of: page.period, level: page.level, words: page.words, due: due,
            on: view.plan.localDay(of: desk.host.now()), page.say)
        var random = HostRandom(host: desk.host)
        _ = try desk.replica().save(drafts, now: desk.host.now(), random: &random)
        desk.sync.nudge()
        return drafts.count
    }
}
