import PlanSyncClient
import PlanSyncTLS

/// An error of ours as the person reads it; errors of the argument parser are not ours.
struct Failure {
    /// The line on stderr; `nil` when everything was said.
    let line: String?
    /// The exit code.
    let exitCode: Int32

    init?(_ error: any Error, _ say: Wording) {
        switch error {
        case let error as ToolError: self.init(line: error.sentence(say), exitCode: error.exitCode)
        case let error as EditError: self.init(line: error.sentence(chinese: say.chinese), exitCode: 1)
        case let error as EditFault: self.init(line: error.sentence(chinese: say.chinese), exitCode: 1)
        case let error as NameFault: self.init(line: error.sentence(say), exitCode: 1)
        case let error as SheetFault: self.init(line: error.sentence(say), exitCode: 1)
        case let error as ReplicaError: self.init(line: error.sentence(chinese: say.chinese), exitCode: 1)
        case let error as SyncFault: self.init(line: error.sentence(chinese: say.chinese), exitCode: 1)
        case let error as SheetError: self.init(line: error.sentence(chinese: say.chinese), exitCode: 1)
        case let error as TLSError: self.init(line: error.description, exitCode: 1)
        default: return nil
        }
    }

    private init(line: String?, exitCode: Int32) {
        self.line = line
        self.exitCode = exitCode
    }
}
