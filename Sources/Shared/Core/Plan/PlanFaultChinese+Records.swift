// The sentences of plan faults: what is entered for good, payments, folds over records, working days.

extension PlanFaultChinese {
    /// The third part of the sentences.
    static let third: [(english: String, chinese: String)] = [
        (
            "What is entered once is not merged; leave 'merge' out in an append-only collection.",
            "登记后不再修改的台账（append_only）没有合并规则；请去掉 merge。"
        ),
        (
            "A state changes, and what is entered in an append-only collection does not.",
            "登记后不再修改的台账（append_only）不能有流程：状态是会变的。"
        ),
        (
            "What was paid is kept in '{}' or under 'payments', not in both.",
            "已拨付写在“{}”或 payments 之一，不能两处都写。"
        ),
        (
            "A payment is never changed, so '{}' has to be a collection with 'append_only: true'.",
            "拨付登记后不能修改，“{}”应写明 append_only: true。"
        ),
        ("'{}' is not a day.", "“{}”不是日期。"),
        ("'{}' is not a text.", "“{}”不是文本。"),
        ("'{}' is {}; only figures have a middle.", "“{}”是{}；只有数字才有中位数。"),
        ("'{}' takes no 'each'; it is about whole records.", "“{}”数的是整条记录，不用 each。"),
        ("'{}' takes a field or 'each', not both; write '{} each …'.", "“{}”用字段或 each 之一；写作“{} each …”。"),
        ("The records of '{}' have no period, so there is none before.", "“{}”的记录不按考核期，没有上一期。"),
        ("'{}' is for figures, not for records.", "“{}”用于数据项，不用于记录。"),
        ("A text is expected here, not {}.", "这里应是文本，而不是{}。"),
        ("A column is summed or has its median, not both.", "一列要么合计，要么取中位数。"),
        (
            "'{}' is no day and no span of days; write 2019-10-01 or 2019-10-01/2019-10-07.",
            "“{}”不是日期，也不是起止日期；写作 2019-10-01 或 2019-10-01/2019-10-07。"
        ),
        ("These are more than 2,000 days.", "超过 2,000 天。"),
    ]
}
