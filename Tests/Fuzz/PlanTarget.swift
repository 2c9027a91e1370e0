import PlanSyncCore
import PlanSyncPlanFile
import PlanSyncWire

/// Reads a plan file; a plan that is taken must survive being sent.
final class PlanTarget: FuzzTarget {
    func run(_ input: [UInt8]) {
        guard let text = String(validating: input, as: UTF8.self) else { return }
        let node: PlanNode
        do throws(PlanFileError) {
            node = try PlanFile.parse(text)
        } catch {
            if error.faults.isEmpty { finding("A refusal without a fault.") }
            return
        }
        let isPlan = (try? PlanReader.read(node)) != nil
        guard let sent = try? PlanDocumentJSON.decode(PlanDocumentJSON.encode(node)) else {
            if isPlan { finding("A plan cannot be sent.") }
            return
        }
        if isPlan, (try? PlanReader.read(sent)) == nil { finding("A plan is none after it was sent.") }
    }
}
