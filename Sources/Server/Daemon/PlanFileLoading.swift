import PlanSyncCore
import PlanSyncPlanFile
import PlanSyncWire

/// Plan files from the operator's disk, with their faults told like a compiler's.
enum PlanFileLoading {
    /// A plan and its document as it is stored and sent.
    struct Loaded {
        let plan: Plan
        let json: [UInt8]
        let warnings: [PlanFault]
    }

    private static let excerptMax = 160

    /// The line of a fault with a mark below its column; nothing for a line that is too long to help.
    static func excerpt(of text: String, at place: PlanNode.Place) -> [String] {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard place.line > 0, place.column > 0, let line = lines.dropFirst(place.line - 1).first,
            line.count <= excerptMax, !line.allSatisfy(\.isWhitespace)
        else { return [] }
        // A wide character takes two places, as the wide space does.
        let indent = line.prefix(place.column - 1).map { $0.isASCII ? " " : "\u{3000}" }.joined()
        return ["    " + line, "    " + indent + "^"]
    }

    /// Reads a plan file; `chinese`: faults are told in Chinese.
    ///
    /// - Throws: a failure whose lines are `FILE:LINE:COLUMN: error: …`, all faults at once.
    static func read(_ file: String, chinese: Bool = false) throws -> Loaded {
        let text = try DataFolder.read(file)
        do throws(PlanFileError) {
            let node = try PlanFile.parse(text)
            let reading = try PlanReader.read(node)
            return Loaded(plan: reading.plan, json: PlanDocumentJSON.encode(node), warnings: reading.warnings)
        } catch {
            throw refusal(of: file, text, error.faults, chinese: chinese)
        }
    }

    /// Tells why a plan file is not taken.
    ///
    /// - Throws: always, as ``read(_:chinese:)`` does.
    static func refuse(_ file: String, _ faults: [PlanFault], chinese: Bool) throws {
        throw refusal(of: file, try DataFolder.read(file), faults, chinese: chinese)
    }

    private static func refusal(
        of file: String, _ text: String, _ faults: [PlanFault], chinese: Bool
    ) -> Exits.Failure {
        for fault in faults {
            Exits.say("\(file):\(fault.description(chinese: chinese))")
            for line in excerpt(of: text, at: fault.place) { Exits.say(line) }
        }
        let count = faults.filter { $0.severity == .error }.count
        if chinese { return Exits.Failure("“\(file)”有 \(count) 处错误，没有载入。") }
        return Exits.Failure("'\(file)' has \(count) \(count == 1 ? "error" : "errors"); nothing was loaded.")
    }
}
