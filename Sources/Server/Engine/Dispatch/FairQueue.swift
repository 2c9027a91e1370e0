/// Things that wait, in a lane for each tenant; the lanes take turns, so that nobody's flood delays the others.
///
/// Deficit round robin: at its turn a lane is credited with a quantum, and gives as much as its credit pays for.
/// Within a lane the order is kept.
package struct FairQueue<Lane: Hashable & Sendable, Element: Sendable>: Sendable {
    private struct Waiting: Sendable {
        var elements: [(element: Element, cost: Int)] = []
        /// How many of the elements were taken already.
        var taken = 0
        var credit = 0

        var first: (element: Element, cost: Int)? { taken < elements.count ? elements[taken] : nil }

        mutating func removeFirst() {
            taken += 1
            guard taken > 64, taken * 2 > elements.count else { return }
            elements.removeFirst(taken)
            taken = 0
        }
    }

    private let quantum: Int
    private var waiting: [Lane: Waiting] = [:]
    /// The lanes that hold anything, in the order of their turns.
    private var turns: [Lane] = []
    /// How many elements wait.
    package private(set) var count = 0

    /// `quantum`: what a lane may give at one turn.
    package init(quantum: Int) { self.quantum = max(1, quantum) }

    /// Whether nothing waits.
    package var isEmpty: Bool { count == 0 }

    /// Puts an element at the end of a lane.
    package mutating func append(_ element: Element, to lane: Lane, cost: Int = 1) {
        if waiting[lane] == nil {
            waiting[lane] = Waiting()
            turns.append(lane)
        }
        waiting[lane]?.elements.append((element, max(1, cost)))
        count += 1
    }

    /// Takes what is next, until its cost reaches `costMax` or nothing waits; at least one element when any waits.
    package mutating func take(costMax: Int) -> [Element] {
        var taken: [Element] = []
        var cost = 0
        while cost < costMax, let lane = turns.first, var own = waiting[lane] {
            own.credit += quantum
            while cost < costMax, let next = own.first, next.cost <= own.credit {
                own.credit -= next.cost
                cost += next.cost
                own.removeFirst()
                taken.append(next.element)
            }
            turns.removeFirst()
            if own.first == nil {
                waiting[lane] = nil
            } else {
                waiting[lane] = own
                turns.append(lane)
            }
        }
        count -= taken.count
        return taken
    }
}
