import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// What needs a person, as the person reads it: what was typed, why it was refused, what to do.
struct AttentionReport {
    /// What stands before the number of something that the server has lost.
    static let lostMark = "w"

    let entries: [OutboxEntry]
    let lost: [LostCell]
    let view: LocalView?
    let now: Timestamp
    let say: Wording

    /// Why an edit was refused, and what to do.
    private func why(_ operation: Operation, _ result: OperationResult) -> String {
        let word = result.reason ?? "rejected"
        guard let plan = view?.plan else { return ReasonSentence.of(word, chinese: say.chinese) }
        return ReasonSentence.of(word, operation.record, plan, now: now, chinese: say.chinese)
    }

    func text() {
        var table = TextTable(
            [
                "N", say("时间", "Time"), say("记录", "Record"), say("字段", "Field"), say("填写的值", "Typed"),
                say("原因", "Reason"), say("说明", "Note"),
            ], rightAligned: [0])
        for entry in entries {
            for (operation, result) in zip(entry.change.operations, entry.result?.operations ?? []) {
                table.add([
                    "\(entry.position)", LocalTime.shown(entry.change.at, view?.plan), place(entry.change, operation),
                    operation.field?.rawValue ?? ActionWord.of(operation.action, say), operation.value?.shown ?? "-",
                    why(operation, result), entry.change.note ?? "",
                ])
            }
        }
        if table.isEmpty, lost.isEmpty {
            Console.message(say("没有被退回的更改。", "There are no rejected edits."))
        }
        if !table.isEmpty {
            Console.table(table)
            Console.message(
                say(
                    "改正：plansync attention edit N 字段=值；放弃：plansync attention drop N",
                    "Put right: plansync attention edit N FIELD=VALUE. Give up: plansync attention drop N."))
        }
        for cell in lost { Console.line(TextTable.plain(sentence(cell))) }
    }

    private func place(_ change: Change, _ operation: Operation) -> String {
        (change.tenant.map { "\($0):" } ?? "") + "\(operation.record)"
    }

    /// What the server has lost, and what to do about it.
    private func sentence(_ cell: LostCell) -> String {
        let place = "\(cell.key.tenant):\(cell.key.record) \(cell.key.field)"
        let value = cell.value?.shown ?? "-"
        let current = cell.current?.shown ?? "-"
        let at = LocalTime.shown(cell.at, view?.plan)
        return say(
            "\(Self.lostMark)\(cell.position)  服务器恢复备份后已没有：\(place) = \(value)(\(cell.author) \(at) 在设备 "
                + "\(cell.by) 上填写，现为 \(current))；若那台机器已不在，请重新填写。",
            "\(Self.lostMark)\(cell.position)  the server lacks: \(place) = \(value), entered by \(cell.author) "
                + "at \(at) on \(cell.by) (now \(current)); if that machine is gone, enter it again.")
    }

    func json() {
        Console.json { writer in
            writer.member(
                "rejected",
                array: { writer in
                    for entry in entries { write(entry, to: &writer) }
                })
            writer.member(
                "lost",
                array: { writer in
                    for cell in lost { write(cell, to: &writer) }
                })
        }
    }

    private func write(_ entry: OutboxEntry, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("position", entry.position)
            writer.member("id", entry.change.id.rawValue)
            writer.member("at", entry.change.at.description)
            writer.member("author", entry.change.author)
            writer.member("tenant", ifPresent: entry.change.tenant?.rawValue)
            writer.member("note", ifPresent: entry.change.note)
            writer.member(
                "ops",
                array: { writer in
                    for (operation, result) in zip(entry.change.operations, entry.result?.operations ?? []) {
                        let word = result.reason ?? "rejected"
                        writer.object { writer in
                            writer.member("record", operation.record.description)
                            writer.member("field", ifPresent: operation.field?.rawValue)
                            writer.member("do", operation.action.rawValue)
                            writer.name("value")
                            writer.value(operation.value)
                            writer.member("reason", word)
                            writer.member("sentence", why(operation, result))
                        }
                    }
                })
        }
    }

    private func write(_ cell: LostCell, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("number", "\(Self.lostMark)\(cell.position)")
            writer.member("tenant", cell.key.tenant.rawValue)
            writer.member("record", cell.key.record.description)
            writer.member("field", cell.key.field.rawValue)
            writer.name("value")
            writer.value(cell.value)
            writer.name("current")
            writer.value(cell.current)
            writer.member("rev", cell.rev.rawValue)
            writer.member("by", cell.by.rawValue)
            writer.member("author", cell.author)
            writer.member("at", cell.at.description)
            writer.member("epoch", cell.epoch)
        }
    }
}
