// Which records there are, found once for each state of the cells: a page of a table asks for them again and again,
// and to go through all cells each time would take longer than everything else of the page.

package import PlanSyncCore
import Synchronization

/// A record of a unit within one collection.
package struct RecordPlace: Hashable, Sendable, Comparable {
    /// Whose record.
    package let tenant: TenantID
    /// Its key.
    package let key: String

    package init(tenant: TenantID, key: String) {
        self.tenant = tenant
        self.key = key
    }

    package static func < (one: RecordPlace, other: RecordPlace) -> Bool {
        (one.tenant, one.key) < (other.tenant, other.key)
    }
}

/// The records of a view by collection, and what can be searched in them; made when first asked for.
final class RecordIndex: Sendable {
    /// What is known of the records of one collection.
    struct Collection: Sendable {
        /// The records that hold anything, in order; not the deleted ones.
        var places: [RecordPlace] = []
        /// The worst mark of the records that have one.
        var marks: [RecordPlace: LocalField.State] = [:]
    }

    private let collections = Mutex<[CollectionID: Collection]?>(nil)
    private let texts = Mutex<[CollectionID: [RecordPlace: [UInt8]]]>([:])

    /// The records of a collection.
    func collection(_ id: CollectionID, in fields: FieldTable) -> Collection {
        let built = collections.withLock { known in
            if let known { return known }
            let built = Self.build(fields)
            known = built
            return built
        }
        return built[id] ?? Collection()
    }

    private static func build(_ fields: FieldTable) -> [CollectionID: Collection] {
        var found: [CollectionID: Set<RecordPlace>] = [:]
        var deleted: [CollectionID: Set<RecordPlace>] = [:]
        var built: [CollectionID: Collection] = [:]
        for (key, field) in fields {
            let collection = key.record.collection
            let place = RecordPlace(tenant: key.tenant, key: key.record.key)
            if key.field == .recordState {
                if field.value == .text(RecordState.deleted) { deleted[collection, default: []].insert(place) }
            } else if field.value != nil || field.state != .confirmed {
                found[collection, default: []].insert(place)
            }
            guard field.state != .confirmed else { continue }
            let mark = built[collection, default: Collection()].marks[place]
            if field.state.urgency > (mark?.urgency ?? 0) {
                built[collection, default: Collection()].marks[place] = field.state
            }
        }
        for (collection, places) in found {
            built[collection, default: Collection()].places =
                places.subtracting(deleted[collection] ?? []).sorted()
        }
        return built
    }

    /// All that is written in a collection's records, without regard to capital letters.
    func texts(of id: CollectionID, in fields: FieldTable) -> [RecordPlace: [UInt8]] {
        texts.withLock { known in
            if let found = known[id] { return found }
            var built: [RecordPlace: [UInt8]] = [:]
            for key in fields.keys where key.record.collection == id {
                guard let value = fields[key]?.value, key.field != .recordState else { continue }
                let place = RecordPlace(tenant: key.tenant, key: key.record.key)
                built[place, default: SearchText.folded(key.record.key)] += [0] + SearchText.folded(value.shown)
            }
            known[id] = built
            return built
        }
    }
}

/// Searching as a person expects it: capital letters and small ones are the same.
enum SearchText {
    /// A text's bytes with small letters; Chinese has neither kind.
    static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    /// Whether bytes hold others.
    static func holds(_ text: [UInt8], _ word: [UInt8]) -> Bool {
        guard let first = word.first, text.count >= word.count else { return word.isEmpty }
        return text.withUnsafeBufferPointer { text in
            word.withUnsafeBufferPointer { word in
                let last = text.count - word.count
                var start = 0
                while start <= last {
                    guard let next = text[start...last].firstIndex(of: first) else { return false }
                    if text[next..<(next + word.count)].elementsEqual(word) { return true }
                    start = next + 1
                }
                return false
            }
        }
    }
}

extension LocalField.State {
    /// Which of two marks a record shows.
    fileprivate var urgency: Int {
        switch self {
        case .confirmed: 0
        case .merged: 1
        case .pending: 2
        case .rejected: 3
        case .conflict: 4
        }
    }
}
