import Foundation

/// Which seed each worker is at: when the process itself dies, dev/simulate reads here over which one.
struct WorkerNotes {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "plansync-simulate-\(ProcessInfo.processInfo.processIdentifier)")

    init() { try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    func begin(_ seed: UInt64, worker: Int) {
        try? Data("\(seed)\n".utf8).write(to: folder.appending(path: "worker\(worker)"))
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
