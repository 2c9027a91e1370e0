import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS

/// The options that every command takes.
struct CommandOptions: ParsableArguments {
    @Option(help: "The device's folder (else $PLANSYNC_HOME, else the XDG data folder).")
    var home: String?

    @Option(help: "zh or en (else the locale).")
    var lang: String?

    @Option(help: "The person who types (else $PLANSYNC_AUTHOR, else $USER).")
    var author: String?

    @Option(help: "Which plan, when there are several.")
    var plan: String?

    @Flag(help: "Print one JSON value on stdout.")
    var json = false

    func validate() throws {
        if let lang, lang != "zh", lang != "en" { throw ValidationError("--lang is zh or en.") }
    }

    /// The language for the person.
    var wording: Wording { Wording(locale: lang ?? Environment.locale) }

    /// The person's name; empty when nothing says it.
    var person: String { author ?? Environment.value("PLANSYNC_AUTHOR") ?? Environment.loginName ?? "" }

    /// The name given with the command, else as the page has kept it, else as for every command.
    func keptPerson() -> String {
        if let author { return author }
        guard folder.has(.person), let kept = try? folder.read(.person), !kept.isEmpty else { return person }
        return kept
    }

    /// The device's folder.
    var folder: HomeFolder { HomeFolder.chosen(home) }

    /// Opens the replica of an enrolled device.
    func openReplica() throws -> Replica {
        let folder = folder
        guard folder.has(.certificate) else { throw ToolError.notEnrolled(home: folder.path) }
        // Not to begin an empty one where the edits of a lost one can be had back.
        if !folder.has(.replica), folder.has(.log) { throw ToolError.replicaMissing(home: folder.path) }
        return try Self.replica(in: folder, wording)
    }

    /// Opens the replica in a folder.
    static func replica(in folder: HomeFolder, _ say: Wording) throws -> Replica {
        try Replica(
            path: folder.path(of: .replica), lock: try FileLock(path: folder.path(of: .lock)),
            cryptography: OpenSSLCryptography(), log: FileOutboxLog(path: folder.path(of: .log), say: say))
    }

    /// What the person sees of the chosen plan.
    func view(of replica: Replica) throws -> LocalView {
        let held = try replica.plans().map(\.id)
        if let plan {
            guard let id = held.first(where: { $0.rawValue == plan }) else { throw ReplicaError.planUnknown(plan) }
            return try replica.view(of: id)
        }
        guard let only = held.first else { throw ReplicaError.planUnknown("-") }
        guard held.count == 1 else { throw ToolError.planAmbiguous(held.map(\.rawValue)) }
        return try replica.view(of: only)
    }

    /// Makes changes in the person's name; `freshKey` is the key of a record that is new.
    func editing(
        _ view: LocalView, note: String?, freshKey: String? = nil, converting: Bool = false
    ) throws(EditError) -> Editing {
        try Editing(view: view, author: person, note: note, freshKey: freshKey, converting: converting)
    }
}
