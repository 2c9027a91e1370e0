package import PlanSyncCore
package import PlanSyncWire

/// Sheets of what only the server knows; without keys, tokens or anything else that is secret.
package struct ServerSheets: Sendable {
    /// What there is.
    package enum Kind: String, Sendable, CaseIterable {
        case devices, notices, edits

        /// How many words say of what.
        package var subjects: ClosedRange<Int> { self == .edits ? 1...2 : 0...0 }
    }

    private let view: LocalView
    private let say: Wording

    /// Sheets in the words of this view's plan.
    package init(view: LocalView, wording: Wording) {
        self.view = view
        say = wording
    }

    private func heads(_ heads: [String]) -> [SheetCell] { heads.map { .text($0) } }

    /// The enrolled devices.
    package func devices(_ devices: [AdminDeviceList.Row]) -> Sheet {
        var rows = [
            heads([
                "tenant", say("单位", "Unit"), say("名称", "Name"), say("设备", "Device"), say("角色", "Role"),
                say("注册时间", "Enrolled"), say("更改数", "Changes"), say("状态", "State"), say("自", "Since"),
            ])
        ]
        for device in devices.sorted(by: { ($0.tenant, $0.enrolled) < ($1.tenant, $1.enrolled) }) {
            let ended = device.revoked ?? device.retired
            let state =
                device.revoked != nil
                ? say("已吊销", "revoked") : device.retired != nil ? say("已停用", "retired") : say("在用", "in service")
            rows.append([
                .text(device.tenant.rawValue), .text(view.plan.name(of: device.tenant, say)), .text(device.name),
                .text(device.device.rawValue),
                .text(Role(rawValue: device.role).map { RoleWord.of($0, say) } ?? device.role),
                .text(device.enrolled.description),
                .figure("\(device.chains.reduce(UInt64(0)) { max($0, $1.number) })"), .text(state),
                ended.map { .text($0.description) } ?? .empty,
            ])
        }
        return Sheet(name: say("设备", "devices"), rows: rows)
    }

    /// What the server noticed about devices.
    package func notices(_ notices: [AdminNoticeList.Row]) -> Sheet {
        var rows = [
            heads([
                say("时间", "At"), "tenant", say("单位", "Unit"), say("设备", "Device"), say("事项", "What"),
                say("详情", "Detail"),
            ])
        ]
        for notice in notices {
            rows.append([
                .text(notice.at.description), .text(notice.tenant?.rawValue ?? ""),
                .text(notice.tenant.map { view.plan.name(of: $0, say) } ?? ""),
                .text(notice.device?.rawValue ?? ""), .text(NoticeWord.of(notice.kind, say)), .text(notice.detail),
            ])
        }
        return Sheet(name: say("服务器的提示", "notices"), rows: rows)
    }

    /// Every signed edit of a record, or of one field of it.
    package func edits(_ steps: [HistoryGet.Entry], of record: RecordKey) -> Sheet {
        var rows = [
            heads([
                say("收到", "Received"), say("项目", "Field"), say("做法", "Edit"), say("填写", "Entered"),
                say("结果", "Became"), say("之后为", "Then"), say("填报人", "Author"), say("说明", "Note"),
                say("设备", "Device"), say("更改编号", "Change"), say("签名有效", "Signature holds"),
            ])
        ]
        for step in steps {
            let rule = view.plan.field(step.field, of: record.collection)
            func shown(_ value: FieldValue?) -> SheetCell {
                .text(rule.flatMap { OptionWord.value($0.listed(value), $0, say) } ?? value?.shown ?? "")
            }
            let action = Operation.Action(rawValue: step.action).map { ActionWord.of($0, say) }
            rows.append([
                .text(step.received.description), .text(Names.field(step.field, of: record.collection, view, say)),
                .text(action ?? (step.action == "resolution" ? say("裁定", "decision") : step.action)),
                shown(step.value), .text(OutcomeWord.of(step.result.outcome, say)),
                shown(step.result.value ?? step.value), .text(step.author), .text(step.note ?? ""),
                .text(step.by.rawValue), .text(step.id.rawValue), .flag(step.isSignatureValid),
            ])
        }
        return Sheet(name: say("全部更改", "edits"), rows: rows)
    }
}
