import Hummingbird
import PlanSyncClient

/// The synchronisation: a button, and what the small script shows while it runs.
struct SyncRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.post("/sync") { request, _ -> Response in
            let form = try await Form(request, desk.secrets)
            desk.sync.nudge()
            return .seeOther(Back.place(form["back"]))
        }
        // The line at the head of the page, for the script to put in place of the one before.
        router.get("/sync/state") { _, context -> Response in
            .page(SyncLine(desk: desk, view: try? desk.view(), say: context.say).line())
        }
    }
}
