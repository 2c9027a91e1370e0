package import PlanSyncCore
package import PlanSyncWire

/// Pushes that were carried, in frames that a server takes.
package enum BundleFrames {
    /// What is left over for the envelope around the pushes, in bytes.
    package static let envelopeBytes = 4_096

    /// One push alone is larger than a frame may be.
    package struct TooLarge: Error, Sendable {
        /// Its size.
        package let bytes: Int
        /// What a frame may have.
        package let bytesMax: Int
    }

    /// The pushes in their order, in so many calls that none is over a number of bytes.
    ///
    /// - Throws: ``TooLarge``.
    package static func split(
        _ pushes: [SyncPush.Params], of device: DeviceID, bytesMax: Int, isDryRun: Bool = false
    ) throws(TooLarge) -> [SyncBundle.Params] {
        var frames: [SyncBundle.Params] = []
        var waiting: [SyncPush.Params] = []
        var size = envelopeBytes
        for push in pushes {
            let bytes = push.jsonBytes.count + 1
            if bytes + envelopeBytes > bytesMax { throw TooLarge(bytes: bytes, bytesMax: bytesMax) }
            if size + bytes > bytesMax, !waiting.isEmpty {
                frames.append(SyncBundle.Params(device: device, pushes: waiting, isDryRun: isDryRun))
                waiting = []
                size = envelopeBytes
            }
            waiting.append(push)
            size += bytes
        }
        if !waiting.isEmpty { frames.append(SyncBundle.Params(device: device, pushes: waiting, isDryRun: isDryRun)) }
        return frames
    }
}

/// How many answers to carried changes came out how.
package struct CarriedCounts: Sendable, Equatable {
    /// Changes that were answered.
    package private(set) var answered = 0
    /// Their operations, by outcome.
    package private(set) var operations: [Outcome: Int] = [:]

    package init() {}

    /// Takes in the answer to one push.
    package mutating func count(_ result: SyncPush.Result) {
        for answer in result.read {
            answered += 1
            for operation in answer.operations { operations[operation.outcome, default: 0] += 1 }
        }
    }

    /// How many operations had an outcome.
    package subscript(_ outcome: Outcome) -> Int { operations[outcome] ?? 0 }
}
