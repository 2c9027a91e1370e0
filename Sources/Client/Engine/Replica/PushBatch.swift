package import PlanSyncCore

/// Pending changes that go into one `sync.push`: of one plan, revision and incarnation, with dense numbers.
package struct PushBatch: Sendable, Equatable {
    /// The changes in the order of their numbers.
    package let changes: [Change]
    /// The last change's hash, which the device signs.
    package let lastHash: [UInt8]
}

/// An answer to a change, with the bytes that are kept.
package struct ReceivedResult: Sendable, Equatable {
    /// The answer.
    package let result: ChangeResult
    /// The answer as it came.
    package let bytes: [UInt8]

    package init(result: ChangeResult, bytes: [UInt8]) {
        self.result = result
        self.bytes = bytes
    }
}
