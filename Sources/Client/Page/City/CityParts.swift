import PlanSyncCharts
import PlanSyncClient
import PlanSyncCore

/// A column of a table.
struct Column {
    let title: String
    var isNumber = false

    /// Its head.
    var head: HTML {
        element("th", Attribute("scope", "col"), .class(isNumber ? "number" : nil)) { title }
    }
}

/// Tables with heads.
enum Table {
    static func html(_ columns: [Column], _ rows: [HTML]) -> HTML {
        element("div", .class("scroll")) {
            element("table") {
                element("thead") {
                    element("tr") { for column in columns { column.head } }
                }
                element("tbody") { rows }
            }
        }
    }

    static func number(_ text: String?) -> HTML { element("td", .class("number")) { text ?? "–" } }

    /// A figure of a column whose figures have up to so many digits behind the point: the points stand in a line.
    static func figure(_ value: Rational?, _ digits: Int) -> HTML {
        element("td", .class("number")) {
            if let value {
                let text = value.shown(digits)
                text
                Decimals.rest(of: text, to: digits)
            } else {
                "–"
                Decimals.rest(of: "", to: digits)
            }
        }
    }

    static func cell(_ text: String) -> HTML { element("td") { text } }

    static func kept(_ text: String) -> HTML { element("td", .class("keep")) { text } }
}

/// A heading of a table, and the way to the table as a file.
enum TableHead {
    static func html(_ title: String, _ subject: String, _ say: Wording, query: String = "") -> HTML {
        element("div", .class("row spread")) {
            element("h2") { title }
            ExchangeView.links(subject, say, query: query)
        }
    }
}

/// Which period the pages of the city begin with.
enum CityPeriod {
    /// That of the newest figures; else the plan's first.
    static func newest(_ view: LocalView) -> Period? {
        let filled = Set(view.records(of: CollectionRule.values).map(\.key))
        return view.plan.periods.all.last { filled.contains($0.id.rawValue) } ?? view.plan.periods.all.first
    }
}

/// A figure as a picture takes it.
enum Drawn {
    static func figure(_ value: Rational?, _ places: Int = 4) -> ChartFigure? {
        value.flatMap { ChartFigure($0.shown(places)) }
    }
}

/// Where a target stands, in a word and a mark.
enum LightMark {
    static func of(_ standing: TargetStanding, _ say: Wording) -> HTML {
        let tone =
            switch standing.light {
            case .ahead: "good"
            case .onTrack: "merged"
            case .behind: "rejected"
            case .none: "confirmed"
            }
        return element("span", .class("mark " + tone)) { LightWord.of(standing, say) }
    }
}
