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
        .text(view.plan.tenant(tenant).map { say($0.name) } ?? tenant.rawValue)
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
            let name = view.plan.field(key.field, of: key.record.collection).map { say($0.name) } ?? ""
            rows.append([
                .text(field.at?.description ?? ""), .text(key.tenant.rawValue), unit(key.tenant),
                .text(key.record.description), .text(key.field.rawValue), .text(name),
                .text(field.value?.shown ?? ""), .text(field.author), .text(field.by?.rawValue ?? ""),
                .text(field.rev?.rawValue ?? ""), .text(field.state.rawValue),
            ])
        }
        return Sheet(name: say("现值清单", "values that stand"), rows: rows)
    }
}

/// Sums of money in Chinese words that cannot be changed by a stroke of the pen (人民币大写).
package enum ChineseMoney {
    private static let digits = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"]
    private static let places = ["", "拾", "佰", "仟"]
    private static let groups = ["", "万", "亿", "万亿"]
    private static let yuan = ["元": 1, "万元": 10_000, "亿元": 100_000_000]

    /// The words of a sum; `nil` for another unit, less than nothing, parts of a fen, or 10^16 yuan and more.
    package static func words(_ sum: Rational, in unit: String) -> String? {
        guard let factor = yuan[unit], sum >= .zero else { return nil }
        let exact = sum * Rational(factor)
        let text = exact.rounded(2)
        guard (try? Rational(text)) == exact else { return nil }
        let parts = text.split(separator: ".").map(String.init)
        guard parts.count == 2, let whole = parts.first, whole.count <= 16, let cents = parts.last else { return nil }
        let number = whole == "0" ? "" : Self.number(whole) + "元"
        let (tenth, hundredth) = (value(cents.first), value(cents.last))
        if tenth == 0, hundredth == 0 { return number.isEmpty ? "零元整" : number + "整" }
        let small =
            (tenth > 0 ? digits[tenth] + "角" : number.isEmpty ? "" : "零")
            + (hundredth > 0 ? digits[hundredth] + "分" : "")
        return number + small
    }

    private static func value(_ digit: Character?) -> Int { digit?.wholeNumberValue ?? 0 }

    /// A whole number: groups of four digits, one 零 for each run of zeros within.
    private static func number(_ text: String) -> String {
        let figures = text.map { value($0) }
        var words = ""
        var isZeroOpen = false
        var isGroupUsed = false
        for (index, figure) in figures.enumerated() {
            let place = figures.count - 1 - index
            if figure == 0 {
                isZeroOpen = !words.isEmpty
            } else {
                words += (isZeroOpen ? digits[0] : "") + digits[figure] + places[place % 4]
                isZeroOpen = false
                isGroupUsed = true
            }
            if place.isMultiple(of: 4) {
                if isGroupUsed { words += groups[place / 4] }
                isGroupUsed = false
            }
        }
        return words
    }
}
