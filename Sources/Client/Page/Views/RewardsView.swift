import PlanSyncClient
import PlanSyncCore

/// Which rewards are asked for in an address.
struct RewardPlace {
    var unit = ""
    var year = ""
    /// `open`: due and not yet paid; `all`: also what comes to nothing.
    var only = "open"
    var page = 1

    init(query: Form) {
        unit = query["unit"] ?? ""
        year = query["year"] ?? ""
        only = query["only"] ?? "open"
        page = query.page
    }

    /// The part of an address that says which.
    var query: String {
        let parts = [("unit", unit), ("year", year), ("only", only)].filter { !$0.1.isEmpty }
            .map { "\($0.0)=\(Place.encoded($0.1))" }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    /// The address of another page of the same.
    func address(page: Int) -> String {
        "/rewards" + query + (page > 1 ? (query.isEmpty ? "?" : "&") + "page=\(page)" : "")
    }
}

/// What is due by the plan's rewards, in one sentence each, and what became of the claims.
struct RewardsView {
    static let rowsPerPage = 50

    let desk: Desk
    let view: LocalView
    let say: Wording
    let place: RewardPlace
    var fault: String?
    var said: String?

    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: place.address(page: place.page)) }

    /// The rewards that are asked for.
    var entries: [RewardEntry] {
        let year = Int(place.year)
        return (view.rewardBook(year: year)?.entries ?? []).filter { entry in
            let isOpen = entry.open != .zero || entry.claim?.isMade == true
            return (place.unit.isEmpty || entry.tenant.rawValue == place.unit)
                && (year == nil || entry.day?.year == year) && (place.only == "all" || isOpen)
        }
    }

    func page() -> HTML {
        let found = entries
        let last = max(1, (found.count + Self.rowsPerPage - 1) / Self.rowsPerPage)
        let here = min(place.page, last)
        return layout.page(say("奖补", "Rewards")) {
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
            filter
            totals(found)
            element("p", .class("exports")) {
                ExchangeView.links("rewards", say, query: place.query)
                " "
                ExchangeView.links("payments", say, title: say("拨付清单", "payments"))
            }
            years
            if found.isEmpty {
                element("p", .class("quiet")) { say("没有这样的奖补事项。", "There are no such rewards.") }
            } else {
                table(found.dropFirst((here - 1) * Self.rowsPerPage).prefix(Self.rowsPerPage))
                PageLinks.html(here, last, say) { place.address(page: $0) }
            }
        }
    }

    private var filter: HTML {
        element("form", Attribute("method", "get"), Attribute("action", "/rewards"), .class("row search")) {
            if view.principal.role.isOfCity {
                element("label", Attribute("for", "unit")) { say("单位", "Unit") }
                element("select", .id("unit"), .name("unit")) {
                    option("", say("全部", "all"), place.unit)
                    for unit in view.plan.units { option(unit.id.rawValue, say(unit.name), place.unit) }
                }
            }
            element("label", Attribute("for", "year")) { say("年度", "Year") }
            element("select", .id("year"), .name("year")) {
                option("", say("全部", "all"), place.year)
                for year in Set(view.plan.periods.all.map(\.year)).sorted() { option("\(year)", "\(year)", place.year) }
            }
            element("label", Attribute("for", "only")) { say("范围", "Which") }
            element("select", .id("only"), .name("only")) {
                option("open", say("应奖或已申请的", "due or claimed"), place.only)
                option("all", say("全部，含不奖的", "all, also without a reward"), place.only)
            }
            element("button", .class("second"), .type("submit")) { say("筛选", "Show") }
        }
    }

    private func option(_ value: String, _ title: String, _ chosen: String) -> HTML {
        element("option", .value(value), .flag("selected", value == chosen)) { title }
    }

    private func totals(_ found: [RewardEntry]) -> HTML {
        element("div", .class("cards totals")) {
            for (unit, total) in RewardTotals(found).byUnit {
                card(say("应奖", "Due"), total.due, unit)
                card(say("已申请", "Claimed"), total.asked, unit)
                card(say("已拨付", "Paid"), total.paid, unit)
            }
        }
    }

    /// What is due and paid by rule and year, folded away; with the payment list to take along.
    private var years: HTML {
        let entries = (view.rewardBook()?.entries ?? []).filter {
            place.unit.isEmpty || $0.tenant.rawValue == place.unit
        }
        let rows = RewardYears(entries, of: view.plan).rows
        guard !rows.isEmpty else { return .empty }
        return element("details") {
            element("summary") { say("分条款分年度合计；拨付明细", "Sums by rule and year; the payments made") }
            element("p", .class("exports")) { ExchangeView.links("paid", say, query: place.query) }
            Table.html(
                [
                    Column(title: say("条款", "Rule")), Column(title: say("年度", "Year")),
                    Column(title: say("应奖", "Due"), isNumber: true),
                    Column(title: say("审定", "Approved"), isNumber: true),
                    Column(title: say("已拨付", "Paid"), isNumber: true),
                ],
                rows.map { row in
                    element("tr") {
                        Table.cell("\(row.rule.id) \(say(row.rule.name))")
                        Table.kept(row.year.map(String.init) ?? "–")
                        for figure in [row.due, row.approved, row.paid] {
                            Table.number("\(figure.shown(6)) \(row.rule.unit)")
                        }
                    }
                })
        }
    }

    private func card(_ title: String, _ figure: Rational, _ unit: String) -> HTML {
        element("section", .class("card")) {
            element("div", .class("quiet")) { "\(title)(\(unit))" }
            element("div", .class("big")) { figure.shown(6) }
        }
    }

    private func table(_ shown: some Sequence<RewardEntry>) -> HTML {
        var columns = [
            Column(title: say("单位", "Unit")), Column(title: say("对象", "Recipient")), Column(title: say("事项", "Reward")),
            Column(title: say("日期", "Day")), Column(title: say("应奖", "Due"), isNumber: true),
        ]
        columns += [
            Column(title: say("申请", "Claimed"), isNumber: true), Column(title: say("审定", "Approved"), isNumber: true),
            Column(title: say("拨付", "Paid"), isNumber: true), Column(title: say("依据", "Why")),
            Column(title: say("办理", "Next")),
        ]
        return Table.html(columns, shown.map(row))
    }

    private func row(_ entry: RewardEntry) -> HTML {
        let card = Place.of(
            entry.record.collection, RecordPlace(tenant: entry.tenant, key: entry.record.key), view)
        return element("tr") {
            element("th", Attribute("scope", "row"), .class("keep")) { Names.unit(entry.tenant, view, say) }
            element("td") { element("a", .href(card)) { recipient(entry) } }
            Table.cell("\(entry.rule.id) \(say(entry.rule.name))")
            Table.kept(entry.day?.description ?? "–")
            Table.number("\(entry.due.shown(6)) \(entry.rule.unit)")
            Table.number(entry.claim?.asked?.shown(6))
            Table.number(entry.claim?.approved?.shown(6))
            Table.number(entry.claim?.paid?.shown(6))
            Table.cell(RewardSentence.reason(entry, view.plan, say))
            element("td", .class("keep")) { next(entry) }
        }
    }

    /// Who gets it, by the name that the records give to the key.
    private func recipient(_ entry: RewardEntry) -> String {
        guard let key = entry.recipient else { return entry.record.key }
        let place = RecordPlace(tenant: entry.tenant, key: entry.record.key)
        let fields = view.plan.collection(entry.record.collection)?.fields ?? []
        for field in fields {
            guard case .reference(let other) = field.kind,
                view.field(field.id, of: place, in: entry.record.collection)?.value?.shown == key,
                let name = Names.referred(key, in: other, of: entry.tenant, view)
            else { continue }
            return name
        }
        return key
    }

    /// A claim that can be made, or the card of one that was.
    private func next(_ entry: RewardEntry) -> HTML {
        guard let claim = entry.claim else { return .empty }
        if claim.isMade {
            let place = RecordPlace(tenant: entry.tenant, key: claim.record.key)
            let card = element("a", .href(Place.of(claim.record.collection, place, view))) { state(of: claim) }
            return HTML([card, payments(entry, claim)])
        }
        guard entry.due > .zero, let field = view.plan.rewards.asked(of: claim),
            let collection = view.plan.collection(claim.record.collection), let rule = collection.field(field),
            Permission.writeFault(view.principal, tenant: entry.tenant, collection: collection, field: rule) == nil
        else { return .empty }
        return layout.button(
            "/rewards/claim", [("key", entry.key), ("tenant", entry.tenant.rawValue)],
            say("申请", "Claim"), .class("second"))
    }

    /// The way to the payments of a claim, where there are any or this person may enter one.
    private func payments(_ entry: RewardEntry, _ claim: RewardEntry.Claim) -> HTML {
        let isOffered = PaymentsView.isOffered(entry, view) && claim.approved != nil
        guard !claim.payments.isEmpty || isOffered else { return .empty }
        var title = say("拨付", "Payments")
        if !claim.payments.isEmpty { title += " \(claim.payments.count)" }
        if entry.isPartlyPaid {
            title += say("，尚余 \(entry.payable.shown(6))", ", \(entry.payable.shown(6)) left")
        }
        return element("div") { element("a", .href(PaymentsView.address(entry))) { title } }
    }

    private func state(of claim: RewardEntry.Claim) -> String {
        guard let collection = view.plan.collection(claim.record.collection), let flow = collection.workflow,
            let rule = collection.field(flow.field)
        else { return say("申请", "claim") }
        return OptionWord.of(claim.state ?? flow.initial, rule, say)
    }
}

/// The way from page to page of a long table.
enum PageLinks {
    /// `isBelow`: whether they stand below their table, where they stand above it as well.
    static func html(
        _ here: Int, _ last: Int, _ say: Wording, isBelow: Bool = false, _ address: (Int) -> String
    ) -> HTML {
        guard last > 1 else { return .empty }
        func link(_ number: Int, _ title: String) -> HTML {
            number == here || number < 1 || number > last
                ? element("span", .class("quiet")) { title } : element("a", .href(address(number))) { title }
        }
        return element(
            "nav", .class("pages"),
            Attribute(
                "aria-label", isBelow ? say("分页（表格下方）", "Pages, below the table") : say("分页", "Pages"))
        ) {
            link(1, say("首页", "First"))
            link(here - 1, say("上一页", "Back"))
            element("span") { say("第 \(here)/\(last) 页", "page \(here) of \(last)") }
            link(here + 1, say("下一页", "Next"))
            link(last, say("末页", "Last"))
        }
    }
}
