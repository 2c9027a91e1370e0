import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncSheets

/// Writes what this device holds to a file.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write figures, records or raw cells to a file; never needs the network.",
        discussion: """
            KIND is one of
              cells                 every confirmed cell, one JSON value a line: the raw data of any computation

            A file that is there is replaced, whole or not at all.

            EXAMPLES:
              plansync export cells --to cells.jsonl
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "What is written: cells.")
    var kind: String

    @Option(help: "The file.")
    var to: String

    func run() throws {
        guard kind == "cells" else { throw ValidationError("KIND is 'cells'.") }
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        let cells = try replica.cells(of: view.plan.id)
        try PlainFile.replace(to, CellLines.bytes(cells))
        let pending = try replica.counts().pending
        let say = options.wording
        Console.message(say("已写出 \(cells.count) 个单元到 \(to)。", "Wrote \(cells.count) cells to \(to)."))
        guard pending > 0 else { return }
        Console.message(
            say("其中不含尚未上报的 \(pending) 项更改。", "It is without what is not yet sent (\(ToolError.edits(pending)))."))
    }
}
