import ArgumentParser
import Glibc
import PlanSyncWire

/// The ends of a command: 0 done, 1 refused or failed, 2 wrong usage, 3 not reachable.
enum Exits {
    /// A failure with its one line for people.
    struct Failure: Error {
        let sentence: String
        var code: Int32 = 1

        init(_ sentence: String, code: Int32 = 1) {
            self.sentence = sentence
            self.code = code
        }
    }

    /// Says what went wrong and ends the process.
    static func end(_ error: any Error) -> Never {
        switch error {
        case let failure as Failure:
            say("plansyncd: \(failure.sentence)")
            exit(failure.code)
        case let error as RPCError:
            say("plansyncd: \(error.message)")
            exit(1)
        default:
            let code = Plansyncd.exitCode(for: error)
            let text = Plansyncd.fullMessage(for: error)
            if code.isSuccess {
                print(text)
                exit(0)
            }
            if code == .validationFailure {
                say(text)
                exit(2)
            }
            say("plansyncd: \(error)")
            exit(1)
        }
    }

    /// One line on standard error.
    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            written += count
        }
    }
}
