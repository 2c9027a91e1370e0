package import PlanSyncCore
package import PlanSyncWire

/// What a synchronisation would send, and what the server says would become of it; nothing is kept on either side.
package struct DryRun: Sendable {
    /// What the hello would mean here.
    package let greeting: Greeting
    /// What is asked; `nil` when nothing waits.
    package let question: SyncBundle.Params?
    private let entries: [OutboxEntry]
    private let own: TenantID

    /// Prepares the question from a hello that is not taken in.
    ///
    /// - Throws: the replica's and the signer's errors.
    package init(
        _ replica: Replica, _ hello: SessionHello.Result, _ device: SessionHello.DeviceState,
        signer: any DeviceSigner, options: SyncDriver.Options, now: Timestamp
    ) throws {
        let rehearsed = try replica.rehearse(
            hello, device: device, now: now, countMax: options.batchCountMax, bytesMax: options.batchBytesMax)
        greeting = rehearsed.greeting
        entries = rehearsed.entries
        own = device.tenant
        let pushes = try rehearsed.batches.compactMap { batch in
            try batch.changes.first.map { first in
                SyncPush.Params(
                    plan: first.plan, planRevision: first.planRevision, changes: batch.changes,
                    signature: try signer.sign(batch.lastHash), acknowledged: nil)
            }
        }
        question =
            pushes.isEmpty ? nil : SyncBundle.Params(device: device.device, pushes: pushes, isDryRun: true)
    }

    /// The size of the question, in bytes.
    package var bytes: Int { (question?.jsonBytes.count ?? 0) + BundleFrames.envelopeBytes }

    /// The predicted answers, in the form of a synchronisation that was made.
    package func summary(of answer: SyncBundle.Result?) -> SyncSummary {
        var summary = SyncSummary()
        summary.renumbered = greeting.renumbered
        summary.reoffered = greeting.reopened
        let results = (answer?.pushes ?? []).flatMap(\.read)
        let byID = Dictionary(results.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        for entry in entries {
            guard let result = byID[entry.change.id] else { continue }
            summary.count(entry.answered(result), own: own, everything: true)
        }
        return summary
    }
}

extension OutboxEntry {
    /// The same with an answer.
    fileprivate func answered(_ result: ChangeResult) -> OutboxEntry {
        OutboxEntry(
            position: position, change: change, result: result, epoch: nil, isPulled: false, isDropped: false)
    }
}
