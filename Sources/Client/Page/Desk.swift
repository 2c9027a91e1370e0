// What the routes work with: the view of the plan, edits in the person's name, and the synchronisation behind.

import PlanSyncClient
import PlanSyncCore

/// The work of one person on one machine.
struct Desk: Sendable {
    let host: any PageHost
    let sync: BackgroundSync
    let secrets: PageSecrets

    /// The device's copy.
    ///
    /// - Throws: ``PageFault`` on a machine that is not enrolled.
    func replica() throws -> Replica {
        if let replica = try host.replica() { return replica }
        throw PageFault(zh: "本机还没有注册，请先填写服务器和注册码。", en: "This machine is not enrolled yet; enter server and token.")
    }

    /// What the person sees of the plan.
    func view() throws -> LocalView {
        let replica = try replica()
        guard let plan = try replica.plans().first?.id else {
            throw PageFault(zh: "还没有收到方案，请先同步。", en: "No plan was received yet; synchronise first.")
        }
        return try replica.view(of: plan)
    }

    /// Saves a change in the person's name, and lets it be sent.
    ///
    /// - Throws: ``EditError`` with every fault, the replica's errors.
    @discardableResult
    func save(
        note: String? = nil, repairing position: Int64? = nil, _ make: (Editing) throws(EditError) -> ChangeDraft
    ) throws -> Change {
        let editing = try editing(note)
        return try keep(try make(editing), repairing: position)
    }

    /// Saves what a person changed in a form, as one change; `nil` when that is nothing.
    ///
    /// - Throws: ``FormError`` with every fault, the replica's errors.
    @discardableResult
    func fill(_ record: String, _ entries: [FormEntry], note: String?) throws -> Change? {
        try drafted(record, entries, note: note).map { try keep($0, repairing: nil) }
    }

    /// What saving a form would save; `nil` for nothing.
    ///
    /// - Throws: ``FormError`` with every fault, the replica's errors.
    func drafted(_ record: String, _ entries: [FormEntry], note: String?) throws -> ChangeDraft? {
        try editing(note).fill(record, entries)
    }

    /// Edits in the person's name.
    ///
    /// - Throws: ``PageFault`` as long as nobody has said who works here.
    func editing(_ note: String?) throws -> Editing {
        if host.person.isEmpty {
            throw PageFault(zh: "请先填写您的姓名（页面右上角）。", en: "Enter your name first, at the top of the page.")
        }
        let view = try view()
        var random = HostRandom(host: host)
        let number = try replica().state().chainNumber.addingReportingOverflow(1).partialValue
        let key = NewKey.make(device: view.principal.device, number: number, random: &random)
        let note = note.flatMap { $0.isEmpty ? nil : $0 }
        return try Editing(view: view, author: host.person, note: note, freshKey: key)
    }

    @discardableResult
    func keep(_ draft: ChangeDraft, repairing position: Int64?) throws -> Change {
        let replica = try replica()
        var random = HostRandom(host: host)
        defer { sync.nudge() }
        guard let position else { return try replica.save(draft, now: host.now(), random: &random) }
        return try replica.save(draft, repairing: position, now: host.now(), random: &random)
    }
}

/// The host's random bytes as a generator.
struct HostRandom: RandomNumberGenerator {
    let host: any PageHost

    mutating func next() -> UInt64 { host.randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
}
