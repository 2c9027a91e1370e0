import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire

// Short stories of several steps that chance alone hardly ever puts together: each leads to a rule that nothing else
// needs. They run in the world as it is by then, with whatever is armed, skewed or partitioned there.

extension World {
    /// One machine synchronises over a connection of its own.
    func synchronise(_ index: Int) throws {
        let client = clients[index]
        client.cut()
        drop(wiresOf: index)
        try connect(index)
        try flush(index)
    }

    /// Whether a machine can still do something.
    func isAtWork(_ client: SimulatedClient) -> Bool {
        !client.isGone && !client.isRevoked && !client.isRetired && !partitioned.contains(client.index)
    }

    /// After a backup a disk goes back, so that its chain forks; then the server goes back to that backup.
    ///
    /// What was taken under both incarnations is lost, and neither chain's numbers say so.
    func forkThenRestore(_ index: Int, _ random: inout SplitMix64) throws {
        guard isAtWork(clients[index]) else { return }
        reached[.divergences] += 1
        try backUp()
        try snapshotDisk(index)
        try edit(index, count: 1, &random)
        try synchronise(index)
        try rollBackDisk(index)
        for _ in 0...random.below(2) {
            try edit(index, count: 1, &random)
            try synchronise(index)
        }
        if random.happens(50) {
            // Another fork: what stands under the one before is in no chain that the device still names.
            try snapshotDisk(index)
            try edit(index, count: 1, &random)
            try synchronise(index)
            try rollBackDisk(index)
            try edit(index, count: 1, &random)
            try synchronise(index)
        }
        try restore(older: false)
    }

    /// Two copies of a disk; what one of them sent is backed up and forgotten, and then the server goes further back.
    ///
    /// The other copy takes the place of what was forgotten, with the same number and another hash.
    func pruneThenDiverge(_ index: Int, _ random: inout SplitMix64) throws {
        guard isAtWork(clients[index]), presentCount < 11 else { return }
        reached[.divergences] += 1
        try synchronise(index)
        try backUp()
        let copy = clients.count
        try cloneDisk(index)
        try edit(index, count: 1, &random)
        try synchronise(index)
        try backUp()
        try synchronise(index)
        try restore(older: true)
        try edit(copy, count: 1, &random)
        try synchronise(copy)
        try edit(index, count: 1, &random)
        try synchronise(index)
    }

    /// A machine comes after the backup, works, and is unknown to the server that goes back to it.
    func enrolThenRestore(_ index: Int, _ random: inout SplitMix64) throws {
        guard presentCount < 11 else { return }
        reached[.divergences] += 1
        try backUp()
        let place = clients.count
        try addMachine(&random)
        guard clients.indices.contains(place) else { return }
        try synchronise(place)
        for _ in 0...random.below(3) {
            try edit(place, count: 1 + random.below(2), &random)
            if random.happens(60) { try synchronise(place) }
        }
        if random.happens(40), isAtWork(clients[index]) {
            try edit(index, count: 1, &random)
            try synchronise(index)
        }
        try restore(older: false)
        if random.happens(50) { try synchronise(place) }
    }

    /// Of two files from a stick the later one comes first.
    func carryOutOfOrder(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard isAtWork(client) else { return }
        for _ in 0..<2 { try edit(index, count: 1, &random) }
        let pending = try client.replica.outbox().filter(\.isPending).map(\.change)
        guard pending.count > 1, let first = pending.first else { return }
        let later = pending.dropFirst(1 + random.below(pending.count - 1)).filter {
            $0.incarnation == first.incarnation && $0.planRevision == first.planRevision
        }
        guard let last = later.last else { return }
        reached[.bundles] += 1
        let hash = SimulatedCryptography().sha256(last.canonicalBytes)
        let push = SyncPush.Params(
            plan: first.plan, planRevision: first.planRevision, changes: Array(later.prefix(3)),
            signature: try SimulatedSigner(key: client.record.publicKey).sign(hash), acknowledged: nil)
        try carry([push], of: client, by: client)
    }

    /// The server goes back while an answer lies unread in a process that has lost its connection.
    ///
    /// Another process of the same machine has synchronised with the restored server before it is read.
    func answerAfterRestore(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard isAtWork(client) else { return }
        reached[.divergences] += 1
        client.cut()
        drop(wiresOf: index)
        try backUp()
        try edit(index, count: 1, &random)
        try connect(index)
        var steps = 0
        while let wire = wires.first(where: { $0.client == index }), steps < 40 {
            if wire.toClient.first?.contains("\"results\"") == true { break }
            guard try deliverOne(wire.number) else { break }
            steps += 1
        }
        leaveBehind(index)
        client.cut()
        drop(wiresOf: index)
        try restore(older: false)
        for other in clients where other.index != index && isAtWork(other) && random.happens(60) {
            try edit(other.index, count: 1, &random)
            try synchronise(other.index)
        }
        try synchronise(index)
        try readLate(index)
    }
}
