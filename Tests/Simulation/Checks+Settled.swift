import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire

// Coming to rest, and what must hold then.

extension World {
    /// Each change that the process dies over takes two deaths.
    private var roundsMax: Int { 12 + 4 * reached[.poisoned] }

    /// Without faults everybody synchronises until nothing moves any more; then everything is checked.
    func settle(_ random: inout SplitMix64) throws {
        isSettling = true
        defer { isSettling = false }
        partitioned = []
        server.store.arm(nil)
        for client in clients { client.lock.disarm() }
        try drain()
        // Who came to rest behind the last change has nothing more to learn.
        var restedAt: [Int: [Int]] = [:]
        var rounds = 0
        var isMoving = true
        // Once something is broken there may be no rest to come to.
        while isMoving, rounds < roundsMax, violations.isEmpty {
            rounds += 1
            isMoving = false
            for client in clients where !client.isGone && violations.isEmpty {
                try readJournal()
                if restedAt[client.index] == moved { continue }
                isMoving = true
                try bringToRest(client)
                if client.hasLate {
                    try readLate(client.index)
                    client.cut()
                    drop(wiresOf: client.index)
                    restedAt[client.index] = nil
                    continue
                }
                try readJournal()
                // One that the server died over begins anew.
                restedAt[client.index] = client.isAtRest || client.stopped != nil || client.isRevoked ? moved : nil
            }
        }
        reached[.settled] += 1
        guard violations.isEmpty else { return }
        // A replay costs what the whole journal costs; at the end of each run there is one in any case.
        try checkSettled(random.happens(isGrown ? 10 : 50))
    }

    /// Another value after everything that a client can learn of.
    private var moved: [Int] {
        [Int(clamping: history.lastOrdinal), reached[.serverCrashes], reached[.restores], planCount]
    }

    private func bringToRest(_ client: SimulatedClient) throws {
        // Who watches learns of a new revision with the next hello.
        if client.isAtRest, client.connection != nil, !client.isRetired,
            try client.replica.plan(plan.id).plan.title.zh != plan.title.zh
        {
            client.cut()
            drop(wiresOf: client.index)
        }
        if client.isAtRest, client.connection != nil, client.hasReadLate {
            client.cut()
            drop(wiresOf: client.index)
        }
        try connect(client.index)
        try drain()
        // One that hangs in the middle of a conversation that was cut elsewhere begins anew.
        if client.connection != nil, !client.isAtRest {
            client.cut()
            drop(wiresOf: client.index)
            try connect(client.index)
            try drain()
        }
    }

    private func checkSettled(_ replays: Bool) throws {
        for client in clients where !client.isGone {
            if client.isRevoked {
                checkRevoked(client)
                continue
            }
            try checkQueue(of: client)
            guard !client.isRetired else {
                try checkHandedIn(client)
                continue
            }
            try checkConvergence(of: client)
            try checkLost(client)
            client.isDamaged = false
        }
        try checkNothingVanished()
        try checkWriters()
        try checkSealed()
        try checkDecisions()
        try checkSidesKept()
        try checkChainEnds()
        if replays { try checkReplay() }
    }

    // MARK: 1, 3, 11, 22

    private func checkRevoked(_ client: SimulatedClient) {
        if client.isAtRest { violations.append(.revocation("the revoked client \(client.index) synchronised")) }
    }

    private func checkQueue(of client: SimulatedClient) throws {
        if client.isRetired, client.stopped == .retired {
            // It has handed in before, and is told so again.
        } else if let fault = client.stopped {
            violations.append(.poisonIsolation("client \(client.index) stopped: \(fault)"))
        } else if !client.isAtRest {
            violations.append(.poisonIsolation("client \(client.index) does not come to rest"))
        }
        for entry in try client.replica.outbox() {
            guard let result = entry.result else {
                violations.append(.poisonIsolation("client \(client.index) still holds \(entry.change.id)"))
                continue
            }
            guard let row = history.row(entry.change.id) else {
                violations.append(
                    .restoreHealing("\(entry.change.id) was acknowledged, is held, and is in no journal"))
                continue
            }
            if row.result != result {
                violations.append(
                    .monotoneReceipts("client \(client.index) holds another answer to \(entry.change.id)"))
            }
        }
    }

    private func checkConvergence(of client: SimulatedClient) throws {
        let expected = try scopeCells(of: client)
        let document = try client.replica.plan(plan.id).plan.title.zh
        if document != plan.title.zh {
            violations.append(.convergence("client \(client.index) holds another plan: \(document)"))
        }
        let held = try client.cells(of: plan.id).filter { !$0.deleted }
        let isRight = held.count == expected.count && held.allSatisfy { expected[$0.key] == $0 }
        guard !isRight else { return }
        if client.isDamaged {
            violations.append(.digestHonesty("client \(client.index)'s damaged cells were not repaired"))
            return
        }
        if held.count != expected.count {
            violations.append(.convergence("client \(client.index) holds \(held.count) cells of \(expected.count)"))
        }
        for cell in held where expected[cell.key] != cell {
            violations.append(
                .convergence(
                    "client \(client.index) differs at \(cell.key.tenant) \(cell.key.record) \(cell.key.field)"))
            return
        }
    }

    private func checkNothingVanished() throws {
        // A revoked device hands in nothing any more.
        let revoked = Set(clients.filter(\.isRevoked).map(\.index))
        for id in authoredOrder where history.places[id] == nil && !excused.contains(id) {
            if let author = authored[id], revoked.contains(author) { continue }
            violations.append(.nothingVanishes("\(id) of client \(authored[id] ?? -1) has no receipt"))
            return
        }
    }

    // MARK: 2, 10, 13: the cells are what the journals say

    private func checkWriters() throws {
        let cells = try server.probe.cells()
        for (key, writer) in history.writers where !history.uncertain.contains(key) {
            guard let cell = cells[key] else {
                violations.append(.replay("\(key.tenant) \(key.record) \(key.field) was written and is not there"))
                continue
            }
            if cell.shown.rev != writer.rev {
                violations.append(.replay("\(key.record) \(key.field) names \(cell.shown.rev), \(writer.rev) wrote it"))
            }
            if let generation = history.generations[key], cell.shown.generation != generation {
                violations.append(
                    .ladder("\(key.record) is in generation \(cell.shown.generation), reopened \(generation) times"))
            }
            // Also of a deleted record: what was counted there is unallocated, and not gone.
            if cell.shown.deleted, history.counters[key] != nil { reached[.unallocated] += 1 }
            if let sum = history.counters[key], cell.value?.amount != sum {
                violations.append(
                    .exactlyOnce(
                        "the counter \(key.tenant) \(key.record) \(key.field) shows \(cell.value?.shown ?? "nothing"), "
                            + "its changes sum to \(sum?.description ?? "nothing")"))
            }
            if let tags = history.members[key] {
                let members = tags.filter { !$0.value.isEmpty }.keys.sorted()
                let shown: [String]
                if case .members(let list)? = cell.value { shown = list.sorted() } else { shown = [] }
                if shown != members {
                    violations.append(.addWins("\(key.record) \(key.field) shows \(shown), its tags say \(members)"))
                }
            }
        }
        for (key, value) in history.entries where !history.uncertain.contains(key) && cells[key]?.value != value {
            violations.append(.noBlindOverwrite("the entry \(key.tenant) \(key.record) is not what was entered"))
        }
        var sums: [String: ScopeDigest] = [:]
        let cryptography = SimulatedCryptography()
        for (key, cell) in cells where !cell.shown.deleted {
            sums["\(key.tenant)/\(key.record.collection)", default: ScopeDigest()].insert(cell.shown, cryptography)
        }
        let stored = try server.probe.digests()
        guard !stored.isEmpty else { return }
        for (part, digest) in sums where stored[part] != digest.text {
            violations.append(.digestHonesty("the server's own sum over \(part) is wrong"))
        }
    }

    /// A decision that was taken back left its conflict open; any other one settled it.
    private func checkDecisions() throws {
        let cells = try server.probe.cells()
        for (place, isOpen) in history.decisions {
            let key = CellKey(tenant: place.tenant, record: place.record, field: ConflictField.state)
            guard case .text(let word)? = cells[key]?.value, let state = ConflictRecord.State.read(word)?.state else {
                violations.append(.undo("the conflict \(place.record.key) has no state"))
                continue
            }
            if state.isOpen != isOpen, state != .proposal {
                violations.append(.undo("\(place.record.key) is \(word) after its last decision"))
            }
        }
    }

    private func checkChainEnds() throws {
        let stored = try server.probe.chains()
        for (name, end) in history.chains {
            var last = end
            while let known = try server.probe.link(name, last.number + 1) { last = (last.number + 1, known.hash) }
            if let found = stored[name], found.number != last.number || found.head != last.head {
                violations.append(
                    .chain(
                        "\(name.device) \(name.incarnation) stands at \(found.number), its journal at \(last.number)"))
            }
        }
    }

    // MARK: 5

    private func checkSidesKept() throws {
        let cells = try server.probe.cells()
        var records: [String: [FieldID: FieldValue]] = [:]
        for (key, cell) in cells where key.record.collection == CollectionRule.conflicts {
            if let value = cell.value { records["\(key.tenant)/\(key.record.key)", default: [:]][key.field] = value }
        }
        for kept in history.kept {
            let tenant = kept.subject.tenant
            let fields = records["\(tenant)/\(kept.conflict)"] ?? [:]
            guard let record = ConflictRecord(id: kept.conflict, tenant: tenant, fields: fields) else {
                violations.append(.bothSidesKept("\(kept.conflict) of \(kept.change) is not there"))
                return
            }
            let side = record.sides.first { $0.rev == kept.change }
            let value = kept.operation.action == .clear ? nil : kept.operation.value
            if side == nil || side?.value != value {
                violations.append(.bothSidesKept("\(kept.conflict) lost the value of \(kept.change)"))
                return
            }
            if record.sides.first(where: { $0.name == "ours" }) == nil, record.sides.count < 1 {
                violations.append(.bothSidesKept("\(kept.conflict) lost what stood there"))
            }
        }
    }
}
