import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire

// What the city does to the server, and what strangers try.

extension World {
    // MARK: Plans

    func setVariant(_ next: SimulatedPlan.Variant) {
        variant = next
        defer { renameSealed() }
        guard let known = plans[next] else {
            let document = SimulatedPlan.document(next)
            guard let read = try? PlanReader.read(try PlanDocumentJSON.decode(document)).plan else { return }
            plans[next] = read
            plan = read
            return
        }
        plan = known
    }

    func replan(_ random: inout SplitMix64) throws {
        var next = variant
        switch random.below(5) {
        case 0: next.latest = next.latest == nil ? "latest" : nil
        case 1: next.latest = SimulatedPlan.hasRenaming ? "newest" : "latest"
        case 2: next.largest = next.largest == "max" ? "review" : "max"
        case 3: next.edition += 1
        default: next = SimulatedPlan.Variant()
        }
        guard next != variant else { return }
        log("plan \(next.latest ?? "-") \(next.largest) \(next.edition)")
        // What was taken so far was taken under the plan as it was.
        try readJournal()
        planCount += 1
        reached[.replans] += 1
        let params = AdminPlanLoad.Params(document: SimulatedPlan.document(next))
        let failures = server.store.failures
        guard let answer = server.operate(AdminPlanLoad.self, params, now: serverNow) else {
            reached[.deathsInCommit] += 1
            // It is loaded or not: the server says so when it is back.
            try crashServer()
            if try server.probe.planDocument() == SimulatedPlan.document(next) { setVariant(next) }
            return
        }
        if answer.contains("\"result\"") {
            setVariant(next)
        } else if server.store.failures == failures {
            violations.append(.engine("plan: \(String(decoding: answer, as: UTF8.self))"))
        }
    }

    // MARK: Devices

    func revoke(_ index: Int) throws {
        let client = clients[index]
        // The city's own machine decides conflicts; without it nothing would go on.
        guard client.record.device != clients[0].record.device, !client.isRevoked,
            clients.filter({ !$0.isRevoked }).count > 2
        else { return }
        reached[.revocations] += 1
        let params = AdminDeviceRevoke.Params(device: client.record.device)
        guard let answer = server.operate(AdminDeviceRevoke.self, params, now: serverNow) else {
            reached[.deathsInCommit] += 1
            try crashServer()
            try noteEnded()
            return
        }
        if answer.contains("\"result\"") { try noteEnded() }
    }

    /// A device is taken out of service: what it holds goes into escrow, and it reads nothing any more.
    func retire(_ index: Int) throws {
        let client = clients[index]
        guard client.record.device != clients[0].record.device, !client.isRevoked, !client.isRetired,
            inService.count > 2
        else { return }
        try readJournal()
        let params = AdminDeviceRevoke.Params(device: client.record.device)
        guard let answer = server.operate(AdminDeviceRetire.self, params, now: serverNow) else {
            reached[.deathsInCommit] += 1
            try crashServer()
            try noteEnded()
            return
        }
        if answer.contains("\"result\"") { try noteEnded() }
    }

    private func noteEnded() throws {
        let revoked = try server.probe.endedDevices("revoked")
        let retired = try server.probe.endedDevices("retired")
        for client in clients {
            let name = client.record.device.rawValue
            if revoked.contains(name) { client.isRevoked = true }
            guard retired.contains(name), !client.isRetired else { continue }
            reached[.retirements] += 1
            client.isRetired = true
            // A disk may fail at this very look; the twins of its device are out of service all the same.
            client.hadData = (try? hasData(client)) ?? true
            retiredAfter[client.record.device] = history.lastOrdinal
        }
    }

    /// A machine burns down, with what it had not sent.
    func loseDevice(_ index: Int) throws {
        let client = clients[index]
        guard index > 0, !client.isGone, inService.count > 2 else { return }
        reached[.lostDevices] += 1
        drop(wiresOf: index)
        client.cut()
        // Also what was answered by a server that has gone back since, and was not offered again yet.
        try readJournal()
        let alone = try client.replica.outbox().filter { $0.isPending || history.places[$0.change.id] == nil }
        excuse(Set(alone.map(\.change.id)), except: index)
        client.isGone = true
    }

    // MARK: Strangers

    /// Frames that no client of ours would send; the server's state may not move.
    func hostile(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard server.store.isDead == false else { return }
        var frame = client.sent.isEmpty ? Array("{}".utf8) : client.sent[random.below(client.sent.count)]
        switch random.below(6) {
        case 0: frame = Array(frame.prefix(random.below(max(1, frame.count))))
        case 1: frame = (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        case 2:
            frame = Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"".utf8) + Array(repeating: 0x61, count: 70_000)
        case 3: frame = Array(repeating: UInt8(ascii: "["), count: 5_000)
        case 4: frame = Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"admin.plan.load\",\"params\":{}}".utf8)
        default: for _ in 0...random.below(4) where !frame.isEmpty { frame[random.below(frame.count)] ^= 0x04 }
        }
        reached[.hostileFrames] += 1
        try readJournal()
        let ordinal = history.lastOrdinal
        lastConnection += 1
        server.connected(lastConnection, device: client.record)
        defer { server.disconnected(lastConnection) }
        guard let answers = server.received(frame, on: lastConnection, now: serverNow) else {
            try crashServer()
            return
        }
        for answer in answers { checkFrame(answer.frame, to: client) }
        try readJournal()
        // A flipped bit may leave a whole hello; without a hello nothing may be pushed.
        if history.lastOrdinal != ordinal {
            violations.append(.hostileFrames("a frame without a hello was committed"))
        }
    }

    /// Frames of earlier connections once more, over a connection of the same device or of another one.
    func replayFrames(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.sent.isEmpty, !client.isRevoked else { return }
        let hello = client.sent.last { $0.contains("session.hello") }
        guard let hello else { return }
        reached[.replayedFrames] += 1
        try readJournal()
        lastConnection += 1
        let number = lastConnection
        server.connected(number, device: client.record)
        for _ in 0...random.below(4) {
            for frame in [hello, client.sent[random.below(client.sent.count)]] {
                guard let answers = server.received(frame, on: number, now: serverNow) else {
                    reached[.deathsInCommit] += 1
                    try crashServer()
                    return
                }
                for answer in answers where answer.connection == number { checkFrame(answer.frame, to: client) }
                // News of what an old frame still brought go to those who watch.
                for answer in answers where answer.connection != number {
                    guard let place = wires.firstIndex(where: { $0.number == answer.connection }) else { continue }
                    wires[place].toClient.append(answer.frame)
                }
            }
        }
        server.disconnected(number)
    }

    /// A byte of a replica's cells changes on its disk; the next synchronisation finds it and repairs it.
    func damage(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        let cells = try client.replica.cells(of: plan.id)
        guard !client.isGone, !client.isRevoked, !client.isRetired, !cells.isEmpty else { return }
        reached[.damaged] += 1
        client.isDamaged = true
        let cell = cells[random.below(cells.count)]
        drop(wiresOf: index)
        client.cut()
        let change = ["author = author || 'x'", "seq = seq + 1", "value = CAST('\"7\"' AS BLOB)", "at = at + 1"][
            random.below(4)]
        try client.execute(
            """
            UPDATE cells SET \(change) WHERE tenant = '\(cell.key.tenant)' AND key = '\(cell.key.record.key)'
            AND field = '\(cell.key.field)'
            """)
    }
}

extension [UInt8] {
    /// How often these bytes hold a text.
    func occurrences(of text: StaticString) -> Int {
        var rest = self[...]
        var count = 0
        while let found = rest.firstRange(of: text) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }

    /// Whether these bytes hold a text.
    func contains(_ text: StaticString) -> Bool { self[...].firstRange(of: text) != nil }
}

extension ArraySlice<UInt8> {
    /// Where a text stands first.
    fileprivate func firstRange(of text: StaticString) -> Range<Int>? {
        let length = text.utf8CodeUnitCount
        guard length > 0, count >= length else { return nil }
        let first = text.utf8Start.pointee
        let offset = withUnsafeBufferPointer { bytes -> Int? in
            for start in 0...(bytes.count - length) where bytes[start] == first {
                var place = 1
                while place < length, bytes[start + place] == text.utf8Start[place] { place += 1 }
                if place == length { return start }
            }
            return nil
        }
        return offset.map { (startIndex + $0)..<(startIndex + $0 + length) }
    }
}
