import Foundation
import PlanSyncSimulation

/// The enumerations and paired runs, for each of some seeds.
struct Proofs {
    let wanted: String
    let seeds: ClosedRange<UInt64>
    let folder: String

    func run() -> Bool {
        var broken: [String] = []
        var said: [String: Int] = [:]
        let clock = ContinuousClock()
        var spent: [String: Duration] = [:]
        func prove(_ name: String, _ seed: UInt64, _ body: () throws -> (count: Int, broken: [String])) {
            guard wanted == "all" || name.contains(wanted) else { return }
            spent[name, default: .zero] += clock.measure {
                do {
                    let outcome = try body()
                    said[name, default: 0] += outcome.count
                    broken += outcome.broken.map { "\(name), seed \(seed): \($0)" }
                } catch {
                    broken.append("\(name), seed \(seed): \(error)")
                }
            }
        }
        for seed in seeds {
            for isPowerLoss in [false, true] {
                prove(isPowerLoss ? "power losses" : "crashes", seed) {
                    let outcome = try CrashBoundaries(seed: seed, events: 40, folder: folder).run(
                        isPowerLoss: isPowerLoss)
                    return (outcome.deaths, outcome.broken)
                }
            }
            prove("orders of arrival", seed) {
                let outcome = try ArrivalOrders(seed: seed, folder: folder).run()
                return (outcome.orders, outcome.broken)
            }
            for difference in PairedRuns.Difference.allCases {
                prove("edits when \(difference.rawValue)", seed) {
                    let outcome = try PairedRuns(seed: seed, events: 120, folder: folder).run(difference)
                    return (outcome.changes, outcome.broken)
                }
            }
            prove("edits around a revision", seed) {
                let outcome = try RevisionSquare(seed: seed, folder: folder).run()
                return (outcome.edits, outcome.broken)
            }
        }
        for (name, count) in said.sorted(by: { $0.key < $1.key }) {
            print("\(name): \(count), \(spent[name] ?? .zero)")
        }
        for finding in broken.prefix(20) { print("BROKEN \(finding)") }
        print("\(broken.count) findings")
        return broken.isEmpty
    }
}
