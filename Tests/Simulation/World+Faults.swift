import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncServerSQLite
import PlanSyncWire

// What breaks: processes, disks, and what people do to disks.

extension World {
    // MARK: Processes

    func crashServer() throws {
        // Now and then it is the power that goes, for everything that was not synced.
        let isPowerLoss = losesPower || reached[.serverCrashes] % 5 == 4
        if isPowerLoss { reached[.powerLosses] += 1 }
        reached[.serverCrashes] += 1
        log("server crash")
        for client in clients { client.cut() }
        wires = []
        try server.crash(losingPower: isPowerLoss ? seed &+ UInt64(reached[.powerLosses]) : nil)
        try readJournal()
    }

    func armServer(_ random: inout SplitMix64, isDeath: Bool) {
        let places = FaultyStore.Place.allCases
        server.store.arm(
            FaultyStore.Fault(
                place: isDeath ? places[random.below(places.count)] : random.happens(50) ? .before : .within,
                commitsBefore: random.below(3), isDeath: isDeath))
    }

    /// A client's process dies: at once, or after it has taken in an answer and before it says anything more.
    func crashClient(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        if random.happens(50), let number = client.connection,
            let place = wires.firstIndex(where: { $0.number == number }), !wires[place].toClient.isEmpty
        {
            let frame = wires[place].toClient.removeFirst()
            try act(client) { _ = try client.received(frame, now: client.now(clock)) }
        }
        reached[.clientCrashes] += 1
        try restart(client)
    }

    func restart(_ client: SimulatedClient) throws {
        let isPowerLoss = losesPower || reached[.clientCrashes] % 5 == 4
        if isPowerLoss { reached[.powerLosses] += 1 }
        drop(wiresOf: client.index)
        try client.crash(losingPower: isPowerLoss ? seed &+ UInt64(reached[.powerLosses]) : nil)
        try checkChain(client)
        if client.isRetired { try checkRetired(client) }
        // What was saved and then died over stands in its outbox all the same.
        try adopt(client)
    }

    /// Takes note of changes that are on a disk and that nobody was told of.
    func adopt(_ client: SimulatedClient) throws {
        for id in try client.replica.heldIDs() { note(id, by: client.index) }
    }

    func note(_ id: ChangeID, by index: Int) {
        guard authored[id] == nil else { return }
        authored[id] = index
        authoredOrder.append(id)
    }

    // MARK: Disks

    func snapshotDisk(_ index: Int) throws {
        let client = clients[index]
        guard !client.isGone else { return }
        let target = "\(folder)/snapshot\(index).sqlite"
        drop(wiresOf: index)
        try client.copyDisk(to: target)
        client.snapshot = target
        client.isSnapshotDamaged = client.isDamaged
    }

    func rollBackDisk(_ index: Int) throws {
        let client = clients[index]
        guard !client.isGone, let snapshot = client.snapshot else { return }
        reached[.rollbacks] += 1
        drop(wiresOf: index)
        let before = Set(try client.replica.heldIDs())
        try client.rollBackDisk(to: snapshot)
        excuse(before.subtracting(try client.replica.heldIDs()), except: index)
        client.snapshot = nil
        client.isDamaged = client.isDamaged || client.isSnapshotDamaged
        client.outboxCount = nil
        client.hadData = try hasData(client)
        client.seen = [:]
    }

    /// What one disk no longer holds and no other disk holds either may be gone, if the server lacks it too.
    func excuse(_ ids: Set<ChangeID>, except index: Int) {
        excused.formUnion(ids)
    }

    /// A copy of a disk becomes another machine with the same name and key.
    func cloneDisk(_ index: Int) throws {
        let client = clients[index]
        guard !client.isGone, presentCount < 11 else { return }
        reached[.clones] += 1
        let place = clients.count
        let target = "\(folder)/client\(place).sqlite"
        drop(wiresOf: index)
        try client.copyDisk(to: target)
        let clone = try SimulatedClient(
            record: client.record, index: place, path: target, isWatching: client.isWatching)
        clone.skew = client.skew
        clone.isRevoked = client.isRevoked
        clone.isRetired = client.isRetired
        clone.isDamaged = client.isDamaged
        clone.hadData = try hasData(client)
        clients.append(clone)
    }

    // MARK: Backups

    func backUp() throws {
        if backups.count >= 6 { backups.removeFirst(3) }
        reached[.backups] += 1
        try readJournal()
        let path = "\(folder)/backup\(reached[.backups]).sqlite"
        // The copy can be there though nobody could be told of it.
        do { try server.backUp(to: path) } catch { log("backup failed") }
        if disk.holds(path) {
            backups.append(
                SimulatedServer.Backup(path: path, history: history, variant: variant, epoch: server.epoch))
            backed = history.places
        }
        if server.store.isDead {
            reached[.deathsInCommit] += 1
            try crashServer()
        }
    }

    /// The server's disk is lost, and a backup takes its place: the last one, or an older one.
    func restore(older: Bool) throws {
        guard let backup = older ? backups.dropLast().last : backups.last else { return }
        reached[.restores] += 1
        log("restore \(backup.path.split(separator: "/").last ?? "")")
        for client in clients {
            if reached[.restores] % 2 == 0 { leaveBehind(client.index) }
            client.cut()
        }
        wires = []
        excuseLost(with: backup)
        if older {
            // What a later backup held may have been pruned everywhere; the operator chose to lose it.
            let later = backups.last?.history.places.keys.filter { backup.history.places[$0] == nil } ?? []
            excused.formUnion(later)
            backups.removeLast()
        }
        try server.restore(backup, now: serverNow)
        history = backup.history
        backed = history.places
        setVariant(backup.variant)
        receipts = [:]
        sealed = [:]
        journalCommits = -1
        // Devices are as they were then; the operator does again what was done to them since.
        try bringBack()
        for client in clients where client.isRevoked {
            _ = server.operate(
                AdminDeviceRevoke.self, AdminDeviceRevoke.Params(device: client.record.device), now: serverNow)
        }
        for client in clients where client.isRetired && !client.isRevoked {
            _ = server.operate(
                AdminDeviceRetire.self, AdminDeviceRevoke.Params(device: client.record.device), now: serverNow)
            retiredAfter[client.record.device] = history.lastOrdinal
        }
        try readJournal()
    }
}
