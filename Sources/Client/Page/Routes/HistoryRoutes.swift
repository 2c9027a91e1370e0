import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// Where a figure comes from: every change of a record or of one field, from the server's journal.
struct HistoryRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/history/:tenant/:collection/:key") { _, context -> Response in try await page(context) }
        router.get("/history/:tenant/:collection/:key/:field") { _, context -> Response in try await page(context) }
    }

    private func page(_ context: PageContext) async throws -> Response {
        let view = try desk.view()
        func part(_ name: String) -> String? { context.parameters.get(name).map { Place.decoded($0) } }
        guard let tenant = try? TenantID(part("tenant") ?? ""),
            let collection = try? CollectionID(part("collection") ?? ""),
            let record = try? RecordKey(collection: collection, key: part("key") ?? "")
        else { throw HTTPError(.notFound) }
        let field = try part("field").map { name in
            guard let field = try? FieldID(name) else { throw HTTPError(.notFound) }
            return field
        }
        var page = HistoryView(
            desk: desk, view: view, say: context.say, tenant: tenant, record: record, field: field)
        do {
            page.steps = try await desk.host.history(of: record, of: tenant, field: field, in: view.plan.id)
        } catch let error as PageFault {
            page.fault = error.sentence(context.say)
        }
        return .page(page.page())
    }
}
