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

    /// Reads a plan file.
    ///
    /// - Throws: a failure whose lines are `FILE:LINE:COLUMN: error: …`, all faults at once.
    static func read(_ file: String) throws -> Loaded {
        let text = try DataFolder.read(file)
        do throws(PlanFileError) {
            let node = try PlanFile.parse(text)
            let reading = try PlanReader.read(node)
            return Loaded(plan: reading.plan, json: PlanDocumentJSON.encode(node), warnings: reading.warnings)
        } catch {
            for fault in error.faults { Exits.say("\(file):\(fault.description)") }
            let count = error.faults.filter { $0.severity == .error }.count
            throw Exits.Failure("'\(file)' has \(count) \(count == 1 ? "error" : "errors"); nothing was loaded.")
        }
    }
}
