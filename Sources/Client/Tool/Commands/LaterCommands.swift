import ArgumentParser
import PlanSyncClient

/// What the commands that the server does not take yet have in common.
protocol LaterCommand: ParsableCommand {
    /// The arguments, which are not looked at.
    var arguments: [String] { get }
}

extension LaterCommand {
    func run() throws {
        _ = arguments
        throw EditFault.notYet(Self.configuration.commandName ?? "")
    }

    fileprivate static func later(_ name: String, _ abstract: String) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name, abstract: abstract,
            discussion: """
                This release does not take it yet, and says so without saving anything.

                EXAMPLES:
                  plansync \(name) COLLECTION/KEY …
                """)
    }
}

/// Puts a member into a set.
struct InsertCommand: LaterCommand {
    static let configuration = later("insert", "Put a member into a set (not in this release).")
    @Argument(parsing: .allUnrecognized) var arguments: [String] = []
}

/// Takes a member out of a set.
struct RemoveCommand: LaterCommand {
    static let configuration = later("remove", "Take a member out of a set (not in this release).")
    @Argument(parsing: .allUnrecognized) var arguments: [String] = []
}

/// Deletes a record.
struct DeleteCommand: LaterCommand {
    static let configuration = later("delete", "Delete a record (not in this release).")
    @Argument(parsing: .allUnrecognized) var arguments: [String] = []
}

/// Undoes a deletion.
struct RestoreCommand: LaterCommand {
    static let configuration = later("restore", "Undo the deletion of a record (not in this release).")
    @Argument(parsing: .allUnrecognized) var arguments: [String] = []
}
