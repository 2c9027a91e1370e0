package import PlanSyncCore

/// Sheets of what people work through: rewards to pay, measures to report on, and who wrote what stands.
package struct WorkSheets: Sendable {
    private let view: LocalView
    private let say: Wording

    /// Sheets of what this view shows.
    package init(view: LocalView, wording: Wording) {
        self.view = view
        say = wording
    }

    private func unit(_ tenant: TenantID) -> SheetCell {
        .text(view.plan.name(of: tenant, say))
    }

    private func figure(_ value: Rational?, _ digits: Int = 6) -> SheetCell {
        value.map { .figure($0.shown(digits)) } ?? .empty
    }

    /// What is due by the plan's rewards with the claims, and the amount in words where it is due, as lists for payment
    /// have it.
    package func rewards(_ entries: [RewardEntry]) -> Sheet {
        let heads = [
            "tenant", say("单位", "Unit"), say("对象代码", "Recipient"), say("规则", "Rule"), say("事项", "Reward"),
            say("日期", "Day"), say("应奖", "Due"), say("计量单位", "Unit of measure"), say("应奖金额大写", "Due in words"),
            say("申请", "Claimed"), say("审定", "Approved"), say("拨付", "Paid"), say("依据", "Why"),
        ]
        var rows: [[SheetCell]] = [heads.map { .text($0) }]
        for entry in entries {
            let words = entry.due > .zero ? ChineseMoney.words(entry.due, in: entry.rule.unit) : nil
            rows.append([
                .text(entry.tenant.rawValue), unit(entry.tenant), .text(entry.recipient ?? entry.record.key),
                .text(entry.rule.id), .text(say(entry.rule.name)),
                entry.day.map { .day($0.description) } ?? .empty, figure(entry.due), .text(entry.rule.unit),
                words.map { .text($0) } ?? .empty, figure(entry.claim?.asked), figure(entry.claim?.approved),
                figure(entry.claim?.paid), .text(RewardSentence.reason(entry, view.plan, say)),
            ])
        }
        return Sheet(name: say("奖补", "rewards"), rows: rows)
    }

    /// Where the units stand with the measures of a period.
    package func measures(_ entries: [MeasureEntry], in period: Period) -> Sheet {
        let heads = [
            say("考核期", "Period"), say("任务编号", "Measure"), say("任务", "Title"), "tenant", say("单位", "Unit"),
            say("进度%", "Progress %"), say("填报人", "Author"), say("时间", "At"), say("节点", "Milestones"),
            say("已完成节点", "Reached"), say("逾期节点", "Overdue"), say("缺报", "Missing"),
        ]
        var rows: [[SheetCell]] = [heads.map { .text($0) }]
        for entry in entries {
            rows.append([
                .text(period.id.rawValue), .text(entry.measure.id), .text(say(entry.measure.title)),
                .text(entry.unit.rawValue), unit(entry.unit), entry.percent.map { .figure($0) } ?? .empty,
                .text(entry.written?.author ?? ""), .text(entry.written?.at?.description ?? ""),
                .figure("\(entry.milestones.count)"), .figure("\(entry.reached)"), .figure("\(entry.overdue.count)"),
                .flag(entry.isMissing),
            ])
        }
        return Sheet(name: "\(say("任务", "measures")) \(period.id.rawValue)", rows: rows)
    }

    /// Who wrote what stands, on which device and with which change.
    package func trail(_ written: [(key: CellKey, field: LocalField)]) -> Sheet {
        let heads = [
            say("时间", "At"), "tenant", say("单位", "Unit"), say("记录", "Record"), say("字段", "Field"),
            say("项目", "Name"), say("现值", "Stands"), say("填报人", "Author"), say("设备", "Device"),
            say("更改编号", "Change"), say("状态", "State"),
        ]
        var rows: [[SheetCell]] = [heads.map { .text($0) }]
        for (key, field) in written {
            let rule = view.plan.field(key.field, of: key.record.collection)
            let value = rule.map { $0.listed(field.value) } ?? field.value
            rows.append([
                .text(field.at?.description ?? ""), .text(key.tenant.rawValue), unit(key.tenant),
                .text(key.record.description), .text(key.field.rawValue), .text(rule.map { say($0.name) } ?? ""),
                .text(value?.shown ?? ""), .text(field.author), .text(field.by?.rawValue ?? ""),
                .text(field.rev?.rawValue ?? ""), .text(field.state.rawValue),
            ])
        }
        return Sheet(name: say("现值清单", "values that stand"), rows: rows)
    }
}
