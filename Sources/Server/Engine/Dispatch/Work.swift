package import PlanSyncCore
package import PlanSyncWire

/// What a call comes to: an answer at once, or work for a thread that may wait for the disk.
package enum Work: Sendable {
    /// The answer's frame.
    case answer([UInt8])
    /// Reads; may run beside others. Gives the answer's frame.
    case read(@Sendable () -> [UInt8])
    /// Writes; runs alone on the writer.
    case write(@Sendable () -> Written)
    /// A push, which the writer commits together with others.
    case push(PendingPush)
    /// The answer's frame; from now on the connection is told of news.
    ///
    /// `isBehind` reads whether there already is something to pull. It is asked after the interest is taken in:
    /// asked before, a commit in between would be told to nobody.
    case watch(FeedInterest, answer: [UInt8], isBehind: @Sendable () -> Bool)
}

/// What a write came to.
package struct Written: Sendable {
    /// The answer's frame.
    package let frame: [UInt8]
    /// Where cells were written.
    package let growth: Growth
    /// The devices that were revoked: their connections end now.
    package let revoked: Set<DeviceID>

    package init(_ frame: [UInt8], growth: Growth = Growth(), revoked: Set<DeviceID> = []) {
        self.frame = frame
        self.growth = growth
        self.revoked = revoked
    }
}

/// A push that waits for the writer, with the id of its call.
package struct PendingPush: Sendable {
    /// The call's id.
    package let id: RPCID
    /// The push.
    package let submission: PushSubmission
}

/// What a watching connection wants to be told about.
package struct FeedInterest: Sendable, Equatable {
    /// The plan.
    package let plan: PlanID
    /// The cursor that the watcher gave, and is given back.
    package let cursor: String
    /// What it sees: news of anything else does not concern it.
    package let parts: [PullScope.Part]

    /// Whether a commit wrote anything that it sees, or the plan has a new revision.
    package func isTouched(by growth: Growth) -> Bool {
        growth.revisedPlans.contains(plan)
            || growth.parts.contains { grown in
                grown.plan == plan
                    && parts.contains { part in
                        part.tenant == grown.tenant && part.collections?.contains(grown.collection) ?? true
                    }
            }
    }

    /// The notification's frame.
    package var notification: [UInt8] {
        RPCMessage.notification(
            method: SyncWatch.notification, params: SyncWatch.Params(plan: plan, cursor: cursor))
    }
}
