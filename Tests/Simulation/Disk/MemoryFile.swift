import Synchronization

/// A file in memory that knows what of it would be lost with the power.
final class MemoryFile: Sendable {
    /// What stood where something was written and not synced yet.
    private struct Unsynced {
        let offset: Int
        let length: Int
        let old: [UInt8]
        let countBefore: Int
    }

    private struct State: ~Copyable {
        var bytes: [UInt8] = []
        var unsynced: [Unsynced] = []
        var holders: Holders = []
        var locks = FileLocks()
        var index = SharedIndex()
    }

    private let state: Mutex<State>

    init(_ bytes: [UInt8] = []) {
        state = Mutex(State(bytes: bytes))
    }

    var count: Int { state.withLock { $0.bytes.count } }

    var bytes: [UInt8] { state.withLock { $0.bytes } }

    /// Fills the buffer from a place; gives how many bytes there were, the rest is zero.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        state.withLock { state in
            let available = max(0, min(buffer.count, state.bytes.count - offset))
            if available > 0 {
                state.bytes.withUnsafeBytes {
                    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + available]))
                }
            }
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[available...])
            rest.initializeMemory(as: UInt8.self, repeating: 0)
            return available
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        state.withLock { state in
            let end = offset + bytes.count
            let before = state.bytes.count
            let old = offset < before ? state.bytes.withUnsafeBytes { Array($0[offset..<min(end, before)]) } : []
            state.unsynced.append(Unsynced(offset: offset, length: bytes.count, old: old, countBefore: before))
            if before == 0 { state.bytes.reserveCapacity(Self.roomAtFirst) }
            if offset == before { return state.bytes.append(contentsOf: bytes) }
            if end > before { state.bytes.append(contentsOf: repeatElement(0, count: end - before)) }
            state.bytes.withUnsafeMutableBytes {
                UnsafeMutableRawBufferPointer(rebasing: $0[offset..<end]).copyMemory(from: bytes)
            }
        }
    }

    func truncate(to count: Int) {
        state.withLock { state in
            let before = state.bytes.count
            guard count < before else { return }
            let old = Array(state.bytes[count...])
            state.unsynced.append(Unsynced(offset: count, length: 0, old: old, countBefore: before))
            state.bytes.removeLast(before - count)
        }
    }

    /// All of it is on the disk.
    func sync() { state.withLock { $0.unsynced.removeAll(keepingCapacity: $0.unsynced.count < 64) } }

    /// What is found when the power comes back: what was synced, and of each later write all, a part, or nothing.
    ///
    /// `fate`: gives a number below its argument for each of those writes, the last one first.
    func afterPowerLoss(_ fate: (Int) -> Int) -> [UInt8] {
        state.withLock { state in
            var bytes = state.bytes
            for write in state.unsynced.reversed() {
                switch fate(3) {
                case 0: continue
                case 1: Self.undo(write, from: 0, in: &bytes)
                default:
                    // A disk writes whole sectors.
                    let sectors = (write.length + Self.sector - 1) / Self.sector
                    Self.undo(write, from: min(write.length, fate(sectors + 1) * Self.sector), in: &bytes)
                }
            }
            return bytes
        }
    }

    private static let sector = 512

    /// Bytes that a file gets room for with its first write: most logs never outgrow it, and what is not touched costs
    /// nothing.
    private static let roomAtFirst = 1 << 19

    /// Takes a write back, but for its first bytes.
    private static func undo(_ write: Unsynced, from kept: Int, in bytes: inout [UInt8]) {
        let end = write.offset + max(write.length, write.old.count)
        if bytes.count < end, write.old.count > write.length {
            bytes.append(contentsOf: repeatElement(0, count: end - bytes.count))
        }
        for place in min(kept, end - write.offset)..<(end - write.offset) where write.offset + place < bytes.count {
            bytes[write.offset + place] = place < write.old.count ? write.old[place] : 0
        }
        // What it made the file longer by goes, unless something stands behind it.
        let left = max(write.countBefore, write.offset + kept)
        if write.length > 0, bytes.count <= end, bytes.count > left { bytes.removeLast(bytes.count - left) }
    }

    // MARK: Connections

    /// A connection that has it open; `nil`: too many have.
    func open() -> Holders? {
        state.withLock { state in
            let holder = state.holders.firstAbsent
            if let holder { state.holders.formUnion(holder) }
            return holder
        }
    }

    func close(_ holder: Holders) { state.withLock { $0.holders.subtract(holder) } }

    // MARK: Locks, and the index of a log that connections share

    func withLocks<Answer: Sendable>(_ body: (inout FileLocks) -> Answer) -> Answer {
        state.withLock { body(&$0.locks) }
    }

    func region(_ number: Int, bytes: Int, isWanted: Bool, for holder: Holders) -> UnsafeMutableRawPointer? {
        let address = state.withLock {
            UInt(bitPattern: $0.index.region(number, bytes: bytes, isWanted: isWanted, for: holder))
        }
        return UnsafeMutableRawPointer(bitPattern: address)
    }

    func lockIndex(_ slots: Range<Int>, _ flags: Int32, for holder: Holders) -> Int32 {
        state.withLock { $0.index.lock(slots, flags, for: holder) }
    }

    func leaveIndex(_ holder: Holders) { state.withLock { $0.index.leave(holder) } }
}
