import ArgumentParser
import Glibc
import PlanSyncClient

/// The client of PlanSync.
@main
struct Plansync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plansync",
        abstract: "Work on a plan's figures, offline and online.",
        discussion: """
            Edits are saved on this device first and never need the network; 'plansync sync' brings them to the \
            server and fetches what is new.

            EXAMPLES:
              plansync enrol plan.example.gov.cn:7443 ps1.….…
              plansync set values/201905B etrc_provincial=4 --note "省科技厅豫科〔2019〕12号"
              plansync sync
            """,
        version: ClientRelease.name,
        subcommands: [
            EnrolCommand.self, PlanCommand.self, ListCommand.self, ListsCommand.self, ShowCommand.self, SetCommand.self,
            AddCommand.self,
            ClearCommand.self, InsertCommand.self, RemoveCommand.self, ReopenCommand.self, DeleteCommand.self,
            RestoreCommand.self,
            StatusCommand.self, SyncCommand.self, ConflictsCommand.self, AttentionCommand.self, BundleCommand.self,
            PageCommand.self, RenewCommand.self, RecoverCommand.self, AggregateCommand.self,
            RankCommand.self, BulletinCommand.self, YearEndCommand.self, ExplainCommand.self, HistoryCommand.self,
            CheckCommand.self, TargetsCommand.self, MeasuresCommand.self, RewardsCommand.self, SubmitCommand.self,
            ReviewCommand.self, AttachCommand.self, DetachCommand.self, AttachmentsCommand.self, FetchCommand.self,
            ExportCommand.self, ImportCommand.self,
        ])

    static func main() async {
        // Whatever a command writes is the clerk's own.
        umask(0o077)
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            var command = try parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            leave(error, wording: Wording(locale: language(in: arguments) ?? Environment.locale))
        }
    }

    /// Says what went wrong, and ends with the exit code that scripts rely on.
    private static func leave(_ error: any Error, wording: Wording) -> Never {
        let failure = Failure(error, wording)
        if let failure {
            if let line = failure.line { Console.message("plansync: " + TextTable.plain(line)) }
            Glibc.exit(failure.exitCode)
        }
        let code = exitCode(for: error)
        // A command that has said everything ends with a code alone.
        if error is ExitCode { Glibc.exit(code.rawValue) }
        if code == .success {
            Console.line(fullMessage(for: error))
            Glibc.exit(0)
        }
        if code == .validationFailure {
            Console.message(fullMessage(for: error))
            Glibc.exit(2)
        }
        let unexpected = ToolError.unexpected(String("\(error)".prefix(300)))
        Console.message("plansync: " + TextTable.plain(unexpected.sentence(wording) ?? ""))
        Glibc.exit(1)
    }

    /// The value of `--lang`, also where the arguments as a whole do not parse.
    private static func language(in arguments: [String]) -> String? {
        if let joined = arguments.first(where: { $0.hasPrefix("--lang=") }) { return String(joined.dropFirst(7)) }
        guard let index = arguments.firstIndex(of: "--lang") else { return nil }
        return arguments.dropFirst(index + 1).first
    }
}

/// The name and release of this client.
enum ClientRelease {
    static let name = "plansync 0.1.0"
}
