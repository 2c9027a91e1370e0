import NIOCore
import PlanSyncTransport
import PlanSyncWire

/// Cuts the same stream in one piece and in many: both must give the same frames and the same end.
final class FrameTarget: FuzzTarget {
    private struct Outcome: Equatable {
        var frames: [[UInt8]] = []
        var refusal: FrameError?
        var isAmidFrame = false
    }

    func run(_ input: [UInt8]) {
        // The first byte chooses the portions, the second the limit.
        guard input.count >= 2 else { return }
        let stream = Array(input[2...])
        let limit = input[1] & 1 == 0 ? Limits.frameBytesMaxAnonymous : Int(input[1])
        let whole = Self.cut(stream, limit: limit, step: .max)
        let portions = Self.cut(stream, limit: limit, step: Int(input[0] & 15) + 1)
        if whole != portions { finding("The frames depend on how the bytes came.") }
        var used = 0
        for frame in whole.frames {
            if frame.isEmpty || frame.count > limit { finding("A frame of \(frame.count) bytes, limit \(limit).") }
            if Array(stream[(used + 4)..<(used + 4 + frame.count)]) != frame { finding("A frame has other bytes.") }
            used += 4 + frame.count
        }
        if whole.refusal == nil, whole.isAmidFrame != (used < stream.count) { finding("Bytes were lost.") }
    }

    private static func cut(_ stream: [UInt8], limit: Int, step: Int) -> Outcome {
        var decoder = FrameDecoder(limit: limit)
        var outcome = Outcome()
        var rest = stream[...]
        while !rest.isEmpty {
            var buffer = ByteBuffer(bytes: rest.prefix(step))
            rest = rest.dropFirst(step)
            do throws(FrameError) {
                while let frame = try decoder.next(&buffer) { outcome.frames.append(frame) }
            } catch {
                outcome.refusal = error
                return outcome
            }
        }
        outcome.isAmidFrame = decoder.isAmidFrame
        return outcome
    }
}
