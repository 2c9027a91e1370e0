import PlanSyncClient
import PlanSyncCore

/// The plan's measures: who leads, who has reported, which milestones are overdue; and one of them unit by unit.
struct MeasuresView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let period: Period
    /// Only what this department leads or supports; empty for all.
    var department = ""
    /// `missing` or `overdue`; empty for all.
    var only = ""

    /// Where the units stand with what is asked for.
    var entries: [MeasureEntry] {
        view.measureLedger(in: period, on: view.plan.localDay(of: desk.host.now())).filter { entry in
            (department.isEmpty || entry.measure.concerns(department)) && (only != "missing" || entry.isMissing)
                && (only != "overdue" || !entry.overdue.isEmpty)
        }
    }

    private var query: String {
        let parts = [("department", department), ("only", only)].filter { !$0.1.isEmpty }
            .map { "\($0.0)=\(Place.encoded($0.1))" }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    private var place: String { "/measures/\(period.id)" + query }

    func page() -> HTML {
        let entries = self.entries
        let layout = Layout(desk: desk, view: view, say: say, place: place)
        return layout.page(say("重点任务 ", "Measures ") + Names.period(period, say)) {
            PeriodLinks.around(period, view, say, "/measures/")
            filter
            element("div", .class("row spread")) {
                ExchangeView.links("measures/\(period.id)", say, query: query)
                RemindLink.html(period, view, say)
            }
            only == "overdue" ? overdue(entries) : only == "missing" ? units(entries, isOfOne: false) : all(entries)
        }
    }

    private var filter: HTML {
        element("form", Attribute("method", "get"), Attribute("action", "/measures/\(period.id)"), .class("row search"))
        {
            element("label", Attribute("for", "department")) { say("部门", "Department") }
            element("select", .id("department"), .name("department")) {
                option("", say("全部", "all"), department)
                for one in view.plan.departments { option(one.id, say(one.name), department) }
            }
            element("label", Attribute("for", "only")) { say("范围", "Which") }
            element("select", .id("only"), .name("only")) {
                option("", say("全部任务", "all measures"), only)
                option("missing", say("未报的", "missing reports"), only)
                option("overdue", say("逾期的节点", "milestones overdue"), only)
            }
            element("button", .class("second"), .type("submit")) { say("筛选", "Show") }
        }
    }

    private func option(_ value: String, _ title: String, _ chosen: String) -> HTML {
        element("option", .value(value), .flag("selected", value == chosen)) { title }
    }

    private func departments(_ ids: [String]) -> String {
        ids.map { id in view.plan.departments.first { $0.id == id }.map { say($0.name) } ?? id }
            .joined(separator: say("、", ", "))
    }

    private var none: HTML { element("p", .class("notice good")) { say("没有。", "None.") } }

    // MARK: All measures

    private func all(_ entries: [MeasureEntry]) -> HTML {
        let measures = view.plan.measures.filter { department.isEmpty || $0.concerns(department) }
        let columns = [
            Column(title: say("任务", "Measure")), Column(title: say("牵头", "Lead")), Column(title: say("配合", "Support")),
            Column(title: say("应报", "Expected"), isNumber: true), Column(title: say("已报", "Reported"), isNumber: true),
            Column(title: say("未报", "Missing"), isNumber: true), Column(title: say("节点", "Milestones"), isNumber: true),
            Column(title: say("逾期", "Overdue"), isNumber: true),
        ]
        return Table.html(
            columns,
            measures.map { measure in
                let own = entries.filter { $0.measure.id == measure.id }
                let overdue = own.reduce(0) { $0 + $1.overdue.count }
                let given = own.reduce(0) { $0 + $1.milestones.count }
                return element("tr") {
                    element("th", Attribute("scope", "row")) {
                        element("a", .href("/measures/\(period.id)/\(Place.encoded(measure.id))")) {
                            say(measure.title)
                        }
                    }
                    Table.cell(departments(measure.lead))
                    Table.cell(departments(measure.support))
                    Table.number(own.isEmpty ? nil : "\(own.filter(\.isExpected).count)")
                    Table.number(own.isEmpty ? nil : "\(own.filter { $0.written != nil }.count)")
                    warning(own.filter(\.isMissing).count)
                    Table.number(given == 0 ? nil : "\(own.reduce(0) { $0 + $1.reached })/\(given)")
                    warning(overdue)
                }
            })
    }

    private func warning(_ count: Int) -> HTML {
        element("td", .class("number")) {
            count == 0 ? HTML("–") : element("span", .class("mark rejected")) { "\(count)" }
        }
    }

    // MARK: Unit by unit

    private func units(_ entries: [MeasureEntry], isOfOne: Bool) -> HTML {
        if entries.isEmpty { return none }
        var columns = isOfOne ? [] : [Column(title: say("任务", "Measure"))]
        columns += [
            Column(title: say("单位", "Unit")), Column(title: say("进度", "Progress"), isNumber: true),
            Column(title: say("填报人", "Author")), Column(title: say("时间", "At")),
            Column(title: say("节点", "Milestones"), isNumber: true), Column(title: say("逾期", "Overdue"), isNumber: true),
            Column(title: say("状态", "State")), Column(title: say("报告", "Report")),
        ]
        return Table.html(
            columns,
            entries.map { entry in
                element("tr") {
                    if !isOfOne { Table.cell(say(entry.measure.title)) }
                    element("th", Attribute("scope", "row")) { Names.unit(entry.unit, view, say) }
                    Table.number(entry.percent.map { $0 + "%" })
                    Table.kept(entry.written?.author ?? "–")
                    Table.kept(
                        entry.written?.at.map { LocalTime.shown($0, view.plan) }
                            ?? "–")
                    Table.number("\(entry.reached)/\(entry.milestones.count)")
                    warning(entry.overdue.count)
                    element("td", .class("keep")) { state(entry) }
                    element("td", .class("keep")) { report(entry) }
                }
            })
    }

    private func state(_ entry: MeasureEntry) -> HTML {
        if entry.isMissing { return element("span", .class("mark rejected")) { say("未报", "missing") } }
        if entry.written == nil { return HTML("–") }
        return element("span", .class("mark good")) { say("已报", "reported") }
    }

    private func report(_ entry: MeasureEntry) -> HTML {
        guard let rule = view.plan.followUp, entry.written != nil || entry.unit == view.principal.tenant else {
            return HTML("–")
        }
        return element(
            "a", .href(Place.of(rule.reports, entry.report, view)),
            Attribute("aria-label", say("报告：", "Report: ") + Names.unit(entry.unit, view, say))
        ) { entry.written == nil ? say("填写", "Write") : say("查看", "Look") }
    }

    private func overdue(_ entries: [MeasureEntry]) -> HTML {
        if entries.isEmpty { return none }
        return Table.html(
            [
                Column(title: say("任务", "Measure")), Column(title: say("单位", "Unit")),
                Column(title: say("节点", "Milestone")), Column(title: say("期限", "Due")),
                Column(title: say("逾期天数", "Days"), isNumber: true), Column(title: say("牵头", "Lead")),
            ], entries.flatMap { entry in entry.overdue.map { milestone($0, entry, isOfOne: false) } })
    }

    private func milestone(_ one: MeasureMilestone, _ entry: MeasureEntry, isOfOne: Bool) -> HTML {
        let collection = view.plan.followUp?.milestones?.collection
        return element("tr") {
            if !isOfOne { Table.cell(say(entry.measure.title)) }
            element("th", Attribute("scope", "row")) { Names.unit(entry.unit, view, say) }
            element("td") {
                if let collection {
                    element("a", .href(Place.of(collection, one.place, view))) {
                        one.text.isEmpty ? one.place.key : one.text
                    }
                }
            }
            Table.kept(one.due?.description ?? "–")
            element("td", .class("number")) {
                one.daysOverdue.map { days in element("span", .class("mark rejected")) { "\(days)" } } ?? HTML("–")
            }
            isOfOne
                ? element("td", .class("keep")) { word(one.state, collection) }
                : Table.cell(departments(entry.measure.lead))
        }
    }

    private func word(_ state: String, _ collection: CollectionID?) -> String {
        guard let rule = collection.flatMap({ view.plan.collection($0) }), let flow = rule.workflow,
            let field = rule.field(flow.field)
        else { return state }
        return OptionWord.of(state, field, say)
    }

    // MARK: One measure

    func page(of measure: Plan.Measure) -> HTML {
        let own = entries.filter { $0.measure.id == measure.id }
        let layout = Layout(desk: desk, view: view, say: say, place: "/measures/\(period.id)/\(measure.id)")
        return layout.page(say(measure.title)) {
            element("p") {
                element("a", .href("/measures/\(period.id)")) {
                    say("返回重点任务 ", "Back to the measures ") + Names.period(period, say)
                }
            }
            element("section", .class("card")) {
                element("dl", .class("pairs")) {
                    element("dt") { say("编号", "Id") }
                    element("dd") { measure.id }
                    element("dt") { say("牵头", "Lead") }
                    element("dd") { departments(measure.lead) }
                    element("dt") { say("配合", "Support") }
                    element("dd") { measure.support.isEmpty ? "–" : departments(measure.support) }
                }
            }
            TableHead.html(
                say("各单位进展", "The units' reports"), "measures/\(period.id)", say,
                query: "?measure=\(Place.encoded(measure.id))")
            if own.contains(where: { $0.isMissing || !$0.overdue.isEmpty }) {
                element("p") { RemindLink.html(period, view, say, query: "?only=\(Place.encoded(measure.id))") }
            }
            units(own, isOfOne: true)
            if let collection = view.plan.followUp?.milestones?.collection {
                TableHead.html(
                    say("任务节点", "Milestones"), "records/\(collection)", say,
                    query: "?q=\(Place.encoded(measure.id))")
            }
            if own.allSatisfy(\.milestones.isEmpty) {
                element("p", .class("quiet")) { say("还没有下达节点。", "No milestone is dispatched yet.") }
            } else {
                Table.html(
                    [
                        Column(title: say("单位", "Unit")), Column(title: say("节点", "Milestone")),
                        Column(title: say("期限", "Due")), Column(title: say("逾期天数", "Days"), isNumber: true),
                        Column(title: say("状态", "State")),
                    ], own.flatMap { entry in entry.milestones.map { milestone($0, entry, isOfOne: true) } })
            }
        }
    }
}
