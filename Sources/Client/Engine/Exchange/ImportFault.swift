/// Why a row or a cell of a sheet cannot be taken.
package enum ImportFault: Sendable, Equatable {
    /// What any edit would be refused for.
    case edit(EditFault)
    /// Nothing says what the sheet is for.
    case noForm
    /// The sheet is for another plan.
    case otherPlan(String)
    /// No column is one of a field.
    case noColumns
    /// No column is one of a unit.
    case noUnits
    /// A unit has two columns.
    case unitTwice(String)
    /// Cells are merged, so that it cannot be told whose their content is.
    case mergedCells(String)
    /// The record has no key, and its collection makes none.
    case keyMissing
    /// Another row is about the same.
    case recordTwice(row: Int)

    /// One sentence for a person.
    package func sentence(chinese: Bool) -> String {
        switch self {
        case .edit(let fault): fault.sentence(chinese: chinese)
        case .noForm:
            chinese
                ? "第一行不是 plansync 的表头；请用 plansync export template 取得的表格，或加 --as 说明是哪张表（如 values/201905B）。"
                : "The first row does not say what the sheet is for; use one of 'plansync export template', or add "
                    + "--as, such as --as values/201905B."
        case .otherPlan(let plan):
            chinese ? "这张表属于另一个方案“\(plan)”。" : "The sheet is for another plan, '\(plan)'."
        case .noColumns: chinese ? "没有任何字段列。" : "No column is one of a field."
        case .noUnits:
            chinese
                ? "没有单位列；列名请写单位代码或名称，本单位也可写“本期数”。"
                : "No column is one of a unit; head it with the unit's code or name, your own also with 'value'."
        case .unitTwice(let unit): chinese ? "单位“\(unit)”有两列，请只保留一列。" : "The unit '\(unit)' has two columns; keep one."
        case .mergedCells(let name):
            chinese
                ? "\(name) 是合并单元格，分不清内容属于哪一格；请取消合并，逐格填写。"
                : "\(name) are merged, and whose their content is cannot be told; unmerge them and fill in each."
        case .keyMissing: chinese ? "缺少记录的键。" : "The record's key is missing."
        case .recordTwice(let row):
            chinese ? "与第 \(row) 行重复，请只保留一行。" : "Row \(row) is about the same; keep one of them."
        }
    }
}
