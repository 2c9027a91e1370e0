import PlanSyncCore

/// Reads canonical bytes; what is read must have canonical bytes that read back as the same.
final class ChangeTarget: FuzzTarget {
    func run(_ input: [UInt8]) {
        if let value = FieldValue(canonicalJSON: input[...]) {
            guard FieldValue(canonicalJSON: value.canonicalJSON[...]) == value else {
                finding("A value does not survive its canonical JSON.")
            }
        }
        guard let change = try? Change(canonicalBytes: input) else { return }
        let bytes = change.canonicalBytes
        guard let again = try? Change(canonicalBytes: bytes) else { finding("A change does not read back.") }
        if again.canonicalBytes != bytes { finding("The canonical bytes of a change are not stable.") }
    }
}
