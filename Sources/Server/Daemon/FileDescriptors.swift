#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How many files and sockets the process may have open.
enum FileDescriptors {
    /// Kept for the database, the logs and the operator, so that no crowd of peers takes them.
    private static let reserve = 96

    /// Raises the soft limit to the hard one; gives how many connections there is room for, 1 at least.
    static func spare() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 - reserve }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return max(1, Int(clamping: limit.rlim_cur) - reserve)
    }
}
