package import PlanSyncCore

/// Fields by place, each in a box of its own.
///
/// So a table is copied without everything that it holds: the outbox is laid over a copy of the cells each time that
/// somebody looks.
package struct FieldTable: Sendable, Sequence, Equatable {
    private final class Box: Sendable, Equatable {
        let field: LocalField

        init(_ field: LocalField) { self.field = field }

        static func == (one: Box, other: Box) -> Bool { one === other || one.field == other.field }
    }

    private var boxes: [CellKey: Box] = [:]

    init() {}

    /// The places.
    package var keys: some Collection<CellKey> { boxes.keys }

    package internal(set) subscript(key: CellKey) -> LocalField? {
        get { boxes[key]?.field }
        set { boxes[key] = newValue.map { Box($0) } }
    }

    mutating func reserveCapacity(_ count: Int) { boxes.reserveCapacity(count) }

    /// Goes through the fields in no order.
    package struct Iterator: IteratorProtocol {
        private var base: Dictionary<CellKey, Box>.Iterator

        fileprivate init(_ table: FieldTable) { base = table.boxes.makeIterator() }

        package mutating func next() -> (key: CellKey, value: LocalField)? {
            base.next().map { ($0.key, $0.value.field) }
        }
    }

    package func makeIterator() -> Iterator { Iterator(self) }
}
