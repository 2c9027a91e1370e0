import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire

// What people do. Texts and names carry their tenant between tildes, so that a frame for another one betrays them.

extension World {
    func edit(_ index: Int, count: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.isGone, let view = try view(client) else { return }
        let isGoal = client.record.tenant == .city && random.happens(20)
        // Of few targets, so that one that stands is met again.
        let owner = isGoal ? SimulatedPlan.units[0] : pickOwner(client, &random)
        let other = random.happens(20) ? "ledger" : "projects"
        let collection = isGoal ? "targets" : random.happens(70) ? "values" : other
        let key = try pickKey(collection, view, &random)
        var operations: [Operation] = []
        for _ in 0..<count {
            guard let operation = try operation(collection, key, owner, client, view, &random),
                !operations.contains(where: { $0.field == operation.field })
            else { continue }
            operations.append(operation)
        }
        guard !operations.isEmpty else { return }
        reached[count > 1 ? .groups : .edits] += 1
        try save(operations, owner: owner, client, view, note: random.happens(20) ? "~\(owner)~ because" : nil, &random)
    }

    func view(_ client: SimulatedClient) throws -> LocalView? {
        do {
            return try client.replica.view(of: plan.id)
        } catch is ReplicaError {
            return nil
        } catch {
            guard client.lock.isDead else { throw error }
            try restart(client)
            return nil
        }
    }

    func pickOwner(_ client: SimulatedClient, _ random: inout SplitMix64) -> String {
        guard client.record.tenant == .city else { return client.record.tenant.rawValue }
        let units = Set(clients.map(\.record.tenant.rawValue)).subtracting(["city"]).sorted()
        return random.happens(20) || units.isEmpty ? "city" : units[random.below(units.count)]
    }

    private func pickKey(_ collection: String, _ view: LocalView, _ random: inout SplitMix64) throws -> String {
        let keys =
            switch collection {
            case "targets": SimulatedPlan.goals
            case "values": [try WorkedPeriods { view.field($0)?.value }.pick(&random)]
            case "ledger": SimulatedPlan.entries
            default: SimulatedPlan.projects
            }
        return keys[random.below(keys.count)]
    }

    private func operation(
        _ collection: String, _ key: String, _ owner: String, _ client: SimulatedClient, _ view: LocalView,
        _ random: inout SplitMix64
    ) throws -> Operation? {
        let rules = view.plan.collection(try CollectionID(collection))?.fields ?? []
        guard !rules.isEmpty else { return nil }
        let rule = rules[collection == "targets" && random.happens(60) ? 0 : random.below(rules.count)]
        let record = try RecordKey(collection: try CollectionID(collection), key: key)
        let place = CellKey(tenant: try TenantID(owner), record: record, field: rule.id)
        let seen = view.field(place)
        let base = seen?.rev.map { [$0] } ?? []
        if random.happens(8), rule.merge != .members {
            return Operation(record: record, field: rule.id, action: .clear, value: nil, base: base, shown: seen?.value)
        }
        var action = Operation.Action.set
        var value = FieldValue.text(String(random.below(40)))
        switch rule.merge {
        case .counter:
            if random.happens(85) {
                action = .add
                value = .text(String(random.below(20) - 6))
            }
        case .members:
            return try memberOperation(rule, record, place, client, seen, &random)
        case .ladder:
            value = .text(SimulatedPlan.stages[random.below(SimulatedPlan.stages.count)])
        default:
            if rule.kind == .flag { value = .flag(random.happens(50)) }
            if case .text = rule.kind { value = .text(text(owner, seen?.value, &random)) }
        }
        return Operation(record: record, field: rule.id, action: action, value: value, base: base, shown: seen?.value)
    }

    /// A text; of three lines, of which one is changed, so that texts can be merged.
    private func text(_ owner: String, _ seen: FieldValue?, _ random: inout SplitMix64) -> String {
        var lines = ["~\(owner)~", "县里", "end"]
        if case .text(let text)? = seen {
            lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        let line = 1 + random.below(max(1, lines.count - 1))
        let word = ["新", "b", "🌾", "c d", "甲乙"][random.below(5)] + String(random.below(30))
        if lines.indices.contains(line) { lines[line] += word } else { lines.append(word) }
        if lines.count > 6 || lines.joined().utf8.count > 400 { lines = ["~\(owner)~", word] }
        return lines.joined(separator: "\n")
    }

    private func memberOperation(
        _ rule: FieldRule, _ record: RecordKey, _ place: CellKey, _ client: SimulatedClient, _ seen: LocalField?,
        _ random: inout SplitMix64
    ) throws -> Operation? {
        var member = "~\(place.tenant)~\(SimulatedPlan.partners[random.below(SimulatedPlan.partners.count)])"
        let held = try client.replica.cell(at: place, of: plan.id)?.tags ?? [:]
        if held.isEmpty || random.happens(50) {
            reached[.inserts] += 1
            return Operation(
                record: record, field: rule.id, action: .insert, value: .text(member), base: [], shown: seen?.value)
        }
        let members = held.keys.sorted()
        member = members[random.below(members.count)]
        let tags = held[member] ?? []
        guard !tags.isEmpty else { return nil }
        reached[.removals] += 1
        return Operation(
            record: record, field: rule.id, action: .remove, value: .text(member), base: tags, shown: seen?.value)
    }

    /// Saves a change, and checks that its author sees it.
    func save(
        _ operations: [Operation], owner: String, _ client: SimulatedClient, _ view: LocalView, note: String?,
        _ random: inout SplitMix64
    ) throws {
        let draft = ChangeDraft(
            plan: plan.id, planRevision: view.revision,
            tenant: owner == client.record.tenant.rawValue ? nil : try TenantID(owner),
            author: "~\(owner)~ \(client.index)", note: note, operations: operations)
        try save(draft, client, &random)
    }

    func save(_ draft: ChangeDraft, _ client: SimulatedClient, _ random: inout SplitMix64) throws {
        do {
            let change = try client.replica.save(draft, now: client.now(clock), random: &random)
            self.note(change.id, by: client.index)
            saved[change.id] = change.operations
            log("saved \(change.id) \(change.number)")
            client.outboxCount = client.outboxCount.map { $0 + 1 }
            if random.happens(20) { try checkSeesOwn(change, client) }
        } catch {
            guard client.lock.isDead else {
                violations.append(.engine("client \(client.index) cannot save: \(error)"))
                return
            }
            reached[.deathsInReplica] += 1
            try restart(client)
        }
    }

    // MARK: What is refused

    /// A change that the client's own checks would not have let through.
    func editInvalidly(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.isGone, let view = try view(client) else { return }
        let owner = client.record.tenant.rawValue
        let values = CollectionRule.values
        let good = try RecordKey(collection: values, key: SimulatedPlan.periods[0])
        let field = try FieldID("review")
        let operations: [Operation]
        switch random.below(6) {
        case 0: operations = [set(good, try FieldID("nothing"), "1")]
        case 1: operations = [set(good, field, "not a figure")]
        case 2: operations = [set(try RecordKey(collection: values, key: "1999Q1"), field, "1")]
        case 3: operations = [set(try RecordKey(collection: try CollectionID("nowhere"), key: "x"), field, "1")]
        case 4:
            // One bad edit takes the good ones of its group with it.
            operations = [set(good, field, "7"), set(good, try FieldID("nothing"), "1")]
        default:
            operations = [
                set(try RecordKey(collection: CollectionRule.conflicts, key: "c234"), ConflictField.resolution, "ours")
            ]
        }
        try save(operations, owner: owner, client, view, note: nil, &random)
    }

    private func set(_ record: RecordKey, _ field: FieldID, _ value: String) -> Operation {
        Operation(record: record, field: field, action: .set, value: .text(value), base: [], shown: nil)
    }

    /// A county writes into another county's records.
    func editForeign(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.isGone, client.record.tenant != .city, let view = try view(client) else { return }
        let others = SimulatedPlan.units.filter { $0 != client.record.tenant.rawValue } + ["atlantis"]
        let record = try RecordKey(collection: CollectionRule.values, key: SimulatedPlan.periods[random.below(2)])
        let draft = ChangeDraft(
            plan: plan.id, planRevision: view.revision, tenant: try TenantID(others[random.below(others.count)]),
            author: "~\(client.record.tenant)~ spy", note: nil,
            operations: [set(record, try FieldID(random.happens(50) ? "review" : "counter"), "1")])
        try save(draft, client, &random)
    }

    /// A change over which the server's process dies.
    func editPoisoned(_ index: Int, project: String = "p1", _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.isGone, client.record.role != .viewer, let view = try view(client) else { return }
        reached[.poisoned] += 1
        let owner = client.record.tenant.rawValue
        let record = try RecordKey(collection: try CollectionID("projects"), key: project)
        try save(
            [set(record, try FieldID("title"), "~\(owner)~ \(FaultyStore.poison)")], owner: owner, client, view,
            note: nil, &random)
    }

    // MARK: Conflicts and rejections

    func resolve(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.isGone, let view = try view(client) else { return }
        let undecided = view.undecided
        guard !undecided.isEmpty else { return }
        let open = undecided[random.below(undecided.count)]
        let editing = try Editing(view: view, author: "~\(open.tenant)~ \(index)", note: "~\(open.tenant)~ decided")
        let names = open.sides.map(\.name)
        guard !names.isEmpty,
            let draft = try? editing.resolve(
                open.id, random.happens(15) ? .value("17") : .side(names[random.below(names.count)]))
        else { return }
        reached[.resolutions] += 1
        try save(draft, client, &random)
    }

    func dropRejected(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.isGone, let entry = try client.replica.outbox().first(where: \.needsAttention) else { return }
        reached[.dropped] += 1
        try act(client) { _ = try client.replica.dropRejected(entry.position) }
        // Its process may have died behind the commit, and may die over the look at it.
        var outbox = try? client.replica.outbox()
        if outbox == nil {
            try restart(client)
            outbox = try client.replica.outbox()
        }
        let isHeld = outbox?.contains { $0.change.id == entry.change.id && $0.needsAttention } ?? false
        if !isHeld { excused.insert(entry.change.id) }
    }
}
