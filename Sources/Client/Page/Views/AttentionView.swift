import PlanSyncClient
import PlanSyncCore

/// Everything that waits for a person.
struct AttentionView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    /// What is wrong with a repair, and of which edit.
    var fault: (position: Int64, sentence: String)?
    var typed: [String: String] = [:]

    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: "/attention") }

    func page() throws -> HTML {
        let lost = try desk.replica().lostCells()
        let conflicts = view.undecided
        return layout.page(say("待处理", "To decide")) {
            element("div", .flag("data-live")) {
                if conflicts.isEmpty, view.rejected.isEmpty, lost.isEmpty {
                    element("p", .class("notice good")) { say("没有需要处理的事项。", "Nothing waits for a decision.") }
                } else {
                    element("p", .class("exports")) { ExchangeView.links("attention", say) }
                }
                if !conflicts.isEmpty {
                    element("h2") { say("有冲突的数据", "Conflicts") }
                    table(conflicts)
                }
                if !view.rejected.isEmpty {
                    element("h2") { say("被退回的更改", "Rejected edits") }
                    for entry in view.rejected { rejected(entry) }
                }
                if !lost.isEmpty {
                    element("h2") { say("服务器恢复备份后丢失的数据", "What the server lost when it was restored") }
                    for cell in lost { gone(cell) }
                }
            }
        }
    }

    private func table(_ conflicts: [ConflictRecord]) -> HTML {
        element("div", .class("scroll")) {
            element("table") {
                element("thead") {
                    element("tr") {
                        for head in [
                            say("单位", "Unit"), say("记录", "Record"), say("项目", "Field"), say("各方的值", "Sides"),
                            say("办理", "Next"),
                        ] { element("th", Attribute("scope", "col")) { head } }
                    }
                }
                element("tbody") {
                    for conflict in conflicts {
                        element("tr") {
                            element("td", .class("keep")) { Names.unit(conflict.tenant, view, say) }
                            element("td") {
                                Names.collection(conflict.subject.record.collection, view, say) + " "
                                    + Names.record(conflict.subject.record, view, say, of: conflict.tenant)
                            }
                            element("td") { Names.field(conflict.subject, view, say) }
                            element("td") {
                                for side in conflict.sides {
                                    element("div") {
                                        "\(side.author):\(side.value?.shown ?? say("（空）", "(empty)"))"
                                    }
                                }
                            }
                            element("td", .class("keep")) {
                                element("a", .class("button second"), .href("/conflict/\(Place.encoded(conflict.id))"))
                                {
                                    say("裁定", "Decide")
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func rejected(_ entry: OutboxEntry) -> HTML {
        let results = entry.result?.operations ?? []
        let isStep = entry.change.operations.allSatisfy {
            view.plan.collection($0.record.collection)?.origin == .submissions
        }
        if isStep { return rejectedStep(entry, results) }
        return element("section", .class("card")) {
            if let fault, fault.position == entry.position {
                element("p", .class("notice bad"), Attribute("role", "alert")) { fault.sentence }
            }
            layout.form("/attention/repair/\(entry.position)") {
                for (operation, result) in zip(entry.change.operations, results) { line(operation, result, entry) }
                if let note = entry.change.note { element("p", .class("quiet")) { say("说明：\(note)", "note: \(note)") } }
                element("div", .class("row")) {
                    element("button", .type("submit")) { say("改正后重新保存", "Save again, corrected") }
                }
            }
            layout.button("/attention/drop/\(entry.position)", [], say("放弃这项更改", "Give it up"), .class("risky small"))
        }
    }

    /// A report that was not taken: it is handed in anew over what stands now, not repaired.
    private func rejectedStep(_ entry: OutboxEntry, _ results: [OperationResult]) -> HTML {
        let record = entry.change.operations.first?.record
        let unit = entry.change.tenant ?? view.principal.tenant
        return element("section", .class("card")) {
            element("p") {
                let period = record.map { Names.record($0, view, say) } ?? ""
                element("strong") { say("\(period) 的上报没有成功", "\(period) was not handed in") }
                for reason in Set(results.compactMap(\.reason)).sorted() {
                    element("div", .class("fault")) { ReasonSentence.of(reason, chinese: say.chinese) }
                }
            }
            element("div", .class("row")) {
                if let record {
                    element(
                        "a", .class("button"), .href(Place.report(RecordPlace(tenant: unit, key: record.key), view))
                    ) {
                        say("核对后重新上报", "Look at it and hand it in again")
                    }
                }
                layout.button("/attention/drop/\(entry.position)", [], say("知道了", "Seen"), .class("second"))
            }
        }
    }

    private func line(_ operation: Operation, _ result: OperationResult, _ entry: OutboxEntry) -> HTML {
        let rule = operation.field.flatMap { view.plan.field($0, of: operation.record.collection) }
        let why = ReasonSentence.of(
            result.reason ?? "rejected", operation.record, view.plan, now: desk.host.now(), chinese: say.chinese)
        let id = "r\(entry.position)-\(operation.field?.rawValue ?? "")"
        return element("div") {
            element("label", Attribute("for", id)) {
                Names.collection(operation.record.collection, view, say) + " "
                    + Names.record(operation.record, view, say) + " "
                    + (rule.map { say($0.name) } ?? operation.field?.rawValue ?? ActionWord.of(operation.action, say))
            }
            if let field = operation.field, operation.value != nil {
                void("input", .type("hidden"), .name("was." + field.rawValue), .value(""))
                void(
                    "input", .id(id), .name("f." + field.rawValue), .type("text"), .class("wide"),
                    .value(typed[field.rawValue] ?? operation.value?.shown ?? ""))
            }
            if result.outcome == .rejected { element("div", .class("fault")) { why } }
        }
    }

    private func gone(_ cell: LostCell) -> HTML {
        element("section", .class("card")) {
            element("p") {
                Names.unit(cell.key.tenant, view, say) + " "
                    + Names.record(cell.key.record, view, say, of: cell.key.tenant) + " "
                    + Names.field(cell.key, view, say) + say("：", ": ") + (cell.value?.shown ?? "–")
            }
            element("p", .class("quiet")) {
                say(
                    "由 \(cell.author) 填写，现为 \(cell.current?.shown ?? "–")；若那台机器已不在，请重新填写。",
                    "by \(cell.author), now \(cell.current?.shown ?? "–"); enter it again if that machine is gone."
                )
            }
            layout.button("/attention/drop/w\(cell.position)", [], say("知道了", "Seen"), .class("second small"))
        }
    }
}
