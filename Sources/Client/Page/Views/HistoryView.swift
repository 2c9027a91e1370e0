import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Every change of one field, newest last.
struct HistoryView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let key: CellKey
    let steps: [HistoryGet.Entry]
    /// Why the server's journal is not at hand.
    let fault: String?

    func page() -> HTML {
        let place = "/history/\(key.tenant)/\(key.record.collection)/\(Place.encoded(key.record.key))/\(key.field)"
        let layout = Layout(desk: desk, view: view, say: say, place: place)
        return layout.page(say("历史:", "History: ") + Names.field(key, view, say)) {
            element("p") {
                Names.unit(key.tenant, view, say) + " · " + Names.collection(key.record.collection, view, say) + " · "
                    + Names.record(key.record, view, say)
            }
            if let fault {
                element("p", .class("notice away")) {
                    say("历史保存在服务器上,现在看不到:", "The history is on the server, which is not reached: ") + fault
                }
                now
            } else {
                table
            }
        }
    }

    /// What this machine knows by itself.
    private var now: HTML {
        guard let field = view.field(key) else { return .empty }
        return element("section", .class("card")) {
            element("dl", .class("pairs")) {
                element("dt") { say("现值", "Stands") }
                element("dd") { field.value?.shown ?? "-" }
                element("dt") { say("填报人", "Author") }
                element("dd") { field.author }
                if let at = field.at {
                    element("dt") { say("时间", "Time") }
                    element("dd") { shown(at) }
                }
            }
        }
    }

    private func shown(_ moment: Timestamp) -> String {
        LocalTime.shown(moment, minutes: view.plan.periods.utcOffsetMinutes)
    }

    private var table: HTML {
        element("div", .class("scroll")) {
            element("table") {
                element("thead") {
                    element("tr") {
                        for head in [
                            say("收到", "Received"), say("做法", "Edit"), say("填写", "Entered"), say("之后为", "Then"),
                            say("填报人", "Author"), say("设备", "Device"), say("说明", "Note"), say("签名", "Signature"),
                        ] { element("th", Attribute("scope", "col")) { head } }
                    }
                }
                element("tbody") {
                    for step in steps {
                        element("tr") {
                            element("td", .class("keep")) { shown(step.received) }
                            element("td", .class("keep")) {
                                Operation.Action(rawValue: step.action).map { ActionWord.of($0, say) }
                                    ?? (step.action == "resolution" ? say("裁定", "decision") : step.action)
                            }
                            element("td") { step.value?.shown ?? "-" }
                            element("td") { (step.result.value ?? step.value)?.shown ?? "-" }
                            element("td", .class("keep")) { step.author }
                            element("td", .class("keep")) { step.by.rawValue }
                            element("td") { step.note ?? "" }
                            element("td", .class("keep")) {
                                step.isSignatureValid ? say("有效", "valid") : say("无效", "invalid")
                            }
                        }
                    }
                }
            }
        }
    }
}
