import ArgumentParser
import Glibc
import PlanSyncCore
import PlanSyncServerSQLite
import PlanSyncWire

/// `plansyncd backup`: a copy of the database, also while the daemon runs.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the database into a new file; also while the daemon runs.",
        discussion: """
            The copy is checked and on the disk before the devices are told up to where it holds their changes. \
            Keep it on another machine, together with ca.crt and ca.key of the data folder.

            Example:
              plansyncd backup --data /srv/plansync /backup/plansync-2019-06-30.sqlite
            """)

    @Option(help: "The data folder.")
    var data: String

    @Argument(help: "The file to make; it is never overwritten.")
    var file: String

    @Flag(help: "One JSON value.")
    var json = false

    func run() async throws {
        Exits.say("copying the database …")
        let path = try RestoreCommand.absolute(file)
        let result = try await OperatorChannel(DataFolder(data)).call(AdminBackup.self, AdminBackup.Params(file: path))
        print(json ? String(decoding: result.jsonBytes, as: UTF8.self) : "\(path): \(result.chains) chains of changes")
    }
}

/// `plansyncd restore`: a backup in the database's place.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Puts a backup in the place of the database; the daemon must not run.",
        discussion: """
            The database that is there is kept beside it. A new epoch begins: every device offers again what the \
            backup does not hold, with the ids of before, so nothing is lost and nothing is done twice.

            Example:
              plansyncd restore --data /srv/plansync /backup/plansync-2019-06-30.sqlite
            """)

    @Option(help: "The data folder.")
    var data: String

    @Argument(help: "The backup.")
    var file: String

    @Flag(help: "One JSON value.")
    var json = false

    func run() async throws {
        let folder = DataFolder(data)
        guard access(folder.serverKey, F_OK) == 0 else { try folder.requireInitialised(); return }
        guard let lock = try folder.lock() else {
            throw Exits.Failure("The daemon runs on '\(data)'; stop it first, then restore.")
        }
        defer { withExtendedLifetime(lock) {} }
        Exits.say("checking and copying the backup …")
        let incoming = folder.database + ".restoring"
        let epoch = Base64URL.encode(OpenedEngine.randomBytes(12))
        do {
            try SQLiteBackup.restore(from: file, to: incoming, epoch: epoch, now: WallClock.now())
        } catch let fault as BackupFault {
            throw Exits.Failure(fault.description)
        }
        let kept = try Self.setAside(folder)
        guard rename(incoming, folder.database) == 0 else {
            throw Exits.Failure("'\(incoming)' cannot be renamed: \(String(cString: strerror(errno))).")
        }
        try SystemDisk().sync(folder.path)
        let changed = kept.map { DevicesSince(before: $0, now: folder.database) } ?? DevicesSince()
        if json {
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("epoch", epoch)
                if let kept { writer.member("kept", kept) }
                writer.member("enrolledSince", changed.enrolled.map(\.device.rawValue))
                writer.member("endedSince", changed.ended.map(\.device.rawValue))
            }
            print(String(decoding: writer.bytes, as: UTF8.self))
        } else {
            print("epoch \(epoch)")
            if let kept { Exits.say("The database of before is kept as '\(kept)'.") }
            for line in changed.advice(data: data) { Exits.say(line) }
            Exits.say("Next: plansyncd serve --data \(data); the devices send again what the backup does not hold.")
        }
    }

    /// Moves the present database, with its log, out of the way; gives its new name.
    private static func setAside(_ folder: DataFolder) throws -> String? {
        guard access(folder.database, F_OK) == 0 else { return nil }
        var number = 1
        while access("\(folder.database).before-restore-\(number)", F_OK) == 0 { number += 1 }
        let kept = "\(folder.database).before-restore-\(number)"
        for suffix in ["-wal", "-shm", ""] where access(folder.database + suffix, F_OK) == 0 {
            guard rename(folder.database + suffix, kept + suffix) == 0 else {
                throw Exits.Failure("'\(folder.database)' cannot be moved: \(String(cString: strerror(errno))).")
            }
        }
        return kept
    }

    /// The daemon works in another folder than the operator.
    static func absolute(_ path: String) throws -> String {
        if path.hasPrefix("/") { return path }
        guard let here = getcwd(nil, 0) else { throw Exits.Failure("The present folder has no name.") }
        defer { free(here) }
        return String(cString: here) + "/" + path
    }
}
