package import PlanSyncCore

/// Why a record does not take a step, for a person.
package enum StepSentence {
    /// One sentence for a person.
    package static func text(_ fault: WorkflowRule.Fault, chinese: Bool) -> String {
        switch fault {
        case .noSuchStep(let from, let next):
            let follow = next.isEmpty ? (chinese ? "无" : "none") : next.joined(separator: chinese ? "、" : ", ")
            return chinese
                ? "现为“\(from)”，不能直接改成这个状态；下一步可以是：\(follow)。"
                : "It stands at '\(from)' and does not go there in one step; what can follow: \(follow)."
        case .otherRole(let roles):
            let words = roles.map { RoleWord.of($0, Wording(chinese: chinese)) }.joined(separator: chinese ? "、" : ", ")
            return chinese ? "这一步由\(words)办理。" : "This step is for: \(words)."
        case .needs(let fields):
            let words = fields.map(\.rawValue).joined(separator: chinese ? "、" : ", ")
            return chinese ? "这一步要先填写：\(words)。" : "This step needs these filled in first: \(words)."
        case .reasonMissing:
            return chinese ? "这一步必须写明理由，请加 --note 理由。" : "This step needs a reason; add --note TEXT."
        case .cleared: return chinese ? "状态不能清除。" : "A state is not taken away."
        }
    }
}
