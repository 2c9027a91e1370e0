import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncSheets
import PlanSyncTLS

/// Writes what this device holds to a file.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write figures, records or raw cells to a file; never needs the network.",
        discussion: """
            KIND is one of
              figures PERIOD        every indicator of every unit, computed here
              goal INDICATOR [PERIOD]   one goal: its series so far, and the units compared
              ranking PERIOD        the ranking with every component
              records COLLECTION    the records of a collection, edits that wait included; 'import' reads them back
              values PERIOD         the reported figures of a period; 'import' reads them back
              template COLLECTION   a form for new records
              template values PERIOD   a form for the figures of a period
              list LIST [PERIOD]    a list of the plan, as 'plansync lists' draws it
              payments [YEAR]       what of the rewards is still to be paid, with the total in words
              paid [YEAR]           the payments that were made, one a row, in words, and the sums by rule and year
              history               the edits that this device keeps, with what became of each
              rewards               what is due by the plan's rewards, with the claims, each amount in words
              measures PERIOD       where the units stand with the measures
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

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case figures, goal, ranking, records, values, template, list, payments, paid, history
        case rewards, measures, bulletin, cells

        /// How many words follow.
        var subjects: ClosedRange<Int> {
            switch self {
            case .figures, .ranking, .records, .values, .measures, .bulletin: 1...1
            case .template, .list, .goal: 1...2
            case .payments, .paid: 0...1
            case .history, .rewards, .cells: 0...0
            }
        }
    }

    func validate() throws {
        guard kind.subjects.contains(subject.count) else {
            throw ValidationError("'export \(kind.rawValue)' does not have this form; see 'plansync export --help'.")
        }
        guard RankingRule.Basis(rawValue: basis) != nil else {
            throw ValidationError("--basis is 'reported' or 'accepted'.")
        }
    }

    func run() throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        let say = options.wording
        guard kind != .cells else { return try writeCells(replica, view) }
        guard kind != .bulletin else { return try writeBulletin(view) }
        let format = try SheetFile.Format(name: to)
        let sheets = try sheets(replica, view)
        try PlainFile.replace(to, try SheetFile.write(sheets, as: format))
        let rows = (sheets.first?.rows.count ?? 0) - (sheets.first?.headRows ?? 0)
        Console.message(say("已写出 \(max(0, rows)) 行到 \(to)。", "Wrote \(max(0, rows)) rows to \(to)."))
    }

    private func sheets(_ replica: Replica, _ view: LocalView) throws -> [Sheet] {
        let say = options.wording
        let figures = FigureSheets(view: view, wording: say)
        let forms = FormSheets(view: view, wording: say)
        let first = subject.first ?? ""
        switch kind {
        case .figures:
            let basis = RankingRule.Basis(rawValue: basis) ?? .reported
            return figures.figures(in: try AggregateCommand.period(first, view, say), basis: basis)
        case .ranking:
            let period = try AggregateCommand.period(first, view, say)
            let published = view.publishedRanking(of: period.id.rawValue, OpenSSLCryptography())
            return figures.ranking(in: period, published: published)
        case .goal:
            let period = try ListsCommand.period(subject.dropFirst().first, view, say)
            return GoalSheets(view, say).sheets(try ExplainCommand.indicator(first, view), in: period)
        case .history: return [figures.history(try replica.outbox())]
        case .list:
            let rule = try ListsCommand.rule(first, view)
            let period = try ListsCommand.period(subject.dropFirst().first, view, say)
            return ListText(rule, say).sheets(view.list(rule, in: period), view.plan)
        case .payments: return [try payments(of: subject.first, view)]
        case .paid: return try paid(in: subject.first, view)
        case .rewards:
            let due = (view.rewardBook()?.entries ?? []).filter { $0.open != .zero || $0.claim?.isMade == true }
            return [WorkSheets(view: view, wording: say).rewards(due)]
        case .measures:
            let period = try AggregateCommand.period(first, view, say)
            let entries = view.measureLedger(in: period, on: view.plan.localDay(of: Environment.now()))
            return [WorkSheets(view: view, wording: say).measures(entries, in: period)]
        case .records, .values, .template:
            let words = kind == .values ? ["values", first] : subject
            switch try SheetForm(words.joined(separator: "/"), in: view.plan) {
            case .values(let period): return [forms.values(of: period, isForm: kind == .template)]
            case .records(let id):
                guard let rule = view.plan.collection(id) else { return [] }
                return [forms.records(of: rule, isForm: kind == .template)]
            }
        case .cells, .bulletin: return []
        }
    }

    /// What of the rewards is still to be paid, of the events of a year or of all.
    private func payments(of year: String?, _ view: LocalView) throws -> Sheet {
        let number = try self.year(year)
        let entries = try RewardsCommand.book(view, year: number).entries.filter {
            number == nil || $0.day?.year == number
        }
        return PaymentSheet(view, options.wording).sheet(entries)
    }

    /// The payments of a year, or of all, with the sums by rule and year.
    private func paid(in year: String?, _ view: LocalView) throws -> [Sheet] {
        let entries = try RewardsCommand.book(view).entries
        let sheets = PaymentSheet(view, options.wording)
        return [sheets.paid(entries, in: try self.year(year)), sheets.years(entries)]
    }

    private func year(_ text: String?) throws -> Int? {
        guard let text else { return nil }
        guard let number = Int(text) else {
            throw ToolError.notFound(zh: "“\(text)”不是年度。", en: "'\(text)' is not a year.")
        }
        return number
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
