import PlanSyncCore
import Testing

@Suite("How measures are followed")
struct FollowUpTests {
    private static let collections: Sketch = [
        [
            "id": "progress", "name": "进展", "key": ["measure", "period"],
            "fields": [
                ["id": "percent", "name": "进度", "type": "amount"], ["id": "done", "name": "工作", "type": "text"],
            ],
        ],
        [
            "id": "milestones", "name": "节点", "key": ["measure", "name"],
            "fields": [
                ["id": "text", "name": "内容", "type": "text"], ["id": "due", "name": "期限", "type": "date"],
                ["id": "state", "name": "状态", "type": "option", "options": ["open", "reached", "dropped"]],
            ],
            "workflow": [
                "field": "state", "initial": "open",
                "transitions": [["from": ["open"], "to": "reached", "by": ["reviewer"]]],
            ],
        ],
        [
            "id": "reminders", "name": "督办单", "key": ["measure", "name"],
            "fields": [
                ["id": "level", "name": "等级", "type": "option", "options": ["blue", "red"]],
                ["id": "text", "name": "内容", "type": "text"], ["id": "sent", "name": "发出", "type": "date"],
                ["id": "reply", "name": "回复", "type": "text"],
            ],
        ],
        ["id": "other", "name": "其他", "key": ["period"], "fields": [["id": "x", "name": "x", "type": "amount"]]],
    ]
    private static let rule: Sketch = [
        "reports": "progress", "percent": "percent", "milestones": "milestones", "due": "due", "reached": ["reached"],
        "dropped": ["dropped"], "reminders": reminders,
    ]
    private static let reminders: Sketch = [
        "collection": "reminders", "level": "level", "text": "text", "issued": "sent", "reply": "reply",
    ]

    private static func document(_ path: String = "follow_up", _ value: Sketch? = rule) -> Sketch {
        SamplePlan.document.with("collections", collections).with("follow_up", rule).with(path, value)
    }

    @Test("Reports and milestones are read; without milestones nobody is expected")
    func reading() throws {
        let rule = try #require(try SamplePlan.plan(Self.document()).followUp)
        #expect(rule.reports.rawValue == "progress" && rule.percent.rawValue == "percent")
        let milestones = try #require(rule.milestones)
        #expect(milestones.due.rawValue == "due" && milestones.reached == ["reached"])
        #expect(milestones.dropped == ["dropped"])
        let reminders = try #require(rule.reminders)
        #expect(reminders.level.rawValue == "level" && reminders.due == nil && reminders.reports == nil)
        let short: Sketch = ["reports": "progress", "percent": "percent"]
        #expect(try SamplePlan.plan(Self.document("follow_up", short)).followUp?.milestones == nil)
        #expect(try SamplePlan.plan(Self.document("follow_up", nil)).followUp == nil)
    }

    @Test(
        "What does not fit is a fault with its place and a suggestion",
        arguments: [
            ("reports", "progres", "did you mean 'progress'?"),
            ("reports", "other", "not a declared collection with measure and period"),
            ("percent", "done", "not a field of 'progress' of the kind that is needed"),
            ("milestones", "progess", "with measure in its key"), ("due", "text", "not a field of 'milestones'"),
            ("due", "deu", "not a field of 'milestones'"),
            ("reminders.collection", "progress", "with measure and name in its key"),
            ("reminders.level", "text", "not a field of 'reminders' of the kind that is needed"),
            ("reminders.reports", "m99", "'m99' is not a measure"),
        ])
    func faults(key: String, value: String, message: String) {
        let found = SamplePlan.faults(Self.document("follow_up.\(key)", .text(value)))
        #expect(found.contains { $0.message.contains(message) && $0.path == "follow_up.\(key)" }, "\(found)")
    }

    @Test("A state that the milestones do not have, and a key that nobody knows, are faults")
    func states() {
        let state = SamplePlan.faults(Self.document("follow_up.reached", ["reachd"]))
        #expect(
            state.contains { $0.message.contains("'reachd' is not a state of 'milestones'; did you mean 'reached'?") })
        #expect(!SamplePlan.faults(Self.document("follow_up.percnt", "x")).isEmpty)
        #expect(!SamplePlan.faults(Self.document("follow_up", ["reports": "progress"])).isEmpty)
    }

    @Test("The parts of a key are found by what they are")
    func parts() throws {
        let plan = try SamplePlan.plan(Self.document())
        let progress = try #require(plan.collection(try CollectionID("progress")))
        #expect(progress.part(.measure, of: "m01:201905B") == "m01")
        #expect(progress.part(.period, of: "m01:201905B") == "201905B")
        #expect(progress.part(.period, of: "m01") == nil)
        #expect(progress.part(.uscc, of: "m01:201905B") == nil)
    }
}
