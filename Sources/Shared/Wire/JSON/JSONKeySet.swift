/// Finds a key that an object has twice, by the unescaped bytes.
///
/// Few keys are compared in pairs; many go through a table that is hashed with the process's own random
/// seed, so that no peer can choose keys that collide. Which key is reported does not depend on the seed.
struct JSONKeySet {
    private static let pairsMax = 12

    private var keys: [JSONTapeEntry] = []
    private var table: [UInt32] = []  // tape index, 0 for a free place: the root is never a key

    /// The offset of the first key that stands there before.
    mutating func firstDuplicate(
        ofObjectAt object: Int, count: Int, tape: [JSONTapeEntry], bytes: [UInt8]
    ) -> Int? {
        if count <= Self.pairsMax {
            keys.removeAll(keepingCapacity: true)
            var isPlain = true
            var key = object + 1
            let end = Int(tape[object].next)
            while key < end {
                if tape[key].isEscaped { isPlain = false }
                keys.append(tape[key])
                key = Int(tape[key + 1].next)
            }
            // Escapes are undone for each comparison, which the table needs fewer of.
            if isPlain { return firstDuplicateByPairs(bytes) }
        }
        return firstDuplicateByHash(ofObjectAt: object, count: count, tape: tape, bytes: bytes)
    }

    private func firstDuplicateByPairs(_ bytes: [UInt8]) -> Int? {
        for later in keys.indices.dropFirst() {
            for earlier in 0..<later where Self.areEqual(keys[later], keys[earlier], bytes) {
                return Int(keys[later].start)
            }
        }
        return nil
    }

    private mutating func firstDuplicateByHash(
        ofObjectAt object: Int, count: Int, tape: [JSONTapeEntry], bytes: [UInt8]
    ) -> Int? {
        var size = 32
        while size < count * 2 { size *= 2 }
        table.removeAll(keepingCapacity: true)
        table.append(contentsOf: repeatElement(0, count: size))
        var key = object + 1
        let end = Int(tape[object].next)
        while key < end {
            var place = Self.hash(tape[key], bytes) & (size - 1)
            while table[place] != 0 {
                if Self.areEqual(tape[key], tape[Int(table[place])], bytes) { return Int(tape[key].start) }
                place = (place + 1) & (size - 1)
            }
            table[place] = UInt32(truncatingIfNeeded: key)
            key = Int(tape[key + 1].next)
        }
        return nil
    }

    private static func areEqual(_ one: JSONTapeEntry, _ other: JSONTapeEntry, _ bytes: [UInt8]) -> Bool {
        guard one.size == other.size else { return false }
        if one.isEscaped || other.isEscaped {
            return JSONEscape.text(of: one, in: bytes) == JSONEscape.text(of: other, in: bytes)
        }
        let (first, second) = (Int(one.start), Int(other.start))
        for offset in 1..<Int(one.size) + 1 where bytes[first + offset] != bytes[second + offset] { return false }
        return true
    }

    private static func hash(_ key: JSONTapeEntry, _ bytes: [UInt8]) -> Int {
        var hasher = Hasher()
        JSONEscape.text(of: key, in: bytes).withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}
