import PlanSyncClient
import Synchronization

/// What was looked at last and waits for a word: in this process alone, never on the disk.
final class Pending<Value: Sendable>: Sendable {
    private let held = Mutex<(key: String, value: Value)?>(nil)

    /// Keeps something in place of what was kept before.
    func keep(_ value: Value, key: String) { held.withLock { $0 = (key, value) } }

    /// What has this key, if it is still the last.
    func value(_ key: String?) -> Value? { held.withLock { $0?.key == key ? $0?.value : nil } }

    /// Forgets it.
    func forget() { held.withLock { $0 = nil } }
}

/// A file of sheets with what it would change.
struct PendingImport: Sendable {
    let key: String
    let name: String
    let sheets: [Sheet]
    let form: String
    let note: String
    let steps: [SheetImport.Step]
}
