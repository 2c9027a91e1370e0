package import PlanSyncCore

/// A plan's document as JSON: mappings as objects, lists as arrays, every value as a text, nothing as null.
package enum PlanDocumentJSON {
    /// The JSON of a document.
    package static func encode(_ node: PlanNode) -> [UInt8] {
        var writer = JSONWriter(reserving: 65_536)
        write(node, to: &writer)
        return writer.bytes
    }

    private static func write(_ node: PlanNode, to writer: inout JSONWriter) {
        switch node.content {
        case .scalar(let text): writer.string(text)
        case .empty: writer.null()
        case .sequence(let nodes):
            writer.array { writer in
                for node in nodes { write(node, to: &writer) }
            }
        case .mapping(let entries):
            writer.object { writer in
                for entry in entries {
                    writer.name(entry.key)
                    write(entry.value, to: &writer)
                }
            }
        }
    }

    /// The document of a JSON text.
    ///
    /// Nesting is bounded by the scanner.
    ///
    /// - Throws: ``JSONError`` for a text that is not JSON within the limits.
    package static func decode(_ bytes: [UInt8]) throws(JSONError) -> PlanNode {
        read(try JSONDocument(bytes, limits: .document).root)
    }

    private static func read(_ json: JSONView) -> PlanNode {
        switch json.kind {
        case .null: return PlanNode(.empty)
        case .object:
            return PlanNode(
                .mapping(
                    json.members.map {
                        PlanNode.Entry(key: $0.name, keyPlace: .unknown, value: read($0.value))
                    }))
        case .array: return PlanNode(.sequence(json.elements.map(read)))
        case .string: return PlanNode(.scalar((try? json.string()) ?? ""))
        case .bool, .number: return PlanNode(.scalar(String(decoding: json.rawBytes, as: UTF8.self)))
        }
    }
}
