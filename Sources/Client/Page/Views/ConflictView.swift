import PlanSyncClient
import PlanSyncCore

/// A conflict with all of its sides, and one click to decide it.
struct ConflictView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let conflict: ConflictRecord
    var fault: String?
    var reason = ""

    private var layout: Layout {
        Layout(desk: desk, view: view, say: say, place: "/conflict/\(Place.encoded(conflict.id))")
    }

    func page() -> HTML {
        let field = Names.field(conflict.subject, view, say)
        return layout.page(say("裁定：", "Decide: ") + field) {
            if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
            element("section", .class("card")) {
                element("dl", .class("pairs")) {
                    pair(say("单位", "Unit"), Names.unit(conflict.tenant, view, say))
                    pair(
                        say("记录", "Record"),
                        Names.collection(conflict.subject.record.collection, view, say) + " "
                            + Names.record(conflict.subject.record, view, say, of: conflict.tenant))
                    pair(say("分歧前的值", "Before"), shown(conflict.base))
                    if let resolution = conflict.resolution { pair(say("已作裁定", "Decided"), decision(resolution)) }
                    if view.isDecisionPending(conflict.id) {
                        pair(say("状态", "State"), say("已裁定，等待上报", "decided, not sent yet"))
                    }
                }
            }
            layout.form("/conflict/\(Place.encoded(conflict.id))") {
                element("label", Attribute("for", "reason")) { say("裁定理由（必填）", "Reason (needed)") }
                void("input", .id("reason"), .name("reason"), .value(reason), .class("wide"), .flag("required"))
                element("h2") { say("各方填写的值", "The sides") }
                element("div", .class("sides")) { for side in conflict.sides { card(side) } }
                if isFree {
                    element("h2") { say("或者改用另一个值", "Or another value") }
                    element("div", .class("row")) {
                        third
                        element("button", .class("second"), .type("submit"), .name("take"), .value("value")) {
                            say("采用这个值", "Take this value")
                        }
                    }
                }
                if conflict.state == .resolved {
                    element("button", .class("second"), .type("submit"), .name("take"), .value("undo")) {
                        say("撤销裁定", "Take the decision back")
                    }
                }
            }
        }
    }

    /// Where a third value is typed; a long text begins with what stands, to be put together by hand.
    private var third: HTML {
        let label = say("另一个值", "Another value")
        let stands = conflict.sides.first?.value?.shown ?? ""
        guard stands.count <= 30 else {
            return element(
                "textarea", .name("value"), .class("fill"), Attribute("rows", "4"), Attribute("aria-label", label)
            ) { stands }
        }
        return void("input", .name("value"), .class("fill"), .type("text"), Attribute("aria-label", label))
    }

    /// Whether a third value can be typed: not for sets, nor for whole records.
    private var isFree: Bool {
        guard conflict.subject.field != .recordState else { return false }
        let rule = view.plan.field(conflict.subject.field, of: conflict.subject.record.collection)
        return rule.map { $0.merge != .members } ?? false
    }

    /// A decision in words: whose value, or a third one.
    private func decision(_ resolution: String) -> String {
        if let side = conflict.sides.first(where: { $0.name == resolution }) {
            return say("采用 \(side.author) 的值 ", "what \(side.author) entered, ") + shown(side.value)
        }
        if resolution.hasPrefix("value:") { return say("另定 ", "a third value, ") + resolution.dropFirst(6) }
        return say("已撤销", "taken back")
    }

    private func pair(_ name: String, _ value: String) -> HTML {
        HTML([element("dt") { name }, element("dd") { value }])
    }

    private func shown(_ value: FieldValue?) -> String {
        let rule = view.plan.field(conflict.subject.field, of: conflict.subject.record.collection)
        return rule.flatMap { OptionWord.value(value, $0, say) } ?? value?.shown ?? say("（空）", "(empty)")
    }

    private func card(_ side: ConflictSide) -> HTML {
        element("section", .class("side")) {
            element("div", .class("quiet")) {
                side.name == "ours" ? say("服务器现有", "stands on the server") : say("后到", "arrived later")
            }
            element("div", .class("value")) { difference(side) }
            element("dl", .class("pairs")) {
                pair(say("填报人", "Author"), side.author)
                pair(say("时间", "Time"), LocalTime.shown(side.at, view.plan))
                pair(say("设备", "Device"), side.by.rawValue)
                if let note = side.note, !note.isEmpty { pair(say("说明", "Note"), note) }
            }
            element("div", .class("row")) {
                element(
                    "button", .type("submit"), .name("take"), .value(side.name),
                    Attribute("aria-label", say("采用 \(side.author) 填写的值", "Take what \(side.author) entered"))
                ) { say("采用", "Take this") }
            }
        }
    }

    /// A value; a long text with what differs from the base marked.
    private func difference(_ side: ConflictSide) -> HTML {
        let text = shown(side.value)
        guard let before = conflict.base?.shown, text.count > 12, before.count > 12 else { return HTML(text) }
        return HTML(
            TextDifference(from: before, to: text).runs.map { run in
                switch run.kind {
                case .same: HTML(run.text)
                case .added: element("ins") { run.text }
                case .removed: element("del") { run.text }
                }
            })
    }
}
