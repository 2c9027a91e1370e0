import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// Where a figure comes from: every change of a field, from the server's journal.
struct HistoryRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/history/:tenant/:collection/:key/:field") { _, context -> Response in
            let view = try desk.view()
            func part(_ name: String) -> String { Place.decoded(context.parameters.get(name) ?? "") }
            guard let tenant = try? TenantID(part("tenant")), let collection = try? CollectionID(part("collection")),
                let record = try? RecordKey(collection: collection, key: part("key")),
                let field = try? FieldID(part("field"))
            else { throw HTTPError(.notFound) }
            let key = CellKey(tenant: tenant, record: record, field: field)
            let page: HistoryView
            do {
                let steps = try await desk.host.history(of: key, in: view.plan.id)
                page = HistoryView(desk: desk, view: view, say: context.say, key: key, steps: steps, fault: nil)
            } catch let error as PageFault {
                page = HistoryView(
                    desk: desk, view: view, say: context.say, key: key, steps: [], fault: error.sentence(context.say))
            }
            return .page(page.page())
        }
    }
}
