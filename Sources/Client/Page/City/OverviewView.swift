import PlanSyncCharts
import PlanSyncClient
import PlanSyncCore

/// The city at a glance: who has not reported, the ranks on the map, and where each target stands.
struct OverviewView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let period: Period

    func page() -> HTML {
        let layout = Layout(desk: desk, view: view, say: say, place: "/overview/\(period.id)")
        let published = view.publishedRanking(of: period.id.rawValue, desk.host.cryptography)
        let ranked = published?.ranking.units ?? view.presentUnits(in: period)
        let reports = view.plan.units.map { view.report(of: period, tenant: $0.id) }
        return layout.page(say("总览 ", "Overview ") + Names.period(period, say)) {
            PeriodLinks.around(period, view, say, "/overview/")
            element("div", .class("split")) {
                element("section", .class("card")) {
                    element("h2") { element("a", .href("/ranking/\(period.id)")) { say("县区排名", "Ranks") } }
                    HTML(tiles(ranked))
                    element("p", .class("quiet")) { published?.shortly(say) ?? say("按现有数据", "as of now") }
                }
                element("section", .class("card")) {
                    element("h2") { element("a", .href("/review")) { say("上报情况", "Reports") } }
                    reported(reports)
                }
            }
            TableHead.html(say("目标进度", "Targets"), "targets/\(period.id)", say)
            targets
            shortfall
        }
    }

    private func tiles(_ ranked: [RankedUnit]) -> Picture {
        TileGrid(
            name: "ranks", title: say("县区排名图", "The units by rank"),
            tiles: view.plan.units.map { unit in
                let found = ranked.first { $0.tenant == unit.id }
                let peers = ranked.filter { $0.group == unit.group && $0.rank != nil }.count
                let note = found?.rank.map { rank in
                    say("第 \(rank) 名", "No. \(rank)") + " · " + (found?.published ?? "–")
                }
                // Equal with others at nothing is no place to be proud of: where no figure came, there is no colour.
                let hasFigures = found?.parts.contains { $0.entries.contains { $0.figure.value != nil } } ?? false
                return TileGrid.Tile(
                    name: say(unit.name), place: unit.tile.map { TileGrid.Place(column: $0.column, row: $0.row) },
                    rank: hasFigures ? found?.rank.map { ($0, peers) } : nil, note: note ?? say("未排名", "not ranked"),
                    link: "/ranking/\(period.id)/\(unit.id)")
            }, words: (say("第 1 名", "first"), say("末名", "last"), say("没有数据", "no figures"))
        ).picture
    }

    private func reported(_ reports: [LocalReport]) -> HTML {
        let order: [SubmissionField.State] = [.draft, .returned, .submitted, .accepted]
        return element("dl", .class("pairs")) {
            for state in order {
                let units = reports.filter { $0.state == state }
                element("dt") { "\(state.word(chinese: say.chinese)) \(units.count)" }
                element("dd") {
                    units.isEmpty
                        ? "–" : units.map { Names.unit($0.tenant, view, say) }.joined(separator: say("、", ", "))
                }
            }
            element("dt") { say("截止", "Deadline") }
            element("dd") {
                period.deadline.description + " "
                if reports.contains(where: { [.draft, .returned].contains($0.state) }) {
                    RemindLink.html(period, view, say, query: "?only=report", isInText: true)
                }
            }
        }
    }

    /// Where the targets of the units do not add up to the city's.
    private var shortfall: HTML {
        let uneven = TargetMonitor(plan: view.plan, figures: view.figures).unevenDecompositions(in: period)
        guard !uneven.isEmpty else { return .empty }
        return element("section", .class("notice away")) {
            say("分解到各单位的目标之和小于全市目标：", "The targets of the units add up to less than the city's:")
            element("ul") {
                for found in uneven {
                    element("li") {
                        say(found.indicator.name) + " "
                            + "\(found.units.shown(2)) < \(found.city.shown(2)) \(found.indicator.unit)"
                    }
                }
            }
            element("a", .href("/records/\(CollectionRule.targets)")) { say("查看分解目标", "See the targets") }
        }
    }

    private var targets: HTML {
        let monitor = TargetMonitor(plan: view.plan, figures: view.figures)
        let aggregate = Aggregate(plan: view.plan, figures: view.figures)
        let columns = [
            Column(title: say("指标", "Indicator")), Column(title: say("已报", "Reported"), isNumber: true),
            Column(title: say("应完成", "Due"), isNumber: true), Column(title: say("年度目标", "Target"), isNumber: true),
            Column(title: say("计量单位", "Unit")), Column(title: say("序时完成率", "Done of what is due")),
            Column(title: say("本年走势", "This year")), Column(title: say("序时", "Light")),
            Column(title: say("欠序时单位", "Behind")),
        ]
        let standings = view.plan.indicators.map { monitor.standing($0, of: .city, in: period) }
        let digits = (
            Decimals.most(standings.map(\.figure.value)), Decimals.most(standings.map(\.due)),
            Decimals.most(standings.map(\.target))
        )
        return Table.html(
            columns,
            zip(view.plan.indicators, standings).map { indicator, standing in
                row(indicator, standing, digits, behind: behind(indicator, monitor), aggregate)
            })
    }

    /// The units that are behind what is due.
    private func behind(_ indicator: Indicator, _ monitor: TargetMonitor) -> [Plan.Tenant] {
        view.plan.units.filter { monitor.standing(indicator, of: $0.id, in: period).light == .behind }
    }

    private func row(
        _ indicator: Indicator, _ standing: TargetStanding, _ digits: (Int, Int, Int), behind: [Plan.Tenant],
        _ aggregate: Aggregate
    ) -> HTML {
        let year = view.plan.periods.year(to: period)
        let trend = Sparkline(
            name: "trend-\(indicator.id)", title: say(indicator.name),
            points: year.map {
                (Names.shortPeriod($0, say), Drawn.figure(aggregate.cityFigure(indicator, in: $0).value))
            })
        let bar = ProgressBar(
            name: "bar-\(indicator.id)", title: say(indicator.name),
            percent: ChartFigure(FigureText.percent(standing.completion)), due: ChartFigure("100"),
            words: (say("完成", "done"), say("应完成", "due"), "–"))
        return element("tr") {
            element("th", Attribute("scope", "row")) {
                element("a", .href("/indicator/\(indicator.id)/\(period.id)")) { say(indicator.name) }
            }
            Table.figure(standing.figure.value, digits.0)
            Table.figure(standing.due, digits.1)
            Table.figure(standing.target, digits.2)
            Table.kept(indicator.unit)
            element("td") { standing.completion == nil ? HTML("–") : HTML(bar.picture) }
            element("td") { standing.figure.value == nil ? HTML("–") : HTML(trend.picture) }
            element("td") { LightMark.of(standing, say) }
            Table.cell(
                behind.prefix(3).map { say($0.name) }.joined(separator: " ")
                    + (behind.count > 3 ? " … (\(behind.count))" : ""))
        }
    }
}
