import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// Conflicts: both sides, and a decision.
struct ConflictRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/conflict/:id") { _, context -> Response in
            let view = try desk.view()
            return .page(
                ConflictView(desk: desk, view: view, say: context.say, conflict: try Self.one(view, context)).page())
        }
        router.post("/conflict/:id") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let view = try desk.view()
            let conflict = try Self.one(view, context)
            do {
                try desk.save(note: form["reason"]) { editing throws(EditError) in
                    try editing.resolve(conflict.id, Self.decision(form))
                }
                return .seeOther("/attention")
            } catch let error as EditError {
                let page = ConflictView(
                    desk: desk, view: view, say: context.say, conflict: conflict,
                    fault: FaultWords.of(error, context.say), reason: form["reason"] ?? "")
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    private static func decision(_ form: Form) -> Editing.Decision {
        switch form["take"] ?? "" {
        case "value": .value(form["value"] ?? "")
        case "undo": .undo
        case let side: .side(side)
        }
    }

    private static func one(_ view: LocalView, _ context: PageContext) throws -> ConflictRecord {
        let id = Place.decoded(context.parameters.get("id") ?? "")
        guard let conflict = view.conflicts.first(where: { $0.id == id }) else { throw HTTPError(.notFound) }
        return conflict
    }
}
