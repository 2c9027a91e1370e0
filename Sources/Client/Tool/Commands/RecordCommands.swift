import ArgumentParser
import PlanSyncClient
import PlanSyncCore

/// Deletes a record.
struct DeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a record; 'plansync restore' takes that back.",
        discussion: """
            When somebody edited the record meanwhile it stays, and a person decides.

            EXAMPLES:
              plansync delete projects/p7 --note "entered twice"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String

    @Option(help: "Why, in your words.")
    var note: String?

    func run() throws {
        try EditSaving.save(options, note: note) { editing throws(EditError) in try editing.delete(record) }
    }
}

/// Takes a deletion back.
struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Take the deletion of a record back, with all its fields.",
        discussion: """
            EXAMPLES:
              plansync restore projects/p7 --note "it was the right one"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String

    @Option(help: "Why, in your words.")
    var note: String?

    func run() throws {
        try EditSaving.save(options, note: note) { editing throws(EditError) in try editing.restore(record) }
    }
}
