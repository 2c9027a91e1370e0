import PlanSyncCore
import PlanSyncWire

/// Reads the lines of a bundle as the file's reader and the server do; what is read must write and read alike.
final class BundleTarget: FuzzTarget {
    func run(_ input: [UInt8]) {
        for line in input.split(separator: UInt8(ascii: "\n")).prefix(64) {
            guard let document = try? JSONDocument(Array(line), limits: .authenticated) else { continue }
            if let push = try? SyncPush.Params(json: document.root) { check(push) }
            if let bundle = try? SyncBundle.Params(json: document.root) { bundle.pushes.forEach(check) }
            _ = try? SyncPull.Result(json: document.root)
            _ = try? SyncPush.Result(json: document.root)
        }
    }

    private func check(_ push: SyncPush.Params) {
        var writer = JSONWriter()
        push.write(to: &writer)
        guard let document = try? JSONDocument(writer.bytes, limits: .authenticated),
            let again = try? SyncPush.Params(json: document.root)
        else { finding("A push does not read back.") }
        for (change, other) in zip(push.changes, again.changes)
        where change.canonicalBytes != other.canonicalBytes { finding("A change became another on its way.") }
        for change in push.changes {
            guard let stored = try? Change(canonicalBytes: change.canonicalBytes) else {
                finding("A change that was taken cannot be read from the journal.")
            }
            if stored.canonicalBytes != change.canonicalBytes { finding("The journal holds another change.") }
        }
    }
}
