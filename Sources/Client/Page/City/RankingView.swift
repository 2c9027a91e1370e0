import PlanSyncClient
import PlanSyncCore

/// The ranking of a period, and every part of one unit's score.
struct RankingView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let period: Period
    /// The published one; `nil`: none is published.
    var published: LocalRanking?
    /// Whether it is worked out from what is here now, although one is published.
    var isPresent = false

    private var rule: RankingRule { view.plan.ranking }
    private var seesAll: Bool { Permission.rights(of: view.principal.role).contains(.readAll) }
    private var shown: LocalRanking? { isPresent ? nil : published }
    private var units: [RankedUnit] { shown?.ranking.units ?? view.presentUnits(in: period) }
    private var query: String { isPresent && published != nil ? "?now=1" : "" }

    /// Which ranking this is, and the way to the other.
    private var standing: HTML {
        element("p", .class(shown == nil ? "notice away" : "notice"), .id("standing")) {
            if let shown {
                shown.sentence(view.plan, say) + " "
                element("a", .href("/ranking/\(period.id)?now=1")) {
                    say("按现有数据重新计算", "Work it out from what is here now")
                }
            } else {
                say("按本机现有数据计算，随数据变动。", "Worked out from what is here now; it changes with the figures.") + " "
                if published != nil {
                    element("a", .href("/ranking/\(period.id)")) { say("查看已公布的排名", "The published one") }
                }
            }
        }
    }

    /// The way to object, for a unit, while a preliminary ranking is open to it.
    private var objection: HTML {
        guard let objections = rule.objections, !view.principal.role.isOfCity else { return .empty }
        let own = PeriodObjections(view: view, period: period)
        let isOpen =
            shown?.state == .preliminary && [.editor, .approver].contains(view.principal.role)
            && (shown?.until.map { view.plan.localDay(of: desk.host.now()) <= $0 } ?? true)
        guard isOpen || !own.records.isEmpty else { return .empty }
        let address =
            "/record/\(objections.collection)/\(Editing.newKey)?k.0=\(Place.encoded(period.id.rawValue))"
            + "&k.1=\(own.records.count + 1)"
        return element("p", .class("row"), .id("objections")) {
            if isOpen { element("a", .class("button second"), .href(address)) { say("提出异议", "Object") } }
            for place in own.records {
                element("a", .href(Place.of(objections.collection, place, view))) {
                    say("本单位的异议 ", "Our objection ") + place.key + say("：", ": ") + own.state(of: place, say)
                }
            }
        }
    }

    func page() -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: "/ranking/\(period.id)")
        let units = self.units
        return layout.page(say("排名 ", "Ranking ") + Names.period(period, say)) {
            PeriodLinks.around(period, view, say, "/ranking/")
            standing
            objection
            element("p", .class("quiet")) {
                if !seesAll, shown == nil {
                    say("本机只有本单位的数据，只算得分；名次由市级公布。", "Only this unit's figures are here: a score and no rank.")
                }
                rule.basis == .accepted
                    ? say("口径：已审核的数据；未审核的不计入。", "Basis: accepted figures; what is not accepted does not count.")
                    : say("口径：已报数据。", "Basis: reported figures.")
            }
            element("p", .class("exports")) { ExchangeView.links("ranking/\(period.id)", say, query: query) }
            for group in view.plan.groups where units.contains(where: { $0.group == group.id }) {
                element("h2") { say(group.name) }
                table(units.filter { $0.group == group.id })
            }
        }
    }

    private func table(_ units: [RankedUnit]) -> HTML {
        var columns = [
            Column(title: say("名次", "Rank"), isNumber: true), Column(title: say("单位", "Unit")),
            Column(title: say("得分", "Score"), isNumber: true),
        ]
        if let published = beside {
            columns += [
                Column(
                    title: say("\(published.word(chinese: true))名次", "Rank, \(published.word(chinese: false))"),
                    isNumber: true),
                Column(
                    title: say("\(published.word(chinese: true))得分", "Score, \(published.word(chinese: false))"),
                    isNumber: true),
            ]
        }
        columns += rule.components.map { Column(title: say($0.name), isNumber: true) }
        columns += [
            Column(title: say("加分", "Bonus"), isNumber: true), Column(title: say("缺报项", "Missing"), isNumber: true),
            Column(title: say("说明", "Note")),
        ]
        return Table.html(
            columns,
            units.map { unit in
                element("tr") {
                    Table.number(unit.rank.map { "\($0)" })
                    element("th", Attribute("scope", "row")) {
                        element("a", .href("/ranking/\(period.id)/\(unit.tenant)\(query)")) {
                            Names.unit(unit.tenant, view, say)
                        }
                    }
                    element("td", .class("number")) { element("strong") { unit.published ?? "–" } }
                    if let published = beside {
                        let other = published.ranking.units.first { $0.tenant == unit.tenant }
                        changed(other?.rank.map { "\($0)" }, unit.rank.map { "\($0)" })
                        changed(other?.published, unit.published)
                    }
                    for part in unit.parts {
                        Table.number(part.score == nil ? nil : part.points.rounded(rule.decimals))
                    }
                    Table.number(unit.stretch.rounded(rule.decimals))
                    Table.number("\(unit.missing.count)")
                    Table.cell(
                        [unit.shared ? say("并列", "shared") : "", unit.disputed ? say("有争议", "disputed") : ""]
                            .filter { !$0.isEmpty }.joined(separator: " "))
                }
            })
    }

    /// The published ranking, where what it comes to now is shown beside it.
    private var beside: LocalRanking? { isPresent ? published : nil }

    /// What was published; marked where it is another now.
    private func changed(_ published: String?, _ now: String?) -> HTML {
        guard let published, published != now else { return Table.number(published) }
        return element("td", .class("number")) {
            element("span", .class("mark pending")) { published }
        }
    }

    // MARK: One unit

    func page(of tenant: TenantID) -> HTML? {
        guard let unit = units.first(where: { $0.tenant == tenant }) else { return nil }
        let layout = Layout(desk: desk, view: view, say: say, place: "/ranking/\(period.id)/\(tenant)")
        let name = Names.unit(tenant, view, say)
        return layout.page("\(name) · \(Names.period(period, say))") {
            element("p") {
                element("a", .href("/ranking/\(period.id)\(query)")) { say("返回排名", "Back to the ranking") }
            }
            standing
            objection
            element("div", .class("cards")) {
                card(say("名次", "Rank"), unit.rank.map { "\($0)" } ?? "–")
                card(say("得分", "Score"), unit.published ?? "–")
                for part in unit.parts {
                    card(title(of: part), part.score == nil ? "–" : part.points.rounded(rule.decimals))
                }
                card(say("加分", "Bonus"), unit.stretch.rounded(rule.decimals))
            }
            element("p", .class("exports")) {
                ExchangeView.links("components/\(period.id)/\(tenant)", say, query: query)
            }
            for part in unit.parts where !part.entries.isEmpty {
                element("h2") { title(of: part) }
                entries(part.entries, tenant)
            }
            for part in unit.parts {
                if let tally = part.tally {
                    element("h2") { title(of: part) }
                    tallied(part, tally, tenant)
                }
            }
            if !unit.bonus.isEmpty {
                element("h2") { say("加分（力争目标）", "Bonus (stretch goals)") }
                entries(unit.bonus, tenant)
            }
        }
    }

    /// What a component is counted from that has no indicators.
    private func tallied(_ part: RankedUnit.Part, _ tally: RankedUnit.Tally, _ tenant: TenantID) -> HTML {
        let kind = rule.components.first { $0.id == part.id }?.kind
        return element("section", .class("card")) {
            element("dl", .class("pairs")) {
                element("dt") { say("完成 / 应完成", "Done / due") }
                element("dd") {
                    tally.achieved.shown(4) + " / " + tally.expected.shown(4) + " "
                    if kind == .milestones {
                        element("a", .href("/measures/\(period.id)")) { say("看任务节点", "the milestones") }
                    }
                }
                if kind == .timeliness {
                    element("dt") { say("首次上报", "First handed in") }
                    element("dd") {
                        (tally.handedIn.map(moment) ?? "–") + " "
                        element(
                            "a",
                            .href(
                                Place.history(
                                    of: CollectionRule.submissions,
                                    RecordPlace(tenant: tenant, key: period.id.rawValue)))
                        ) { say("上报的全部更改", "all edits of the report") }
                    }
                    element("dt") { say("迟报天数", "Days late") }
                    element("dd") { tally.daysLate.map { "\($0)" } ?? say("没有上报", "not handed in") }
                }
                element("dt") { say("计入得分", "Points") }
                element("dd") { part.score == nil ? "–" : part.points.rounded(rule.decimals) }
            }
        }
    }

    private func moment(_ text: String) -> String {
        (try? Timestamp(text)).map { LocalTime.shown($0, view.plan) } ?? text
    }

    /// Which versions were taken, where they are not those of the beginning.
    private func versions(_ figure: IndicatorFigure, _ indicator: Indicator?) -> String {
        let target = FigureText.since(figure.since, view.plan, say)
        let weight = FigureText.since(indicator?.at(period).weightSince, view.plan, say)
        let words = [
            target.isEmpty ? "" : say("目标", "target") + target, weight.isEmpty ? "" : say("权重", "weight") + weight,
        ]
        return words.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func missing(_ figure: IndicatorFigure) -> String {
        let missing = FigureText.missing(figure.missing, view, say)
        return missing.isEmpty ? "" : say("缺报：\(missing)", "missing: \(missing)")
    }

    private func title(of part: RankedUnit.Part) -> String {
        rule.components.first { $0.id == part.id }.map { say($0.name) } ?? part.id
    }

    private func card(_ title: String, _ text: String) -> HTML {
        element("section", .class("card")) {
            element("div", .class("quiet")) { title }
            element("div", .class("big")) { text }
        }
    }

    private func entries(_ entries: [RankedUnit.Entry], _ tenant: TenantID) -> HTML {
        let columns = [
            Column(title: say("指标", "Indicator")), Column(title: say("数值", "Value"), isNumber: true),
            Column(title: say("应完成", "Due"), isNumber: true), Column(title: say("单位", "Unit")),
            Column(title: say("完成率", "Done"), isNumber: true),
            Column(title: say("计入", "Counted"), isNumber: true), Column(title: say("权重", "Weight"), isNumber: true),
            Column(title: say("得分", "Points"), isNumber: true), Column(title: say("说明", "Note")),
        ]
        let digits = (
            Decimals.most(entries.map(\.figure.value)), Decimals.most(entries.map(\.figure.due)),
            Decimals.most(entries.map(\.weight))
        )
        return Table.html(
            columns,
            entries.map { entry in
                let figure = entry.figure
                let indicator = view.plan.indicators.first { $0.id == figure.indicator }
                return element("tr") {
                    element("th", Attribute("scope", "row")) {
                        element("a", .href("/explain/\(figure.indicator)/\(period.id)/\(tenant)")) {
                            indicator.map { say($0.name) } ?? figure.indicator.rawValue
                        }
                    }
                    Table.figure(figure.value, digits.0)
                    Table.figure(figure.due, digits.1)
                    Table.kept(indicator?.unit ?? "")
                    Table.number(figure.completion.map { _ in FigureText.percent(figure.completion) + "%" })
                    Table.number(FigureText.percent(entry.counted) + "%")
                    Table.figure(entry.weight, digits.2)
                    Table.number(entry.points.rounded(4))
                    Table.cell(
                        [versions(figure, indicator), missing(figure), FigureText.note(figure, say)].filter {
                            !$0.isEmpty
                        }.joined(separator: " "))
                }
            })
    }
}
