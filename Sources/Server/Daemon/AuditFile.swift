import Glibc
import NIOPosix
import PlanSyncCore
import PlanSyncServer
import PlanSyncTLS
import Synchronization

// The audit log: files of lines in the folder `audit`, each named by the number of its first line. A new file is begun
// when one is full or a month old; the chain goes on over files. Lines are written by a thread of their own, so nothing
// waits for the disk; what a flood of refusals from one address would write is bounded.

/// Writes the audit log.
final class AuditFile: AuditTrail {
    /// How long lines are kept, at least.
    static let daysMin = 180

    private struct State: Sendable {
        var waiting: [AuditEvent] = []
        var isScheduled = false
        var lost = 0
        var floods: [String: Flood] = [:]
    }

    /// The refusals from one address in a minute.
    private struct Flood: Sendable {
        var begin: Int64
        var count = 0
    }

    /// What the writing thread alone uses.
    private struct Place: Sendable {
        var mark: AuditMark
        var descriptor: Int32
        var bytes: Int
        var begun: Int64
    }

    private static let waitingMax = 20_000
    private static let refusalsPerMinuteMax = 300
    private static let fileBytesMax = 8 * 1_024 * 1_024
    private static let fileMillisecondsMax: Int64 = 30 * 86_400_000

    private let folder: String
    private let pool: NIOThreadPool?
    private let keptMilliseconds: Int64
    private let state = Mutex(State())
    private let place: Mutex<Place>
    private let cryptography = OpenSSLCryptography()

    /// Opens the log, or begins one; a line that a death of the process cut off is removed, and that is noted.
    ///
    /// `pool`: the thread that writes; `nil`: every line is written at once.
    /// - Throws: ``Exits/Failure`` when the folder cannot be used.
    init(folder: String, pool: NIOThreadPool?, days: Int = 400, now: Timestamp) throws {
        self.folder = folder
        self.pool = pool
        keptMilliseconds = Int64(max(days, Self.daysMin)) * 86_400_000
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw Self.failure(folder) }
        let last = try Self.files(in: folder).last
        let name = last ?? Self.name(first: 1)
        let descriptor = open(folder + "/" + name, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure(folder + "/" + name) }
        let (lines, cutBytes) = try Self.lines(of: folder + "/" + name)
        var size = lines.reduce(0) { $0 + $1.count + 1 }
        var mark = AuditMark.start
        if let line = lines.last, let number = Self.number(of: name) {
            mark = AuditLine.mark(of: line, number: number + UInt64(lines.count) - 1, cryptography)
        } else if let number = Self.number(of: name), number > 1 {
            // A file that was begun and died before its first line: the chain goes on from the file before.
            mark = try Self.end(before: name, in: folder, cryptography)
        }
        if cutBytes > 0, ftruncate(descriptor, off_t(size)) != 0 { size += cutBytes }
        place = Mutex(Place(mark: mark, descriptor: descriptor, bytes: size, begun: now.milliseconds))
        if cutBytes > 0 { record(AuditEvent(at: now, kind: .mended, detail: "\(cutBytes) bytes")) }
    }

    deinit { close(place.withLock { $0.descriptor }) }

    /// The last line that was written.
    var mark: AuditMark { place.withLock { $0.mark } }

    func record(_ event: AuditEvent) {
        let mustSchedule = state.withLock { state -> Bool in
            guard state.waiting.count < Self.waitingMax else {
                state.lost += 1
                return false
            }
            guard Self.isBelowFlood(event, &state) else { return false }
            state.waiting.append(event)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        guard mustSchedule else { return }
        guard let pool else { return write() }
        pool.submit { _ in self.write() }
    }

    /// Whether a refusal is to be written; otherwise it is counted, and the count is written when the minute is over.
    private static func isBelowFlood(_ event: AuditEvent, _ state: inout State) -> Bool {
        switch event.kind {
        case .refused, .enrolmentRefused, .denied, .renewalRefused: break
        default: return true
        }
        let now = event.at.milliseconds
        for (address, flood) in state.floods where !(0..<60_000).contains(now &- flood.begin) {
            state.floods[address] = nil
            let more = flood.count - refusalsPerMinuteMax
            guard more > 0 else { continue }
            state.waiting.append(
                AuditEvent(at: event.at, kind: .suppressed, address: address, detail: "\(more) more"))
        }
        // So many addresses in one minute are counted as one.
        let address = state.floods[event.address] != nil || state.floods.count < 4_096 ? event.address : "others"
        var flood = state.floods[address] ?? Flood(begin: now)
        flood.count += 1
        state.floods[address] = flood
        return flood.count <= refusalsPerMinuteMax
    }

    /// Writes everything that waits, and brings it to the disk.
    func write() {
        place.withLock { place in
            while true {
                let (events, lost) = state.withLock { state -> ([AuditEvent], Int) in
                    let taken = (state.waiting, state.lost)
                    state.waiting = []
                    state.lost = 0
                    if taken.0.isEmpty { state.isScheduled = false }
                    return taken
                }
                guard let last = events.last else { return }
                var all = events
                if lost > 0 { all.append(AuditEvent(at: last.at, kind: .suppressed, detail: "\(lost) more")) }
                append(all, &place)
            }
        }
    }

    private func append(_ events: [AuditEvent], _ place: inout Place) {
        var bytes: [UInt8] = []
        for event in events {
            let line = AuditLine.encode(event, after: place.mark)
            place.mark = AuditLine.mark(of: line, number: place.mark.number + 1, cryptography)
            bytes += line
            bytes.append(0x0A)
        }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(place.descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            written += count
        }
        if written < bytes.count || fdatasync(place.descriptor) != 0 {
            Exits.say("plansyncd: the audit log cannot be written: \(String(cString: strerror(errno)))")
        }
        place.bytes += written
        rotate(&place, now: events.last?.at ?? Timestamp(milliseconds: place.begun))
    }

    /// Begins a new file where this one is full or old, and removes files whose lines are all older than is kept.
    private func rotate(_ place: inout Place, now: Timestamp) {
        let age = now.milliseconds &- place.begun
        guard place.bytes > Self.fileBytesMax || age > Self.fileMillisecondsMax else { return }
        let path = folder + "/" + Self.name(first: place.mark.number + 1)
        let fresh = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard fresh >= 0 else { return }
        close(place.descriptor)
        place.descriptor = fresh
        place.bytes = 0
        place.begun = now.milliseconds
        guard let removed = prune(now) else { return }
        append([AuditEvent(at: now, kind: .pruned, detail: removed.text)], &place)
    }

    /// Removes the oldest files; gives the last line of them.
    private func prune(_ now: Timestamp) -> AuditMark? {
        var removed: AuditMark?
        for name in ((try? Self.files(in: folder)) ?? []).dropLast() {
            let path = folder + "/" + name
            guard let lines = try? Self.lines(of: path).lines, let last = lines.last, let first = Self.number(of: name),
                let at = AuditLine.time(of: last), at.milliseconds < now.milliseconds - keptMilliseconds
            else { break }
            removed = AuditLine.mark(of: last, number: first + UInt64(lines.count) - 1, cryptography)
            unlink(path)
        }
        return removed
    }
}

// MARK: Files

extension AuditFile {
    private static func name(first: UInt64) -> String {
        let digits = "\(first)"
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".log"
    }

    private static func number(of name: String) -> UInt64? { UInt64(name.dropLast(4)) }

    /// The log's files, in order.
    static func files(in folder: String) throws -> [String] {
        guard let handle = opendir(folder) else { throw failure(folder) }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".log"), number(of: name) != nil { names.append(name) }
        }
        return names.sorted()
    }

    /// The whole lines of a file, and how many bytes stand behind the last.
    static func lines(of path: String) throws -> (lines: [[UInt8]], rest: Int) {
        let bytes = try DataFolder.bytes(of: path)
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        let rest = lines.popLast()?.count ?? 0
        return (lines, rest)
    }

    private static func end(
        before name: String, in folder: String, _ cryptography: any Cryptography
    ) throws -> AuditMark {
        guard let before = try files(in: folder).last(where: { $0 < name }), let first = number(of: before) else {
            return .start
        }
        let lines = try lines(of: folder + "/" + before).lines
        guard let last = lines.last else { return .start }
        return AuditLine.mark(of: last, number: first + UInt64(lines.count) - 1, cryptography)
    }

    private static func failure(_ path: String) -> Exits.Failure {
        Exits.Failure("'\(path)' cannot be used: \(String(cString: strerror(errno))).")
    }
}
