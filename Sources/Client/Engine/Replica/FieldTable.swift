package import PlanSyncCore

/// Fields by place: those that the server told, and those that the outbox lays over them.
///
/// The two are apart, so that the outbox is laid each time that somebody looks without a copy of the cells; and each
/// field has a box of its own, so that a table is copied without everything that it holds.
package struct FieldTable: Sendable, Sequence, Equatable {
    private final class Box: Sendable, Equatable {
        let field: LocalField

        init(_ field: LocalField) { self.field = field }

        static func == (one: Box, other: Box) -> Bool { one === other || one.field == other.field }
    }

    private var told: [CellKey: Box] = [:]
    private var laid: [CellKey: Box] = [:]

    init() {}

    package subscript(key: CellKey) -> LocalField? { box(at: key)?.field }

    private func box(at key: CellKey) -> Box? { laid[key] ?? told[key] }

    /// Puts what the server told of a place in; `nil`: it holds nothing any more.
    mutating func tell(_ field: LocalField?, at key: CellKey) { told[key] = field.map { Box($0) } }

    /// Lays a field over what the server told.
    mutating func lay(_ field: LocalField, at key: CellKey) { laid[key] = Box(field) }

    /// The places.
    package var keys: some Sequence<CellKey> { Keys(table: self) }

    private struct Keys: Sequence, IteratorProtocol {
        var boxes: Boxes

        init(table: FieldTable) { boxes = Boxes(table) }

        mutating func next() -> CellKey? { boxes.next()?.key }
    }

    /// What is laid, then what was told and is not covered.
    private struct Boxes {
        let covered: [CellKey: Box]
        var laid: Dictionary<CellKey, Box>.Iterator
        var told: Dictionary<CellKey, Box>.Iterator

        init(_ table: FieldTable) {
            covered = table.laid
            laid = table.laid.makeIterator()
            told = table.told.makeIterator()
        }

        mutating func next() -> (key: CellKey, value: Box)? {
            if let next = laid.next() { return next }
            while let next = told.next() {
                if covered.isEmpty || covered[next.key] == nil { return next }
            }
            return nil
        }
    }

    /// Goes through the fields in no order.
    package struct Iterator: IteratorProtocol {
        private var boxes: Boxes

        fileprivate init(_ table: FieldTable) { boxes = Boxes(table) }

        package mutating func next() -> (key: CellKey, value: LocalField)? {
            boxes.next().map { ($0.key, $0.value.field) }
        }
    }

    package func makeIterator() -> Iterator { Iterator(self) }

    private var count: Int { laid.keys.reduce(told.count) { told[$1] == nil ? $0 + 1 : $0 } }

    /// Whether two tables show the same fields, whatever of it is laid.
    package static func == (one: FieldTable, other: FieldTable) -> Bool {
        guard one.count == other.count else { return false }
        var boxes = Boxes(one)
        while let (key, box) = boxes.next() {
            if other.box(at: key) != box { return false }
        }
        return true
    }
}
