/// The second file: every change once more as a line of plain text, so that a broken replica loses no edit.
///
/// Called only while the replica's lock is held.
package protocol OutboxLog: Sendable {
    /// How many bytes it has; `nil` when it is not there.
    ///
    /// - Throws: why it cannot be looked at.
    func size() throws -> Int?

    /// Appends lines, durably, and says how many bytes it has then; a last line that was cut off gets its end first.
    ///
    /// - Throws: why it cannot be written.
    func append(_ lines: [[UInt8]]) throws -> Int

    /// Puts lines in the place of all that it held, whole or not at all, and says how many bytes it has then.
    ///
    /// - Throws: why it cannot be written.
    func rewrite(_ lines: [[UInt8]]) throws -> Int

    /// Keeps what it holds under another name; for content that this replica did not write.
    ///
    /// - Throws: why it cannot be moved.
    func setAside() throws

    /// What it holds.
    ///
    /// - Throws: why it cannot be read.
    func read() throws -> [UInt8]

    /// Tells the person that it could not be written; the change itself is safe in the replica.
    func failed(_ error: any Error)
}
