package import PlanSyncTLS

/// Why a connection could not be made, or ended.
package enum TransportError: Error, Equatable, Sendable {
    /// No connection came about.
    case unreachable(Cause, detail: String)
    /// TLS refused the peer, or the peer us.
    case tls(TLSError)
    /// The handshake was not done in its time.
    case handshakeLate
    /// There are too many handshakes under way already.
    case overloaded
    /// The framing was broken.
    case frame(FrameError)
    /// The peer closed the connection, or the network did.
    case closedByPeer
    /// The connection was closed on this side.
    case closed
    /// The listener could not take its place.
    case cannotListen(detail: String)

    /// What kept a connection from coming about.
    package enum Cause: Sendable {
        case refused, noRoute, nameNotFound, timeout, noSuchSocket, other
    }
}

/// How a frame or the reading of frames broke the contract.
package enum FrameError: Error, Equatable, Sendable {
    /// The header announces no byte at all, or more than the limit in force.
    case length(UInt32, limit: Int)
    /// A frame that was begun did not end in its time.
    case late
    /// The peer has shown no certificate and asked nothing for longer than it may.
    case idle
    /// The peer took nothing of what waits for it in the time allowed.
    case unread
    /// A payload for sending is empty or over 4 GiB.
    case payload(Int)
}

extension TransportError {
    /// The same error out of whatever a channel failed with.
    init(channelFailure error: any Error) {
        switch error {
        case let error as TransportError: self = error
        case let error as TLSError: self = .tls(error)
        case let error as FrameError: self = .frame(error)
        default: self = .closedByPeer
        }
    }
}

extension TransportError: CustomStringConvertible {
    /// One plain sentence.
    package var description: String {
        switch self {
        case .unreachable(.refused, _): return "Nothing listens at that address."
        case .unreachable(.noRoute, _): return "There is no way through the network to that address."
        case .unreachable(.nameNotFound, let detail): return "The host name is not known: \(detail)."
        case .unreachable(.timeout, _): return "The server did not answer in time."
        case .unreachable(.noSuchSocket, let detail): return "There is no socket to connect to: \(detail)."
        case .unreachable(.other, let detail): return "The server cannot be reached: \(detail)."
        case .tls(let error): return error.description
        case .handshakeLate: return "The TLS handshake took too long."
        case .overloaded: return "Too many connections are being made at once; try again shortly."
        case .frame(let error): return error.description
        case .closedByPeer: return "The other side closed the connection."
        case .closed: return "The connection is closed."
        case .cannotListen(let detail): return "Cannot listen: \(detail)."
        }
    }
}

extension FrameError: CustomStringConvertible {
    /// One plain sentence.
    package var description: String {
        switch self {
        case .length(0, _): return "A frame of 0 bytes was announced."
        case .length(let length, let limit): return "A frame of \(length) bytes was announced; the limit is \(limit)."
        case .late: return "A frame was begun and not ended in time."
        case .idle: return "Nothing was asked for too long."
        case .unread: return "The other side does not read what it asked for."
        case .payload(let count): return "A payload of \(count) bytes cannot be sent as one frame."
        }
    }
}
