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
