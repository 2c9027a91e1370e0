import PlanSyncWire

/// The bounds of listeners, dialers and their connections.
package struct TransportSettings: Sendable {
    /// Bytes of a frame from a peer that has shown no certificate.
    package var frameBytesMaxAnonymous = Limits.frameBytesMaxAnonymous
    /// Bytes of a frame otherwise, and of the frames that a client takes from its server.
    package var frameBytesMax = Limits.frameBytesMaxDefault
    /// From the TCP connection to the end of the TLS handshake.
    package var handshakeTime = Duration.seconds(Limits.handshakeSecondsMax)
    /// From the first byte of a frame to its last; a long frame may take longer, at ``frameBytesPerSecond``.
    package var frameTime = Duration.seconds(Limits.frameSecondsMax)
    /// What a slow line carries at least, in bytes.
    package var frameBytesPerSecond = Limits.frameBytesPerSecondMin
    /// How long a peer without a certificate may say nothing; `nil`: for ever.
    package var idleTime: Duration?
    /// How long a peer may take nothing of what waits for it.
    package var unreadTime = Duration.seconds(Limits.unreadSecondsMax)
    /// How long a close waits for what has been written before it.
    package var closeTime = Duration.milliseconds(500)
    /// Connections of one listener; one more is closed as soon as it is accepted.
    package var connectionsMax = Limits.connectionsMax
    /// Connections from one address, or from one network of 64 bits with IPv6.
    package var connectionsPerAddressMax = Limits.connectionsPerAddressMax
    /// How long a client may take to its whole first record.
    package var helloTime = Duration.seconds(Limits.helloSecondsMax)
    /// Handshakes under way: those whose ClientHello has come and whose end has not.
    package var handshakesMax = Limits.handshakesInFlightMax
    /// Handshakes under way from one address.
    ///
    /// Many counties may share one behind a city's gateway, and a handshake is under way for
    /// no longer than a round trip, so this is not tight.
    package var handshakesPerAddressMax = Limits.handshakesInFlightPerAddressMax
    /// Bytes that wait to be written before reading stops, and at which it goes on.
    package var unwrittenBytesHigh = 1_048_576
    package var unwrittenBytesLow = 262_144
    /// Frames that wait for the consumer of ``RPCConnection/incoming`` before reading stops.
    package var incomingFramesMax = 64

    /// The bounds of the contract.
    package init() {}
}
