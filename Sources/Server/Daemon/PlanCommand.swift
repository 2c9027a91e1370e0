import ArgumentParser
import PlanSyncCore
import PlanSyncWire

/// `plansyncd plan`: checks and loads plan files.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Checks a plan file, or loads it as a plan or a new revision.",
        subcommands: [Check.self, Load.self])

    /// `plansyncd plan check`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Validates a plan file; every fault with its line and column.",
            discussion: """
                Example:
                  plansyncd plan check Plans/zhumadian-2018-25.yaml
                """)

        @Argument(help: "The plan file (YAML).")
        var file: String

        func run() async throws {
            let loaded = try PlanFileLoading.read(file)
            for warning in loaded.warnings { Exits.say("\(file):\(warning.description)") }
            let plan = loaded.plan
            print(
                "\(plan.id): \(plan.tenants.count) tenants, \(plan.periods.all.count) periods, "
                    + "\(plan.indicators.count) indicators, \(plan.measures.count) measures, "
                    + "\(loaded.warnings.count) warnings. OK")
        }
    }

    /// `plansyncd plan load`.
    struct Load: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Adds a plan, or a new revision of one; also while the daemon runs.",
            discussion: """
                Example:
                  plansyncd plan load --data /srv/plansync Plans/zhumadian-2018-25.yaml
                """)

        @Option(help: "The data folder.")
        var data: String

        @Argument(help: "The plan file (YAML).")
        var file: String

        func run() async throws {
            let loaded = try PlanFileLoading.read(file)
            for warning in loaded.warnings { Exits.say("\(file):\(warning.description)") }
            let result = try await OperatorChannel(DataFolder(data)).call(
                AdminPlanLoad.self, AdminPlanLoad.Params(document: loaded.json))
            print("\(result.plan) revision \(result.revision)")
        }
    }
}
