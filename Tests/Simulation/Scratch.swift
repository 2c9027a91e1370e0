import Foundation

/// Folders that last as long as a run.
enum Scratch {
    /// Makes an empty folder.
    static func make(_ path: String) throws {
        remove(path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Removes a folder or file, where there is one.
    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
