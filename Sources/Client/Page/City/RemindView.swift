import PlanSyncClient
import PlanSyncCore

/// How urgent a reminder is, as a mark: the mildest, the gravest, and what lies between.
enum ReminderMark {
    static func of(_ reminder: Reminder, _ view: LocalView, _ say: Wording) -> HTML {
        element("span", .class("mark " + tone(reminder.rank, view))) { word(reminder.level, view, say) }
    }

    static func word(_ level: String, _ view: LocalView, _ say: Wording) -> String {
        guard let (rule, collection) = view.reminding, let field = collection.field(rule.level) else { return level }
        return OptionWord.of(level, field, say)
    }

    static func tone(_ rank: Int, _ view: LocalView) -> String {
        rank == 0 ? "merged" : rank >= levels(view).count - 1 ? "rejected" : "pending"
    }

    static func levels(_ view: LocalView) -> [String] {
        guard let (rule, collection) = view.reminding, case .option(let levels)? = collection.field(rule.level)?.kind
        else { return [] }
        return levels
    }
}

/// The way to remind those that owe something, where the plan has reminders and this person may send them.
enum RemindLink {
    /// `isInText`: among other words, where a button would be too tall.
    static func html(
        _ period: Period, _ view: LocalView, _ say: Wording, query: String = "", isInText: Bool = false
    ) -> HTML {
        guard view.mayRemind else { return .empty }
        return element("a", .class(isInText ? "whole" : "button second"), .href("/remind/\(period.id)\(query)")) {
            say("催办", "Remind")
        }
    }
}

/// What the units owe in a period, to be reminded of, many at once.
struct RemindView {
    static let pick = "pick:"

    let desk: Desk
    let view: LocalView
    let say: Wording
    let period: Period
    /// `report`, or a measure's id; empty for everything.
    var only = ""
    var isAll = false
    var picked: Set<String> = []
    var level = ""
    var words = ""
    var due = ""
    var fault: String?
    var said: String?

    private var today: CalendarDate { view.plan.localDay(of: desk.host.now()) }

    /// What is listed.
    var arrears: [Arrear] {
        view.arrears(in: period, on: today).filter { arrear in
            switch arrear.matter {
            case .report: only.isEmpty || only == "report"
            case .measure: only.isEmpty || only == arrear.measure.id
            }
        }
    }

    private var query: String { only.isEmpty ? "" : "?only=\(Place.encoded(only))" }
    private var place: String { "/remind/\(period.id)" + query }

    func page() -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: place)
        let arrears = self.arrears
        return layout.page(say("催办 ", "Remind ") + Names.period(period, say)) {
            PeriodLinks.around(period, view, say, "/remind/")
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
            if arrears.isEmpty {
                element("p", .class("notice good")) { say("没有未报、逾期的事项。", "Nothing is missing or overdue.") }
            } else {
                element("p", .class("exports")) { ExchangeView.links("arrears/\(period.id)", say) }
                layout.form(place) {
                    table(arrears)
                    form
                }
            }
            if let (_, collection) = view.reminding {
                element("p") {
                    element("a", .href("/records/\(collection.id)")) {
                        say("全部\(collection.name.zh)", "All: \(collection.name.en)")
                    }
                }
            }
        }
    }

    private func table(_ arrears: [Arrear]) -> HTML {
        Table.html(
            [
                Column(title: say("选择", "Choose")), Column(title: say("单位", "Unit")),
                Column(title: say("事项", "What is owed")), Column(title: say("已催办", "Reminded so far")),
            ],
            arrears.map { arrear in
                let unit = Names.unit(arrear.unit, view, say)
                let sentence = arrear.sentence(period, say)
                return element("tr") {
                    element("td") {
                        void(
                            "input", .type("checkbox"), .name(Self.pick + arrear.name), .value("on"),
                            .flag("checked", isAll || picked.contains(arrear.name)),
                            Attribute("aria-label", "\(unit) \(sentence)"))
                    }
                    element("th", Attribute("scope", "row"), .class("keep")) { unit }
                    Table.cell(sentence)
                    element("td") { sent(arrear.reminders) }
                }
            })
    }

    private func sent(_ reminders: [Reminder]) -> HTML {
        guard let collection = view.reminding?.collection, !reminders.isEmpty else { return HTML("–") }
        return HTML(
            reminders.map { reminder in
                element("div") {
                    ReminderMark.of(reminder, view, say)
                    " "
                    element("a", .href(Place.of(collection.id, reminder.place, view))) {
                        reminder.issued?.description ?? "–"
                    }
                    " "
                    element("span", .class("quiet")) { ReminderState.word(reminder, view, say) }
                }
            })
    }

    private var form: HTML {
        element("div", .class("row")) {
            let all = only.isEmpty ? "?all=1" : query + "&all=1"
            element("a", .href(isAll ? place : "/remind/\(period.id)" + all)) {
                isAll ? say("全不选", "Choose none") : say("全选", "Choose all")
            }
            element("label", Attribute("for", "level")) { say("等级", "Level") }
            element("select", .id("level"), .name("level")) {
                for one in ReminderMark.levels(view) {
                    element("option", .value(one), .flag("selected", one == level)) {
                        ReminderMark.word(one, view, say)
                    }
                }
            }
            if view.reminding?.rule.due != nil {
                element("label", Attribute("for", "due")) { say("回复期限", "Answer by") }
                void("input", .id("due"), .name("due"), .type("date"), .class("date"), .value(due))
            }
            element("label", Attribute("for", "words")) { say("补充要求", "In addition") }
            void(
                "input", .id("words"), .name("words"), .class("fill"), .type("text"), .value(words),
                Attribute("maxlength", "500"))
            element("button", .type("submit")) { say("发出催办", "Send") }
        }
    }
}

/// Where a reminder stands, in the plan's word.
enum ReminderState {
    static func word(_ reminder: Reminder, _ view: LocalView, _ say: Wording) -> String {
        guard let collection = view.reminding?.collection, let flow = collection.workflow,
            let field = collection.field(flow.field)
        else { return reminder.isOpen ? say("未回复", "not answered") : say("已回复", "answered") }
        return OptionWord.of(reminder.state, field, say)
    }
}
