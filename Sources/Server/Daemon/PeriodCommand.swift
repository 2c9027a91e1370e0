import ArgumentParser
import PlanSyncCore
import PlanSyncWire

/// `plansyncd period`: opens, closes and seals periods.
struct PeriodCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "period", abstract: "Opens, closes or seals a period; registers a chain head; lists the periods.",
        discussion: """
            A period closes by itself at the end of its deadline's day. What comes later is taken and marked as late; \
            after 'finalise' it is kept apart, and only the city's amendment counts it.

            Examples:
              plansyncd period list zhumadian-2018-25 --data /srv/plansync
              plansyncd period finalise zhumadian-2018-25 201905B --data /srv/plansync --reason "通报第3期"
            """,
        subcommands: [Open.self, Close.self, Publish.self, Finalise.self, Register.self, List.self])

    /// `plansyncd period open`.
    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Opens a period: edits count as they come, also after its deadline.",
            discussion: """
                Example:
                  plansyncd period open zhumadian-2018-25 201905B --data /srv/plansync --reason "延期三天"
                """)

        @OptionGroup var place: PeriodPlace

        func run() async throws { try await place.set(.open) }
    }

    /// `plansyncd period close`.
    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Closes a period: what comes from now on is taken, and marked as late.",
            discussion: """
                Example:
                  plansyncd period close zhumadian-2018-25 201905B --data /srv/plansync
                """)

        @OptionGroup var place: PeriodPlace

        func run() async throws { try await place.set(.closed) }
    }

    /// `plansyncd period finalise`.
    struct Finalise: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seals a period for good, and prints the signed digest of its figures.",
            discussion: """
                The ranking of the period is sealed with it: it stays as it is, whatever is amended later. Where the \
                plan lets units object, a preliminary ranking has to be published before ('period publish'), its \
                window be over, and every objection answered; what is open is listed. --force seals all the same.

                A county that is offline may read its chain head out on the telephone before; see 'period register'.

                Example:
                  plansyncd period finalise zhumadian-2018-25 201905B --data /srv/plansync --reason "通报第3期"
                """)

        @OptionGroup var place: PeriodPlace

        @Flag(help: "Seal in spite of what is still open; needs --reason.")
        var force = false

        func validate() throws {
            if force, place.reason == nil { throw ValidationError("--force needs --reason.") }
        }

        func run() async throws { try await place.set(.final, force: force) }
    }

    /// `plansyncd period publish`.
    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes the preliminary ranking of a closed period, to which units may object.",
            discussion: """
                Published again, it takes the place of the one before. The window for objections is the plan's, or \
                ends with the day of --until.

                Example:
                  plansyncd period publish zhumadian-2018-25 201905B --data /srv/plansync --until 2019-07-19
                """)

        @OptionGroup var place: PeriodPlace

        @Option(help: "The last day for objections, YYYY-MM-DD.")
        var until: String?

        func run() async throws {
            let day = try until.map { text in
                guard let day = try? CalendarDate(text) else {
                    throw ValidationError("'\(text)' is not a day such as 2019-07-19.")
                }
                return day
            }
            let result = try await OperatorChannel(DataFolder(place.data)).call(
                AdminRankingPublish.self,
                AdminRankingPublish.Params(
                    plan: try PeriodPlace.planID(place.plan), period: place.period, until: day, reason: place.reason))
            print("\(place.period) is published, digest \(result.digest), objections until \(result.until ?? "-")")
        }
    }

    /// `plansyncd period register`.
    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Registers a device's chain head: what it covers is amended in by itself after the seal.",
            discussion: """
                DEVICE is named as in 'device list'; HASH is the chain head that
                'plansync status' shows there: 8 characters or more.

                Example:
                  plansyncd period register zhumadian-2018-25 201905B 411724.k7mq2xwz \
                L2L0KD0h7dXjmnZDLr7eoaXPGD3bA2G5r7l-CWTZZYA --data /srv/plansync
                """)

        @Argument(help: "The plan.")
        var plan: String

        @Argument(help: "The period, such as 201905B.")
        var period: String

        @Argument(help: "The device.")
        var device: String

        @Argument(help: "The hash of its last change.")
        var hash: String

        @Option(help: "The data folder.")
        var data: String

        func run() async throws {
            guard let id = try? DeviceID(device) else { throw ValidationError("'\(device)' is not a device's name.") }
            _ = try await OperatorChannel(DataFolder(data)).call(
                AdminPeriodRegister.self,
                AdminPeriodRegister.Params(
                    plan: try PeriodPlace.planID(plan), period: period, device: id, head: hash))
            print("\(period): \(id) \(hash) is registered")
        }
    }

    /// `plansyncd period list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists where the periods stand, with deadlines, seals and registered heads.",
            discussion: """
                Example:
                  plansyncd period list zhumadian-2018-25 --data /srv/plansync --json
                """)

        @Argument(help: "The plan.")
        var plan: String

        @Option(help: "The data folder.")
        var data: String

        @Flag(help: "One JSON value.")
        var json = false

        func run() async throws {
            let result = try await OperatorChannel(DataFolder(data)).call(
                AdminPeriodList.self, AdminPeriodList.Params(plan: try PeriodPlace.planID(plan)))
            if json {
                print(String(decoding: result.jsonBytes, as: UTF8.self))
                return
            }
            for row in result.periods {
                print("\(row.period)\t\(row.state.rawValue)\t\(row.deadline)\t\(row.digest ?? "-")")
                for head in row.heads { print("\t\(head)") }
            }
        }
    }
}

/// The period that a command is about.
struct PeriodPlace: ParsableArguments {
    @Argument(help: "The plan.")
    var plan: String

    @Argument(help: "The period, such as 201905B.")
    var period: String

    @Option(help: "The data folder.")
    var data: String

    @Option(help: "Why, for the history.")
    var reason: String?

    /// The plan's name.
    static func planID(_ text: String) throws -> PlanID {
        guard let id = try? PlanID(text) else { throw ValidationError("'\(text)' is not a plan's name.") }
        return id
    }

    /// Puts the period into a state, and prints what came of it.
    func set(_ state: PeriodState, force: Bool = false) async throws {
        let id = try Self.planID(plan)
        let channel = OperatorChannel(DataFolder(data))
        _ = try await channel.call(
            AdminPeriodSet.self,
            AdminPeriodSet.Params(plan: id, period: period, state: state, reason: reason, force: force))
        guard state == .final else {
            print("\(period) is \(state.rawValue)")
            return
        }
        let list = try await channel.call(AdminPeriodList.self, AdminPeriodList.Params(plan: id))
        let digest = list.periods.first { $0.period == period }?.digest
        print("\(period) is final\(digest.map { ", digest \($0)" } ?? "")")
    }
}
