import PlanSyncClient
import Synchronization

/// The file that was looked at last and waits for a word: in this process alone, never on the disk.
final class PendingImport: Sendable {
    /// A file with what it would change.
    struct Held: Sendable {
        let key: String
        let name: String
        let sheets: [Sheet]
        let form: String
        let note: String
        let steps: [SheetImport.Step]
    }

    private let held = Mutex<Held?>(nil)

    /// Keeps a file in place of the one before.
    func keep(_ file: Held) { held.withLock { $0 = file } }

    /// The file with this key, if it is still the last.
    func file(_ key: String?) -> Held? { held.withLock { $0?.key == key ? $0 : nil } }

    /// Forgets the file.
    func forget() { held.withLock { $0 = nil } }
}
