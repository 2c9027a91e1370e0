/// Keeps other processes of the same clerk away from the replica's file while a transaction runs.
///
/// SQLite before 3.51.3 can corrupt a write-ahead log when one connection checkpoints while another commits.
package protocol ReplicaLock: Sendable {
    /// Runs the body while nobody else holds the lock.
    ///
    /// - Throws: what the body throws, or why the lock cannot be had.
    func withLock<Answer>(_ body: () throws -> Answer) throws -> Answer
}

/// The lock of a replica that no other process opens: tests and simulations.
package struct SoleOwnerLock: ReplicaLock {
    package init() {}

    /// Runs the body.
    ///
    /// - Throws: what the body throws.
    package func withLock<Answer>(_ body: () throws -> Answer) throws -> Answer { try body() }
}
