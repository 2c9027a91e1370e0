import PlanSyncCore
import Testing

@Suite("Texts of bulletins")
struct BulletinTemplateTests {
    private static let base: Sketch = [
        "id": "brief", "name": "简报", "form": "brief", "title": "关于{period.title}的通报", "body": "共{units}个。",
    ]

    private func document(_ body: String, title: String? = nil) -> Sketch {
        var template = Self.base.with("body", Sketch(stringLiteral: body))
        if let title { template = template.with("title", Sketch(stringLiteral: title)) }
        return SamplePlan.document.with("bulletin", ["templates": [template]])
    }

    private func ranking(_ plan: Plan) throws -> (Period, PublishedRanking) {
        let period = try #require(plan.periods.period("201905B"))
        let figures = try FigureTable(UnitFigures.example).closing(period)
        return (period, PublishedRanking(plan, revision: 1, in: period, figures: figures))
    }

    private func filled(
        _ body: String, title: String? = nil, state: RankingField.State = .preliminary
    ) throws -> Bulletin {
        let plan = try SamplePlan.plan(document(body, title: title))
        let (period, ranking) = try ranking(plan)
        let facts = Bulletin.Facts(
            state: state, digest: "DIGEST", until: try CalendarDate("2019-07-18"), number: 3,
            date: try CalendarDate("2019-07-22"))
        let template = try #require(plan.bulletins.first)
        return Bulletin(template, plan: plan, period: period, ranking: ranking, facts: facts)
    }

    @Test("Units, groups and conditions are filled in from the ranking, and rows become a table")
    func body() throws {
        let bulletin = try filled(
            """
            # 一、排名
            @for group
            | 名次 | 单位 | 得分 |
            @for unit where unit.group = group.id and unit.rank <= 2
            | {unit.rank} | {unit.name} | {unit.score} |
            @end
            @end
            @if sealed
            已封存。
            @else
            至{objections.until}。
            @end
            前两名:{names where unit.rank <= 2};{count where unit.score < 60}个不足60分;{names where unit.rank > 9}。
            """)
        #expect(
            bulletin.blocks == [
                .heading(1, "一、排名"),
                .table([["名次", "单位", "得分"], ["1", "驿城区", "90.56"], ["2", "西平县", "83.78"]]),
                .paragraph("至2019年7月18日。"), .paragraph("前两名\u{FF1A}驿城区、西平县\u{FF1B}1个不足60分\u{FF1B}无。"),
            ])
        #expect(bulletin.lines[.title] == "关于2019年5—6月的通报")
        #expect(bulletin.standing.contains("初步排名") && bulletin.standing.contains("DIGEST"))
        #expect(try filled("@if sealed\n已封存。\n@end", state: .final).blocks == [.paragraph("已封存。")])
    }

    @Test(
        "What cannot be filled in is a fault with a suggestion",
        arguments: [
            ("{unit.nmae}", "'unit.nmae' cannot be filled in here"), ("{unit.name}", "only within '@for unit'"),
            ("{standin}", "did you mean 'standing'?"), ("{standing", "is not closed"),
            ("@for untis\n@end", "did you mean 'unit'?"), ("@for unit\nx", "'@end' is missing"),
            ("@end", "without its beginning"), ("@each unit", "'@each' is not known"),
            ("@if unit.rank < 3\n@end", "only within '@for unit'"),
            ("@for unit where unit.rank = \"1\"\n@end", "A number is compared with a text"),
            ("@for unit where unit.rank\n@end", "A condition is expected"),
            ("@for unit where count(companies) > 1\n@end", "not known in bulletins"),
            ("{names where unit.part.zz > 1}", "did you mean 'unit.part."),
            ("@if sealed\n@if sealed\n@if sealed\n@if sealed\n@if sealed\n@end", "at most 4 deep"),
        ])
    func faults(body: String, message: String) {
        let faults = SamplePlan.faults(document(body))
        #expect(faults.contains { $0.message.contains(message) }, "\(faults.map(\.message))")
        #expect(faults.allSatisfy { $0.path == "bulletin.templates[0].body" })
    }

    @Test("A document's number has its year in the brackets of the standard")
    func brackets() throws {
        let bulletin = try filled("x", title: "驻政[{year}]{number}号")
        #expect(bulletin.lines[.title] == "驻政〔2019〕3号")
    }
}
