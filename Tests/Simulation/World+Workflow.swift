import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import PlanSyncServer
import PlanSyncWire

// Periods, reports, deletions, and decisions that are taken back.

extension World {
    // MARK: Periods

    /// Closes, opens or seals a period.
    func setPeriod(_ state: PeriodState, _ random: inout SplitMix64) throws {
        let known = try knownPeriods()
        if state == .final, !known.hasNext { return }
        let periods = state == .open ? known.begun : known.worked
        let period = periods[random.below(periods.count)]
        let params = AdminPeriodSet.Params(plan: plan.id, period: period, state: state, reason: "the city's decision")
        guard let answer = server.operate(AdminPeriodSet.self, params, now: serverNow) else {
            reached[.deathsInCommit] += 1
            try crashServer()
            return
        }
        guard answer.contains("\"result\"") else { return }
        reached[state == .final ? .periodsSealed : .periodsClosed] += 1
        try tellWatchers()
    }

    /// The chain head of a machine is given by telephone.
    func registerHead(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        let head = try client.replica.state().chainHead
        guard !head.isEmpty else { return }
        let period = try knownPeriods().pick(&random)
        let params = AdminPeriodRegister.Params(
            plan: plan.id, period: period, device: client.record.device, head: head)
        guard let answer = server.operate(AdminPeriodRegister.self, params, now: serverNow) else {
            reached[.deathsInCommit] += 1
            try crashServer()
            return
        }
        if answer.contains("\"result\"") { reached[.headsRegistered] += 1 }
        try tellWatchers()
    }

    /// The periods as the city knows them.
    private func knownPeriods() throws -> WorkedPeriods {
        let cells = try server.probe.cells()
        return try WorkedPeriods { cells[$0]?.value }
    }

    /// Those who watch are told by the daemon after a system change; here by a notification to all.
    private func tellWatchers() throws { try readJournal() }

    // MARK: Reports

    func submit(_ index: Int, _ random: inout SplitMix64) throws {
        let approvers = clients.filter { $0.record.role == .approver && isAtWork($0) }
        guard !approvers.isEmpty else { return }
        let client = approvers[index % approvers.count]
        if random.happens(60) { try synchronise(client.index) }
        guard let view = try view(client) else { return }
        let period = try WorkedPeriods { view.field($0)?.value }.pick(&random)
        let tenant = client.record.tenant
        let figures = view.fields.filter { key, _ in
            key.tenant == tenant && view.plan.period(of: key.record)?.id.rawValue == period && key.field != .recordState
        }.map { (key: $0.key, value: $0.value.value) }
        let digest = FigureDigest.of(figures, SimulatedCryptography())
        let record = try RecordKey(collection: CollectionRule.submissions, key: period)
        reached[.submissions] += 1
        try save(
            [
                operation(record, SubmissionField.state, SubmissionField.State.submitted.rawValue, tenant, view),
                operation(record, SubmissionField.digest, digest, tenant, view),
            ], owner: tenant.rawValue, client, view, note: nil, &random)
        if random.happens(60) { try synchronise(client.index) }
    }

    func review(_ index: Int, _ random: inout SplitMix64) throws {
        let city = clients.filter { $0.record.role == .supervisor && isAtWork($0) }
        guard !city.isEmpty else { return }
        let client = city[index % city.count]
        // The next figure makes a draft of a report again, so that few wait for long.
        if random.happens(60) { try submit(index, &random) }
        if random.happens(70) { try synchronise(client.index) }
        guard let view = try view(client) else { return }
        let submitted = view.fields.filter { key, field in
            key.record.collection == CollectionRule.submissions && key.field == SubmissionField.state
                && field.value == .text(SubmissionField.State.submitted.rawValue)
        }.map(\.key).sorted()
        guard !submitted.isEmpty else { return }
        let key = submitted[random.below(submitted.count)]
        let word = random.happens(60) ? SubmissionField.State.accepted : .returned
        reached[.reviews] += 1
        try save(
            [operation(key.record, key.field, word.rawValue, key.tenant, view)], owner: key.tenant.rawValue, client,
            view, note: "~\(key.tenant)~ seen", &random)
    }

    private func operation(
        _ record: RecordKey, _ field: FieldID, _ value: String, _ tenant: TenantID, _ view: LocalView
    ) -> Operation {
        let seen = view.field(CellKey(tenant: tenant, record: record, field: field))
        return Operation(
            record: record, field: field, action: .set, value: .text(value), base: seen?.rev.map { [$0] } ?? [],
            shown: seen?.value)
    }

    // MARK: Deletions

    /// Deletes a project, or restores one.
    func deleteOrRestore(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.isGone, let view = try view(client) else { return }
        let owner = pickOwner(client, &random)
        let record = try RecordKey(
            collection: try CollectionID("projects"),
            key: SimulatedPlan.projects[random.below(SimulatedPlan.projects.count)])
        let fields = view.record(record, of: try TenantID(owner))
        guard !fields.isEmpty else { return }
        let marker = fields[.recordState]
        if marker?.value == .text("deleted") {
            reached[.restorations] += 1
            let operation = Operation(
                record: record, field: nil, action: .restore, value: nil, base: marker?.rev.map { [$0] } ?? [],
                shown: nil)
            try save([operation], owner: owner, client, view, note: nil, &random)
            return
        }
        // The newest that its author saw; what is pending comes last. Of several the order of a table must not choose.
        let newest = fields.max { ($0.value.seq ?? .max, $0.key) < ($1.value.seq ?? .max, $1.key) }?.value
        let seen = fields.filter { $0.key != .recordState }.compactMap { field, cell in
            cell.rev.map { rev in
                let rule = view.plan.field(field, of: record.collection)
                return RecordSight.line(field, rev: rev, value: cell.value, rule: rule)
            }
        }.sorted()
        reached[.deletions] += 1
        let operation = Operation(
            record: record, field: nil, action: .delete, value: nil, base: newest?.rev.map { [$0] } ?? [],
            shown: .members(seen))
        try save([operation], owner: owner, client, view, note: nil, &random)
    }

    /// Somebody, mostly of the city, goes back on a ladder; sometimes without a reason.
    func reopenStage(_ index: Int, _ random: inout SplitMix64) throws {
        let city = clients.filter { $0.record.role == .supervisor && !$0.isGone }
        let client = random.happens(80) && !city.isEmpty ? city[random.below(city.count)] : clients[index]
        guard !client.isGone, let view = try view(client) else { return }
        let field = try FieldID("stage")
        let standing = view.fields.filter { key, cell in
            guard key.field == field, case .text(let stage)? = cell.value else { return false }
            return SimulatedPlan.stages.dropFirst().contains(stage)
        }.map(\.key).sorted()
        guard !standing.isEmpty else { return }
        let key = standing[random.below(standing.count)]
        guard let cell = view.field(key), case .text(let stage)? = cell.value,
            let rank = SimulatedPlan.stages.firstIndex(of: stage)
        else { return }
        let back = SimulatedPlan.stages[random.below(rank)]
        let operation = Operation(
            record: key.record, field: field, action: .reopen, value: .text(back), base: cell.rev.map { [$0] } ?? [],
            shown: cell.value)
        try save(
            [operation], owner: key.tenant.rawValue, client, view,
            note: random.happens(85) ? "~\(key.tenant)~ again" : nil, &random)
    }

    // MARK: Undoing

    func undo(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.isGone, let view = try view(client) else { return }
        let decided = view.conflicts.filter { $0.state == .resolved }
        guard !decided.isEmpty else { return }
        let conflict = decided[random.below(decided.count)]
        let record = try RecordKey(collection: CollectionRule.conflicts, key: conflict.id)
        reached[.undone] += 1
        try save(
            [operation(record, ConflictField.resolution, "open", conflict.tenant, view)],
            owner: conflict.tenant.rawValue, client, view, note: "~\(conflict.tenant)~ again", &random)
    }

    /// A new change that names the rejected one that it repairs.
    func repair(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.isGone, let view = try view(client), let entry = view.rejected.first else { return }
        let owner = client.record.tenant
        let record = try RecordKey(collection: CollectionRule.values, key: SimulatedPlan.periods[0])
        reached[.repairs] += 1
        try save(
            [operation(record, try FieldID("review"), String(random.below(40)), owner, view)], owner: owner.rawValue,
            client, view, note: "repairs:\(entry.change.id) ~\(owner)~", &random)
    }

    // MARK: Other ways in

    /// The pending changes of a client as one signed push.
    private func push(of client: SimulatedClient) throws -> SyncPush.Params? {
        guard let held = try client.replica.nextBatch(countMax: 3, bytesMax: 100_000), let first = held.changes.first
        else { return nil }
        return SyncPush.Params(
            plan: first.plan, planRevision: first.planRevision, changes: held.changes,
            signature: try SimulatedSigner(key: client.record.publicKey).sign(held.lastHash), acknowledged: nil)
    }

    /// Opens a connection for single calls; gives its number, or `nil` when the hello is refused.
    private func greet(_ client: SimulatedClient) throws -> Int? {
        lastConnection += 1
        let number = lastConnection
        server.connected(number, device: client.record)
        let hello = SessionHello.Params(
            client: "plansync", language: "en", incarnation: try client.replica.state().incarnation)
        guard let answer = try call(SessionHello.self, hello, client, number), answer.contains("\"result\"") else {
            server.disconnected(number)
            return nil
        }
        return number
    }

    private func call<M: RPCMethod>(
        _ method: M.Type, _ params: M.Params, _ client: SimulatedClient, _ number: Int
    ) throws -> [UInt8]? {
        let frame = RPCMessage.request(method, id: .number(7), params: params)
        guard let answers = server.received(frame, on: number, now: serverNow) else {
            reached[.deathsInCommit] += 1
            try crashServer()
            return nil
        }
        for answer in answers {
            if answer.connection == number {
                checkFrame(answer.frame, to: client)
            } else if let place = wires.firstIndex(where: { $0.number == answer.connection }) {
                wires[place].toClient.append(answer.frame)
            }
        }
        return answers.first { $0.connection == number }?.frame
    }

    /// What a dry run foretells is what the push that follows at once brings, and it leaves no trace.
    func dryRun(_ index: Int) throws {
        let client = clients[index]
        guard !client.isGone, !client.isRevoked, let push = try push(of: client), let number = try greet(client) else {
            return
        }
        defer { server.disconnected(number) }
        try readJournal()
        server.store.arm(nil)
        let before = (history.lastOrdinal, try server.probe.stateBytes(), try server.probe.chainsText())
        let params = SyncBundle.Params(device: client.record.device, pushes: [push], isDryRun: true)
        guard let foretold = try call(SyncBundle.self, params, client, number) else { return }
        try readJournal()
        if try before != (history.lastOrdinal, server.probe.stateBytes(), server.probe.chainsText()) {
            violations.append(.dryRun("it left a trace"))
        }
        guard let real = try call(SyncPush.self, push, client, number) else { return }
        reached[.dryRuns] += 1
        try readJournal()
        guard case .response(_, let json)? = try? IncomingMessage(frame: foretold, limits: .document),
            let result = try? SyncBundle.Result(json: json)
        else {
            violations.append(.dryRun("it is refused: \(String(decoding: foretold.prefix(200), as: UTF8.self))"))
            return
        }
        switch try IncomingMessage(frame: real, limits: .document) {
        case .response(_, let json):
            let answer = try SyncPush.Result(json: json)
            if result.pushes.first?.results != answer.results {
                violations.append(.dryRun("client \(index)'s push brings other answers than it foretold"))
            }
        case .failure(_, let error):
            if result.refusal?.code != error.code {
                violations.append(.dryRun("client \(index)'s push is refused, which it did not foretell"))
            }
        case .request, .notification: break
        }
    }

    /// Somebody else carries a client's pushes to the server.
    func carryBundle(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        let carriers = clients.filter {
            !$0.isRevoked && !$0.isRetired && $0.record.device != client.record.device
                && ($0.record.tenant == client.record.tenant || $0.record.role == .supervisor)
        }
        guard !client.isGone, !carriers.isEmpty, let push = try push(of: client) else { return }
        let carrier = carriers[random.below(carriers.count)]
        reached[.bundles] += 1
        try carry([push], of: client, by: carrier)
    }

    /// Gives signed pushes to the server over a machine's connection.
    func carry(_ pushes: [SyncPush.Params], of client: SimulatedClient, by carrier: SimulatedClient) throws {
        guard let number = try greet(carrier) else { return }
        defer { server.disconnected(number) }
        let params = SyncBundle.Params(device: client.record.device, pushes: pushes, isDryRun: false)
        _ = try call(SyncBundle.self, params, carrier, number)
    }

    /// Asks for reports; no county reads another's.
    func report(_ index: Int, _ random: inout SplitMix64) throws {
        let client = clients[index]
        guard !client.isGone, let number = try greet(client) else { return }
        defer { server.disconnected(number) }
        let period = SimulatedPlan.periods[random.below(2)]
        let params = AggregateGet.Params(plan: plan.id, period: period, basis: .reported)
        guard let answer = try call(AggregateGet.self, params, client, number) else { return }
        guard client.record.tenant != .city, answer.contains("\"figures\"") else { return }
        let text = String(decoding: answer, as: UTF8.self)
        let own = client.record.tenant.rawValue
        for unit in SimulatedPlan.units where unit != own && text.contains("\"tenant\":\"\(unit)\"") {
            violations.append(.tenantIsolation("the figures for \(client.record.device) hold \(unit)'s"))
        }
    }
}
