import PlanSyncClient
import PlanSyncCore

/// What a bulletin is made of besides its ranking, as an address says it.
struct BulletinChoice {
    /// The id of the plan's text; empty for the first.
    var kind = ""
    var number = ""
    var date = ""
    var isRed = false

    init(query: Form) {
        kind = query["kind"] ?? ""
        number = query["number"] ?? ""
        date = query["date"] ?? ""
        isRed = query["red"] != nil
    }

    /// The part of an address that says the same.
    var query: String {
        var parts = [("kind", kind), ("number", number), ("date", date)].filter { !$0.1.isEmpty }
            .map { "\($0.0)=\(Place.encoded($0.1))" }
        if isRed { parts.append("red=1") }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    /// The bulletin.
    ///
    /// - Throws: ``PageFault`` with what is wrong.
    func bulletin(of period: Period, _ view: LocalView, _ desk: Desk) throws(PageFault) -> Bulletin {
        let issue = Int(number)
        guard number.isEmpty || issue.map({ (1...99_999).contains($0) }) == true else {
            throw PageFault(zh: "期号（文号）为 1 至 99999。", en: "The number is 1 to 99999.")
        }
        let day = try? CalendarDate(date)
        guard date.isEmpty || day != nil else {
            throw PageFault(zh: "“\(date)”不是日期，请写成 2019-07-22。", en: "'\(date)' is not a day; write 2019-07-22.")
        }
        do throws(BulletinFault) {
            return try view.bulletin(
                try view.bulletinTemplate(kind.isEmpty ? nil : kind), of: period, number: issue,
                date: day ?? view.plan.localDay(of: desk.host.now()), desk.host.cryptography)
        } catch .notPublished(let period) {
            let title = view.plan.periods.period(period)?.titleZH ?? period
            guard Permission.rights(of: view.principal.role).contains(.administer) else {
                throw PageFault(
                    zh: "\(title)的排名市级还没有公布；公布后这里有通报。",
                    en: "The city has not published a ranking of \(period) yet; its bulletin comes with it.")
            }
            throw PageFault(
                zh: "\(title)还没有已公布的排名；请先在“考核期”一页公布。",
                en: "No ranking of \(period) is published yet; publish it on the page of the period.")
        } catch {
            throw PageFault(
                zh: error.sentence(Wording(chinese: true)), en: error.sentence(Wording(chinese: false)))
        }
    }
}

/// A bulletin to read and correct the head of, before it is printed.
struct BulletinView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let period: Period
    let choice: BulletinChoice

    private var path: String { "/bulletin/\(period.id)" }

    func page() -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: path + choice.query)
        return layout.page(say("通报 ", "Bulletin ") + Names.period(period, say)) {
            PeriodLinks.around(period, view, say, "/bulletin/")
            form
            content
        }
    }

    private var form: HTML {
        element("form", Attribute("method", "get"), Attribute("action", path), .class("row search card")) {
            element("label", Attribute("for", "kind")) { say("文种", "Kind") }
            element("select", .id("kind"), .name("kind")) {
                for template in view.plan.bulletins {
                    element("option", .value(template.id), .flag("selected", template.id == choice.kind)) {
                        say(template.name)
                    }
                }
            }
            element("label", Attribute("for", "number")) { say("期号（文号）", "Number") }
            void(
                "input", .id("number"), .name("number"), .type("number"), .class("days"), .value(choice.number),
                Attribute("min", "1"), Attribute("max", "99999"), Attribute("placeholder", "\(period.indexInYear)"))
            element("label", Attribute("for", "date")) { say("成文日期", "Date") }
            void("input", .id("date"), .name("date"), .type("date"), .class("date"), .value(choice.date))
            void("input", .id("red"), .name("red"), .type("checkbox"), .value("1"), .flag("checked", choice.isRed))
            element("label", Attribute("for", "red")) { say("红头", "Red head") }
            element("button", .class("second"), .type("submit")) { say("预览", "Preview") }
        }
    }

    @HTMLBuilder private var content: HTML {
        switch Result(catching: { () throws(PageFault) in try choice.bulletin(of: period, view, desk) }) {
        case .failure(let fault):
            element("p", .class("notice away"), Attribute("role", "alert")) { fault.sentence(say) }
        case .success(let bulletin):
            element("p", .class("row")) {
                element("a", .class("button"), .href("\(path)/print\(choice.query)"), Attribute("target", "_blank")) {
                    say("打开版式，打印或存为 PDF", "Open the layout to print or save as PDF")
                }
                element("a", .class("button second"), .href("\(path)/file/html\(choice.query)")) {
                    say("下载网页", "Download the page")
                }
                element("a", .class("button second"), .href("\(path)/file/txt\(choice.query)")) {
                    say("下载文本", "Download the text")
                }
            }
            article(bulletin)
        }
    }

    /// The text in reading size; the layout for printing is a page of its own.
    private func article(_ bulletin: Bulletin) -> HTML {
        element("article", .class("card paper")) {
            for line in [bulletin.lines[.head], bulletin.lines[.number]] {
                if let line, !line.isEmpty { element("p", .class("centre")) { line } }
            }
            element("h2", .class("centre")) { bulletin.lines[.title] ?? "" }
            if let to = bulletin.lines[.addressees], !to.isEmpty {
                element("p") { to + (bulletin.isChinese ? "\u{FF1A}" : ":") }
            }
            for block in bulletin.blocks {
                switch block {
                case .heading(_, let text): element("h3") { text }
                case .paragraph(let text): element("p", .class("indent")) { text }
                case .table(let rows): table(rows)
                }
            }
            if bulletin.form == .notice {
                element("p", .class("right")) { bulletin.lines[.signature] ?? "" }
                element("p", .class("right")) { bulletin.date }
            }
            element("p", .class("quiet")) { bulletin.standing }
        }
    }

    private func table(_ rows: [[String]]) -> HTML {
        Table.html(
            (rows.first ?? []).map { Column(title: $0) },
            rows.dropFirst().map { cells in element("tr") { for cell in cells { Table.cell(cell) } } })
    }
}
