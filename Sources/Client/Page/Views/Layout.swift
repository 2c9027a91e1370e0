// The frame of every page: who one is, where one is, and where the machine stands with the server.

import PlanSyncClient
import PlanSyncCore

/// Puts pages into their frame.
struct Layout {
    let desk: Desk
    let view: LocalView
    let say: Wording
    /// The place of the page, for the navigation and for coming back.
    let place: String

    /// The whole page.
    func page(_ title: String, @HTMLBuilder content: () -> HTML) -> HTML {
        let unit = Names.unit(view.principal.tenant, view, say)
        return Self.document(say, title: "\(title) · \(unit)") {
            element("header", .class("top")) {
                element("div", .class("brand")) {
                    element("strong") { unit }
                    element("span", .class("quiet")) { say(view.plan.title) }
                }
                SyncLine(desk: desk, view: view, say: say).line()
                button("/sync", [], say("立即同步", "Synchronise"), .class("small"))
                element("a", .class("person"), .href("/person")) {
                    desk.host.person.isEmpty ? say("请填写姓名", "Your name?") : desk.host.person
                }
                language()
            }
            element("div", .class("frame")) {
                navigation()
                element("main", .id("main")) {
                    element("p", .class("on-paper")) { SyncLine(desk: desk, view: view, say: say).onPaper(unit) }
                    element("h1") { title }
                    content()
                }
            }
        }
    }

    /// A page without data, for who may not see any.
    ///
    /// `refreshSeconds`: after how long the browser asks again.
    static func bare(
        _ say: Wording, title: String, refreshSeconds: Int? = nil, @HTMLBuilder content: () -> HTML
    ) -> HTML {
        document(say, title: title, refreshSeconds: refreshSeconds) {
            element("main", .class("bare"), .id("main")) {
                element("h1") { title }
                content()
            }
        }
    }

    private static func document(
        _ say: Wording, title: String, refreshSeconds: Int? = nil, @HTMLBuilder content: () -> HTML
    ) -> HTML {
        .document(
            element("html", Attribute("lang", say.chinese ? "zh-CN" : "en")) {
                element("head") {
                    void("meta", Attribute("charset", "utf-8"))
                    void("meta", .name("viewport"), Attribute("content", "width=device-width, initial-scale=1"))
                    if let refreshSeconds {
                        void("meta", Attribute("http-equiv", "refresh"), Attribute("content", "\(refreshSeconds)"))
                    }
                    element("title") { title }
                    void("link", Attribute("rel", "stylesheet"), .href(Asset.stylesheet.path))
                    void("link", Attribute("rel", "icon"), .href("data:,"))
                    element("script", Attribute("src", Asset.script.path), .flag("defer")) { "" }
                }
                element("body") {
                    element("a", .class("skip"), .href("#main")) { say("跳到正文", "To the content") }
                    content()
                }
            })
    }

    private func navigation() -> HTML {
        let attention = view.rejected.count + view.undecided.count
        return element("nav", Attribute("aria-label", say("栏目", "Sections"))) {
            element("ul") {
                for item in Navigation.items(view, say) {
                    element("li") {
                        element(
                            "a", .href(item.place), .class(isHere(item.place) ? "here" : nil),
                            Attribute("aria-current", isHere(item.place) ? "page" : nil)
                        ) {
                            item.title
                            if item.place == "/attention", attention > 0 {
                                element("span", .class("badge")) { "\(attention)" }
                            }
                        }
                    }
                }
            }
        }
    }

    private func isHere(_ item: String) -> Bool {
        item == "/" ? place == "/" : place == item || place.hasPrefix(item + "/") || place.hasPrefix(item + "?")
    }

    private func language() -> HTML {
        form("/language") {
            void("input", .type("hidden"), .name("language"), .value(say.chinese ? "en" : "zh"))
            element("button", .class("link"), .type("submit")) { say.chinese ? "English" : "中文" }
        }
    }

    // MARK: Forms

    /// A form with the token and the place to come back to.
    func form(_ action: String, _ attributes: Attribute..., @HTMLBuilder content: () -> HTML) -> HTML {
        element("form", Attribute("method", "post"), Attribute("action", action), attributes.first ?? .class(nil)) {
            hidden
            content()
        }
    }

    /// What every form brings along: the token, and the place to come back to.
    var hidden: HTML {
        HTML([
            void("input", .type("hidden"), .name("token"), .value(desk.secrets.formToken)),
            void("input", .type("hidden"), .name("back"), .value(place)),
        ])
    }

    /// A form that is one button.
    func button(
        _ action: String, _ hidden: [(name: String, value: String)], _ title: String, _ attribute: Attribute
    ) -> HTML {
        form(action, .class("inline")) {
            for field in hidden { void("input", .type("hidden"), .name(field.name), .value(field.value)) }
            element("button", attribute, .type("submit")) { title }
        }
    }
}

/// The sections that a role sees.
enum Navigation {
    struct Section {
        let place: String
        let title: String
    }

    static func items(_ view: LocalView, _ say: Wording) -> [Section] {
        var items = [Section(place: "/", title: say("首页", "Start"))]
        if view.principal.role.isOfCity {
            items += [
                Section(place: "/overview", title: say("总览", "Overview")),
                Section(place: "/review", title: say("审核", "Review")),
            ]
        } else {
            items.append(Section(place: "/report", title: say("填报", "Report")))
        }
        items += [
            Section(place: "/attention", title: say("待处理", "To decide")),
            Section(place: "/records", title: say("台账", "Records")),
            Section(place: "/figures", title: say("指标", "Figures")),
            Section(place: "/ranking", title: say("排名", "Ranking")),
        ]
        if view.plan.followUp != nil { items.append(Section(place: "/measures", title: say("任务", "Measures"))) }
        if !view.plan.lists.isEmpty { items.append(Section(place: "/lists", title: say("清单", "Lists"))) }
        if !view.plan.bulletins.isEmpty { items.append(Section(place: "/bulletin", title: say("通报", "Bulletin"))) }
        if !view.plan.rewards.rules.isEmpty { items.append(Section(place: "/rewards", title: say("奖补", "Rewards"))) }
        items += [
            Section(place: "/outbox", title: say("已填未报", "Outbox")),
            Section(place: "/exchange", title: say("导入导出", "Tables")),
        ]
        guard view.principal.role.isOfCity else { return items }
        items += [
            Section(place: "/periods", title: say("考核期", "Periods")),
            Section(place: "/plan", title: say("方案", "Plan")),
            Section(place: "/trail", title: say("审计", "Audit")),
        ]
        if Permission.rights(of: view.principal.role).contains(.administer) {
            items.append(Section(place: "/devices", title: say("设备", "Devices")))
        }
        return items
    }
}

/// What things are called.
enum Names {
    static func unit(_ tenant: TenantID, _ view: LocalView, _ say: Wording) -> String {
        view.plan.tenant(tenant).map { say($0.name) } ?? tenant.rawValue
    }

    static func collection(_ id: CollectionID, _ view: LocalView, _ say: Wording) -> String {
        view.plan.collection(id).map { say($0.name) } ?? id.rawValue
    }

    static func field(_ key: CellKey, _ view: LocalView, _ say: Wording) -> String {
        field(key.field, of: key.record.collection, view, say)
    }

    static func field(_ id: FieldID, of collection: CollectionID, _ view: LocalView, _ say: Wording) -> String {
        if id == .recordState { return say("(整条记录)", "(the whole record)") }
        return view.plan.field(id, of: collection).map { say($0.name) } ?? id.rawValue
    }

    /// What a part of a record's key is.
    static func keyPart(_ part: CollectionRule.KeyPart, _ view: LocalView, _ say: Wording) -> String {
        switch part {
        case .name: say("编号", "Key")
        case .period: say("考核期(如 \(view.plan.periods.kind.example))", "Period (like \(view.plan.periods.kind.example))")
        case .year: say("年度", "Year")
        case .beginning: say("年度,或自哪个考核期起", "Year, or from which period on")
        case .measure: say("任务编号", "Measure")
        case .indicator: say("指标编号", "Indicator")
        case .uscc: say("统一社会信用代码", "Unified social credit code")
        case .reward: say("奖补规则", "Rule of a reward")
        case .record(let id): collection(id, view, say)
        }
    }

    static func period(_ period: Period, _ say: Wording) -> String {
        say(period.titleZH, "\(months(period)) \(period.year)".trimmed)
    }

    private static let monthNames = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The months of a period; nothing for a whole year.
    private static func months(_ period: Period) -> String {
        func name(_ month: Int) -> String { monthNames.indices.contains(month - 1) ? monthNames[month - 1] : "" }
        if period.firstMonth == 1, period.lastMonth == 12 { return "" }
        return period.firstMonth == period.lastMonth
            ? name(period.firstMonth) : "\(name(period.firstMonth))–\(name(period.lastMonth))"
    }

    /// A period among others of its year.
    static func shortPeriod(_ period: Period, _ say: Wording) -> String {
        let year = "\(period.year)年"
        let title = period.titleZH
        let short = months(period)
        return say(
            title.hasPrefix(year) ? String(title.dropFirst(year.count)) : title,
            short.isEmpty ? "\(period.year)" : short)
    }

    /// The period of that name; else the name as it is.
    static func period(_ id: PeriodID, _ view: LocalView, _ say: Wording) -> String {
        view.plan.periods.period(id.rawValue).map { period($0, say) } ?? id.rawValue
    }

    /// A record's key as a person knows it: the names of the period and the record that it consists of.
    ///
    /// `tenant`: whose record; `nil`: the own one.
    static func key(
        _ key: String, of rule: CollectionRule, _ view: LocalView, _ say: Wording, of tenant: TenantID? = nil
    ) -> String {
        let parts = key.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == rule.key.count, parts.count > 1 else { return key }
        return zip(parts, rule.key).map { part, kind in
            switch kind {
            case .period: view.plan.periods.period(part).map { Names.period($0, say) } ?? part
            case .beginning where part.count > 4:
                view.plan.periods.period(part).map { say("自", "from ") + Names.period($0, say) + say("起", " on") }
                    ?? part
            case .record(let collection):
                referred(part, in: collection, of: tenant ?? view.principal.tenant, view) ?? part
            case .measure: view.plan.measures.first { $0.id == part }.map { say($0.title) } ?? part
            case .reward: view.plan.rewards.rules.first { $0.id == part }.map { say($0.name) } ?? part
            case .indicator: view.plan.indicators.first { $0.id.rawValue == part }.map { say($0.name) } ?? part
            default: part
            }
        }.joined(separator: " · ")
    }

    /// What a record is called that is known by its key: the text that it must have, else the record that it is about.
    static func referred(
        _ key: String, in collection: CollectionID, of tenant: TenantID, _ view: LocalView, depth: Int = 2
    ) -> String? {
        guard depth > 0, let rule = view.plan.collection(collection) else { return nil }
        let place = RecordPlace(tenant: tenant, key: key)
        func isText(_ field: FieldRule) -> Bool { if case .text = field.kind { true } else { false } }
        if let name = rule.fields.first(where: { $0.required && isText($0) }) {
            return view.field(name.id, of: place, in: collection)?.value?.shown
        }
        for field in rule.fields {
            guard case .reference(let other) = field.kind,
                let key = view.field(field.id, of: place, in: collection)?.value?.shown
            else { continue }
            return referred(key, in: other, of: tenant, view, depth: depth - 1)
        }
        return nil
    }

    /// A record as a place that a person knows: the period's name, or what it is called with its key.
    ///
    /// `tenant`: whose record; `nil`: the own one.
    static func record(
        _ record: RecordKey, _ view: LocalView, _ say: Wording, of tenant: TenantID? = nil
    ) -> String {
        if let period = view.plan.periods.period(record.key) { return Names.period(period, say) }
        let owner = tenant ?? view.principal.tenant
        let key =
            view.plan.collection(record.collection).map { Names.key(record.key, of: $0, view, say, of: owner) }
            ?? record.key
        return referred(record.key, in: record.collection, of: owner, view).map { "\($0) (\(key))" } ?? key
    }
}

extension String {
    /// Without blanks at its beginning.
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
