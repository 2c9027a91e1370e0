import ArgumentParser
import PlanSyncClient
import PlanSyncCore

/// Puts members into sets.
struct InsertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "insert", abstract: "Put members into sets; what others put in at the same time stays.",
        discussion: """
            EXAMPLES:
              plansync insert projects/p7 partners=某某大学
              plansync insert projects/p7 partners=某某大学 tags=重点 --note "agreement of 3 May"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String

    @Argument(help: "FIELD=MEMBER, one or more.")
    var assignments: [String]

    @Option(help: "Why, in your words.")
    var note: String?

    func run() throws {
        try EditSaving.save(options, note: note) { editing throws(EditError) in
            try editing.insert(record, assignments)
        }
    }
}

/// Takes members out of sets.
struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take members out of sets.",
        discussion: """
            A member that somebody else put in meanwhile stays in, because you had not seen that.

            EXAMPLES:
              plansync remove projects/p7 partners=某某大学 --note "withdrew"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String

    @Argument(help: "FIELD=MEMBER, one or more.")
    var assignments: [String]

    @Option(help: "Why, in your words.")
    var note: String?

    func run() throws {
        try EditSaving.save(options, note: note) { editing throws(EditError) in
            try editing.remove(record, assignments)
        }
    }
}

/// Goes back on ladders.
struct ReopenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "Take a field back to an earlier stage, with a reason.",
        discussion: """
            Stages only rise by 'set'. Going back is for the side that the plan names (city or unit), and counts as \
            a new round: edits of the round before no longer move the stage.

            EXAMPLES:
              plansync reopen 411728:attempts/01HZX4 stage=applied --note "the list was withdrawn"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String

    @Argument(help: "FIELD=STAGE, one or more.")
    var assignments: [String]

    @Option(help: "Why, in your words; needed.")
    var note: String?

    func run() throws {
        try EditSaving.save(options, note: note) { editing throws(EditError) in
            try editing.reopen(record, assignments)
        }
    }
}
