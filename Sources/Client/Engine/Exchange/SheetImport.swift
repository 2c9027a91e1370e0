// From a sheet that somebody filled in to changes. Nothing is taken from a file in which anything is wrong: all faults
// are said at once, each with its place. An empty cell says nothing (it clears nothing), and a cell that says what
// stands already changes nothing, so that the same file can come in twice. What is left becomes ordinary edits: they
// name what their author saw, wait in the outbox and merge like any other.

package import PlanSyncCore
import PlanSyncWire

/// What a file of sheets would change.
package struct SheetImport: Sendable {
    /// One field that changes.
    package struct Step: Sendable, Equatable {
        /// Where it stands in the file.
        package let place: SheetError.Place
        /// Whose record.
        package let tenant: TenantID
        /// The record.
        package let record: RecordKey
        /// The field.
        package let field: FieldID
        /// What is done.
        package let action: PlanSyncCore.Operation.Action
        /// What stands here now.
        package let before: FieldValue?
        /// What the file says.
        package let after: FieldValue?
    }

    /// Something that is wrong in a file.
    package struct Fault: Error, Sendable, Equatable {
        /// Where.
        package let place: SheetError.Place
        /// What.
        package let reason: ImportFault

        /// One sentence with the place.
        package func sentence(chinese: Bool) -> String {
            place.shown(chinese: chinese) + (chinese ? "：" : ": ") + reason.sentence(chinese: chinese)
        }
    }

    /// What changes, in the file's order.
    package private(set) var steps: [Step] = []
    /// What is wrong, in the file's order.
    package private(set) var faults: [Fault] = []
    /// How many cells say what stands already.
    package private(set) var unchanged = 0
    /// The changes: one for each sheet and unit, more where one does not hold them all; none while anything is wrong.
    package var drafts: [ChangeDraft] { faults.isEmpty ? made : [] }

    private var made: [ChangeDraft] = []
    private let editing: Editing
    private let freshKey: String
    private let given: SheetForm?

    /// Looks at sheets; saves nothing.
    ///
    /// `form`: what sheets are for that do not say it in their first row.
    /// `freshKey`: what the keys of new records begin with (``NewKey``).
    package init(_ sheets: [Sheet], editing: Editing, freshKey: String, form: SheetForm? = nil) {
        self.editing = editing
        self.freshKey = freshKey
        given = form
        for sheet in sheets where sheet.rows.contains(where: { $0.contains { $0.typed != nil } }) { take(sheet) }
    }

    private var view: LocalView { editing.view }

    // MARK: Sheets

    private mutating func take(_ sheet: Sheet) {
        var batches = Batches()
        do throws(Fault) {
            let (form, isMarked) = try form(of: sheet)
            noteMerged(sheet, form, isMarked)
            switch form {
            case .records(let id):
                guard let collection = view.plan.collection(id) else { return }
                try takeRecords(sheet, collection, heads: isMarked ? 2 : 0, into: &batches)
            case .values(let period): try takeValues(sheet, period, heads: isMarked ? 1 : 0, into: &batches)
            }
        } catch {
            faults.append(error)
        }
        for (tenant, operations) in batches.all { made.append(editing.draft(operations, of: tenant)) }
    }

    /// Heads may be merged; what is filled in may not.
    private mutating func noteMerged(_ sheet: Sheet, _ form: SheetForm, _ isMarked: Bool) {
        var heads = isMarked ? 2 : 1
        if case .records = form, isMarked { heads = 3 }
        for cells in sheet.merged where cells.lastRow > heads && cells.lastRow <= sheet.rows.count {
            faults.append(fault(sheet, cells.lastRow, nil, .mergedCells(cells.name)))
        }
    }

    /// What a sheet is for, and whether its first row says so.
    private func form(of sheet: Sheet) throws(Fault) -> (SheetForm, Bool) {
        let first = (sheet.rows.first ?? []).map { $0.typed ?? "" }
        guard first.first == SheetForm.mark, first.count >= 4 else {
            guard let given else { throw fault(sheet, 1, nil, .noForm) }
            return (given, false)
        }
        guard first[1] == view.plan.id.rawValue else { throw fault(sheet, 1, 1, .otherPlan(first[1])) }
        let typed = first[2] == "values" ? "values/\(first[3])" : first[3]
        do throws(EditFault) {
            return (try SheetForm(typed, in: view.plan), true)
        } catch {
            throw fault(sheet, 1, 3, .edit(error))
        }
    }

    private func fault(_ sheet: Sheet, _ row: Int, _ column: Int?, _ reason: ImportFault) -> Fault {
        Fault(place: SheetError.Place(sheet: sheet.name, row: row, column: column), reason: reason)
    }

    // MARK: Records

    /// What the columns of a sheet of records are.
    private struct Columns {
        var tenant: Int?
        var key: Int?
        var fields: [(column: Int, rule: FieldRule)] = []
    }

    private mutating func takeRecords(
        _ sheet: Sheet, _ collection: CollectionRule, heads: Int, into batches: inout Batches
    ) throws(Fault) {
        let columns = try columns(of: sheet, collection, at: heads)
        var seen: [String: Int] = [:]
        for (index, row) in sheet.rows.enumerated().dropFirst(heads + 1) where row.contains(where: { $0.typed != nil })
        {
            func typed(_ column: Int?) -> String? {
                column.flatMap { row.indices.contains($0) ? row[$0].typed : nil }
            }
            let key = typed(columns.key)
            guard key != nil || collection.key == [.name] else {
                faults.append(fault(sheet, index + 1, columns.key, .keyMissing))
                continue
            }
            if let key, let column = columns.key, case .figure = row[column], key.filter(\.isNumber).count > 15 {
                faults.append(fault(sheet, index + 1, column, .edit(.digitsLost(field: "key", key))))
                continue
            }
            let tenant = typed(columns.tenant).map { "\(Self.firstWord($0)):" } ?? ""
            let name = "\(tenant)\(collection.id)/\(key ?? "\(freshKey)-\(index + 1)")"
            if let other = seen.updateValue(index + 1, forKey: name) {
                faults.append(fault(sheet, index + 1, columns.key, .recordTwice(row: other)))
                continue
            }
            let cells = columns.fields.compactMap { column, rule in
                row.indices.contains(column) && row[column].typed != nil ? (column, rule, row[column]) : nil
            }
            takeRecord(sheet, index + 1, name, columns.key ?? columns.tenant, cells, into: &batches)
        }
    }

    private func columns(of sheet: Sheet, _ collection: CollectionRule, at heads: Int) throws(Fault) -> Columns {
        var columns = Columns()
        let row = sheet.rows.indices.contains(heads) ? sheet.rows[heads] : []
        for (column, cell) in row.enumerated() {
            guard let text = cell.typed else { continue }
            let named = Self.field(text, of: collection)
            // The two columns at the left are of the form itself, whatever fields there are.
            if named == nil || (heads > 0 && column < 2) {
                if ["tenant", "unit", "单位"].contains(text.lowercased()) {
                    columns.tenant = column
                    continue
                }
                if Self.keyHeads(collection).contains(text.lowercased()) {
                    columns.key = column
                    continue
                }
            }
            guard let rule = named else {
                let known = collection.fields.map(\.id.rawValue)
                let reason = EditFault.fieldUnknown(
                    text, collection: collection.id.rawValue, nearest: Spelling.nearest(to: text, among: known),
                    known: known)
                throw fault(sheet, heads + 1, column, .edit(reason))
            }
            if columns.fields.contains(where: { $0.rule.id == rule.id }) {
                throw fault(sheet, heads + 1, column, .edit(.fieldTwice(rule.id.rawValue)))
            }
            columns.fields.append((column, rule))
        }
        if columns.fields.isEmpty { throw fault(sheet, heads + 1, nil, .noColumns) }
        return columns
    }

    /// What the column of the records' keys may be called: offices' own lists say what their key is.
    private static func keyHeads(_ collection: CollectionRule) -> [String] {
        ["key", "键"] + (collection.key == [.uscc] ? ["uscc", "统一社会信用代码", "社会信用代码"] : [])
    }

    /// The field that a head names, by its id or its name, with or without the unit behind.
    private static func field(_ text: String, of collection: CollectionRule) -> FieldRule? {
        collection.fields.first { rule in
            [rule.id.rawValue, rule.name.zh, rule.name.en].contains { name in
                text == name || text == "\(name) (\(rule.unit))" || text == "\(name)(\(rule.unit))"
                    || text == "\(name)（\(rule.unit)）"
            }
        }
    }

    private mutating func takeRecord(
        _ sheet: Sheet, _ row: Int, _ name: String, _ keyColumn: Int?, _ cells: [(Int, FieldRule, SheetCell)],
        into batches: inout Batches
    ) {
        let reference: RecordReference
        do throws(EditError) {
            reference = try editing.reference(name, .set)
        } catch {
            faults += error.faults.map { fault(sheet, row, keyColumn, .edit($0)) }
            return
        }
        var operations: [PlanSyncCore.Operation] = []
        let tenant = editing.tenant(of: reference)
        for (column, rule, cell) in cells {
            let place = SheetError.Place(sheet: sheet.name, row: row, column: column)
            take(cell, rule, reference, place, into: &operations)
        }
        if let step = editing.stepFault(operations, reference) {
            let column = cells.first { $0.1.id == reference.collection.workflow?.field }?.0
            faults.append(fault(sheet, row, column, .edit(step)))
        }
        batches.append(operations, of: tenant)
    }

    // MARK: Figures

    private mutating func takeValues(
        _ sheet: Sheet, _ period: Period, heads: Int, into batches: inout Batches
    ) throws(Fault) {
        guard let collection = view.plan.collection(CollectionRule.values) else { return }
        let units = try unitColumns(of: sheet, at: heads)
        var seen: [FieldID: Int] = [:]
        var operations: [TenantID: [PlanSyncCore.Operation]] = [:]
        for (index, row) in sheet.rows.enumerated().dropFirst(heads + 1) {
            guard units.contains(where: { row.indices.contains($0.column) && row[$0.column].typed != nil }) else {
                continue
            }
            let name = row.first?.typed ?? ""
            guard let rule = Self.field(name, of: collection) else {
                let known = collection.fields.map(\.id.rawValue)
                let reason = EditFault.fieldUnknown(
                    name, collection: collection.id.rawValue, nearest: Spelling.nearest(to: name, among: known),
                    known: known)
                faults.append(fault(sheet, index + 1, 0, .edit(reason)))
                continue
            }
            if let other = seen.updateValue(index + 1, forKey: rule.id) {
                faults.append(fault(sheet, index + 1, 0, .recordTwice(row: other)))
                continue
            }
            for (column, tenant) in units where row.indices.contains(column) && row[column].typed != nil {
                let place = SheetError.Place(sheet: sheet.name, row: index + 1, column: column)
                do throws(EditError) {
                    let reference = try editing.reference("\(tenant):values/\(period.id)", .set)
                    take(row[column], rule, reference, place, into: &operations[tenant, default: []])
                } catch {
                    faults += error.faults.map { Fault(place: place, reason: .edit($0)) }
                }
            }
        }
        for (_, tenant) in units { batches.append(operations[tenant] ?? [], of: tenant) }
    }

    /// The columns of units; all others are for people.
    private func unitColumns(of sheet: Sheet, at heads: Int) throws(Fault) -> [(column: Int, tenant: TenantID)] {
        var columns: [(column: Int, tenant: TenantID)] = []
        let row = sheet.rows.indices.contains(heads) ? sheet.rows[heads] : []
        for (column, cell) in row.enumerated().dropFirst() {
            guard let text = cell.typed else { continue }
            let word = Self.firstWord(text)
            let found = view.plan.tenants.first { [$0.id.rawValue, $0.name.zh, $0.name.en].contains(word) }
            let isOwn = ["value", "数值", "本期数"].contains(text.lowercased())
            guard let tenant = found?.id ?? (isOwn ? view.principal.tenant : nil) else { continue }
            if columns.contains(where: { $0.tenant == tenant }) {
                throw fault(sheet, heads + 1, column, .unitTwice(tenant.rawValue))
            }
            columns.append((column, tenant))
        }
        if columns.isEmpty { throw fault(sheet, heads + 1, nil, .noUnits) }
        return columns
    }

    private static func firstWord(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? text
    }

    // MARK: Cells

    /// The days 1955 to 2119 as spreadsheets count them, from 1899-12-30.
    private static let serialDays = 20_000...80_000

    private mutating func take(
        _ cell: SheetCell, _ rule: FieldRule, _ reference: RecordReference, _ place: SheetError.Place,
        into operations: inout [PlanSyncCore.Operation]
    ) {
        let tenant = editing.tenant(of: reference)
        let before = view.field(CellKey(tenant: tenant, record: reference.record, field: rule.id))?.value
        if let before, before.cell(of: rule) == cell || before.cell(of: rule).typed == cell.typed {
            unchanged += 1
            return
        }
        do throws(EditFault) {
            let typed = try text(cell, rule)
            let made = try operationsOf(typed, rule, reference, before, besides: operations)
            if made.isEmpty { unchanged += 1 }
            for operation in made {
                steps.append(
                    Step(
                        place: place, tenant: tenant, record: reference.record, field: rule.id,
                        action: operation.action, before: before, after: operation.value))
            }
            operations += made
        } catch {
            faults.append(Fault(place: place, reason: .edit(error)))
        }
    }

    private func operationsOf(
        _ typed: String, _ rule: FieldRule, _ reference: RecordReference, _ before: FieldValue?,
        besides others: [PlanSyncCore.Operation]
    ) throws(EditFault) -> [PlanSyncCore.Operation] {
        guard rule.merge == .members else {
            let value = try editing.read(typed, rule, isDelta: false)
            if value == before { return [] }
            return [try editing.operation(.set, "\(rule.id)=\(typed)", reference, besides: others)]
        }
        var known: Set<String> = []
        if case .members(let members)? = before { known = Set(members) }
        var made: [PlanSyncCore.Operation] = []
        for member in typed.split(whereSeparator: { $0.isNewline || $0 == ";" || $0 == "；" }).map(String.init) {
            guard case .text(let name) = try editing.read(member, rule, isDelta: false), !known.contains(name) else {
                continue
            }
            known.insert(name)
            // Each member is an edit of its own to the same field.
            made.append(try editing.operation(.insert, "\(rule.id)=\(member)", reference, besides: []))
        }
        return made
    }

    /// What the cell says in the words of the field.
    private func text(_ cell: SheetCell, _ rule: FieldRule) throws(EditFault) -> String {
        let typed = cell.typed ?? ""
        if case .failed(let mark) = cell { throw .value(field: rule.id.rawValue, .formulaError(mark)) }
        switch rule.kind {
        case .date:
            // How a spreadsheet counts days where the cell's form does not say that it is one.
            if case .figure(let figure) = cell, let days = Int(figure), Self.serialDays.contains(days) {
                return CalendarDate(daysSince1970: days - 25_569).description
            }
            return typed
        case .text, .reference, .members:
            // A spreadsheet has lost the last digits of a long number by now.
            if case .figure(let figure) = cell, figure.filter(\.isNumber).count > 15 {
                throw .digitsLost(field: rule.id.rawValue, figure)
            }
            return typed
        case .amount, .flag, .option: return typed
        }
    }
}

/// Operations by unit, cut where one change would be too long; a record is never cut.
private struct Batches {
    private var order: [TenantID] = []
    private var parts: [TenantID: [[PlanSyncCore.Operation]]] = [:]

    var all: [(TenantID, [PlanSyncCore.Operation])] {
        order.flatMap { tenant in (parts[tenant] ?? []).map { (tenant, $0) } }
    }

    mutating func append(_ operations: [PlanSyncCore.Operation], of tenant: TenantID) {
        guard !operations.isEmpty else { return }
        var lists = parts[tenant] ?? []
        if lists.isEmpty { order.append(tenant) }
        if let last = lists.popLast() {
            if last.count + operations.count <= Limits.operationsPerChangeMax {
                lists.append(last + operations)
            } else {
                lists += [last, operations]
            }
        } else {
            lists.append(operations)
        }
        parts[tenant] = lists
    }
}
