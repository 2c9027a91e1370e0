/// Every number of the contract, with its unit.
///
/// Source: docs/protocol.md.
package enum Limits {
    // Frames and connections.

    /// Bytes of a frame before the peer has shown a certificate.
    package static let frameBytesMaxAnonymous = 65_536
    /// Bytes of a frame afterwards, unless the settings say otherwise.
    package static let frameBytesMaxDefault = 8 * 1_024 * 1_024
    /// Seconds from the TCP connection to the end of the TLS handshake.
    package static let handshakeSecondsMax = 10
    /// Seconds from the first byte of a frame to its last, for one that is not long.
    package static let frameSecondsMax = 30
    /// Bytes in a second that a long frame must come with, on average.
    package static let frameBytesPerSecondMin = 4_096
    /// Seconds that a connection without a device's certificate may say nothing.
    package static let idleSecondsMaxAnonymous = 60
    /// Seconds for which a peer may leave unread what it asked for.
    package static let unreadSecondsMax = 30
    /// TLS handshakes that are under way on a server.
    package static let handshakesInFlightMax = 1_024
    /// TLS handshakes that are under way from one address; many counties may share one behind a gateway.
    package static let handshakesInFlightPerAddressMax = 256
    /// Seconds from the TCP connection to the end of the client's first record.
    package static let helloSecondsMax = 5
    /// Connections from one address; many counties may share one behind a gateway.
    package static let connectionsPerAddressMax = 2_048
    /// Connections of a server.
    package static let connectionsMax = 20_000
    /// Unanswered requests of one connection.
    package static let requestsInFlightMax = 64
    /// Bytes of a request's `id` when it is a string.
    package static let requestIDBytesMax = 128

    // Changes.

    /// Changes in one `sync.push`.
    package static let changesPerPushMax = 1_000
    /// Operations in one change.
    package static let operationsPerChangeMax = 1_000
    /// Bytes of a field's value.
    package static let textBytesMax = 65_536
    /// Bytes of the note of a change.
    package static let noteBytesMax = 4_096
    /// Bytes of the author of a change.
    package static let authorBytesMax = 128
    /// Cells in one answer to `sync.pull` when no limit is given.
    package static let pullCellsDefault = 2_000
    /// Cells in one answer to `sync.pull`.
    package static let pullCellsMax = 10_000

    // Files.

    /// Bytes of one piece of a file: as base64url exactly the longest string.
    package static let blobChunkBytesMax = 49_152
    /// Pieces in one frame.
    package static let blobChunksMax = 8

    // Enrolment.

    /// Bytes of a certificate signing request, as PEM.
    package static let csrBytesMax = 8_192

    // JSON.

    /// Arrays and objects inside each other.
    package static let jsonDepthMax = 32
    /// Values in a frame of a peer without a certificate.
    package static let jsonNodesMaxAnonymous = 10_000
    /// Values in a frame.
    package static let jsonNodesMax = 1_000_000
    /// Members of an object.
    package static let jsonKeysMax = 256
    /// Bytes of a key.
    package static let jsonKeyBytesMax = 128
    /// Bytes of a string.
    package static let jsonStringBytesMax = 65_536
    /// Characters of a number.
    package static let jsonNumberBytesMax = 32
    /// Members of an object in an answer of the server.
    package static let jsonDocumentKeysMax = 4_096
    /// Bytes of a string in an answer of the server.
    package static let jsonDocumentStringBytesMax = 1_024 * 1_024
}
