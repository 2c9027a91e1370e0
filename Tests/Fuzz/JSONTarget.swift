import PlanSyncCore
import PlanSyncWire

/// Scans, reads every value in every way, and writes: what was written must scan to the same.
final class JSONTarget: FuzzTarget {
    private static let scarce = JSONLimits(
        depthMax: 3, nodesMax: 20, keysMax: 4, keyBytesMax: 8, stringBytesMax: 16, numberBytesMax: 6)

    func run(_ input: [UInt8]) {
        let document = try? JSONDocument(input, limits: .anonymous)
        let generous = try? JSONDocument(input, limits: .document)
        if document != nil, generous == nil { finding("More is allowed to strangers.") }
        if (try? JSONDocument(input, limits: Self.scarce)) != nil, document == nil {
            finding("Scarce limits allow more.")
        }
        _ = try? IncomingMessage(frame: input, limits: .authenticated)
        guard let document else { return }
        if String(validating: input, as: UTF8.self) == nil { finding("Invalid UTF-8 passed.") }
        let written = Self.written(document.root)
        guard let again = try? JSONDocument(written, limits: .document) else {
            finding("What was written does not scan: \(String(decoding: written, as: UTF8.self))")
        }
        if Self.written(again.root) != written { finding("Writing is not stable.") }
        visit(document.root)
    }

    private static func written(_ view: JSONView) -> [UInt8] {
        var writer = JSONWriter()
        write(view, to: &writer)
        return writer.bytes
    }

    private static func write(_ view: JSONView, to writer: inout JSONWriter) {
        switch view.kind {
        case .object:
            writer.object { writer in
                for member in view.members {
                    writer.name(member.name)
                    write(member.value, to: &writer)
                }
            }
        case .array:
            writer.array { writer in for element in view.elements { write(element, to: &writer) } }
        case .string:
            guard let text = try? view.string() else { finding("A string that is none.") }
            writer.string(text)
        default: writer.raw(view.rawBytes)
        }
    }

    private func visit(_ root: JSONView) {
        var waiting = [root]
        var visited = 0
        while let view = waiting.popLast() {
            visited += 1
            if visited <= 50 { _ = view.path }
            _ = try? view.integer()
            _ = try? view.bool()
            _ = try? view.wholeNumber()
            _ = try? view.changeID()
            _ = try? view.timestamp()
            _ = try? view.recordKey()
            _ = try? view.identifier(DeviceID.self)
            if view.kind == .object {
                for member in view.members {
                    if view.member(member.name) == nil { finding("A member that is there is not found.") }
                    waiting.append(member.value)
                }
            }
            if view.kind == .array { waiting += view.elements }
        }
    }
}
