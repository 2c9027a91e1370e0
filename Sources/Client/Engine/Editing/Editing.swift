// From what a person typed to a change: everything that the server would refuse is said here, offline and all
// at once. Each operation names the change that wrote what the person saw, and the value that stood there.

import PlanSyncCore
import PlanSyncWire

/// Makes changes of what a person typed.
package struct Editing: Sendable {
    /// The key that stands for a new one.
    package static let newKey = "new"

    let view: LocalView
    let author: String
    let note: String?
    private let freshKey: String?
    private let isConverting: Bool

    /// Edits what this view shows, in a person's name.
    ///
    /// `freshKey`: what takes the place of the key `new` (``NewKey``).
    /// `converting`: figures in another unit of the same kind are converted, instead of offered.
    /// - Throws: ``EditError`` for a name or note that cannot be kept.
    package init(
        view: LocalView, author: String, note: String?, freshKey: String? = nil, converting: Bool = false
    ) throws(EditError) {
        var faults: [EditFault] = []
        if author.isEmpty { faults.append(.authorMissing) }
        if author.utf8.count > Limits.authorBytesMax { faults.append(.authorTooLong(bytesMax: Limits.authorBytesMax)) }
        if (note ?? "").utf8.count > Limits.noteBytesMax { faults.append(.noteTooLong(bytesMax: Limits.noteBytesMax)) }
        guard faults.isEmpty else { throw EditError(faults) }
        self.view = view
        self.author = author
        self.note = note
        self.freshKey = freshKey
        isConverting = converting
    }

    /// Puts values into fields: `FIELD=VALUE` each.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func set(_ record: String, _ assignments: [String]) throws(EditError) -> ChangeDraft {
        try edit(record, assignments, .set)
    }

    /// Adds numbers to counters: `FIELD=NUMBER` each.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func add(_ record: String, _ assignments: [String]) throws(EditError) -> ChangeDraft {
        try edit(record, assignments, .add)
    }

    /// Puts members into sets: `FIELD=MEMBER` each.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func insert(_ record: String, _ assignments: [String]) throws(EditError) -> ChangeDraft {
        try edit(record, assignments, .insert)
    }

    /// Takes members out of sets: `FIELD=MEMBER` each.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func remove(_ record: String, _ assignments: [String]) throws(EditError) -> ChangeDraft {
        try edit(record, assignments, .remove)
    }

    /// Goes back on ladders: `FIELD=STAGE` each; the note of this editing is the reason, and must be there.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func reopen(_ record: String, _ assignments: [String]) throws(EditError) -> ChangeDraft {
        try edit(record, assignments, .reopen)
    }

    /// Takes the values of fields away.
    ///
    /// - Throws: ``EditError`` with every fault.
    package func clear(_ record: String, _ fields: [String]) throws(EditError) -> ChangeDraft {
        try edit(record, fields, .clear)
    }

    private func edit(
        _ record: String, _ typed: [String], _ action: Operation.Action
    ) throws(EditError) -> ChangeDraft {
        let reference = try reference(record, action)
        var faults: [EditFault] = []
        var operations: [Operation] = []
        for part in typed {
            do throws(EditFault) {
                operations.append(try operation(action, part, reference, besides: operations))
            } catch {
                faults.append(error)
            }
        }
        if let fault = stepFault(operations, reference) { faults.append(fault) }
        return try draft(operations, faults, reference)
    }

    /// Why these edits cannot take the record to a state of its workflow.
    func stepFault(_ operations: [Operation], _ reference: RecordReference) -> EditFault? {
        guard let workflow = reference.collection.workflow,
            let step = operations.first(where: { $0.field == workflow.field })
        else { return nil }
        let owner = tenant(of: reference)
        func seen(_ field: FieldID) -> LocalField? {
            view.field(CellKey(tenant: owner, record: reference.record, field: field))
        }
        do throws(WorkflowRule.Fault) {
            try workflow.check(
                from: seen(workflow.field)?.value?.shown, to: step.action == .clear ? nil : step.value?.shown,
                by: view.principal.role, hasReason: !(note ?? "").isEmpty
            ) { field in
                let isSet = operations.contains { $0.field == field && $0.action != .clear && $0.value != nil }
                return isSet || seen(field)?.value != nil
            }
            return nil
        } catch {
            return .step(field: workflow.field.rawValue, error)
        }
    }

    func operation(
        _ action: Operation.Action, _ typed: String, _ reference: RecordReference,
        besides others: [Operation]
    ) throws(EditFault) -> Operation {
        let sides = typed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let name = sides.first, sides.count == 2 || action == .clear else { throw .assignmentForm(typed) }
        let rule = try field(action == .clear ? typed : name, of: reference, besides: others)
        try checkPolicy(action, rule)
        var value: FieldValue?
        if action != .clear { value = try read(sides.last ?? "", rule, isDelta: action == .add) }
        let seen = view.field(CellKey(tenant: tenant(of: reference), record: reference.record, field: rule.id))
        var base = seen?.rev.map { [$0] } ?? []
        try checkStands(rule.id, reference.record, action, value, seen)
        if rule.id == ExplanationField.text, reference.collection.id == CollectionRule.explanations,
            case .text(let text)? = value, !view.plan.explanations.accepts(text)
        {
            throw .explanationEmpty(minimum: view.plan.explanations.minimum, stop: view.plan.explanations.empty)
        }
        switch action {
        case .set where rule.merge == .ladder, .clear where rule.merge == .ladder: try checkClimb(value, seen, rule)
        case .reopen: try checkReopening(value, seen, rule)
        case .insert: base = []
        case .remove: base = try tags(of: value, seen, rule)
        default: break
        }
        return Operation(
            record: reference.record, field: rule.id, action: action, value: value, base: base, shown: seen?.value)
    }

    /// What was entered for good is not entered otherwise.
    func checkStands(
        _ field: FieldID, _ record: RecordKey, _ action: Operation.Action, _ value: FieldValue?, _ seen: LocalField?
    ) throws(EditFault) {
        guard let collection = view.plan.collection(record.collection), collection.isAppendOnly, action != .insert,
            let stands = seen?.value, stands != value
        else { return }
        throw .entryStands(field.rawValue, collection)
    }

    // MARK: Policies

    /// Whether a field's policy knows the action at all.
    private func checkPolicy(_ action: Operation.Action, _ rule: FieldRule) throws(EditFault) {
        let field = rule.id.rawValue
        switch action {
        case .add: if rule.merge != .counter { throw .notACounter(field: field) }
        case .insert, .remove: if rule.merge != .members { throw .notASet(field: field) }
        case .reopen: if rule.merge != .ladder { throw .notALadder(field: field) }
        case .set, .clear: if rule.merge == .members { throw .membersOneByOne(field: field) }
        case .delete, .restore: break
        }
    }

    private func checkClimb(_ value: FieldValue?, _ seen: LocalField?, _ rule: FieldRule) throws(EditFault) {
        guard let stands = seen?.value, let current = rule.rank(of: stands) else { return }
        // To take the stage away is to go back, too.
        if let next = rule.rank(of: value), next >= current { return }
        throw .lowerStage(field: rule.id.rawValue, stands: stands.shown)
    }

    private func checkReopening(_ value: FieldValue?, _ seen: LocalField?, _ rule: FieldRule) throws(EditFault) {
        let field = rule.id.rawValue
        guard view.principal.role.isOfCity == (rule.gate == .city) else {
            throw .notYourGate(field: field, isOfCity: rule.gate == .city)
        }
        guard let stands = seen?.value, let current = rule.rank(of: stands) else {
            throw .nothingToReopen(field: field)
        }
        guard let next = rule.rank(of: value), next < current else {
            throw .notBack(field: field, stands: stands.shown)
        }
        if (note ?? "").isEmpty { throw .reopenNeedsReason }
    }

    /// The insertions of a member that are known here; one that is not known cannot be taken out.
    private func tags(of member: FieldValue?, _ seen: LocalField?, _ rule: FieldRule) throws(EditFault) -> [ChangeID] {
        guard case .text(let name)? = member, let tags = seen?.tags[name], !tags.isEmpty else {
            let known = seen?.tags.keys.sorted() ?? []
            throw .memberUnknown(member?.shown ?? "", field: rule.id.rawValue, known: known)
        }
        return tags.sorted()
    }

    // MARK: Parts

    func reference(_ typed: String, _ action: Operation.Action) throws(EditError) -> RecordReference {
        do throws(EditFault) {
            var reference = try RecordReference(typed, in: view.plan)
            switch reference.collection.origin {
            case .conflicts: throw .collectionOfConflicts
            case .periods, .submissions, .revisions, .rankings, .scores:
                throw .collectionOfWorkflow(reference.collection)
            case .declared, .values, .targets: break
            }
            if let ranking = view.plan.ranking(of: reference.record), !view.principal.role.isOfCity {
                let place = CellKey(tenant: .city, record: ranking, field: RankingField.state)
                let state = view.field(place)?.value?.text
                if state == nil { throw .objection("ranking_not_published") }
                if state == RankingField.State.final.rawValue { throw .objection("ranking_final") }
            }
            let canBeNew = [.set, .add, .insert].contains(action)
            if canBeNew, reference.isNew, let freshKey { reference = try reference.keyed(freshKey) }
            if view.isDeleted(reference.record, of: tenant(of: reference)), action != .delete, action != .restore {
                throw .recordDeleted(reference.record.description)
            }
            return reference
        } catch {
            throw EditError([error])
        }
    }

    func tenant(of reference: RecordReference) -> TenantID { reference.tenant ?? view.principal.tenant }

    /// The field that was named by its id, or by its name in the plan.
    private func field(
        _ typed: String, of reference: RecordReference, besides others: [Operation]
    ) throws(EditFault) -> FieldRule {
        let rules = reference.collection.fields
        guard let rule = rules.first(where: { $0.id.rawValue == typed || $0.name.zh == typed || $0.name.en == typed })
        else {
            let known = rules.map(\.id.rawValue)
            throw .fieldUnknown(
                typed, collection: reference.collection.id.rawValue, nearest: Spelling.nearest(to: typed, among: known),
                known: known)
        }
        if others.contains(where: { $0.field == rule.id }) { throw .fieldTwice(rule.id.rawValue) }
        try checkRight(to: rule, of: reference.collection, tenant(of: reference))
        return rule
    }

    func checkRight(
        to rule: FieldRule, of collection: CollectionRule, _ tenant: TenantID
    ) throws(EditFault) {
        let word = Permission.writeFault(view.principal, tenant: tenant, collection: collection, field: rule)
        if let word { throw .permission(field: rule.id.rawValue, word: word) }
    }

    func read(_ typed: String, _ rule: FieldRule, isDelta: Bool) throws(EditFault) -> FieldValue {
        if typed.utf8.count > Limits.textBytesMax {
            throw .valueTooLong(field: rule.id.rawValue, bytesMax: Limits.textBytesMax)
        }
        do throws(FieldFault) {
            return try rule.read(typed, isDelta: isDelta, converting: isConverting)
        } catch {
            throw .value(field: rule.id.rawValue, error)
        }
    }

    func draft(
        _ operations: [Operation], _ faults: [EditFault], _ reference: RecordReference
    ) throws(EditError) -> ChangeDraft {
        var faults = faults
        if operations.isEmpty, faults.isEmpty { faults.append(.nothing) }
        if operations.count > Limits.operationsPerChangeMax {
            faults.append(.tooManyFields(maximum: Limits.operationsPerChangeMax))
        }
        guard faults.isEmpty else { throw EditError(faults) }
        return draft(operations, of: tenant(of: reference))
    }

    func draft(_ operations: [Operation], of tenant: TenantID) -> ChangeDraft {
        ChangeDraft(
            plan: view.plan.id, planRevision: view.revision, tenant: tenant == view.principal.tenant ? nil : tenant,
            author: author, note: note, operations: operations)
    }
}

extension FieldRule {
    /// A stage's place on the ladder; `nil` for what is none.
    fileprivate func rank(of value: FieldValue?) -> Int? {
        guard case .text(let stage)? = value, case .option(let stages) = kind else { return nil }
        return stages.firstIndex(of: stage)
    }
}
