import Synchronization

/// Counts the connections and handshakes of one listener against their bounds.
final class ConnectionGate: Sendable {
    private struct Counts {
        var connections = 0
        var connectionsByAddress: [String: Int] = [:]
        var handshakes = 0
        var handshakesByAddress: [String: Int] = [:]
    }

    private let settings: TransportSettings
    private let counts = Mutex(Counts())

    init(settings: TransportSettings) {
        self.settings = settings
    }

    /// Takes a place for a connection, if there is one.
    func enterConnection(from address: String) -> Bool {
        counts.withLock { counts in
            let sameAddress = counts.connectionsByAddress[address, default: 0]
            guard counts.connections < settings.connectionsMax, sameAddress < settings.connectionsPerAddressMax else {
                return false
            }
            counts.connections += 1
            counts.connectionsByAddress[address] = sameAddress + 1
            return true
        }
    }

    /// Gives the place of a connection back.
    func leaveConnection(from address: String) {
        counts.withLock { counts in
            counts.connections -= 1
            let rest = counts.connectionsByAddress[address, default: 0] - 1
            counts.connectionsByAddress[address] = rest > 0 ? rest : nil
        }
    }

    /// Takes a place for a handshake from the address, if there is one.
    func enterHandshake(from address: String) -> Bool {
        counts.withLock { counts in
            let sameAddress = counts.handshakesByAddress[address, default: 0]
            guard counts.handshakes < settings.handshakesMax, sameAddress < settings.handshakesPerAddressMax else {
                return false
            }
            counts.handshakes += 1
            counts.handshakesByAddress[address] = sameAddress + 1
            return true
        }
    }

    /// Gives the place of a handshake back.
    func leaveHandshake(from address: String) {
        counts.withLock { counts in
            counts.handshakes -= 1
            let rest = counts.handshakesByAddress[address, default: 0] - 1
            counts.handshakesByAddress[address] = rest > 0 ? rest : nil
        }
    }

    /// Connections and handshakes that hold a place now.
    var current: (connections: Int, handshakes: Int) {
        counts.withLock { ($0.connections, $0.handshakes) }
    }
}
