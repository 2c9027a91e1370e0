import PlanSyncSeeds

// A run is data: a seed gives the cast and a list of events, and each event carries its own chance. An event
// that is left out therefore changes nothing about the others but what the world looks like when they come,
// which is what makes a failing run small: leave events out for as long as it still fails.

/// One thing that happens.
package struct Event: Sendable, Equatable {
    /// What kind of thing.
    package enum Kind: String, Sendable, CaseIterable {
        case edit, delete, group, invalid, foreign, resolve, undo, drop, repair
        case connect, deliver, flush, cut, partition, heal
        case crashServer, crashClient, armServer, armClient, diskFull, poison
        case clientClock, serverClock
        case snapshotDisk, rollBackDisk, cloneDisk
        case backUp, restore, restoreOlder
        case replan, closePeriod, sealPeriod, registerHead, reopenPeriod, submit, review
        case revoke, retire
        case hostile, replay, dryRun, bundle, report, damage, settle
        case reopenStage, linger, loseDevice, enrol
        case forkThenRestore, pruneThenDiverge, carryOutOfOrder, answerAfterRestore, enrolThenRestore
    }

    /// What happens.
    package let kind: Kind
    /// To which of the clients, if it is about one.
    package let client: Int
    /// The seed of everything that is chosen within it.
    package let chance: UInt64
    /// How long after the event before, in milliseconds.
    package let pause: Int64
}

/// All events of a seed, in order.
package struct Schedule: Sendable {
    /// The seed that it was made of.
    package let seed: UInt64
    /// The events.
    package let events: [Event]

    /// Makes the schedule of a seed.
    package init(seed: UInt64, events count: Int) {
        self.seed = seed
        var random = SplitMix64(seed: seed ^ 0x5CED_0000_0000_0001)
        let weights = Self.weights(&random, events: count)
        let total = weights.reduce(0) { $0 + $1.weight }
        var events: [Event] = []
        events.reserveCapacity(count)
        for _ in 0..<count {
            var place = random.below(total)
            var kind = Event.Kind.deliver
            for entry in weights {
                if place < entry.weight {
                    kind = entry.kind
                    break
                }
                place -= entry.weight
            }
            events.append(
                Event(
                    kind: kind, client: random.below(64), chance: random.next(),
                    pause: Int64(random.below(random.happens(5) ? 20_000_000 : 5_000))))
        }
        self.events = events
    }

    /// What everything costs by default; each seed leaves some kinds out and turns others up (swarm testing).
    private static let usual: [(kind: Event.Kind, weight: Int)] = [
        (.edit, 2_400), (.group, 250), (.delete, 120), (.invalid, 100), (.foreign, 60), (.resolve, 260), (.undo, 40),
        (.drop, 30),
        (.repair, 30), (.connect, 1_500), (.deliver, 3_600), (.flush, 500), (.cut, 300), (.partition, 40), (.heal, 40),
        (.crashServer, 60), (.crashClient, 80), (.armServer, 120), (.armClient, 100), (.diskFull, 60), (.poison, 12),
        (.clientClock, 40), (.serverClock, 25), (.snapshotDisk, 25), (.rollBackDisk, 25), (.cloneDisk, 18),
        (.backUp, 110), (.restore, 60), (.restoreOlder, 4), (.replan, 20), (.closePeriod, 12), (.sealPeriod, 10),
        (.registerHead, 10), (.reopenPeriod, 6), (.submit, 40), (.review, 40), (.revoke, 6), (.retire, 8),
        (.hostile, 40), (.replay, 60), (.dryRun, 40), (.bundle, 40), (.report, 30), (.damage, 20), (.settle, 30),
        (.reopenStage, 90), (.linger, 60), (.loseDevice, 6), (.enrol, 30),
        (.forkThenRestore, 10), (.pruneThenDiverge, 10), (.carryOutOfOrder, 20), (.answerAfterRestore, 10),
        (.enrolThenRestore, 8),
    ]

    private static let always: Set<Event.Kind> = [.edit, .connect, .deliver, .flush, .settle]

    /// What takes a hundred times as long as other events where much has gathered: all machines synchronise.
    private static let costly: Set<Event.Kind> = [.settle, .answerAfterRestore]

    private static func weights(_ random: inout SplitMix64, events: Int) -> [(kind: Event.Kind, weight: Int)] {
        // Half as often in long runs, which still come to rest eight times or so.
        let usual = Self.usual.map { kind, weight in
            (kind: kind, weight: events > 2_000 && costly.contains(kind) ? weight / 2 : weight)
        }
        // A quarter of the seeds is calm, so that long stretches of plain work are seen as well.
        let isCalm = random.happens(15)
        return usual.map { kind, weight in
            if always.contains(kind) { return (kind, weight) }
            let draw = random.below(100)
            if isCalm { return (kind, draw < 70 ? 0 : weight / 2) }
            switch draw {
            case 0..<25: return (kind, 0)
            case 25..<85: return (kind, weight)
            default: return (kind, weight * 3)
            }
        }
    }
}
