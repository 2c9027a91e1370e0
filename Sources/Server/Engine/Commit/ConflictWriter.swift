import PlanSyncCore

/// One operation with all that deciding it needs.
struct OperationContext {
    let operation: Operation
    /// Its place in the change.
    let index: Int
    let change: Change
    let seq: UInt64
    /// What it is about: its field, or its record's state.
    var key: CellKey
    /// Its value in its canonical form.
    var theirs: FieldValue?
    let principal: Principal
    let cryptography: any Cryptography

    init(
        operation: Operation, index: Int, change: Change, seq: UInt64, tenant: TenantID, principal: Principal,
        cryptography: any Cryptography
    ) {
        self.operation = operation
        self.index = index
        self.change = change
        self.seq = seq
        key = CellKey(tenant: tenant, record: operation.record, field: operation.field ?? .recordState)
        self.principal = principal
        self.cryptography = cryptography
    }

    var tenant: TenantID { key.tenant }

    var byCity: Bool { principal.role.isOfCity }

    var records: ConflictWriter { ConflictWriter(cryptography: cryptography) }

    /// Where the state of the operation's record stands.
    var recordState: CellKey { CellKey(tenant: key.tenant, record: key.record, field: .recordState) }

    /// A change that this one may build on, in the journals that it can be in.
    func earlier(_ id: ChangeID, in work: ChangeScratch) -> StoredChange? {
        let journals = [key.tenant, principal.tenant]
        return journals.lazy.compactMap { work.overlay.known[$0]?[id] }.first
    }

    /// Whether it builds on a change of this device that was rejected.
    func buildsOnRejected(in work: ChangeScratch) -> Bool {
        operation.base.contains { id in
            guard let earlier = earlier(id, in: work) else { return false }
            return earlier.isRejected && earlier.device == principal.device
        }
    }

    /// A cell written by this operation's change.
    func cell(_ value: FieldValue?, conflict: String?, lineage: Lineage? = nil) -> Cell {
        Cell(
            value: value, rev: change.id, seq: seq, by: principal.device, byCity: byCity, author: change.author,
            at: change.at, note: change.note, conflict: conflict, lineage: lineage)
    }

    /// A cell with the origin of another.
    func cell(_ value: FieldValue?, as origin: Cell) -> Cell {
        Cell(
            value: value, rev: origin.rev, seq: origin.seq, by: origin.by, byCity: origin.byCity,
            author: origin.author, at: origin.at, note: origin.note)
    }

    /// This operation as a side of a conflict.
    func side(_ name: String) -> ConflictSide {
        ConflictSide(
            name: name, value: theirs, rev: change.id, by: principal.device, author: change.author, at: change.at,
            note: change.note)
    }
}

/// Lays out conflicts and proposals as records.
struct ConflictWriter {
    let cryptography: any Cryptography

    /// A record and its cells.
    struct Written {
        let id: String
        let cells: [(CellKey, Cell)]
    }

    /// A new record: what stands is `ours`, what arrives is `theirs`.
    func open(_ state: ConflictRecord.State, ours: Cell?, _ context: OperationContext) -> Written {
        open(state, ours: ours.map { side("ours", of: $0) }, theirs: context.side("theirs"), context)
    }

    /// A proposal that keeps what the owner's value displaces.
    func openProposal(keeping cell: Cell?, beside context: OperationContext) -> Written {
        open(.proposal, ours: context.side("ours"), theirs: cell.map { side("theirs", of: $0) }, context)
    }

    /// A further side of an open conflict; `nil` when there is no such conflict.
    func join(_ id: String, _ side: ConflictSide, _ context: OperationContext, in work: ChangeScratch) -> Written? {
        guard let record = work.conflict(id, of: context.key.tenant), record.state == .open else { return nil }
        return add(side, to: record, context)
    }

    /// The cells of a further side.
    func add(_ side: ConflictSide, to record: ConflictRecord, _ context: OperationContext) -> Written? {
        guard let key = try? RecordKey(collection: CollectionRule.conflicts, key: record.id) else { return nil }
        let arrivals = record.sides.filter { $0.name != "ours" }.count
        let named = ConflictSide(
            name: ConflictField.sideName(after: arrivals), value: side.value, rev: side.rev, by: side.by,
            author: side.author, at: side.at, note: side.note)
        return Written(id: record.id, cells: cells(of: (try? named.fields()) ?? [], record: key, context))
    }

    /// What stands in a cell, as a side.
    func side(_ name: String, of cell: Cell) -> ConflictSide { side(name, of: cell, value: cell.value) }

    /// A value that stands because of a cell's change, as a side.
    func side(_ name: String, of cell: Cell, value: FieldValue?) -> ConflictSide {
        ConflictSide(
            name: name, value: value, rev: cell.rev, by: cell.by, author: cell.author, at: cell.at, note: cell.note)
    }

    /// A new record with these sides.
    func open(
        _ state: ConflictRecord.State, ours: ConflictSide?, theirs: ConflictSide?, _ context: OperationContext
    ) -> Written {
        let id = name(of: context)
        guard let record = try? RecordKey(collection: CollectionRule.conflicts, key: id) else {
            return Written(id: id, cells: [])
        }
        var fields: [(FieldID, FieldValue)] = [
            (ConflictField.about, .text(ConflictField.text(about: context.key))),
            (ConflictField.state, .text(state.text(from: state))),
        ]
        if let shown = context.operation.shown, context.key.field != .recordState {
            fields.append((ConflictField.base, shown))
        }
        if ![.set, .clear].contains(context.operation.action) {
            fields.append((ConflictField.action, .text(context.operation.action.rawValue)))
        }
        for side in [ours, theirs] { fields += side.flatMap { try? $0.fields() } ?? [] }
        return Written(id: id, cells: cells(of: fields, record: record, context))
    }

    /// Cells of a conflict's record, written by this operation's change.
    func cells(
        of fields: [(FieldID, FieldValue)], record: RecordKey, _ context: OperationContext
    ) -> [(CellKey, Cell)] {
        fields.map { field, value in
            (CellKey(tenant: context.key.tenant, record: record, field: field), context.cell(value, conflict: nil))
        }
    }

    /// A short name that follows from the change and the field alone, so that a replay gives the same.
    private func name(of context: OperationContext) -> String {
        let digest = cryptography.sha256(
            Array("\(context.change.id)/\(context.index)/\(context.key.record)/\(context.key.field)".utf8))
        // Without 0, 1, i, l, o: it is read out on the telephone.
        let alphabet = Array("23456789abcdefghjkmnpqrstuvwxyz2".utf8)
        let letters = digest.prefix(10).map { alphabet[Int($0 & 31)] }
        return "c" + String(decoding: letters, as: UTF8.self)
    }
}
