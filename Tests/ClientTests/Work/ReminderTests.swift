import PlanSyncClient
import PlanSyncCore
import Testing

/// Reminders: who owes what, what is sent, and the answer.
@Suite("Reminders")
struct ReminderTests {
    private static let zh = Wording(chinese: true)

    private static let planJSON = Bench.planJSON
        .replacing(
            #""measures":[]"#,
            with: #""measures":[{"id":"m1","title":"研发","lead":["science"],"commitments":[{"id":"m1-c1","text":"x"}]}]"#
        )
        .replacing(
            #""collections":[]"#,
            with: #"""
                "collections":[{"id":"progress","name":"进展","key":["measure","period"],
                "fields":[{"id":"percent","name":"进度","type":"amount"}]},
                {"id":"steps","name":"节点","key":["measure","name"],"fields":[
                {"id":"text","name":"内容","type":"text","required":"true","filled_by":"department"},
                {"id":"due","name":"期限","type":"date","filled_by":"department"}]},
                {"id":"asked","name":"督办","key":["measure","name"],"fields":[
                {"id":"level","name":"等级","type":"option","options":["blue","red"],"filled_by":"department"},
                {"id":"text","name":"内容","type":"text","filled_by":"department"},
                {"id":"sent","name":"发出","type":"date","filled_by":"department"},
                {"id":"reply","name":"回复","type":"text","by":["editor"]},
                {"id":"state","name":"状态","type":"option","options":["open","answered"]}],
                "workflow":{"field":"state","initial":"open","transitions":[
                {"from":["open"],"to":"answered","by":["editor"],"needs":["reply"]}]}}],
                "follow_up":{"reports":"progress","percent":"percent","milestones":"steps","due":"due","reminders":{
                "collection":"asked","level":"level","text":"text","issued":"sent","reply":"reply","reports":"m1"}}
                """#)

    private func bench(_ role: Role, plan: String = ReminderTests.planJSON) throws -> Bench {
        let bench = try Bench.enrolled(role: role)
        try bench.replica.store(try Bench.planID(), revision: 1, document: Array(plan.utf8))
        return bench
    }

    private func period(_ view: LocalView) throws -> Period { try #require(view.plan.periods.period("201903B")) }
    private let today = CalendarDate(daysSince1970: 18_100)

    @Test("Missing reports, missing work and overdue milestones are owed, each once for each unit")
    func owed() throws {
        let bench = try bench(.reviewer)
        try bench.save { editing throws(EditError) in
            try editing.set("suiping:steps/m1:a", ["text=挂牌", "due=2019-04-01"])
        }
        let view = try bench.view()
        let owed = view.arrears(in: try period(view), on: today)
        #expect(owed.map(\.name) == ["suiping:report", "xiping:report", "suiping:m1"])
        let period = try period(view)
        #expect(
            owed[0].sentence(period, Self.zh).contains("尚未上报")
                && owed[0].sentence(period, Self.zh).contains("已逾期 \(18_100 - period.deadline.daysSince1970) 天"))
        #expect(owed[2].sentence(period, Self.zh) == "研发：\(period.titleZH)的进展没有上报，有 1 个节点逾期。")
        #expect(view.mayRemind)
    }

    @Test("Several units are reminded at once, each with a change of its own; a second one gets a key of its own")
    func sending() throws {
        let bench = try bench(.reviewer)
        for number in 1...2 {
            let view = try bench.view()
            let period = try period(view)
            let owed = view.arrears(in: period, on: today)
            #expect(owed.allSatisfy { $0.reminders.count == number - 1 })
            let editing = try Editing(view: view, author: "督", note: nil)
            let drafts = try editing.remind(
                owed, of: period, level: "red", words: "请速报", due: nil, on: today, Self.zh)
            #expect(drafts.map { $0.tenant?.rawValue } == ["suiping", "xiping"])
            _ = try bench.replica.save(drafts, now: bench.now, random: &bench.random)
        }
        let sent = try bench.view().reminders
        #expect(Set(sent.map(\.place.key)) == ["m1:201903B-red", "m1:201903B-red-2"])
        #expect(sent.allSatisfy { $0.isOpen && $0.rank == 1 && $0.text.hasSuffix("\n请速报") && $0.issued == today })
        let view = try bench.view()
        let editing = try Editing(view: view, author: "督", note: nil)
        #expect(throws: EditError.self) {
            try editing.remind(
                view.arrears(in: try period(view), on: today), of: try period(view), level: "purple", words: "",
                due: nil, on: today, Self.zh)
        }
    }

    @Test("The unit answers with one change that is also the step of the workflow")
    func answering() throws {
        let bench = try bench(.editor)
        try bench.apply(
            [
                try bench.cell("level", "blue", seq: 1, record: "m1:201903B-blue", collection: "asked"),
                try bench.cell("text", "请报", seq: 1, record: "m1:201903B-blue", collection: "asked"),
            ], after: nil, cursor: "c1")
        let asked = try #require(try bench.view().reminders.first)
        #expect(asked.isOpen && asked.reply == nil)
        let change = try bench.save { editing throws(EditError) in try editing.answer(asked, "已报") }
        #expect(change.operations.map { $0.field?.rawValue } == ["reply", "state"])
        let answered = try #require(try bench.view().reminders.first)
        #expect(!answered.isOpen && answered.reply == "已报" && answered.state == "answered")
        #expect(try !bench.view().mayRemind)
    }

    @Test("A plan without reminders has nothing to send")
    func without() throws {
        let bench = try bench(.reviewer, plan: Bench.planJSON)
        let view = try bench.view()
        #expect(view.reminding == nil && !view.mayRemind)
        #expect(view.arrears(in: try period(view), on: today).isEmpty)
    }
}
