import Foundation

/// A bug that is planted on purpose, to see that the simulation finds it.
///
/// A text file: `title: …` and `file: …`, then the blocks `--- find` and `--- replace`, each up to the next line of
/// dashes. The replacement asks `isPlanted("NAME")`, so that one build holds all of them.
package struct Mutant: Sendable {
    /// The file's name without its ending.
    package let name: String
    /// What is wrong with it, in a few words.
    package let title: String
    /// The source that it changes.
    package let file: String
    /// The text that is replaced; it stands there once.
    package let find: String
    /// The text that takes its place.
    package let replacement: String

    /// Why a mutant's file cannot be read.
    package struct Fault: Error, CustomStringConvertible {
        /// One sentence.
        package let description: String
    }

    /// The mutants of a folder, by name.
    package static func all(in folder: String) throws -> [Mutant] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".mutant") }.sorted().map {
            try Mutant(
                name: String($0.dropLast(7)),
                text: try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8))
        }
    }

    /// Reads a mutant's file.
    package init(name: String, text: String) throws {
        func after(_ head: String) -> String? {
            text.split(separator: "\n").first { $0.hasPrefix(head) }.map { String($0.dropFirst(head.count)) }
        }
        let find = text.components(separatedBy: "--- find\n")
        guard let title = after("title: "), let file = after("file: "), find.count == 2 else {
            throw Fault(description: "\(name).mutant needs a title, a file and a block to find.")
        }
        let blocks = find[1].components(separatedBy: "--- replace\n")
        guard blocks.count == 2 else { throw Fault(description: "\(name).mutant needs a block to replace with.") }
        self.name = name
        self.title = title
        self.file = file
        self.find = String(blocks[0].dropLast())
        self.replacement = String(blocks[1].last == "\n" ? blocks[1].dropLast() : blocks[1][...])
    }
}
