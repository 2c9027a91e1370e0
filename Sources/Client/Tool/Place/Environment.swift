import Glibc
import PlanSyncCore

/// What the tool takes from the process and the machine: the only place that reads clock and environment.
enum Environment {
    /// A variable; `nil` when it is not set, or empty.
    static func value(_ name: String) -> String? {
        guard let text = getenv(name) else { return nil }
        let value = String(cString: text)
        return value.isEmpty ? nil : value
    }

    /// The name under which the person is logged in to the machine.
    static var loginName: String? {
        if let name = value("USER") ?? value("LOGNAME") { return name }
        guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else { return nil }
        return String(cString: name)
    }

    /// The machine's clock.
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The locale for messages.
    static var locale: String { value("LC_ALL") ?? value("LC_MESSAGES") ?? value("LANG") ?? "" }
}
