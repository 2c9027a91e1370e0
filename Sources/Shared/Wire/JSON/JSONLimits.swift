/// How much one JSON text may ask of its reader.
///
/// What goes over a limit is refused with a ``JSONError``; the length of the text itself is the frame's affair.
package struct JSONLimits: Equatable, Sendable {
    /// Arrays and objects inside each other.
    package var depthMax: Int
    /// Values in all, the containers included and the keys not.
    package var nodesMax: Int
    /// Members of one object.
    package var keysMax: Int
    /// Bytes of one key, unescaped.
    package var keyBytesMax: Int
    /// Bytes of one string, unescaped.
    package var stringBytesMax: Int
    /// Characters of one number.
    package var numberBytesMax: Int

    /// Limits of one's own; those left out are the ones of ``authenticated``.
    package init(
        depthMax: Int = Limits.jsonDepthMax, nodesMax: Int = Limits.jsonNodesMax, keysMax: Int = Limits.jsonKeysMax,
        keyBytesMax: Int = Limits.jsonKeyBytesMax, stringBytesMax: Int = Limits.jsonStringBytesMax,
        numberBytesMax: Int = Limits.jsonNumberBytesMax
    ) {
        self.depthMax = depthMax
        self.nodesMax = nodesMax
        self.keysMax = keysMax
        self.keyBytesMax = keyBytesMax
        self.stringBytesMax = stringBytesMax
        self.numberBytesMax = numberBytesMax
    }

    /// For a peer that has not shown who it is: a frame of 64 KiB.
    package static let anonymous = JSONLimits(nodesMax: Limits.jsonNodesMaxAnonymous)
    /// For a device with a certificate: a frame of 8 MiB.
    package static let authenticated = JSONLimits()
    /// For a client that reads its server's answers, plan documents among them.
    package static let document = JSONLimits(
        keysMax: Limits.jsonDocumentKeysMax, stringBytesMax: Limits.jsonDocumentStringBytesMax)
}
