package import PlanSyncCore
import PlanSyncWire

/// The raw cells of a plan as JSON lines: what an independent computation starts from.
package enum CellLines {
    /// One line for each cell that the server has confirmed, in the order of their places.
    ///
    /// Members of a line: `tenant`, `record`, `field`, `value` (`null`: cleared), `seq`, `by`, `at`.
    package static func bytes(_ cells: [PublicCell]) -> [UInt8] {
        var bytes: [UInt8] = []
        for cell in cells {
            var writer = JSONWriter(reserving: 256)
            writer.object { writer in
                writer.member("tenant", cell.key.tenant.rawValue)
                writer.member("record", cell.key.record.description)
                writer.member("field", cell.key.field.rawValue)
                writer.name("value")
                if let value = cell.value { writer.raw(value.canonicalJSON) } else { writer.null() }
                writer.member("seq", cell.seq)
                writer.member("by", cell.by.rawValue)
                writer.member("at", cell.at.description)
            }
            bytes += writer.bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }
}
