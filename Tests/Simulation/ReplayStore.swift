import PlanSyncServerSQLite

/// An empty store for replays, one after the other: opening one anew for each would be a twentieth of a short run.
package final class ReplayStore {
    private let disk = Disk()
    private let path: String
    private var opened: (store: SQLitePlanStore, probe: ServerProbe)?

    /// `folder`: where its file lies; stores in use at the same time have a name each.
    package init(folder: String, name: String) { path = "\(folder)/replay-\(name).sqlite" }

    deinit {
        try? opened?.probe.close()
        try? opened?.store.close()
        disk.removeDatabase(path)
    }

    /// The store without a row, and who looks at its file.
    func emptied() throws -> (store: SQLitePlanStore, probe: ServerProbe) {
        if let opened {
            try opened.probe.empty()
            return opened
        }
        disk.removeDatabase(path)
        try Blank.put(Blank.server, at: path)
        let made = (store: try SQLitePlanStore(path: path), probe: try ServerProbe(path: path))
        opened = made
        return made
    }
}
