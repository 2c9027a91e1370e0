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
                Examples:
                  plansyncd plan check Plans/zhumadian-2018-25.yaml
                  plansyncd plan check --lang zh Plans/zhumadian-2018-25.yaml
                """)

        @OptionGroup var language: FaultLanguage

        @Argument(help: "The plan file (YAML).")
        var file: String

        func run() async throws {
            let loaded = try language.read(file)
            let plan = loaded.plan
            if language.isChinese {
                return print(
                    "\(plan.id)：\(plan.tenants.count) 个单位，\(plan.periods.all.count) 期，\(plan.indicators.count) 项指标，"
                        + "\(plan.measures.count) 项任务，\(loaded.warnings.count) 处提醒。通过")
            }
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

        @OptionGroup var language: FaultLanguage

        @Argument(help: "The plan file (YAML).")
        var file: String

        func run() async throws {
            let loaded = try language.read(file)
            do {
                let result = try await OperatorChannel(DataFolder(data)).call(
                    AdminPlanLoad.self, AdminPlanLoad.Params(document: loaded.json))
                print("\(result.plan) revision \(result.revision)")
            } catch let error as RPCError {
                guard let fault = loaded.plan.fault(of: error) else { throw error }
                try PlanFileLoading.refuse(file, [fault], chinese: language.isChinese)
            }
        }
    }
}

/// In which language the faults of a plan file are told.
struct FaultLanguage: ParsableArguments {
    enum Language: String, ExpressibleByArgument, CaseIterable {
        case en, zh
    }

    @Option(help: "The language of faults: en or zh.")
    var lang = Language.en

    var isChinese: Bool { lang == .zh }

    /// Reads a plan file and tells its warnings.
    func read(_ file: String) throws -> PlanFileLoading.Loaded {
        let loaded = try PlanFileLoading.read(file, chinese: isChinese)
        for warning in loaded.warnings { Exits.say("\(file):\(warning.description(chinese: isChinese))") }
        return loaded
    }
}
