import ArgumentParser

/// A time on the command line, such as `30m`, `24h` or `90d`.
struct TimeSpan: ExpressibleByArgument {
    /// Its length.
    let seconds: UInt64

    init(seconds: UInt64) { self.seconds = seconds }

    init?(argument: String) {
        let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let last = argument.last, let unit = units[last], let count = UInt64(argument.dropLast()), count > 0,
            case (let total, false) = count.multipliedReportingOverflow(by: unit)
        else { return nil }
        seconds = total
    }

    /// For the help text.
    var defaultValueDescription: String {
        seconds % 86_400 == 0 ? "\(seconds / 86_400)d" : seconds % 3_600 == 0 ? "\(seconds / 3_600)h" : "\(seconds)s"
    }
}
