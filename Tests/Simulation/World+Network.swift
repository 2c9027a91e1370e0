import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire

// The network: streams that keep their order until they are cut.

extension World {
    /// Opens a connection, or tells the one that watches that there is something to push.
    func connect(_ index: Int) throws {
        let client = clients[index]
        guard !client.isGone, !partitioned.contains(index) else { return }
        if let connection = client.connection {
            if client.isAtRest {
                try act(client) { send(try client.outboxGrew(now: client.now(clock)), connection) }
            }
            return
        }
        lastConnection += 1
        let number = lastConnection
        reached[.connects] += 1
        wires.append(Wire(number: number, client: index))
        server.connected(number, device: client.record)
        try act(client) { send(try client.connect(number, now: client.now(clock), batch: batch), number) }
    }

    /// Lets a client do something; when its process dies over it, it is started again.
    func act(_ client: SimulatedClient, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            guard client.lock.isDead else {
                violations.append(.engine("client \(client.index) failed: \(error)"))
                return
            }
            reached[.deathsInReplica] += 1
            log("client \(client.index) died")
            try restart(client)
        }
        // A client that came to its end closes the connection.
        if client.connection == nil { drop(wiresOf: client.index) }
    }

    func send(_ frames: [[UInt8]], _ connection: Int) {
        guard let place = wires.firstIndex(where: { $0.number == connection }) else { return }
        wires[place].toServer += frames.map { limitPage($0, connection) }
    }

    /// Asks for small pages in the client's name, so that a pull has several.
    private func limitPage(_ frame: [UInt8], _ connection: Int) -> [UInt8] {
        let brace = UInt8(ascii: "}")
        guard pageCells < 1_000, frame.count < 1_000, frame.contains("\"sync.pull\""), !frame.contains("\"limit\""),
            let end = frame.lastIndex(of: brace), let inner = frame[..<end].lastIndex(of: brace)
        else { return frame }
        // A page a cell would be most of the work of a long run: several pages a pull are enough, now and then many.
        let limit = isGrown ? max(pageCells, connection % 8 == 0 ? 12 : 160) : pageCells
        return frame[..<inner] + Array(",\"limit\":\(limit)".utf8) + frame[inner...]
    }

    /// Delivers some packets of one connection.
    func deliver(_ random: inout SplitMix64) throws {
        let open = wires.filter { wire in
            !(wire.toServer.isEmpty && wire.toClient.isEmpty) && !partitioned.contains(wire.client)
        }
        guard !open.isEmpty else { return }
        let chosen = open[random.below(open.count)].number
        for _ in 0...random.below(2) { try deliverOne(chosen) }
    }

    /// Delivers the next packet of a connection, answers first.
    @discardableResult
    func deliverOne(_ number: Int) throws -> Bool {
        guard let place = wires.firstIndex(where: { $0.number == number }) else { return false }
        reached[.frames] += 1
        if !wires[place].toClient.isEmpty {
            let frame = wires[place].toClient.removeFirst()
            try clientReceives(frame, clients[wires[place].client], number)
            return true
        }
        guard !wires[place].toServer.isEmpty else { return false }
        let frame = wires[place].toServer.removeFirst()
        try serverReceives(frame, number)
        return true
    }

    func serverReceives(_ frame: [UInt8], _ number: Int) throws {
        log("server \(number) \(frame.count)")
        tally.requests += 1
        show(frame, ">")
        guard let answers = server.received(frame, on: number, now: serverNow) else {
            reached[.deathsInCommit] += 1
            try crashServer()
            return
        }
        for answer in answers {
            show(answer.frame, "<")
            guard let place = wires.firstIndex(where: { $0.number == answer.connection }) else { continue }
            checkFrame(answer.frame, to: clients[wires[place].client])
            wires[place].toClient.append(answer.frame)
        }
    }

    private func clientReceives(_ frame: [UInt8], _ client: SimulatedClient, _ number: Int) throws {
        guard client.connection == number else { return }
        log("client \(client.index) \(frame.count)")
        tally.bytes += frame.count
        if frame.contains("\"cells\"") { tally.cells += frame.occurrences(of: "\"rev\":") }
        let before = client.renumbered
        try act(client) { send(try client.received(frame, now: client.now(clock)), number) }
        if client.renumbered > before {
            reached[.forks] += 1
            reached[.renumbered] += client.renumbered - before
        }
        if client.connection == number || client.isAtRest { try checkAfterFrame(frame, client) }
    }

    /// Delivers everything of one client until nothing moves.
    func flush(_ index: Int) throws {
        guard let number = clients[index].connection, !partitioned.contains(index) else { return }
        var steps = 0
        while steps < 400, try deliverOne(number) { steps += 1 }
    }

    /// Delivers everything until nothing moves.
    func drain() throws {
        var steps = 0
        // Pages of a single cell, fetched by a dozen machines, are many.
        while steps < (isGrown ? 50_000 : 5_000) {
            guard let wire = wires.first(where: { !$0.toClient.isEmpty || !$0.toServer.isEmpty }) else { return }
            try deliverOne(wire.number)
            steps += 1
        }
        violations.append(.poisonIsolation("frames go to and fro without an end"))
    }

    /// The stream breaks: what is on its way is lost, though the server may have acted on it.
    func cut(_ index: Int, _ random: inout SplitMix64) throws {
        // Who is not connected cannot be cut off; in a long run most machines are at rest, or out of service.
        let connected = clients.filter { $0.connection != nil }
        guard !connected.isEmpty else { return }
        let index = clients[index].connection == nil ? connected[random.below(connected.count)].index : index
        guard let number = clients[index].connection else { return }
        reached[.cuts] += 1
        // The requests arrive, and only the answers are lost.
        if random.happens(50) {
            for _ in 0..<4 {
                guard let place = wires.firstIndex(where: { $0.number == number }),
                    !wires[place].toServer.isEmpty
                else { break }
                let frame = wires[place].toServer.removeFirst()
                try serverReceives(frame, number)
            }
        }
        // Or they had arrived at a process that reads them only when another one has long synchronised.
        if random.happens(30) { leaveBehind(index) }
        clients[index].cut()
        drop(wiresOf: index)
    }

    /// What a client's connection still holds is left to a process that has lost it.
    func leaveBehind(_ index: Int) {
        guard let wire = wires.first(where: { $0.client == index }), !wire.toClient.isEmpty else { return }
        clients[index].leaveBehind(wire.toClient)
    }

    /// A process that has lost its connection reads on in what it had received.
    func readLate(_ index: Int) throws {
        let client = clients[index]
        guard !client.isGone, client.hasLate else { return }
        reached[.lateAnswers] += 1
        log("late \(index)")
        let before = client.seen.isEmpty ? nil : try client.standing(at: client.seen.keys, of: plan.id)
        try act(client) { try client.readLate(now: client.now(clock)) }
        if let before { try noteOverwritten(client, since: before) }
        if client.isRetired { try checkRetired(client) }
    }

    func drop(wiresOf index: Int) {
        for wire in wires where wire.client == index { server.disconnected(wire.number) }
        wires.removeAll { $0.client == index }
    }

    func partition(_ random: inout SplitMix64) {
        reached[.partitions] += 1
        for client in clients where random.happens(40) { partitioned.insert(client.index) }
    }

    // MARK: Clocks

    func moveClock(of index: Int, _ random: inout SplitMix64) {
        reached[.clockJumps] += 1
        let client = clients[index]
        let day = Int64(86_400_000)
        switch random.below(5) {
        case 0: client.frozen = client.frozen == nil ? clock : nil
        case 1: client.skew -= Int64(random.below(3_000)) * day
        case 2: client.skew += Int64(random.below(3_000)) * day
        case 3: client.skew = -client.skew
        default: client.skew = 0
        }
    }

    func moveServerClock(_ random: inout SplitMix64) {
        reached[.clockJumps] += 1
        let day = Int64(86_400_000)
        switch random.below(3) {
        case 0: serverSkew += Int64(random.below(20)) * day
        case 1: serverSkew -= Int64(random.below(20)) * day
        default: serverSkew += Int64(random.below(7_200_000)) - 3_600_000
        }
    }
}
