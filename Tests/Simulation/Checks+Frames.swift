import PlanSyncClient
import PlanSyncCore
import PlanSyncServer
import PlanSyncWire

// The cheap checks: after every frame that the server sends, and that a client takes in.

extension World {
    // MARK: 9, 21, 22: what leaves the server

    func checkFrame(_ frame: [UInt8], to client: SimulatedClient) {
        if frame.contains("\"results\"") { checkReceipts(frame, client) }
        if client.isRevoked, frame.contains("\"result\""), !frame.contains("\"maxFrame\"") {
            violations.append(.revocation("a result went to the revoked \(client.record.device)"))
        }
        if client.isRetired, frame.contains("\"cells\"") || frame.contains("\"document\"") {
            violations.append(.revocation("data went to the retired \(client.record.device)"))
        }
        checkTaint(frame, client)
    }

    /// No frame for a county holds another county's marker.
    private func checkTaint(_ frame: [UInt8], _ client: SimulatedClient) {
        guard client.record.tenant != .city else { return }
        let own = Array(client.record.tenant.rawValue.utf8)
        var place = frame.startIndex
        while let mark = frame[place...].firstIndex(of: UInt8(ascii: "~")) {
            place = mark + 1
            guard let end = frame[place...].prefix(8).firstIndex(of: UInt8(ascii: "~")) else { continue }
            let name = frame[place..<end]
            if !name.elementsEqual(own), SimulatedPlan.isMarker(name) {
                let text = String(decoding: name, as: UTF8.self)
                violations.append(.tenantIsolation("a frame for \(client.record.device) holds what is \(text)'s"))
                return
            }
            place = end + 1
        }
    }

    /// A receipt is what the journal holds, each time it is given.
    private func checkReceipts(_ frame: [UInt8], _ client: SimulatedClient) {
        guard case .response(_, let json)? = try? IncomingMessage(frame: frame, limits: .document),
            let answer = try? SyncPush.Result(json: json)
        else { return }
        do { try readJournal() } catch { violations.append(.engine("journal: \(error)")) }
        for (read, bytes) in zip(answer.read, answer.results) {
            if let before = receipts[read.id] {
                reached[.resends] += 1
                if before != bytes { violations.append(.monotoneReceipts("\(read.id) got another answer than before")) }
            }
            guard let row = history.row(read.id) else {
                violations.append(.nothingVanishes("\(read.id) was acknowledged and is in no journal"))
                continue
            }
            guard row.device == client.record.device else { continue }
            receipts[read.id] = bytes
            if row.resultBytes != bytes {
                violations.append(.monotoneReceipts("\(read.id) got another answer than the journal holds"))
            }
        }
        if answer.epoch != server.epoch { violations.append(.retention("an answer names another epoch")) }
    }

    // MARK: 7, 8, 20: what a client makes of it

    func checkAfterFrame(_ frame: [UInt8], _ client: SimulatedClient) throws {
        do {
            if client.isRetired { try checkRetired(client) }
            // What is pruned stays pruned, so that not every frame has to be followed by a look at it.
            checks += 1
            if checks % (isGrown ? 8 : 3) == 0 || !backed.isEmpty { try checkRetention(client) }
            guard frame.contains("\"cells\"") else { return }
            reached[.pages] += 1
            guard reached[.pages] % (isGrown ? 24 : 6) == 0 else { return }
            try checkPending(client)
            if frame.contains("\"more\":false"), !client.isDamaged { try checkPrefix(client) }
        } catch {
            if client.lock.isDead { return try restart(client) }
            throw error
        }
    }

    /// A client prunes only what its epoch reported as backed up.
    private func checkRetention(_ client: SimulatedClient) throws {
        let total = try client.replica.heldCount()
        guard let before = client.outboxCount, total < before else {
            if client.outboxCount == nil || total > client.held.count {
                client.held = Set(try client.replica.heldIDs())
            }
            client.outboxCount = total
            return
        }
        let held = Set(try client.replica.heldIDs())
        for id in client.held.subtracting(held) where !excused.contains(id) {
            if backed[id] == nil { violations.append(.retention("client \(client.index) pruned \(id), not backed up")) }
        }
        client.held = held
        client.outboxCount = total
    }

    /// What is pending stands in the view, whatever was pulled.
    func checkPending(_ client: SimulatedClient) throws {
        guard let view = try? client.replica.view(of: plan.id) else { return }
        var last: [CellKey: ChangeID] = [:]
        for entry in try client.replica.outbox() where entry.isPending {
            let tenant = entry.change.tenant ?? client.record.tenant
            for operation in entry.change.operations {
                guard let field = operation.field else { continue }
                let name = view.plan.currentName(of: field, in: operation.record.collection)
                last[CellKey(tenant: tenant, record: operation.record, field: name)] = entry.change.id
            }
        }
        for (key, id) in last {
            guard let field = view.field(key), field.state == .pending || field.state == .conflict else {
                violations.append(.readYourWrites("client \(client.index) does not show \(id) at \(key.field)"))
                continue
            }
        }
    }

    func checkSeesOwn(_ change: Change, _ client: SimulatedClient) throws {
        guard let view = try view(client) else { return }
        let tenant = change.tenant ?? client.record.tenant
        for operation in change.operations {
            guard let name = operation.field else { continue }
            let key = CellKey(tenant: tenant, record: operation.record, field: name)
            guard let field = view.field(key), field.state == .pending else {
                violations.append(.readYourWrites("client \(client.index) does not show its \(change.id)"))
                continue
            }
            if operation.action == .set || operation.action == .clear, field.value != operation.value {
                violations.append(.readYourWrites("client \(client.index) shows another value than it saved"))
            }
        }
    }

    /// Whatever stands at or before the cursor and was not touched since is in the replica, as it is.
    private func checkPrefix(_ client: SimulatedClient) throws {
        guard let cursor = try client.replica.cursor(of: plan.id),
            let position = cursorSeal.open(
                cursor, device: client.record.device, plan: plan.id, scope: scope(of: client)),
            position.epoch == server.epoch
        else { return }
        let byKey = try client.cellsByKey(of: plan.id)
        for (key, cell) in try scopeCells(of: client) {
            guard cell.seq <= position.seen[key.tenant] ?? 0 else { continue }
            if byKey[key] != cell {
                violations.append(
                    .prefixReads("client \(client.index) is past \(cell.seq) and lacks \(key.record) \(key.field)"))
            }
        }
    }

    private func scope(of client: SimulatedClient) -> PullScope {
        let record = client.record
        return PullScope(of: Principal(tenant: record.tenant, device: record.device, role: record.role), in: plan)
    }

    /// What the server holds of a client's scope, but for tombstones.
    func scopeCells(of client: SimulatedClient) throws -> [CellKey: PublicCell] {
        try server.probe.table().cells(in: scope(of: client))
    }
}

extension SimulatedPlan {
    private static let markers = units.map { Array($0.utf8) }

    /// Whether a text between tildes is a unit's name.
    static func isMarker(_ name: ArraySlice<UInt8>) -> Bool { markers.contains { $0.elementsEqual(name) } }
}
