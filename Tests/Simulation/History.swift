import PlanSyncCore

// What must have come of the journals, told a second time in the plainest way: no merge, only what each stored
// answer claims, one change after the other. Where this telling and the server's cells differ, one of them lies.
// It is a value, so that a backup of the server is a copy of it.

/// The journals so far, folded.
struct History: Sendable {
    /// Who wrote a cell last, and who confirmed that value since without writing it.
    struct Writer: Sendable {
        var rev: ChangeID
        var confirmed: Set<ChangeID> = []
    }

    /// An operation that is kept in a record of conflicts.
    struct Kept: Sendable {
        let conflict: String
        let subject: CellKey
        let change: ChangeID
        let operation: Operation
    }

    private(set) var lastOrdinal: Int64 = 0
    private(set) var rows: [JournalRow] = []
    private(set) var places: [ChangeID: Int] = [:]
    private(set) var heads: [TenantID: UInt64] = [:]
    private(set) var chains: [ChainName: (number: UInt64, head: String)] = [:]
    private(set) var writers: [CellKey: Writer] = [:]
    private(set) var counters: [CellKey: Amount?] = [:]
    private(set) var stages: [CellKey: Int] = [:]
    /// How often each ladder was gone back on.
    private(set) var generations: [CellKey: UInt64] = [:]
    /// Decisions of retired devices that the city may take: the conflict that they are about.
    private var handedIn: [String: CellKey] = [:]
    private(set) var extremes: [CellKey: Amount] = [:]
    /// What the city made of each period.
    private(set) var periods: [String: FieldValue] = [:]
    /// When the plan came to the server.
    var planLoaded = Timestamp(milliseconds: 0)
    private(set) var members: [CellKey: [String: Set<ChangeID>]] = [:]
    private(set) var removedEarly: [CellKey: Set<ChangeID>] = [:]
    private(set) var subjects: [String: CellKey] = [:]
    private(set) var kept: [Kept] = []
    /// Whether each conflict is open after the last decision about it.
    private(set) var decisions: [CellKey: Bool] = [:]
    private(set) var uncertain: Set<CellKey> = []
    /// What was entered for good.
    private(set) var entries: [CellKey: FieldValue] = [:]
    /// The targets, each with when it was taken.
    var goals: [CellKey: Goal] = [:]

    func row(_ id: ChangeID) -> JournalRow? { places[id].map { rows[$0] } }

    /// Takes in the next row; gives what is broken by it.
    mutating func take(
        _ row: JournalRow, plan: Plan, link: (ChainName, UInt64) throws -> (id: ChangeID, hash: String)?
    ) rethrows -> [Violation] {
        var broken: [Violation] = []
        lastOrdinal = row.ordinal
        let id = row.change.id
        let earlier = places[id].map { rows[$0] }
        // A stranger that uses an id again is refused, and the fact stands in its own journal.
        let isStrangers = earlier != nil && row.isRejected && earlier?.device != row.device
        if let earlier, !isStrangers {
            broken.append(
                .exactlyOnce("\(id) stands in \(earlier.tenant) \(earlier.seq) and \(row.tenant) \(row.seq)"))
        }
        if !isStrangers { places[id] = rows.count }
        rows.append(row)
        let seq = (heads[row.tenant] ?? 0) + 1
        if row.seq != seq { broken.append(.prefixReads("\(row.tenant) goes from \(seq - 1) to \(row.seq)")) }
        heads[row.tenant] = row.seq
        try followChain(row, link, &broken)
        if row.result.operations.count != row.change.operations.count {
            broken.append(.groupAtomicity("\(id) has \(row.change.operations.count) edits, not as many answers"))
        }
        let refused = row.result.operations.filter { $0.outcome == .rejected }.count
        if refused != 0, refused != row.change.operations.count || !row.isRejected {
            broken.append(.groupAtomicity("\(id) is rejected in part"))
        }
        guard !row.isRejected else { return broken }
        for (operation, answer) in zip(row.change.operations, row.result.operations) {
            fold(operation, answer, row, plan, &broken)
        }
        return broken
    }

    private mutating func followChain(
        _ row: JournalRow, _ link: (ChainName, UInt64) throws -> (id: ChangeID, hash: String)?,
        _ broken: inout [Violation]
    ) rethrows {
        // The server's own device signs for itself and has no chain.
        guard row.device.rawValue != "city.server" else { return }
        let name = row.chain
        var end = chains[name] ?? (0, "")
        // Places that known changes took when they were offered again.
        while end.number + 1 < row.change.number, let known = try link(name, end.number + 1) {
            end = (end.number + 1, known.hash)
        }
        if row.change.number != end.number + 1 {
            broken.append(.chain("\(row.device) \(row.change.incarnation): \(row.change.number) after \(end.number)"))
        } else if row.change.previous != end.head {
            broken.append(
                .chain("\(row.device) \(row.change.incarnation)/\(row.change.number) hangs on another change"))
        }
        chains[name] = (row.change.number, row.hash)
    }

    private mutating func fold(
        _ operation: Operation, _ answer: OperationResult, _ row: JournalRow, _ plan: Plan, _ broken: inout [Violation]
    ) {
        let id = row.change.id
        guard let named = operation.field else {
            if operation.action == .delete, answer.outcome == .applied, answer.reason == nil {
                checkDeletion(operation, row, &broken)
            }
            return
        }
        let field = plan.currentName(of: named, in: operation.record.collection)
        let key = CellKey(tenant: row.tenant, record: operation.record, field: field)
        let origin = plan.collection(operation.record.collection)?.origin
        if origin == .periods, row.device.rawValue == "city.server", field == PeriodField.state {
            periods[operation.record.key] = operation.value
        }
        if origin == .conflicts {
            decided(operation, answer, row, key)
            return
        }
        // Periods and reports are written by more than the edits on them.
        guard origin == .values || origin == .declared || origin == .targets else { return }
        if answer.reason == "sealed" { uncertain.insert(key) }
        if let conflict = answer.conflict {
            subjects[conflict] = key
            if answer.outcome == .conflict || answer.reason == "sealed" || answer.reason == "proposal" {
                kept.append(Kept(conflict: conflict, subject: key, change: id, operation: operation))
            }
        }
        let rule = plan.field(field, of: operation.record.collection)
        checkPolicy(operation, answer, rule, key, row, &broken)
        if origin == .values { checkLateness(operation, answer, row, plan, &broken) }
        if origin == .targets { checkFreeze(operation, answer, row, key, plan, &broken) }
        if plan.collection(operation.record.collection)?.isAppendOnly == true {
            checkEntry(operation, answer, key, id, &broken)
        }
        // A renamed field's cells go with it; who wrote them is for the replay to say.
        guard !SimulatedPlan.renamable.contains(field.rawValue) else { return }
        switch (answer.outcome, answer.reason) {
        case (.conflict, _), (.rejected, _): return
        case (_, "same"): writers[key]?.confirmed.insert(id)
        case (.applied, _), (.late, nil), (.merged, nil), (_, "add_wins"), (_, "removed_before"):
            if answer.outcome == .applied, rule?.merge == .review,
                operation.action == .set || operation.action == .clear
            {
                checkBase(operation, key, id, &broken)
            }
            writers[key] = Writer(rev: id)
            if rule?.merge == .counter { count(operation, answer, key) }
        default: break
        }
        if rule?.merge == .members { tag(operation, answer, key, id) }
    }

    /// What was entered for good is not altered, cleared or entered otherwise.
    private mutating func checkEntry(
        _ operation: Operation, _ answer: OperationResult, _ key: CellKey, _ id: ChangeID, _ broken: inout [Violation]
    ) {
        guard answer.outcome == .applied, answer.reason == nil else { return }
        let value = operation.action == .set ? operation.value : nil
        if let stands = entries[key], stands != value {
            broken.append(.noBlindOverwrite("\(id) alters the entry \(key.tenant) \(key.record)"))
        }
        entries[key] = value
    }

    /// A deletion takes nothing with it that its author had not seen.
    private func checkDeletion(_ operation: Operation, _ row: JournalRow, _ broken: inout [Violation]) {
        guard case .members(let lines)? = operation.shown else { return }
        let seen = Set(lines.map { $0.split(separator: " ").prefix(2).joined(separator: " ") })
        for (key, writer) in writers where key.tenant == row.tenant && key.record == operation.record {
            guard !uncertain.contains(key), writer.rev != row.change.id else { continue }
            if !seen.contains("\(key.field) \(writer.rev)") {
                broken.append(.deleteSafety("\(row.change.id) deletes \(key.field) without having seen \(writer.rev)"))
            }
        }
    }

    /// An edit is late by the server's clock and order, whatever its author's clock says.
    private func checkLateness(
        _ operation: Operation, _ answer: OperationResult, _ row: JournalRow, _ plan: Plan,
        _ broken: inout [Violation]
    ) {
        guard answer.outcome == .applied || answer.outcome == .late, let period = plan.period(of: operation.record)
        else { return }
        let end = plan.periods.deadlineEnd(of: period)
        let isOver = planLoaded < end && row.received >= end
        let state = periods[operation.record.key]
        switch state {
        case .text("final")?:
            if answer.reason != "sealed" { broken.append(.seal("\(row.change.id) came after the seal and counts")) }
        case .text("closed")?, nil:
            let isLate = state != nil || isOver
            if (answer.outcome == .late) != isLate {
                broken.append(.clockBlindness("\(row.change.id) is \(answer.outcome.rawValue), late: \(isLate)"))
            }
        default: break
        }
    }

    /// What a policy may not answer, whatever stood there.
    private mutating func checkPolicy(
        _ operation: Operation, _ answer: OperationResult, _ rule: FieldRule?, _ key: CellKey, _ row: JournalRow,
        _ broken: inout [Violation]
    ) {
        guard let rule else { return }
        let id = row.change.id
        switch rule.merge {
        case .review where answer.outcome == .merged && answer.reason != "sealed":
            broken.append(.bothSidesKept("\(id) was merged away under the policy review"))
        case .latest where answer.outcome == .merged || answer.outcome == .conflict && answer.reason == nil:
            broken.append(.clockBlindness("\(id) came later and does not stand"))
        case .max, .min: checkExtreme(operation, answer, rule, key, id, &broken)
        case .ladder: checkStage(operation, answer, rule, key, row, &broken)
        default: extremes[key] = nil
        }
    }

    /// A stage never falls but by somebody who goes back with a reason.
    private mutating func checkStage(
        _ operation: Operation, _ answer: OperationResult, _ rule: FieldRule, _ key: CellKey, _ row: JournalRow,
        _ broken: inout [Violation]
    ) {
        guard answer.reason == nil, answer.outcome == .applied || answer.outcome == .late, !uncertain.contains(key),
            case .text(let stage)? = operation.value, case .option(let options) = rule.kind,
            let rank = options.firstIndex(of: stage)
        else {
            if operation.action == .clear, answer.reason == nil { stages[key] = nil }
            return
        }
        if operation.action == .reopen {
            generations[key, default: 0] += 1
            if row.change.note == nil { broken.append(.ladder("\(row.change.id) goes back without a reason")) }
        } else if let before = stages[key], rank < before {
            broken.append(.ladder("\(row.change.id) takes \(key.record) from \(options[before]) back to \(stage)"))
        }
        stages[key] = rank
    }

    /// The cell is the greatest, or the least, of all that was taken since it was last cleared.
    private mutating func checkExtreme(
        _ operation: Operation, _ answer: OperationResult, _ rule: FieldRule, _ key: CellKey, _ id: ChangeID,
        _ broken: inout [Violation]
    ) {
        guard answer.outcome != .conflict, answer.outcome != .rejected, answer.reason != "sealed" else { return }
        guard !uncertain.contains(key) else { return }
        guard operation.action == .set, let value = operation.value?.amount else {
            if answer.reason == nil { extremes[key] = nil }
            return
        }
        let before = extremes[key]
        let isFurther = before.map { rule.merge == .max ? value > $0 : value < $0 } ?? true
        // After a decision nothing is known of what stands, until an answer tells it.
        if isFurther { extremes[key] = answer.reason == "superseded" ? answer.value?.amount : value }
        if before != nil, isFurther != (answer.reason == nil), answer.reason != "same" {
            let stood = before.map { "\($0)" } ?? "nothing"
            broken.append(
                .orderBlindness(
                    "\(id) sent \(value) to the \(rule.merge.rawValue) of \(key.tenant) \(key.record) "
                        + "\(key.field), where "
                        + "\(stood) stood: \(answer.outcome.rawValue) \(answer.reason ?? "")"))
        }
    }

    private mutating func checkBase(_ operation: Operation, _ key: CellKey, _ id: ChangeID, _ broken: inout [Violation])
    {
        guard let writer = writers[key], !uncertain.contains(key) else { return }
        guard let base = operation.base.first, base == writer.rev || writer.confirmed.contains(base) else {
            broken.append(.noBlindOverwrite("\(id) wrote \(key.record) \(key.field) without having seen \(writer.rev)"))
            return
        }
    }

    private mutating func count(_ operation: Operation, _ answer: OperationResult, _ key: CellKey) {
        switch operation.action {
        case .add:
            let before = (counters[key] ?? nil) ?? .zero
            let sum = try? before.adding(operation.value?.amount ?? .zero)
            counters[key] = .some(sum)
        case .set: counters[key] = .some((answer.value ?? operation.value)?.amount)
        case .clear: counters[key] = .some(nil)
        default: break
        }
    }

    private mutating func tag(_ operation: Operation, _ answer: OperationResult, _ key: CellKey, _ id: ChangeID) {
        guard answer.outcome != .conflict, answer.reason != "sealed", case .text(let member)? = operation.value else {
            return
        }
        switch operation.action {
        case .insert:
            if removedEarly[key]?.contains(id) == true { return }
            members[key, default: [:]][member, default: []].insert(id)
        case .remove:
            for tag in operation.base {
                if members[key]?[member]?.remove(tag) == nil { removedEarly[key, default: []].insert(tag) }
            }
        default: break
        }
    }

    private mutating func decided(_ operation: Operation, _ answer: OperationResult, _ row: JournalRow, _ key: CellKey)
    {
        let about = CellKey(tenant: row.tenant, record: operation.record, field: ConflictField.resolution)
        if answer.reason == "escrow", let escrow = answer.conflict { handedIn[escrow] = about }
        guard answer.outcome != .rejected, answer.reason == nil, case .text(let choice)? = operation.value else {
            return
        }
        if let inner = handedIn[operation.record.key] {
            // Taken or refused, it moves a conflict that it does not name.
            decisions[inner] = nil
            uncertain.insert(inner)
            if let subject = subjects[inner.record.key] {
                uncertain.insert(subject)
                extremes[subject] = nil
                counters[subject] = nil
            }
        }
        let place = CellKey(tenant: row.tenant, record: operation.record, field: ConflictField.resolution)
        decisions[place] = answer.outcome == .conflict || choice == "open"
        guard let subject = subjects[operation.record.key], answer.outcome != .conflict || choice == "open" else {
            return
        }
        writers[key] = Writer(rev: row.change.id)
        // Which side a decision writes is for the replay to check; here only that somebody did.
        uncertain.insert(subject)
        extremes[subject] = nil
        if choice != "open" { counters[subject] = nil }
    }

}
