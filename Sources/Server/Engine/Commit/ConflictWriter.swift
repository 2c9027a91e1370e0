import PlanSyncCore

/// One operation with all that deciding it needs.
struct OperationContext {
    let operation: Operation
    /// Its place in the change.
    let index: Int
    let change: Change
    let seq: UInt64
    let key: CellKey
    let theirs: FieldValue?
    let principal: Principal
    let cryptography: any Cryptography

    var byCity: Bool { principal.role.isOfCity }

    var records: ConflictWriter { ConflictWriter(cryptography: cryptography) }

    /// A cell written by this operation's change.
    func cell(_ value: FieldValue?, conflict: String?) -> Cell {
        Cell(
            value: value, rev: change.id, seq: seq, by: principal.device, byCity: byCity, author: change.author,
            at: change.at, note: change.note, conflict: conflict)
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
    func open(
        _ state: ConflictRecord.State, ours: Cell?, _ context: OperationContext
    ) -> Written {
        write(state, ours: ours.map { side("ours", of: $0) }, theirs: context.side("theirs"), context)
    }

    /// A proposal that keeps what the owner's value displaces.
    func openProposal(keeping cell: Cell?, beside context: OperationContext) -> Written {
        write(.proposal, ours: context.side("ours"), theirs: cell.map { side("theirs", of: $0) }, context)
    }

    /// A further side of an open conflict; `nil` when there is no such conflict.
    func join(_ id: String, _ context: OperationContext, in work: ChangeScratch) -> Written? {
        guard let record = work.conflict(id, of: context.key.tenant), record.state == .open,
            let key = try? RecordKey(collection: CollectionRule.conflicts, key: id)
        else { return nil }
        let arrivals = record.sides.filter { $0.name != "ours" }.count
        let side = context.side(ConflictField.sideName(after: arrivals))
        return Written(id: id, cells: cells(of: (try? side.fields()) ?? [], record: key, context))
    }

    private func side(_ name: String, of cell: Cell) -> ConflictSide {
        ConflictSide(
            name: name, value: cell.value, rev: cell.rev, by: cell.by, author: cell.author, at: cell.at,
            note: cell.note)
    }

    private func write(
        _ state: ConflictRecord.State, ours: ConflictSide?, theirs: ConflictSide?, _ context: OperationContext
    ) -> Written {
        let id = name(of: context)
        guard let record = try? RecordKey(collection: CollectionRule.conflicts, key: id) else {
            return Written(id: id, cells: [])
        }
        var fields: [(FieldID, FieldValue)] = [
            (ConflictField.collection, .text(context.key.record.collection.rawValue)),
            (ConflictField.key, .text(context.key.record.key)),
            (ConflictField.field, .text(context.key.field.rawValue)),
            (ConflictField.state, .text(state.rawValue)),
        ]
        if let shown = context.operation.shown { fields.append((ConflictField.base, shown)) }
        for side in [ours, theirs] { fields += side.flatMap { try? $0.fields() } ?? [] }
        return Written(id: id, cells: cells(of: fields, record: record, context))
    }

    private func cells(
        of fields: [(FieldID, FieldValue)], record: RecordKey, _ context: OperationContext
    ) -> [(CellKey, Cell)] {
        fields.map { field, value in
            (CellKey(tenant: context.key.tenant, record: record, field: field), context.cell(value, conflict: nil))
        }
    }

    /// A short name that follows from the change and the field alone, so that a replay gives the same.
    private func name(of context: OperationContext) -> String {
        let digest = cryptography.sha256(Array("\(context.change.id)/\(context.key.record)/\(context.key.field)".utf8))
        // Without 0, 1, i, l, o: it is read out on the telephone.
        let alphabet = Array("23456789abcdefghjkmnpqrstuvwxyz2".utf8)
        let letters = digest.prefix(10).map { alphabet[Int($0 & 31)] }
        return "c" + String(decoding: letters, as: UTF8.self)
    }
}

extension Cell {
    /// The same value at a later place, so that those who pull see that its conflict changed.
    func moved(to seq: UInt64) -> Cell {
        Cell(
            value: value, rev: rev, seq: seq, by: by, byCity: byCity, author: author, at: at, deleted: deleted,
            note: note, conflict: conflict)
    }
}
