import PlanSyncClient
import PlanSyncCore
import PlanSyncServer

// Devices out of service, changes set aside, and what a restored server has lost for good.

extension World {
    // MARK: 11, 22

    /// What a retired device hands in waits for the city; only what killed the server twice is set aside.
    func checkOutOfService(_ row: JournalRow) {
        let reasons = row.result.operations.map(\.reason)
        if reasons.contains("set_aside") {
            reached[.setAside] += 1
            let deaths = server.flights.deaths(over: row.hash)
            if deaths < 2 {
                violations.append(.poisonIsolation("\(row.change.id) is set aside after \(deaths) deaths"))
            }
        }
        guard let after = retiredAfter[row.device], row.ordinal > after, !row.isRejected else { return }
        reached[.escrowed] += 1
        if !reasons.allSatisfy({ $0 == "escrow" }) {
            violations.append(.revocation("\(row.change.id) of the retired \(row.device) is not in escrow"))
        }
    }

    /// Whether a client's disk holds anything of the server's.
    func hasData(_ client: SimulatedClient) throws -> Bool {
        try !client.replica.plans().isEmpty || !client.cells(of: plan.id).isEmpty
    }

    /// A retired device's data goes when everything that it held is answered, not before.
    func checkRetired(_ client: SimulatedClient) throws {
        let hasData = try hasData(client)
        if client.hadData, !hasData, try client.replica.counts().pending > 0 {
            violations.append(.revocation("client \(client.index) lost its data before it had handed in"))
        }
        client.hadData = hasData
    }

    /// When all is settled a retired device holds nothing but its receipts.
    func checkHandedIn(_ client: SimulatedClient) throws {
        try checkRetired(client)
        if client.hadData {
            violations.append(.revocation("the retired client \(client.index) still holds data"))
        }
    }

    // MARK: 3, 19

    /// Before the server goes back: what no surviving machine holds is gone, and must be named.
    func excuseLost(with backup: SimulatedServer.Backup) {
        var held: Set<ChangeID>?
        for (id, place) in history.places where backup.history.places[id] == nil {
            guard let author = authored[id], clients[author].isGone else { continue }
            if held == nil {
                held = []
                for client in clients where !client.isGone && !client.isRevoked {
                    held?.formUnion((try? client.replica.heldIDs()) ?? [])
                }
            }
            if held?.contains(id) == false { excused.insert(history.rows[place].change.id) }
        }
        for client in clients where !client.isGone { forgetReturned(client) }
        for client in clients where !client.isGone && !client.isRevoked && !client.isRetired && !client.isDamaged {
            let cells = (try? client.cells(of: plan.id)) ?? []
            let own = Set((try? client.replica.heldIDs()) ?? [])
            for cell in cells where cell.value != nil && !own.contains(cell.rev) {
                guard cell.key.record.collection != CollectionRule.conflicts else { continue }
                guard backup.history.places[cell.rev] == nil else { continue }
                client.seen[cell.key, default: []].insert(cell.rev)
            }
        }
    }

    /// What came back and left the machine's list is a value like any other: overwritten since, it is seen no more.
    private func forgetReturned(_ client: SimulatedClient) {
        guard !client.seen.isEmpty else { return }
        var listed: [CellKey: Set<ChangeID>] = [:]
        for cell in (try? client.replica.lostCells()) ?? [] { listed[cell.key, default: []].insert(cell.rev) }
        for (key, revs) in client.seen {
            client.seen[key] = revs.filter { history.places[$0] == nil || listed[key]?.contains($0) == true }
        }
    }

    /// A page of the history that has ended, read late, still writes over values; those are seen no more.
    func noteOverwritten(_ client: SimulatedClient, since before: (epoch: String?, revs: [CellKey: String])) throws {
        let after = try client.standing(at: before.revs.keys, of: plan.id)
        guard after.epoch == before.epoch else { return }
        for (key, rev) in before.revs where after.revs[key] != rev {
            client.seen[key] = client.seen[key]?.filter { $0.rawValue != rev }
        }
    }

    /// Each machine names every value that it has seen and that is in no journal any more, and no other one.
    func checkLost(_ client: SimulatedClient) throws {
        let listed = try client.replica.lostCells()
        guard !client.seen.isEmpty || !listed.isEmpty else { return }
        var named: [CellKey: Set<ChangeID>] = [:]
        for cell in listed { named[cell.key, default: []].insert(cell.rev) }
        for (key, revs) in client.seen {
            for rev in revs where history.places[rev] == nil {
                reached[.lostCells] += 1
                if named[key]?.contains(rev) != true {
                    violations.append(
                        .restoreHealing("client \(client.index) saw \(rev) at \(key.record) \(key.field): not listed"))
                    return
                }
            }
        }
        guard !listed.isEmpty else { return }
        for cell in try client.cells(of: plan.id) where named[cell.key]?.contains(cell.rev) == true {
            violations.append(.restoreHealing("client \(client.index) lists \(cell.rev) as lost, and shows it"))
        }
    }

    // MARK: 10, 24: a client's chain after a death

    /// The end of the chain is the last change that was saved, and what waits is numbered without a hole.
    func checkChain(_ client: SimulatedClient) throws {
        let state = try client.replica.state()
        let pending = try client.replica.outbox().filter { $0.isPending && $0.change.incarnation == state.incarnation }
        for (change, next) in zip(pending, pending.dropFirst()) {
            // A known change of before may stand between them, answered.
            if next.change.number <= change.change.number {
                violations.append(.chain("client \(client.index) gave the number \(next.change.number) twice"))
            }
        }
        guard let last = pending.last?.change else { return }
        let hash = Base64URL.encode(SimulatedCryptography().sha256(last.canonicalBytes))
        if state.chainNumber != last.number || state.chainHead != hash {
            violations.append(
                .crash("client \(client.index) saved \(last.number) and stands at \(state.chainNumber) after a death"))
        }
    }
}
