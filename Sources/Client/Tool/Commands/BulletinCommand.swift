import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncWire

/// Writes the bulletin of a period.
struct BulletinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bulletin", abstract: "Write the bulletin of a period from its published ranking; offline.",
        discussion: """
            The texts are the plan's. A page (.html) prints in the layout of GB/T 9704-2012: open it in a browser and \
            print it on A4; .txt is plain text. Every figure comes from the published ranking, the sealed one once it \
            is sealed, and the bulletin says from which.

            EXAMPLES:
              plansync bulletin 201905B --to bulletin.html
              plansync bulletin 201905B --kind notice --number 12 --date 2019-07-22 --red-header --to notice.html
              plansync bulletin 201905B --to -
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A period, such as 201905B.")
    var period: String

    @Option(help: "The template, by its id or its name in the plan (else the first).")
    var kind: String?

    @Option(help: "The number of the issue or document (else the period's place in its year).")
    var number: Int?

    @Option(help: "The date of issue, YYYY-MM-DD (else today).")
    var date: String?

    @Flag(name: .customLong("red-header"), help: "Set the head in red.")
    var redHeader = false

    @Option(help: "The file, .html or .txt; - for text on stdout.")
    var to: String

    func validate() throws {
        if let number, !(1...99_999).contains(number) { throw ValidationError("--number is 1 to 99999.") }
        if let date, (try? CalendarDate(date)) == nil { throw ValidationError("--date is a day such as 2019-07-22.") }
        if to != "-", !Self.isFile(to) {
            throw ValidationError("--to names a file that ends with .html or .txt, or is -.")
        }
    }

    func run() throws {
        let view = try options.view(of: try options.openReplica())
        let say = options.wording
        let bulletin = try Self.bulletin(
            of: period, kind: kind, number: number, date: try date.map { try CalendarDate($0) }, view, say)
        guard to != "-" else {
            for line in BulletinText.text(of: bulletin).split(separator: "\n", omittingEmptySubsequences: false) {
                Console.line(String(line))
            }
            return
        }
        try PlainFile.replace(to, Self.bytes(of: bulletin, to, redHeader: redHeader))
        if options.json {
            Console.json { writer in
                writer.member("file", to)
                writer.member("title", bulletin.lines[.title] ?? "")
                writer.member("standing", bulletin.standing)
            }
        } else {
            Console.message(say("已写出 \(to)。\(bulletin.standing)", "Wrote \(to). \(bulletin.standing)"))
        }
    }

    /// Whether a bulletin can be written to a file of this name.
    static func isFile(_ name: String) -> Bool { name.hasSuffix(".html") || name.hasSuffix(".txt") }

    /// A bulletin as the file of this name holds it.
    static func bytes(of bulletin: Bulletin, _ name: String, redHeader: Bool) -> [UInt8] {
        let isPage = name.hasSuffix(".html")
        return Array(
            (isPage ? BulletinPage.html(of: bulletin, redHeader: redHeader) : BulletinText.text(of: bulletin)).utf8)
    }

    /// The bulletin of a period, filled in from its published ranking.
    ///
    /// - Throws: ``ToolError`` where no ranking is published, or the plan has no such text.
    static func bulletin(
        of name: String, kind: String?, number: Int?, date: CalendarDate?, _ view: LocalView, _ say: Wording
    ) throws -> Bulletin {
        let period = try AggregateCommand.period(name, view, say)
        do throws(BulletinFault) {
            return try view.bulletin(
                try view.bulletinTemplate(kind), of: period, number: number,
                date: date ?? view.plan.localDay(of: Environment.now()), OpenSSLCryptography())
        } catch {
            throw ToolError.notFound(
                zh: error.sentence(Wording(chinese: true)), en: error.sentence(Wording(chinese: false)))
        }
    }
}
