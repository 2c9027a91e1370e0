import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncSheets
import PlanSyncTLS
import PlanSyncWire

/// Writes what this device holds to a file.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract:
            "Write any table, or the raw cells, to a file; without the network but for what only the server knows.",
        discussion: """
            KIND is one of
              figures PERIOD        every indicator of every unit, computed here
              goal INDICATOR [PERIOD]   one goal: its series so far, and the units compared
              ranking PERIOD        the ranking with every component
              components PERIOD [UNIT]   what each score is made of
              targets PERIOD        where the targets stand, and who is behind
              indicator ID PERIOD   one indicator, unit by unit
              explain ID PERIOD [UNIT]   the figures and records behind an indicator, with who wrote them
              values PERIOD         the reported figures of a period; 'import' reads them back
              report PERIOD [UNIT]  one unit's figures beside those of before, what is due and its peers'
              reports [YEAR]        where the report of each unit stands in each period
              periods               the periods, who has reported, and what became of each ranking
              records COLLECTION    the records of a collection, edits that wait included; 'import' reads them back
              template COLLECTION   a form for new records
              template values PERIOD   a form for the figures of a period
              collections, files    the collections with their counts; the files that records name
              list LIST [PERIOD]    a list of the plan, as 'plansync lists' draws it
              lists PERIOD          the lists with their counts
              measures PERIOD       where the units stand with the measures
              arrears PERIOD        reports and work that units owe, with the reminders and answers
              rewards               what is due by the plan's rewards, with the claims, each amount in words
              payments [YEAR]       what of the rewards is still to be paid, with the total in words
              paid [YEAR]           the payments that were made, one a row, in words, and the sums by rule and year
              conflicts             every conflict, open or decided, with all sides
              attention, outbox, results   what waits for a decision; what is not sent; what came back otherwise
              history               the edits that this device keeps, with what became of each
              trail                 who wrote what stands
              edits RECORD [FIELD]  every signed edit of a record, from the server
              devices, notices      the enrolled devices, and what the server noticed (supervision office; network)
              bulletin PERIOD       the bulletin as .html or .txt; 'plansync bulletin' has more
              cells                 every confirmed cell, one JSON value a line: the raw data of any computation

            The file is .xlsx or .csv by its name (a .csv has the first sheet alone), for cells .jsonl. One that is \
            there is replaced, whole or not at all.

            EXAMPLES:
              plansync export template values 201905B --to form.xlsx
              plansync export ranking 201905B --to ranking.xlsx
              plansync export records companies --to companies.csv
              plansync export list expiring 201905B --to expiring.xlsx
              plansync export cells --to cells.jsonl
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "What is written.")
    var kind: Kind

    @Argument(help: "The period or collection; for a template of figures both: values PERIOD.")
    var subject: [String] = []

    @Option(help: "The file.")
    var to: String

    @Option(help: "For figures: reported, or accepted for those of accepted reports alone.")
    var basis = RankingRule.Basis.reported.rawValue

    /// What is written: a table of this device's copy, or what is written in a way of its own.
    enum Kind: ExpressibleByArgument {
        case sheets(SheetKind)
        case server(ServerSheets.Kind)
        case bulletin, cells

        init?(argument: String) {
            if let kind = SheetKind(rawValue: argument) {
                self = .sheets(kind)
            } else if let kind = ServerSheets.Kind(rawValue: argument) {
                self = .server(kind)
            } else {
                switch argument {
                case "bulletin": self = .bulletin
                case "cells": self = .cells
                default: return nil
                }
            }
        }

        static var allValueStrings: [String] {
            SheetKind.allCases.map(\.rawValue) + ServerSheets.Kind.allCases.map(\.rawValue) + ["bulletin", "cells"]
        }

        /// How many words follow.
        var subjects: ClosedRange<Int> {
            switch self {
            case .sheets(let kind): kind.subjects
            case .server(let kind): kind.subjects
            case .bulletin: 1...1
            case .cells: 0...0
            }
        }
    }

    func validate() throws {
        guard kind.subjects.contains(subject.count) else {
            throw ValidationError("'export' of that kind does not have this form; see 'plansync export --help'.")
        }
        guard RankingRule.Basis(rawValue: basis) != nil else {
            throw ValidationError("--basis is 'reported' or 'accepted'.")
        }
    }

    mutating func run() async throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        switch kind {
        case .cells: try writeCells(replica, view)
        case .bulletin: try writeBulletin(view)
        case .sheets(let kind):
            let tables = TableSheets(replica, view, options.wording, now: Environment.now(), OpenSSLCryptography())
            try write(try tables.sheets(kind, subject, basis: RankingRule.Basis(rawValue: basis) ?? .reported))
        case .server(let kind): try write([try await sheet(kind, replica, view)])
        }
    }

    private func write(_ sheets: [Sheet]) throws {
        try PlainFile.replace(to, try SheetFile.write(sheets, as: try SheetFile.Format(name: to)))
        let rows = (sheets.first?.rows.count ?? 0) - (sheets.first?.headRows ?? 0)
        Console.message(
            options.wording("已写出 \(max(0, rows)) 行到 \(to)。", "Wrote \(max(0, rows)) rows to \(to)."))
    }

    /// What only the server knows.
    private func sheet(_ kind: ServerSheets.Kind, _ replica: Replica, _ view: LocalView) async throws -> Sheet {
        let sheets = ServerSheets(view: view, wording: options.wording)
        let line = try EnrolledLine(folder: options.folder, replica: replica)
        let asked = try kind == .edits ? HistoryCommand.params(subject, view) : nil
        return try await line.talk(language: options.wording.code) { caller, _, _ in
            switch kind {
            case .devices: sheets.devices(try await caller.call(AdminDeviceList.self, RPCEmpty()).devices)
            case .notices: sheets.notices(try await caller.call(AdminNoticeList.self, RPCEmpty()).notices)
            case .edits:
                if let asked {
                    sheets.edits(try await caller.call(HistoryGet.self, asked).operations, of: asked.record)
                } else {
                    Sheet(name: "", rows: [])
                }
            }
        }
    }

    private func writeBulletin(_ view: LocalView) throws {
        let say = options.wording
        guard BulletinCommand.isFile(to) else {
            throw ToolError.notFound(
                zh: "通报写到 .html 或 .txt 文件。", en: "A bulletin is written to a file that ends with .html or .txt.")
        }
        let bulletin = try BulletinCommand.bulletin(
            of: subject.first ?? "", kind: nil, number: nil, date: nil, view, say)
        try PlainFile.replace(to, BulletinCommand.bytes(of: bulletin, to, redHeader: false))
        Console.message(say("已写出 \(to)。\(bulletin.standing)", "Wrote \(to). \(bulletin.standing)"))
    }

    private func writeCells(_ replica: Replica, _ view: LocalView) throws {
        let say = options.wording
        let cells = try replica.cells(of: view.plan.id)
        try PlainFile.replace(to, CellLines.bytes(cells))
        Console.message(say("已写出 \(cells.count) 个单元到 \(to)。", "Wrote \(cells.count) cells to \(to)."))
        let pending = try replica.counts().pending
        guard pending > 0 else { return }
        Console.message(
            say(
                "其中不含尚未上报的 \(pending) 项更改。",
                "It is without what is not yet sent (\(ToolError.edits(pending)))."))
    }
}
