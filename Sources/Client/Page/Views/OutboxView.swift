import PlanSyncClient
import PlanSyncCore

/// What was saved here and not sent yet.
struct OutboxView {
    let desk: Desk
    let view: LocalView
    let say: Wording

    func page() throws -> HTML {
        let waiting = try desk.replica().outbox().filter(\.isPending)
        let state = try desk.replica().state()
        let head = "\(state.incarnation ?? 0).\(state.chainNumber) \(state.chainHead.prefix(8))"
        return Layout(desk: desk, view: view, say: say, place: "/outbox").page(say("已填未报", "Outbox")) {
            element("p", .class("quiet"), .flag("data-live")) {
                say(
                    "这些更改保存在本机，联网后按顺序自动上报；在此之前市级看不到。",
                    "These are saved on this machine and are sent in order as soon as there is a connection.")
            }
            element("p", .class("exports")) { ExchangeView.links("outbox", say) }
            element("div", .class("scroll")) {
                element("table") {
                    element("thead") {
                        element("tr") {
                            for head in [
                                say("时间", "Time"), say("记录", "Record"), say("项目", "Field"), say("原值", "Before"),
                                say("新值", "Value"), say("说明", "Note"), say("填报人", "Author"),
                            ] { element("th", Attribute("scope", "col")) { head } }
                        }
                    }
                    element("tbody") {
                        for entry in waiting {
                            for operation in entry.change.operations { row(entry, operation) }
                        }
                        if waiting.isEmpty {
                            element("tr") {
                                element("td", Attribute("colspan", "7")) { say("没有等待上报的更改。", "Nothing waits.") }
                            }
                        }
                    }
                }
            }
            element("p", .class("quiet")) {
                say(
                    "本机链首：\(head)。长期离线又临近封账时，可用电话报给市级登记。",
                    "The head of this machine's chain: \(head). Offline for long, tell it to the city by telephone "
                        + "before a period is sealed.")
            }
        }
    }

    private func row(_ entry: OutboxEntry, _ operation: Operation) -> HTML {
        element("tr") {
            element("td", .class("keep")) {
                LocalTime.shown(entry.change.at, view.plan)
            }
            element("td") {
                Names.collection(operation.record.collection, view, say) + " "
                    + Names.record(operation.record, view, say)
            }
            element("td") {
                operation.field.map { Names.field($0, of: operation.record.collection, view, say) }
                    ?? ActionWord.of(operation.action, say)
            }
            element("td") { operation.shown?.shown ?? "–" }
            element("td") {
                operation.action == .set || operation.field == nil
                    ? operation.value?.shown ?? "–"
                    : ActionWord.of(operation.action, say) + " " + (operation.value?.shown ?? "")
            }
            element("td") { entry.change.note ?? "" }
            element("td", .class("keep")) { entry.change.author }
        }
    }
}
