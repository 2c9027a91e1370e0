import Foundation

/// One file of the tree.
struct SourceFile: Sendable {
    /// Its path within the repository, like `Sources/Shared/Core/Plan/Plan.swift`.
    let path: String
    /// Its lines, without their ends.
    let lines: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The number of lines, as an editor counts them.
    var count: Int { lines.last == "" ? lines.count - 1 : lines.count }
}

/// What a rule found: `PATH:LINE: sentence`.
struct Finding: Sendable, CustomStringConvertible {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}

/// The repository that this test was built from.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The Swift files below these folders.
    static func swiftFiles(_ folders: [String]) -> [SourceFile] {
        folders.flatMap { folder -> [SourceFile] in
            let start = root.appendingPathComponent(folder)
            let paths = FileManager.default.enumerator(atPath: start.path)?.compactMap { $0 as? String } ?? []
            return paths.filter { $0.hasSuffix(".swift") }.sorted().compactMap { file("\(folder)/\($0)") }
        }
    }

    /// A file by its path, or `nil` when it is not there.
    static func file(_ path: String) -> SourceFile? {
        guard let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) else { return nil }
        return SourceFile(path: path, text: text)
    }

    static let sources = swiftFiles(["Sources"])
    static let tests = swiftFiles(["Tests"])
    static var all: [SourceFile] { sources + tests }

    /// The paths that git tracks; `nil` outside of a repository.
    static func trackedPaths() throws -> [String]? {
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "-C", root.path, "ls-files", "-z"]
        let output = Pipe()
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        try git.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\0").map(String.init)
    }
}
