import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// The first page: what is due, and what came back.
struct HomeRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/") { request, context -> Response in
            guard try desk.host.replica() != nil else { return .seeOther("/setup") }
            guard let view = try? desk.view() else { return .page(Self.waiting(context.say)) }
            return .page(HomeView(desk: desk, view: view, say: context.say).page())
        }
    }

    private static func waiting(_ say: Wording) -> HTML {
        Layout.bare(say, title: say("正在下载方案", "Fetching the plan")) {
            element("p", .flag("data-live")) {
                say("第一次同步还没有完成,请稍候再刷新。", "The first synchronisation is not over; try again shortly.")
            }
            element("p") { element("a", .href("/")) { say("刷新", "Try again") } }
        }
    }
}
