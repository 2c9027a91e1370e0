import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Finds out that the other machine is gone, on a connection over which nothing is said.
///
/// A device that watches may rest for days, and behind a gateway its end comes with no packet. After a minute
/// without one the system asks, and after four questions without an answer the connection is over: two minutes in
/// all (RFC 9293, section 3.8.4).
enum KeepAlive {
    /// What to set on a TCP socket.
    static let options: [(ChannelOptions.Types.SocketOption, Int)] = {
        var options: [(ChannelOptions.Types.SocketOption, Int)] = [(.init(level: .socket, name: .so_keepalive), 1)]
        #if os(Linux)
            for (name, value) in [(TCP_KEEPIDLE, 60), (TCP_KEEPINTVL, 15), (TCP_KEEPCNT, 4)] as [(CInt, Int)] {
                options.append((.init(level: .tcp, name: .init(rawValue: name)), value))
            }
        #endif
        return options
    }()
}
