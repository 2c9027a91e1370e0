import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncSheets
import PlanSyncWire

/// Takes in a file of sheets that somebody filled in.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take in figures or records from a .csv or .xlsx file.",
        discussion: """
            The file is one of 'plansync export template', 'records' or 'values', or any table whose heads name \
            fields; then --as says what it is. Nothing is saved while anything is wrong; every fault is listed with \
            sheet, row and column. Empty cells change nothing, and so do cells that say what stands already. Each \
            sheet becomes one change for each unit, which is sent and merged like any other edit.

            EXAMPLES:
              plansync import form.xlsx --preview
              plansync import form.xlsx --note "May and June"
              plansync import table.csv --as values/201905B
              plansync import list.csv --as companies
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "The file, .csv or .xlsx.")
    var file: String

    @Flag(help: "Show what would change, and save nothing.")
    var preview = false

    @Option(name: .customLong("as"), help: "COLLECTION or values/PERIOD, for a file that does not say it.")
    var form: String?

    @Option(help: "Why, in your words.")
    var note: String?

    @Flag(help: "Convert figures that are typed in another unit of the same kind.")
    var convert = false

    func run() throws {
        let say = options.wording
        let format = try SheetFile.Format(name: file)
        let bytes = try PlainFile.read(file, bytesMax: SheetLimits.fileBytesMax)
        let (sheets, encoding) = try SheetFile.read(bytes, as: format)
        if let encoding, encoding != .utf8 {
            Console.message(
                say("文件编码为 \(encoding.rawValue)，已转换。", "The file is in \(encoding.rawValue); it was converted."))
        }
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        var random = SystemRandomNumberGenerator()
        let number = try replica.state().chainNumber.addingReportingOverflow(1).partialValue
        let freshKey = NewKey.make(device: view.principal.device, number: number, random: &random)
        let found = SheetImport(
            sheets, editing: try options.editing(view, note: note, converting: convert), freshKey: freshKey,
            form: try form.map { typed throws(EditFault) in try SheetForm(typed, in: view.plan) })
        guard found.faults.isEmpty else {
            if options.json { json(found, view, saved: []) } else { list(found.faults) }
            throw ToolError.importFaults(found.faults.count)
        }
        let saved = preview ? [] : try replica.save(found.drafts, now: Environment.now(), random: &random)
        if options.json { json(found, view, saved: saved) } else { list(found.steps, view) }
        report(found, saved: saved, pending: try replica.counts().pending)
    }

    private func list(_ faults: [SheetImport.Fault]) {
        for fault in faults { Console.line(TextTable.plain(fault.sentence(chinese: options.wording.chinese))) }
    }

    private func list(_ steps: [SheetImport.Step], _ view: LocalView) {
        guard !steps.isEmpty else { return }
        let say = options.wording
        var table = TextTable(
            [
                say("位置", "Place"), say("单位", "Unit"), say("记录", "Record"), say("字段", "Field"), say("原值", "Before"),
                say("新值", "After"),
            ], rightAligned: [4, 5])
        for step in steps {
            let name = view.plan.name(of: step.tenant, say)
            table.add([
                step.place.shown(chinese: say.chinese), name, "\(step.record)", step.field.rawValue,
                step.before?.shown ?? "-", (step.action == .insert ? "+ " : "") + (step.after?.shown ?? "-"),
            ])
        }
        Console.table(table)
    }

    private func report(_ found: SheetImport, saved: [Change], pending: Int) {
        let say = options.wording
        let same = say("与现有内容相同 \(found.unchanged) 格。", "\(found.unchanged) cells say what stands already.")
        if preview {
            Console.message(
                say(
                    "将更改 \(found.steps.count) 个字段；\(same)没有保存，确认无误后去掉 --preview 再运行。",
                    "\(found.steps.count) fields would change; \(same) Nothing was saved; run it without --preview."))
        } else if saved.isEmpty {
            Console.message(say("没有需要更改的内容；\(same)", "There is nothing to change. \(same)"))
        } else {
            Console.message(
                say(
                    "已保存 \(found.steps.count) 个字段；\(same)等待上报 \(pending) 项，运行 plansync sync 上报。",
                    "Saved \(found.steps.count) fields; \(same) \(ToolError.edits(pending)) for 'plansync sync'."))
        }
    }

    private func json(_ found: SheetImport, _ view: LocalView, saved: [Change]) {
        let say = options.wording
        Console.json { writer in
            writer.member("changes", saved.map(\.id.rawValue))
            writer.member("unchanged", found.unchanged)
            writer.member(
                "steps",
                array: { writer in
                    for step in found.steps {
                        writer.object { writer in
                            Self.write(step.place, to: &writer)
                            writer.member("tenant", step.tenant.rawValue)
                            writer.member("record", step.record.description)
                            writer.member("field", step.field.rawValue)
                            writer.member("do", step.action.rawValue)
                            writer.name("before")
                            writer.value(step.before)
                            writer.name("after")
                            writer.value(step.after)
                        }
                    }
                })
            writer.member(
                "faults",
                array: { writer in
                    for fault in found.faults {
                        writer.object { writer in
                            Self.write(fault.place, to: &writer)
                            writer.member("message", fault.reason.sentence(chinese: say.chinese))
                        }
                    }
                })
        }
    }

    private static func write(_ place: SheetError.Place, to writer: inout JSONWriter) {
        writer.member("sheet", place.sheet)
        writer.member("row", place.row)
        writer.member("column", ifPresent: place.column.map { Sheet.letters(of: $0) })
    }
}
