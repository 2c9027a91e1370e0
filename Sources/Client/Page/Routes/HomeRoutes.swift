import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// The first page: what is due, and what came back.
struct HomeRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/") { request, context -> Response in
            guard try desk.host.replica() != nil else { return .seeOther("/setup") }
            if desk.host.person.isEmpty { return .seeOther("/person") }
            guard let view = try? desk.view() else { return .page(waiting(context.say)) }
            var page = HomeView(desk: desk, view: view, say: context.say)
            if Form(query: request)["answered"] != nil {
                page.said = context.say("已回复，联网后送达。", "Answered; it goes out with the next connection.")
            }
            return .page(try page.page())
        }
    }

    private func waiting(_ say: Wording) -> HTML {
        Layout.bare(say, title: say("正在下载方案", "Fetching the plan"), refreshSeconds: 3) {
            SyncLine(desk: desk, view: nil, say: say).line()
            element("p") {
                say("第一次同步还没有完成，本页会自己刷新。", "The first synchronisation is not over; this page refreshes itself.")
            }
            element("p") { element("a", .href("/")) { say("刷新", "Try again") } }
        }
    }
}
