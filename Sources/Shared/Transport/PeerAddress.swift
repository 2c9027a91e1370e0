import Glibc
package import NIOCore

/// The address of a peer, as far as it is counted.
package enum PeerAddress {
    /// An IPv4 address, or the first 64 bits of an IPv6 one, which one household has; empty for a socket in the file
    /// system.
    package static func key(of address: SocketAddress?) -> String {
        guard let text = address?.ipAddress else { return "" }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return text }
        // An IPv4 address in IPv6 clothes.
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes.dropFirst(10).prefix(2).allSatisfy({ $0 == 0xFF }) {
            return bytes.suffix(4).map { "\($0)" }.joined(separator: ".")
        }
        return bytes.prefix(8).map { "\($0)" }.joined(separator: ":")
    }
}
