package import PlanSyncCore

/// A moment as the clock on the wall of the plan's offices shows it.
package enum LocalTime {
    /// Minutes ahead of UTC until the plan says it: China's.
    package static let usualMinutes = 480

    /// The moment, to the minute.
    package static func shown(_ moment: Timestamp, _ plan: Plan?) -> String {
        let minutes = plan?.periods.utcOffsetMinutes ?? usualMinutes
        let local = moment.advanced(byMilliseconds: Int64(minutes) * 60_000).description
        return String(local.prefix(16)).split(separator: "T").joined(separator: " ")
    }

    /// The day alone.
    package static func day(_ moment: Timestamp, _ plan: Plan?) -> String { String(shown(moment, plan).prefix(10)) }
}
