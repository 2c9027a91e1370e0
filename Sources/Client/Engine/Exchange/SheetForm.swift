// A sheet that was written here names in its first row what it is, so that it can be read back whatever the file is
// called: `plansync`, the plan, `records` or `values`, the collection or the period, and a title for people. Below
// stand the heads; for records a row of names for people and a row of names for machines.

package import PlanSyncCore

/// What a sheet is filled in for.
package enum SheetForm: Sendable, Equatable {
    /// A row for each record of a collection, a column for each field.
    case records(CollectionID)
    /// A row for each figure of a period, a column for each unit.
    case values(Period)

    static let mark = "plansync"

    /// Reads `COLLECTION`, or `values/PERIOD`.
    ///
    /// - Throws: ``EditFault``.
    package init(_ typed: String, in plan: Plan) throws(EditFault) {
        let parts = typed.split(separator: "/", maxSplits: 1).map(String.init)
        if let name = parts.first, name == CollectionRule.values.rawValue {
            let text = parts.count == 2 ? parts[1] : ""
            guard let period = plan.periods.period(text) else {
                throw .periodUnknown(plan.periods.fault(of: text))
            }
            self = .values(period)
            return
        }
        let (_, rule) = try RecordReference.collection(typed, in: plan)
        guard [.declared, .targets].contains(rule.origin) else {
            if rule.origin == .conflicts { throw .collectionOfConflicts }
            throw .collectionOfWorkflow(rule)
        }
        self = .records(rule.id)
    }

    /// The words of the first row, without the title.
    func marks(of plan: Plan) -> [String] {
        switch self {
        case .records(let collection): [Self.mark, plan.id.rawValue, "records", collection.rawValue]
        case .values(let period): [Self.mark, plan.id.rawValue, "values", period.id.rawValue]
        }
    }

    /// How many rows at the top are heads, where the first names the form.
    var headRows: Int {
        switch self {
        case .records: 3
        case .values: 2
        }
    }
}

extension FieldValue {
    /// The value as a cell of a field.
    func cell(of rule: FieldRule) -> SheetCell {
        switch (self, rule.kind) {
        case (.text(let text), .amount): .figure(text)
        case (.text(let text), .date): .day(text)
        case (.text(let text), _): .text(text)
        case (.flag(let flag), _): .flag(flag)
        case (.members(let members), _): .text(members.joined(separator: "\n"))
        }
    }
}
