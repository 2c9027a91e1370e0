import PlanSyncClient
import PlanSyncCore

/// The line that always tells where the machine stands: connected or since when not, what waits, the last time.
struct SyncLine {
    let desk: Desk
    /// `nil` before the first plan has come.
    let view: LocalView?
    let say: Wording

    func line() -> HTML {
        let state = desk.sync.state
        let replica = try? desk.host.replica()
        let pending = (try? replica?.counts().pending) ?? 0
        let last = (try? replica?.state().lastSync) ?? nil
        return element(
            "div", .class("sync " + tone(state)), .id("sync"), Attribute("data-seen", "\(state.arrivals)-\(pending)"),
            Attribute("data-running", state.isRunning ? "yes" : nil), Attribute("role", "status")
        ) {
            element("span", .class("dot")) { "" }
            element("span") { words(state, pending) }
            if pending > 0 {
                element("span", .class("count")) { say("\(pending) 项未上报", "\(pending) not sent") }
            }
            element("span", .class("quiet")) {
                say("上次同步 ", "Last sync ") + (last.map { LocalTime.shown($0, view?.plan) } ?? say("从未", "never"))
            }
        }
    }

    /// Of whom and of when a printed page is.
    func onPaper(_ unit: String) -> String {
        let last = (try? desk.host.replica()?.state().lastSync) ?? nil
        let pending = (try? desk.host.replica()?.counts().pending) ?? 0
        let parts = [
            unit, view.map { say($0.plan.title) } ?? "",
            last.map { say("数据截至 ", "As of ") + LocalTime.shown($0, view?.plan) } ?? "",
            pending > 0 ? say("含本机未上报 \(pending) 项", "with \(pending) edits that are not sent") : "",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: " · ")
    }

    private func tone(_ state: BackgroundSync.State) -> String {
        if state.isRunning { return "busy" }
        guard let fault = state.fault else { return "good" }
        return fault.isOffline ? "away" : "bad"
    }

    func words(_ state: BackgroundSync.State, _ pending: Int) -> String {
        if state.isRunning {
            return state.progress.map { step($0, state.sent, pending) } ?? say("正在同步…", "Synchronising…")
        }
        if let since = state.offlineSince {
            let time = LocalTime.shown(since, view?.plan)
            return say("离线（自 \(time)），可继续填报", "Offline since \(time); go on working")
        }
        if let fault = state.fault { return fault.sentence(say) }
        return state.ended == 0 ? say("等待同步", "Waiting to synchronise") : say("已连接", "Connected")
    }

    private func step(_ progress: SyncProgress, _ sent: Int, _ pending: Int) -> String {
        switch progress {
        case .pushed: say("已上报 \(sent)/\(sent + pending) 项…", "\(sent) of \(sent + pending) sent…")
        case .pulled(_, let cells, _): say("已收到 \(cells) 项数据…", "\(cells) cells received…")
        case .waiting: say("服务器繁忙，稍候…", "The server is busy…")
        case .damaged: say("正在修复本机数据…", "Mending the data here…")
        default: say("正在同步…", "Synchronising…")
        }
    }
}

extension LocalTime {
    /// The moment, to the minute, at the desk's plan.
    static func shown(_ moment: Timestamp, _ desk: Desk) -> String { shown(moment, (try? desk.view())?.plan) }
}
