// The conversation of one connection: hello, plans, push until the outbox is empty, pull until there is no more,
// and, when watching, again whenever one side moves. One request is under way at a time, so an answer always
// belongs to the step that asked. Every way back to an earlier step costs a round, and rounds are bounded.
// Cells that are not what the server says they are: the parts that differ are fetched anew, once; then a snapshot,
// once; then it is told, and left.

package import PlanSyncCore
package import PlanSyncWire

/// Decides the steps of a synchronisation.
package struct SyncStateMachine: Sendable {
    /// What to do next.
    package enum Action: Sendable, Equatable {
        /// Send the hello.
        case greet
        /// Fetch the plan's document.
        case fetchPlan(PlanID)
        /// Send the next pending changes, or say that there are none.
        case push
        /// Fetch the page after the plan's cursor.
        case pull(PlanID)
        /// Ask to be told of new cells.
        case watch(PlanID)
        /// Make the changes from this number on pending again.
        case reopen(from: UInt64)
        /// Renumber the pending changes into this incarnation.
        case renumber(into: UInt64)
        /// Ask for the sums of the plan's parts.
        case compareParts(PlanID)
        /// Fetch the next page of a damaged part.
        case pullPart(ScopePart, PlanID)
        /// Say that the cells cannot be made what the server says they are.
        case tellIrreparable(PlanID)
        /// Remove what a device out of service may not keep.
        case retire
        /// Forget the plan's cursor.
        case dropCursor(PlanID)
        /// Send smaller pushes.
        case shrinkPush
        /// Do nothing for a while.
        case pause(milliseconds: Int)
        /// Wait for what comes.
        case stayWatching
        /// Nothing to do for this event.
        case none
        /// Everything is done.
        case finish
        /// It goes no further.
        case stop(SyncFault)
    }

    /// What happened.
    package enum Event: Sendable, Equatable {
        /// The connection is open.
        case connected
        /// The hello was answered and taken in.
        case greeted(plans: [PlanID], outdated: [PlanID], isRetired: Bool)
        /// The plan was stored.
        case planStored
        /// There was nothing to push.
        case outboxFoundEmpty
        /// A push was answered and its results stored.
        case pushStored(epochChanged: Bool)
        /// A page was stored.
        case pageStored(more: Bool)
        /// The last page was stored, but the cells are not what the server says they are.
        case cellsFoundDamaged
        /// It was said that they cannot be put right.
        case irreparableTold
        /// These parts are damaged.
        case partsCompared([ScopePart])
        /// A page of a damaged part was stored.
        case partStored(more: Bool)
        /// What a device out of service may not keep is gone.
        case retired(isFirst: Bool)
        /// A page was set aside, because another process had pulled.
        case pageFoundStale
        /// A page was stored, and told of a later revision of the plan than the one here.
        case planFoundOutdated
        /// An answer carried another epoch than the hello.
        case epochFoundChanged
        /// The watch was answered.
        case watchAnswered
        /// The server said that there is something to pull.
        case changeNotified
        /// Another process saved an edit.
        case outboxGrew
        /// The pause is over.
        case pauseEnded
        /// The changes are pending again, or are not here any more.
        case reopened(found: Bool)
        /// The pending changes have their new numbers.
        case renumbered
        /// The cursor is forgotten.
        case cursorDropped
        /// Pushes are smaller now; `false`: they cannot be.
        case pushShrunk(Bool)
        /// The server refused the request that was under way.
        case refused(Refusal)
    }

    /// A refusal, as far as it decides the next step.
    package enum Refusal: Sendable, Equatable {
        /// Changes before are missing.
        case gap(expected: UInt64)
        /// The chain has another continuation.
        case fork(incarnation: UInt64)
        /// The cursor no longer holds.
        case cursorExpired
        /// The request was too large.
        case tooLarge
        /// There is no such thing, or no longer.
        case notFound(SyncFault)
        /// The device was taken out of service.
        case retired
        /// The server is busy.
        case overloaded(milliseconds: Int)
        /// Anything else.
        case other(SyncFault)
    }

    private enum Step: Sendable, Equatable {
        case idle
        case greeting
        case fetching([PlanID])
        case pushing
        case pulling([PlanID])
        case comparing([PlanID])
        case repairing([PlanID], [ScopePart])
        case retiring
        case subscribing([PlanID])
        case watching
        case ended
    }

    private static let roundsMax = 12
    private static let pausesMax = 30
    private static let repairsMax = 3
    private static let pauseMillisecondsMax = 60_000

    private let isWatching: Bool
    private var step = Step.idle
    private var plans: [PlanID] = []
    private var isSubscribed = false
    private var isRetired = false
    /// How often each plan's cells were mended since they were last found sound.
    private var repairs: [PlanID: Int] = [:]
    private var rounds = 0
    private var pauses = 0
    private var outboxHasGrown = false
    private var hasNews = false

    /// `isWatching`: whether to stay and wait for news.
    package init(isWatching: Bool) { self.isWatching = isWatching }

    /// Takes an event and says what to do.
    package mutating func handle(_ event: Event) -> Action {
        if step == .ended { return .none }
        switch event {
        case .connected: return greet()
        case .greeted(let plans, let outdated, let isRetired):
            self.plans = plans
            self.isRetired = isRetired
            return fetch(outdated)
        case .planStored:
            guard case .fetching(let rest) = step else { return .none }
            return fetch(Array(rest.dropFirst()))
        case .outboxFoundEmpty: return isRetired ? retire() : pull(plans)
        case .pushStored(let epochChanged): return epochChanged ? greetAgain() : push()
        case .pageStored(let more): return pageStored(more: more)
        case .cellsFoundDamaged: return mend()
        case .irreparableTold:
            guard case .pulling(let rest) = step else { return .none }
            return pull(Array(rest.dropFirst()))
        case .partsCompared(let parts):
            guard case .comparing(let rest) = step else { return .none }
            return repair(parts, rest)
        case .partStored(let more):
            guard case .repairing(let rest, let parts) = step else { return .none }
            return repair(more ? parts : Array(parts.dropFirst()), rest)
        case .retired(let isFirst): return end(isFirst ? .finish : .stop(.retired))
        case .pageFoundStale: return pageFoundStale()
        case .epochFoundChanged, .planFoundOutdated: return greetAgain()
        case .watchAnswered:
            guard case .subscribing(let rest) = step else { return .none }
            return subscribe(Array(rest.dropFirst()))
        case .changeNotified: return news()
        case .outboxGrew: return outboxGrew()
        case .pauseEnded: return repeatStep()
        case .reopened(let found): return found ? another(.push) : greetAgain()
        case .renumbered: return another(.push)
        case .cursorDropped: return another(.again)
        case .pushShrunk(let isSmaller): return isSmaller ? push() : end(.stop(.changeTooLarge))
        case .refused(let refusal): return refused(refusal)
        }
    }

    // MARK: Steps

    private mutating func greet() -> Action {
        step = .greeting
        return .greet
    }

    private mutating func greetAgain() -> Action { another(.greet) }

    private mutating func fetch(_ outdated: [PlanID]) -> Action {
        guard let next = outdated.first else { return push() }
        step = .fetching(outdated)
        return .fetchPlan(next)
    }

    private mutating func push() -> Action {
        step = .pushing
        outboxHasGrown = false
        return .push
    }

    private mutating func pull(_ rest: [PlanID]) -> Action {
        guard let next = rest.first else { return pulledAll() }
        step = .pulling(rest)
        hasNews = false
        return .pull(next)
    }

    private mutating func pageStored(more: Bool) -> Action {
        guard case .pulling(let rest) = step else { return .none }
        if !more, let plan = rest.first, repairs[plan] ?? 0 < Self.repairsMax { repairs[plan] = nil }
        return pull(more ? rest : Array(rest.dropFirst()))
    }

    /// Somebody else has pulled; a repair under way begins again with what there is now.
    private mutating func pageFoundStale() -> Action {
        if case .repairing(let rest, _) = step { step = .pulling(rest) }
        return another(.again)
    }

    // MARK: Damage

    /// First the parts that differ, then a snapshot, then no more: the server's own sum would have to be wrong.
    private mutating func mend() -> Action {
        guard case .pulling(let rest) = step, let plan = rest.first else { return .none }
        let tries = repairs[plan] ?? 0
        repairs[plan] = tries + 1
        switch tries {
        case 0:
            step = .comparing(rest)
            return .compareParts(plan)
        case 1: return .dropCursor(plan)
        case 2: return .tellIrreparable(plan)
        default: return pull(Array(rest.dropFirst()))
        }
    }

    private mutating func repair(_ parts: [ScopePart], _ rest: [PlanID]) -> Action {
        guard let part = parts.first, let plan = rest.first else { return pull(rest) }
        step = .repairing(rest, parts)
        return .pullPart(part, plan)
    }

    private mutating func retire() -> Action {
        step = .retiring
        return .retire
    }

    private mutating func pulledAll() -> Action {
        guard isWatching else { return end(.finish) }
        guard isSubscribed else { return subscribe(plans) }
        step = .watching
        rounds = 0
        pauses = 0
        if outboxHasGrown { return push() }
        return hasNews ? pull(plans) : .stayWatching
    }

    private mutating func subscribe(_ rest: [PlanID]) -> Action {
        guard let next = rest.first else {
            isSubscribed = true
            // What was committed between the last page and the watch is fetched now.
            return pull(plans)
        }
        step = .subscribing(rest)
        return .watch(next)
    }

    // MARK: News

    private mutating func news() -> Action {
        guard step == .watching else {
            hasNews = true
            return .none
        }
        return pull(plans)
    }

    private mutating func outboxGrew() -> Action {
        guard step == .watching else {
            outboxHasGrown = true
            return .none
        }
        return push()
    }

    // MARK: Refusals

    private mutating func refused(_ refusal: Refusal) -> Action {
        switch refusal {
        case .gap(let expected) where step == .pushing: return .reopen(from: expected)
        case .fork(let incarnation) where step == .pushing: return .renumber(into: incarnation)
        case .tooLarge where step == .pushing: return .shrinkPush
        case .cursorExpired:
            switch step {
            case .pulling(let rest), .subscribing(let rest), .comparing(let rest), .repairing(let rest, _):
                guard let plan = rest.first else { return .none }
                step = .pulling(rest)
                return .dropCursor(plan)
            default: return end(.stop(.protocolBroken("cursor_expired")))
            }
        case .notFound(let fault):
            // A part that the device may no longer see: what it may see comes with a snapshot.
            guard case .repairing(let rest, _) = step, let plan = rest.first else { return end(.stop(fault)) }
            step = .pulling(rest)
            return .dropCursor(plan)
        case .retired: return isRetired ? end(.stop(.retired)) : greetAgain()
        case .overloaded(let milliseconds):
            pauses += 1
            guard pauses <= Self.pausesMax else { return end(.stop(.tooManyRounds)) }
            return .pause(milliseconds: min(max(milliseconds, 50), Self.pauseMillisecondsMax))
        case .other(let fault): return end(.stop(fault))
        case .gap: return end(.stop(.protocolBroken("gap")))
        case .fork: return end(.stop(.protocolBroken("fork")))
        case .tooLarge: return end(.stop(.protocolBroken("too_large")))
        }
    }

    /// The request of the present step once more.
    private mutating func repeatStep() -> Action {
        switch step {
        case .greeting: .greet
        case .fetching(let rest): rest.first.map(Action.fetchPlan) ?? .none
        case .pushing: .push
        case .pulling(let rest): rest.first.map(Action.pull) ?? .none
        case .comparing(let rest): rest.first.map(Action.compareParts) ?? .none
        case .repairing(let rest, let parts): Self.pullPart(parts, rest)
        case .subscribing(let rest): rest.first.map(Action.watch) ?? .none
        case .watching: .stayWatching
        case .retiring: .retire
        case .idle, .ended: .none
        }
    }

    private static func pullPart(_ parts: [ScopePart], _ rest: [PlanID]) -> Action {
        guard let part = parts.first, let plan = rest.first else { return .none }
        return .pullPart(part, plan)
    }

    private enum Round {
        case again, greet, push
    }

    private mutating func another(_ round: Round) -> Action {
        rounds += 1
        guard rounds <= Self.roundsMax else { return end(.stop(.tooManyRounds)) }
        switch round {
        case .again: return repeatStep()
        case .greet: return greet()
        case .push: return push()
        }
    }

    private mutating func end(_ action: Action) -> Action {
        step = .ended
        return action
    }
}
