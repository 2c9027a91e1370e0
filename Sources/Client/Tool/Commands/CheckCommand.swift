import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Lists what keeps a report from being handed in.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "List the faults of a period's figures and of the records, with their places.",
        discussion: """
            Hard faults keep a report from being handed in; soft ones may stand with an explanation, which is typed \
            into the record that is named with the fault. Nothing is ever kept from being saved. On the city's \
            device all units are checked, and what two units claim at once. Ends with 1 while something keeps a \
            report from being handed in.

            EXAMPLES:
              plansync check 201905B
              plansync check 201905B --tenant 411728 --json
              plansync set explanations/201905B:falls:patents text="上期误将预申请计入，已核对受理通知书"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A period, such as 201905B.")
    var period: String

    @Option(help: "One unit.")
    var tenant: String?

    func run() throws {
        let view = try options.view(of: try options.openReplica())
        let period = try AggregateCommand.period(period, view, options.wording)
        let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
        var units = seesAll ? view.plan.units.map(\.id) : [view.principal.tenant]
        if let tenant { units = [try AggregateCommand.unit(tenant, view)] }
        let check = PlanCheck(plan: view.plan, figures: view.allFigures, period: period)
        var faults = units.flatMap { check.faults(of: $0) }
        if seesAll, tenant == nil { faults += check.doublesAcrossUnits() }
        options.json ? json(view, period, faults) : text(view, period, faults)
        if faults.contains(where: \.isBlocking) { throw ExitCode(1) }
    }

    private func text(_ view: LocalView, _ period: Period, _ faults: [CheckFault]) {
        let say = options.wording
        guard !faults.isEmpty else {
            return Console.line(say("\(period.id)：校验全部通过。", "\(period.id): nothing is wrong."))
        }
        var table = TextTable([
            say("单位", "Unit"), say("强度", "Strength"), say("位置", "Place"), say("问题", "Fault"),
            say("说明", "Explanation"),
        ])
        for fault in faults {
            let strength =
                fault.strength == .hard ? say("强制", "hard") : say("核实", "soft")
            let fields = fault.fields.map { Self.name(of: $0, fault.record, view, say) }.joined(separator: " ")
            let key = fault.strength == .soft ? fault.explanationKey.map { "→ \($0)" } ?? "" : ""
            table.add([
                view.plan.name(of: fault.tenant, say), strength,
                "\(fault.record)" + (fields.isEmpty ? "" : " \(fields)"),
                fault.sentence(chinese: say.chinese), fault.explanation ?? key,
            ])
        }
        Console.table(table)
        let blocking = faults.filter(\.isBlocking).count
        Console.line(
            say(
                "\(faults.count) 处，其中 \(blocking) 处影响上报。",
                "\(faults.count) faults; \(blocking) keep a report from being handed in."))
    }

    private static func name(of field: FieldID, _ record: RecordKey, _ view: LocalView, _ say: Wording) -> String {
        view.plan.field(field, of: record.collection).map { say($0.name) } ?? field.rawValue
    }

    private func json(_ view: LocalView, _ period: Period, _ faults: [CheckFault]) {
        let say = options.wording
        Console.json { writer in
            writer.member("plan", view.plan.id.rawValue)
            writer.member("period", period.id.rawValue)
            writer.member("blocking", UInt64(faults.filter(\.isBlocking).count))
            writer.member(
                "faults",
                array: { writer in
                    for fault in faults {
                        writer.object { writer in
                            writer.member("tenant", fault.tenant.rawValue)
                            writer.member("check", fault.id)
                            writer.member("strength", fault.strength.rawValue)
                            writer.member("record", fault.record.description)
                            writer.member("fields", fault.fields.map(\.rawValue))
                            writer.member("sentence", fault.sentence(chinese: say.chinese))
                            writer.member("explanation", ifPresent: fault.explanation)
                            writer.member("explain", ifPresent: fault.explanationKey?.description)
                            writer.member("blocking", fault.isBlocking)
                        }
                    }
                })
        }
    }
}
