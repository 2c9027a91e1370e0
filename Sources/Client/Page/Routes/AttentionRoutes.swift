import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// What waits for a person: conflicts, rejected edits, and what the server has lost.
struct AttentionRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/outbox") { _, context -> Response in
            .page(try OutboxView(desk: desk, view: try desk.view(), say: context.say).page())
        }
        router.get("/attention") { _, context -> Response in
            .page(try AttentionView(desk: desk, view: try desk.view(), say: context.say).page())
        }
        router.post("/attention/drop/:position") { request, context -> Response in
            _ = try await Form(request, desk.secrets)
            let name = context.parameters.get("position") ?? ""
            let isLost = name.hasPrefix("w")
            guard let position = Int64(isLost ? String(name.dropFirst()) : name),
                try isLost ? desk.replica().dropLost(position) : desk.replica().dropRejected(position)
            else { throw HTTPError(.notFound) }
            return .seeOther("/attention")
        }
        router.post("/attention/repair/:position") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            guard let position = Int64(context.parameters.get("position") ?? ""),
                let entry = try desk.replica().outbox().first(where: { $0.position == position && $0.needsAttention })
            else { throw HTTPError(.notFound) }
            let view = try desk.view()
            let typed = form.entries.map { "\($0.field)=\($0.text)" }
            do {
                try desk.repair(entry, in: view, typed)
                return .seeOther("/attention")
            } catch let error as EditError {
                let page = AttentionView(
                    desk: desk, view: view, say: context.say,
                    fault: (position, FaultWords.of(error, context.say)), typed: form.typed)
                return .page(try page.page(), status: .unprocessableContent)
            }
        }
    }
}

extension Desk {
    /// Saves a rejected change once more with what was typed anew.
    ///
    /// - Throws: ``EditError``, the replica's errors.
    func repair(_ entry: OutboxEntry, in view: LocalView, _ assignments: [String]) throws {
        let draft = try Editing.repair(
            entry.change, in: view, author: host.person, note: nil, assignments, leavingOut: [])
        try keep(draft, repairing: entry.position)
    }
}
