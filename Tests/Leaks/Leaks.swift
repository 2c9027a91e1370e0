// Shakes hands many times, well and badly, and exits: under the address sanitizer the end of the process tells whether
// the glue to OpenSSL has lost a byte or touched one that is not its own. `dev/leaks` builds and runs it.

import PlanSyncTLS

@main
enum Leaks {
    static func main() throws {
        let wanted = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000
        var course = try Course()
        for number in 0..<wanted { try course.run(number) }
        print("\(wanted) handshakes: \(course.good) good, \(course.bad) refused")
        for (name, count) in course.counts.sorted(by: { $0.key < $1.key }) { print("  \(count) \(name)") }
    }
}
