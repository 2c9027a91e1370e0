package import PlanSyncCore

/// A list of the plan as people read it.
package struct ListText: Sendable {
    private let say: Wording
    /// The rule.
    package let rule: ListRule

    /// The texts of a list in a language.
    package init(_ rule: ListRule, _ say: Wording) {
        self.rule = rule
        self.say = say
    }

    /// The heads of the columns, with the unit of figures.
    package var heads: [String] {
        rule.columns.map { $0.unit.isEmpty ? say($0.name) : "\(say($0.name)) (\($0.unit))" }
    }

    /// The columns of figures.
    package var figures: Set<Int> {
        Set(rule.columns.indices.filter { rule.columns[$0].total != nil || !rule.columns[$0].unit.isEmpty })
    }

    /// A head over what the figures of a column come to.
    package func total(_ head: String, _ column: ListRule.Column) -> String {
        column.total == .median ? say("\(head) 中位数", "\(head), median") : head
    }

    /// What a column comes to; a median says so.
    package func text(total: Rational?, _ column: ListRule.Column) -> String {
        guard let total else { return "" }
        let figure = total.shown(column.unit == "%" ? 2 : 6)
        return column.total == .median ? say("中位数 \(figure)", "median \(figure)") : figure
    }

    /// What the list is of.
    package func subject(_ plan: Plan) -> String {
        if rule.isOfUnits { return say("各单位", "Units") }
        return plan.collection(rule.collection).map { say($0.name) } ?? rule.collection.rawValue
    }

    /// A cell; personal data shows its beginning alone.
    package func text(_ cell: RecordList.Cell, _ column: ListRule.Column) -> String {
        let isPersonal = column.field?.isPersonal == true
        switch cell {
        case .figure(let figure): return figure.shown(column.unit == "%" ? 2 : 6)
        case .text(let text):
            if isPersonal { return PersonalText.masked(text) }
            return column.field?.optionNames[text].map { say($0) } ?? text
        case .flag(let flag): return flag ? say("是", "yes") : say("否", "no")
        case .members(let members):
            return members.map { isPersonal ? PersonalText.masked($0) : $0 }.joined(separator: say("、", ", "))
        case .none: return ""
        }
    }

    /// What the records of a group have in common.
    package func text(_ group: RecordList.Group) -> String {
        guard let value = group.value, let column = rule.group else { return say("（未填）", "(missing)") }
        switch (value, column.field?.kind) {
        case ("true", .flag?): return say("是", "yes")
        case ("false", .flag?): return say("否", "no")
        default: return text(.text(value), column)
        }
    }

    /// A share in percent, such as `33.4`.
    package static func share(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }

    /// The list, and what its groups come to, as sheets.
    package func sheets(_ list: RecordList, _ plan: Plan) -> [Sheet] {
        var rows: [[SheetCell]] = [([say("单位", "Unit"), say("记录", "Record")] + heads).map { .text($0) }]
        for row in list.rows {
            let unit = plan.name(of: row.tenant, say)
            rows.append([.text(unit), .text(row.record.key)] + zip(row.cells, rule.columns).map { cell($0, $1) })
        }
        if list.sums.contains(where: { $0 != nil }) {
            rows.append(
                [.text(say("合计", "Together")), .empty] + list.sums.map { $0.map { .figure($0.shown(6)) } ?? .empty })
        }
        var sheets = [Sheet(name: say(rule.name), rows: rows)]
        if let group = rule.group {
            var counts: [[SheetCell]] = [
                [.text(say(group.name)), .text(say("数量", "Count")), .text(say("占比%", "Share %"))]
                    + heads.enumerated().filter { rule.columns[$0.offset].total != nil }.map {
                        .text(total($0.element, rule.columns[$0.offset]))
                    }
            ]
            for entry in list.groups {
                counts.append(
                    [.text(text(entry)), .figure("\(entry.count)"), .figure(Self.share(entry.share))]
                        + zip(entry.sums, rule.columns).compactMap { sum, column in
                            column.total.map { _ in sum.map { .figure($0.shown(6)) } ?? .empty }
                        })
            }
            sheets.append(Sheet(name: say("分类汇总", "groups"), rows: counts))
        }
        return sheets
    }

    private func cell(_ value: RecordList.Cell, _ column: ListRule.Column) -> SheetCell {
        switch value {
        case .figure(let figure): .figure(figure.shown(6))
        case .flag(let flag): .flag(flag)
        case .none: .empty
        case .text(let text): column.field?.kind == .date ? .day(text) : .text(self.text(value, column))
        case .members: .text(text(value, column))
        }
    }
}
