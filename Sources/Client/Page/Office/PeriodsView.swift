import PlanSyncClient
import PlanSyncCore

/// The periods of the plan: where each stands, how many have reported, and what became of its ranking.
struct PeriodsView {
    let desk: Desk
    let view: LocalView
    let say: Wording

    func page() -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: "/periods")
        return layout.page(say("考核期", "Periods")) {
            element("p", .class("exports")) { ExchangeView.links("periods", say) }
            Table.html(
                [
                    Column(title: say("考核期", "Period")), Column(title: say("上报截止", "Deadline")),
                    Column(title: say("状态", "State")), Column(title: say("已上报", "Handed in"), isNumber: true),
                    Column(title: say("已审核", "Accepted"), isNumber: true), Column(title: say("排名", "Ranking")),
                    Column(title: say("待答复的异议", "Objections open"), isNumber: true),
                ], view.officePeriods(at: desk.host.now()).map(row))
        }
    }

    private func row(_ period: Period) -> HTML {
        let reports = view.plan.units.map { view.report(of: period, tenant: $0.id).state }
        let accepted = reports.filter { $0 == .accepted }.count
        let handedIn = accepted + reports.filter { $0 == .submitted }.count
        let open = PeriodObjections(view: view, period: period).open
        return element("tr") {
            element("th", Attribute("scope", "row"), .class("keep")) {
                element("a", .href("/periods/\(period.id)")) { Names.period(period, say) }
            }
            Table.kept(period.deadline.description)
            element("td", .class("keep")) { PeriodMark.of(period, view, desk, say) }
            Table.number("\(handedIn)/\(view.plan.units.count)")
            Table.number("\(accepted)")
            Table.kept(view.publishedRanking(of: period.id.rawValue, desk.host.cryptography)?.shortly(say) ?? "–")
            Table.number(open > 0 ? "\(open)" : nil)
        }
    }
}

/// One period, with what the supervision office decides about it.
struct PeriodView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let period: Period
    var fault: String?
    var said: String?

    private var state: PeriodState { view.state(of: period) ?? .open }
    private var published: LocalRanking? {
        view.publishedRanking(of: period.id.rawValue, desk.host.cryptography)
    }
    private var mayDecide: Bool { Permission.rights(of: view.principal.role).contains(.administer) }
    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: "/periods/\(period.id)") }

    func page() -> HTML {
        layout.page(say("考核期 ", "Period ") + Names.period(period, say)) {
            element("p") { element("a", .href("/periods")) { say("返回考核期", "Back to the periods") } }
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
            facts
            if mayDecide {
                element("div", .class("split")) {
                    opening
                    publishing
                }
                element("div", .class("split")) {
                    sealing
                    registering
                }
            }
            objections
            let amended = view.amendments(in: period)
            if !amended.isEmpty {
                TableHead.html(say("封账后的更正", "Amendments after the seal"), "conflicts", say)
                AmendmentTable(view: view, say: say).html(amended)
                element("p") {
                    element("a", .href("/ranking/\(period.id)?now=1")) {
                        say("按更正后的数据重新计算的排名，与封存的对照", "The ranking with the amendments beside the sealed one")
                    }
                }
            }
        }
    }

    private var facts: HTML {
        let reports = view.plan.units.map { view.report(of: period, tenant: $0.id) }
        let missing = reports.filter { $0.state == .draft || $0.state == .returned }
        return element("section", .class("card")) {
            element("dl", .class("pairs")) {
                element("dt") { say("状态", "State") }
                element("dd") { PeriodMark.of(period, view, desk, say) }
                element("dt") { say("上报截止", "Deadline") }
                element("dd") { period.deadline.description }
                element("dt") { say("未上报", "Not handed in") }
                element("dd") {
                    missing.isEmpty
                        ? say("无", "nobody")
                        : missing.map { Names.unit($0.tenant, view, say) }.joined(separator: say("、", ", ")) + " "
                    if !missing.isEmpty, state != .final {
                        RemindLink.html(period, view, say, query: "?only=report", isInText: true)
                    }
                }
                element("dt") { say("排名", "Ranking") }
                element("dd") {
                    published?.sentence(view.plan, say) ?? say("尚未公布", "not published yet")
                    " "
                    element("a", .href("/ranking/\(period.id)")) { say("查看", "Look") }
                    if published != nil {
                        " "
                        element("a", .href("/bulletin/\(period.id)")) { say("通报", "Bulletin") }
                    }
                }
            }
        }
    }

    // MARK: Decisions

    private var opening: HTML {
        element("section", .class("card")) {
            element("h2") { say("截止与重开", "Close, or open again") }
            if state == .final {
                element("p", .class("quiet")) {
                    say("本期已封账：以后到达的更改单独保留。", "The period is sealed: what arrives is kept apart.")
                }
            } else {
                element("p", .class("quiet")) {
                    state == .open
                        ? say(
                            "过了上报截止日会自动截止；以后到达的更改照收，记为迟报。",
                            "It closes by itself after the deadline; what comes later is taken and marked as late.")
                        : say("重新开放后，更改不再记为迟报。", "Open again, edits are no longer marked as late.")
                }
                layout.form("/periods/\(period.id)/state", .class("row")) {
                    void(
                        "input", .type("hidden"), .name("state"),
                        .value(state == .open ? PeriodState.closed.rawValue : PeriodState.open.rawValue))
                    reason("why-state", isNeeded: false)
                    element("button", .class("second"), .type("submit")) {
                        state == .open ? say("现在截止", "Close now") : say("重新开放", "Open again")
                    }
                }
            }
        }
    }

    private var publishing: HTML {
        element("section", .class("card")) {
            element("h2") { say("公布初步排名", "Publish the preliminary ranking") }
            if state == .final {
                element("p", .class("quiet")) { say("排名已随本期封存。", "The ranking is sealed with the period.") }
            } else if state == .open {
                element("p", .class("quiet")) { say("本期截止后才能公布。", "First the period has to be closed.") }
            } else {
                element("p", .class("quiet")) {
                    view.plan.ranking.objections.map { rule in
                        say(
                            "异议期 \(rule.days) 个工作日；再次公布将代替前一次。",
                            "Objections for \(rule.days) working days; published again it takes the place of the first."
                        )
                    } ?? say("再次公布将代替前一次。", "Published again it takes the place of the one before.")
                }
                layout.form("/periods/\(period.id)/publish", .class("row")) {
                    element("label", Attribute("for", "until")) { say("异议截止", "Objections until") }
                    void("input", .id("until"), .name("until"), .type("date"), .class("date"))
                    reason("why-publish", isNeeded: false)
                    element("button", .type("submit")) { say("公布", "Publish") }
                }
            }
        }
    }

    private var sealing: HTML {
        element("section", .class("card")) {
            element("h2") { say("封账", "Seal for good") }
            if state == .final {
                element("p", .class("quiet")) {
                    say(
                        "已封账，数据摘要已签名。确需更正的，在该单位的数据一页办理：",
                        "It is sealed, with a signed digest. A figure is amended on the page of the unit's report: ")
                    for unit in view.plan.units {
                        element("a", .href("/review/\(period.id)/\(unit.id)")) { say(unit.name) }
                        " "
                    }
                }
            } else {
                element("p", .class("quiet")) {
                    say(
                        "封账后数据和排名不再变动；封账前服务器检查异议期和未答复的异议。",
                        "Figures and ranking stay from then on; first the window and the objections are looked at."
                    )
                }
                layout.form("/periods/\(period.id)/state") {
                    void("input", .type("hidden"), .name("state"), .value(PeriodState.final.rawValue))
                    element("div", .class("row")) { reason("why-seal", isNeeded: false) }
                    element("div", .class("row")) {
                        void("input", .id("force"), .name("force"), .type("checkbox"), .value("on"))
                        element("label", Attribute("for", "force")) {
                            say("尚有未了事项也封账（须写明理由）", "Seal in spite of what is open (with a reason)")
                        }
                        element("button", .class("risky"), .type("submit")) { say("封账", "Seal") }
                    }
                }
            }
        }
    }

    private var registering: HTML {
        element("section", .class("card")) {
            element("h2") { say("登记离线设备的链首", "Register an offline device's head") }
            element("p", .class("quiet")) {
                say(
                    "离线单位在封账前可电话报出本机链首（在它的“已填未报”一页）；登记后，它此前的更改在封账后仍自动补正。",
                    "Offline, a unit may read out its chain head (on its page Outbox); what it covers is amended in."
                )
            }
            layout.form("/periods/\(period.id)/register", .class("row")) {
                void(
                    "input", .name("device"), .flag("required"), Attribute("aria-label", say("设备", "Device")),
                    Attribute("placeholder", say("设备名", "device")))
                void(
                    "input", .name("head"), .class("fill"), .flag("required"),
                    Attribute("aria-label", say("链首", "Chain head")),
                    Attribute("placeholder", say("链首（8 个字符以上）", "head (8 characters or more)")))
                element("button", .class("second"), .type("submit")) { say("登记", "Register") }
            }
        }
    }

    private func reason(_ id: String, isNeeded: Bool) -> HTML {
        void(
            "input", .id(id), .name("reason"), .class("fill"), .type("text"), .flag("required", isNeeded),
            Attribute("aria-label", say("理由", "Why")),
            Attribute("placeholder", say("理由（记入历史）", "why (for the history)")))
    }

    // MARK: Objections

    @HTMLBuilder private var objections: HTML {
        let found = PeriodObjections(view: view, period: period)
        if let rule = found.collection, !found.records.isEmpty {
            TableHead.html(say(rule.name), "records/\(rule.id)", say, query: "?q=\(Place.encoded(period.id.rawValue))")
            Table.html(
                [
                    Column(title: say("单位", "Unit")), Column(title: say("编号", "Key")),
                    Column(title: say("状态", "State")),
                ],
                found.records.map { place in
                    element("tr") {
                        element("th", Attribute("scope", "row")) { Names.unit(place.tenant, view, say) }
                        element("td") {
                            element("a", .href(Place.of(rule.id, place, view))) {
                                Names.key(place.key, of: rule, view, say, of: place.tenant)
                            }
                        }
                        Table.kept(found.state(of: place, say))
                    }
                })
        }
    }
}

/// Where a period stands, in a word and a mark.
enum PeriodMark {
    static func of(_ period: Period, _ view: LocalView, _ desk: Desk, _ say: Wording) -> HTML {
        let (tone, word) =
            switch view.state(of: period) {
            // The server closes it by its own clock, and knows whether the plan came too late for that.
            case nil where view.plan.localDay(of: desk.host.now()) > period.deadline:
                ("pending", say("已过截止日", "past its deadline"))
            case nil, .open: ("merged", say("开放", "open"))
            case .closed: ("pending", say("已截止", "closed"))
            case .final: ("good", say("已封账", "sealed"))
            }
        return element("span", .class("mark " + tone)) { word }
    }
}

extension LocalRanking {
    /// Where it stands, in few words.
    func shortly(_ say: Wording) -> String {
        word(chinese: say.chinese)
            + (state == .preliminary ? until.map { say("，异议至 \($0)", ", until \($0)") } ?? "" : "")
    }
}
