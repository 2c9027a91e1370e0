// The records of a collection, as a table asks for them.

package import PlanSyncCore

/// Which records of a collection are wanted, and in what order.
package struct RecordQuery: Sendable, Equatable {
    /// The order of a table.
    package struct Order: Sendable, Equatable {
        /// The field by which it goes.
        package let field: FieldID
        /// Whether the last comes first.
        package let isReversed: Bool

        package init(field: FieldID, isReversed: Bool) {
            self.field = field
            self.isReversed = isReversed
        }
    }

    /// The collection.
    package var collection: CollectionID
    /// Words that all have to occur in a record.
    package var words = ""
    /// A field that has to hold this value; `nil`: it has to hold none.
    package var field: (id: FieldID, value: FieldValue?)?
    /// The mark that a record has to have.
    package var mark: LocalField.State?
    /// The order; `nil`: by unit and key.
    package var order: Order?

    package init(_ collection: CollectionID) { self.collection = collection }

    package static func == (one: RecordQuery, other: RecordQuery) -> Bool {
        one.collection == other.collection && one.words == other.words && one.mark == other.mark
            && one.order == other.order && one.field?.id == other.field?.id && one.field?.value == other.field?.value
    }
}

extension LocalView {
    /// The records of a collection that hold anything, by tenant and key; not the deleted ones.
    package func records(of collection: CollectionID) -> [(tenant: TenantID, key: String)] {
        places(of: collection).map { ($0.tenant, $0.key) }
    }

    /// The same as places.
    package func places(of collection: CollectionID) -> [RecordPlace] {
        index.collection(collection, in: fields).places
    }

    /// The worst mark of each record of a collection that has one.
    package func marks(of collection: CollectionID) -> [RecordPlace: LocalField.State] {
        index.collection(collection, in: fields).marks
    }

    /// A field of a record of a collection.
    package func field(_ id: FieldID, of place: RecordPlace, in collection: CollectionID) -> LocalField? {
        guard let record = try? RecordKey(collection: collection, key: place.key) else { return nil }
        return field(CellKey(tenant: place.tenant, record: record, field: id))
    }

    /// The records that a query asks for, in its order.
    package func records(_ query: RecordQuery) -> [RecordPlace] {
        let known = index.collection(query.collection, in: fields)
        var found = known.places
        if let mark = query.mark { found = found.filter { known.marks[$0] == mark } }
        if let (id, value) = query.field {
            // A record that says nothing about its state stands at the beginning of its workflow.
            let workflow = plan.collection(query.collection)?.workflow
            let silent = workflow.flatMap { $0.field == id ? FieldValue.text($0.initial) : nil }
            found = found.filter { (field(id, of: $0, in: query.collection)?.value ?? silent) == value }
        }
        let words = query.words.split(whereSeparator: \.isWhitespace).map { SearchText.folded(String($0)) }
        if !words.isEmpty {
            let texts = index.texts(of: query.collection, in: fields)
            found = found.filter { place in
                texts[place].map { text in words.allSatisfy { SearchText.holds(text, $0) } } ?? false
            }
        }
        return query.order.map { ordered(found, by: $0, of: query.collection) } ?? found
    }

    /// Records by a field: figures by their size, texts by their characters, and last those that have none.
    private func ordered(
        _ places: [RecordPlace], by order: RecordQuery.Order, of collection: CollectionID
    ) -> [RecordPlace] {
        var isFigure = false
        if case .amount? = plan.field(order.field, of: collection)?.kind { isFigure = true }
        var filled: [(place: RecordPlace, value: FieldValue, figure: Amount)] = []
        var empty: [RecordPlace] = []
        for place in places {
            if let value = field(order.field, of: place, in: collection)?.value {
                filled.append((place, value, value.amount ?? .zero))
            } else {
                empty.append(place)
            }
        }
        filled.sort { one, other in
            let (first, second) = order.isReversed ? (other, one) : (one, other)
            return isFigure ? first.figure < second.figure : first.value.shown < second.value.shown
        }
        return filled.map(\.place) + empty
    }
}
