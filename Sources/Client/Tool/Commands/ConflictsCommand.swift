import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Lists, shows and decides conflicts.
struct ConflictsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts", abstract: "List the conflicts; show or decide one.",
        discussion: """
            Without a further word it lists them, and ends with 4 when one waits for a person.

            EXAMPLES:
              plansync conflicts
              plansync conflicts show c7k2m9
              plansync conflicts resolve c7k2m9 --take theirs --reason "checked against the paper"
              plansync conflicts resolve c7k2m9 --value 4 --reason "both had counted one centre twice"
            """, subcommands: [List.self, Show.self, Resolve.self], defaultSubcommand: List.self)

    /// Lists the conflicts.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the conflicts.",
            discussion: """
                EXAMPLES:
                  plansync conflicts list
                  plansync conflicts list --all
                """)

        @OptionGroup var options: CommandOptions

        @Flag(help: "Also those that are decided, and proposals.")
        var all = false

        func run() throws {
            let replica = try options.openReplica()
            let view = try options.view(of: replica)
            let conflicts = view.conflicts.filter { all || $0.state.isOpen }
            if options.json {
                Console.json { writer in
                    writer.member(
                        "conflicts",
                        array: { writer in
                            for conflict in conflicts { ConflictReport.write(conflict, view, to: &writer) }
                        })
                }
            } else {
                ConflictReport.table(conflicts, view, options.wording)
            }
            if !view.undecided.isEmpty { throw ToolError.needsDecision }
        }
    }

    /// Shows both sides of a conflict.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show all sides of a conflict.",
            discussion: """
                EXAMPLES:
                  plansync conflicts show c7k2m9
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "The conflict's name.")
        var id: String

        func run() throws {
            let replica = try options.openReplica()
            let view = try options.view(of: replica)
            guard let conflict = view.conflicts.first(where: { $0.id == id }) else {
                throw EditFault.conflictUnknown(id, nearest: Spelling.nearest(to: id, among: view.conflicts.map(\.id)))
            }
            if options.json {
                var writer = JSONWriter()
                ConflictReport.write(conflict, view, to: &writer)
                Console.line(String(decoding: writer.bytes, as: UTF8.self))
            } else {
                ConflictReport.sides(conflict, view, options.wording)
            }
        }
    }

    /// Decides a conflict.
    struct Resolve: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resolve", abstract: "Decide a conflict, with a reason; saved here, sent by 'plansync sync'.",
            discussion: """
                EXAMPLES:
                  plansync conflicts resolve c7k2m9 --take ours --reason "the later count stands"
                  plansync conflicts resolve c7k2m9 --value 4 --reason "counted again with the department"
                  plansync conflicts resolve c7k2m9 --undo --reason "decided about the wrong one"
                """)

        @OptionGroup var options: CommandOptions

        @Argument(help: "The conflict's name.")
        var id: String

        @Option(help: "The side that stands: ours, theirs, theirs2 …")
        var take: String?

        @Option(help: "A third value.")
        var value: String?

        @Flag(help: "Take a decision back: the conflict is open again.")
        var undo = false

        @Option(help: "Why.")
        var reason: String?

        func validate() throws {
            let given = [take != nil, value != nil, undo].filter { $0 }.count
            if given != 1 { throw ValidationError("Give one of --take SIDE, --value VALUE and --undo.") }
        }

        func run() throws {
            let decision = undo ? .undo : value.map(Editing.Decision.value) ?? .side(take ?? "")
            try EditSaving.save(options, note: reason) { editing throws(EditError) in
                try editing.resolve(id, decision)
            }
        }
    }
}
