import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Conflicts as a person or a script reads them.
enum ConflictReport {
    /// A list.
    static func table(_ conflicts: [ConflictRecord], _ view: LocalView, _ say: Wording) {
        var table = TextTable([
            say("冲突", "Conflict"), say("单位", "Unit"), say("记录", "Record"), say("字段", "Field"), say("各方", "Sides"),
            say("状态", "State"),
        ])
        for conflict in conflicts {
            let sides = conflict.sides.map { "\($0.name)=\($0.value?.shown ?? "-")" }.joined(separator: " ")
            table.add([
                conflict.id, unit(conflict.tenant, view, say), "\(conflict.subject.record)",
                name(of: conflict, view, say), sides, state(conflict, view, say),
            ])
        }
        Console.table(table)
        if table.isEmpty { Console.message(say("没有待裁定的冲突。", "There are no conflicts to decide.")) }
    }

    /// One conflict with its sides.
    static func sides(_ conflict: ConflictRecord, _ view: LocalView, _ say: Wording) {
        let place = "\(conflict.subject.record) \(name(of: conflict, view, say))"
        Console.line("\(conflict.id)  \(unit(conflict.tenant, view, say))  \(place)  \(state(conflict, view, say))")
        Console.line("\(say("之前的值", "Before")): \(TextTable.plain(conflict.base?.shown ?? "-"))")
        var table = TextTable([
            say("一方", "Side"), say("值", "Value"), say("填报人", "Author"), say("时间", "Time"), say("设备", "Device"),
            say("说明", "Note"),
        ])
        for side in conflict.sides {
            table.add([
                side.name, side.value?.shown ?? "-", side.author, LocalTime.shown(side.at, view.plan), side.by.rawValue,
                side.note ?? "",
            ])
        }
        Console.table(table)
        if let resolution = conflict.resolution {
            Console.line("\(say("裁定", "Decision")): \(TextTable.plain(resolution))")
        }
    }

    /// One conflict as JSON.
    static func write(_ conflict: ConflictRecord, _ view: LocalView, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", conflict.id)
            writer.member("tenant", conflict.tenant.rawValue)
            writer.member("record", conflict.subject.record.description)
            writer.member("field", conflict.subject.field.rawValue)
            writer.member("state", conflict.state.rawValue)
            writer.member("decisionPending", view.isDecisionPending(conflict.id))
            writer.name("base")
            writer.value(conflict.base)
            writer.member("resolution", ifPresent: conflict.resolution)
            writer.member(
                "sides",
                array: { writer in
                    for side in conflict.sides {
                        writer.object { writer in
                            writer.member("name", side.name)
                            writer.name("value")
                            writer.value(side.value)
                            writer.member("rev", side.rev.rawValue)
                            writer.member("by", side.by.rawValue)
                            writer.member("author", side.author)
                            writer.member("at", side.at.description)
                            writer.member("note", ifPresent: side.note)
                        }
                    }
                })
        }
    }

    private static func unit(_ tenant: TenantID, _ view: LocalView, _ say: Wording) -> String {
        view.plan.name(of: tenant, say)
    }

    private static func name(of conflict: ConflictRecord, _ view: LocalView, _ say: Wording) -> String {
        if conflict.subject.field == .recordState { return say("（整条记录：保留或删除）", "(the whole record: kept or deleted)") }
        let rule = view.plan.field(conflict.subject.field, of: conflict.subject.record.collection)
        return rule.map { say($0.name) } ?? conflict.subject.field.rawValue
    }

    private static func state(_ conflict: ConflictRecord, _ view: LocalView, _ say: Wording) -> String {
        if view.isDecisionPending(conflict.id) { return say("已裁定，未上报", "decided, not sent") }
        switch conflict.state {
        case .open: return say("待裁定", "open")
        case .resolved: return say("已裁定", "resolved")
        case .proposal: return say("意见", "proposal")
        case .late: return say("封账后到达", "after the seal")
        case .escrow: return say("停用设备交来", "from a retired device")
        }
    }
}
