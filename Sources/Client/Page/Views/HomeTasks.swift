import PlanSyncClient
import PlanSyncCore

/// One thing to do, with the way to it.
struct HomeTask {
    /// How urgent it looks.
    let tone: String
    /// The mark's word.
    let mark: String
    let title: String
    let detail: String
    let place: String
    let verb: String
    /// What can be done about it at once, below it.
    var form = HTML.empty

    func html() -> HTML {
        element("li") {
            element("span", .class("mark " + tone)) { mark }
            element("div") {
                element("strong") { title }
                if !detail.isEmpty { element("div", .class("quiet")) { detail } }
                form
            }
            element("a", .class("button second"), .href(place), Attribute("aria-label", "\(verb):\(title)")) { verb }
        }
    }
}

/// What a person has to do, the most urgent first.
struct HomeTasks {
    let desk: Desk
    let view: LocalView
    let say: Wording

    /// The tasks.
    ///
    /// - Throws: the replica's errors.
    func all() throws -> [HomeTask] {
        let due = view.principal.role.isOfCity ? [] : view.dueReports(at: desk.host.now())
        var tasks: [HomeTask] = []
        for report in due where report.report.state == .returned { tasks.append(try returned(report.report)) }
        tasks += decisions
        tasks += reminders
        tasks += reviews
        for report in due where report.report.state == .draft { tasks.append(draft(report)) }
        // Reminders are asked for one by one, and of the city's own nobody has to do anything before an answer comes.
        let reminding = view.reminding
        tasks += view.waitingSteps.filter { waiting in
            waiting.collection.id != reminding?.collection.id
                || (view.principal.role.isOfCity && waiting.state != waiting.collection.workflow?.initial)
        }.map(step)
        return tasks
    }

    private func returned(_ report: LocalReport) throws -> HomeTask {
        let reason = try report.stateField?.rev.flatMap { try desk.replica().note(of: $0) }
        return HomeTask(
            tone: "rejected", mark: report.state.word(chinese: say.chinese),
            title: Names.period(report.period, say) + say(" 填报被市级退回", ": the city gave the report back"),
            detail: reason.map { say("退回原因：\($0)", "reason: \($0)") }
                ?? say("退回原因在下次同步后显示。", "The reason is shown after the next synchronisation."),
            place: "/report/\(report.period.id)", verb: say("修改", "Revise"))
    }

    private var decisions: [HomeTask] {
        var tasks: [HomeTask] = []
        let open = view.undecided
        if !open.isEmpty {
            let names = open.prefix(3).map { Names.field($0.subject, view, say) }.joined(separator: say("、", ", "))
            tasks.append(
                HomeTask(
                    tone: "conflict", mark: say("待裁定", "conflict"),
                    title: say("\(open.count) 项数据有冲突", "\(open.count) in conflict"),
                    detail: names + (open.count > 3 ? " …" : ""), place: "/attention", verb: say("裁定", "Decide")))
        }
        if !view.rejected.isEmpty {
            tasks.append(
                HomeTask(
                    tone: "rejected", mark: say("被退回", "rejected"),
                    title: say("\(view.rejected.count) 项更改没有被接受", "\(view.rejected.count) edits were not taken"),
                    detail: say("内容还在，可改正后重新保存，或者放弃。", "The text is kept: correct it, or give it up."),
                    place: "/attention", verb: say("处理", "See")))
        }
        return tasks
    }

    /// What the city asks for and waits to hear of, the gravest first.
    private var reminders: [HomeTask] {
        guard !view.principal.role.isOfCity, let (_, collection) = view.reminding else { return [] }
        let open = view.reminders.filter { $0.isOpen && $0.place.tenant == view.principal.tenant }
        return open.sorted { ($1.rank, $0.place) < ($0.rank, $1.place) }.map { reminder in
            let due = reminder.due.map { say("请于 \($0) 前回复", "answer by \($0)") } ?? ""
            let sent = reminder.issued.map { say("\($0) 发出", "sent on \($0)") } ?? ""
            return HomeTask(
                tone: ReminderMark.tone(reminder.rank, view), mark: ReminderMark.word(reminder.level, view, say),
                title: say(collection.name) + say("：", ": ") + reminder.text,
                detail: [sent, due].filter { !$0.isEmpty }.joined(separator: say("，", ", ")),
                place: Place.of(collection.id, reminder.place, view), verb: say("查看", "See"), form: answer(reminder))
        }
    }

    private func answer(_ reminder: Reminder) -> HTML {
        guard view.answeringStep != nil else { return .empty }
        return Layout(desk: desk, view: view, say: say, place: "/").form("/reminders/answer", .class("row")) {
            void("input", .type("hidden"), .name("key"), .value(reminder.place.key))
            void(
                "input", .name("reply"), .class("fill"), .type("text"), .flag("required"),
                Attribute("maxlength", "2000"), Attribute("aria-label", say("回复：", "Answer: ") + reminder.text),
                Attribute("placeholder", say("回复内容", "the answer")))
            element("button", .type("submit")) { say("回复", "Answer") }
        }
    }

    /// The reports that wait for the city.
    private var reviews: [HomeTask] {
        guard [.reviewer, .supervisor].contains(view.principal.role) else { return [] }
        let waiting = view.reports.filter { $0.state == .submitted }
        guard !waiting.isEmpty else { return [] }
        let units = waiting.prefix(4).map { Names.unit($0.tenant, view, say) }.joined(separator: say("、", ", "))
        return [
            HomeTask(
                tone: "pending", mark: say("待审核", "review"),
                title: say("\(waiting.count) 份填报等待审核", "\(waiting.count) reports wait for review"),
                detail: units + (waiting.count > 4 ? " …" : ""), place: "/review", verb: say("审核", "Review"))
        ]
    }

    private func draft(_ due: DueReport) -> HomeTask {
        let period = due.report.period
        let form = ReportForm(view: view, period: period)
        let filled = say("已填 \(form.filled)/\(form.own) 项", "\(form.filled) of \(form.own) filled in")
        let deadline = say("截止 \(period.deadline.description)", "deadline \(period.deadline.description)")
        let changed =
            due.report.changed.isEmpty
            ? "" : say("，上报后有改动，须重新上报", "; changed since it was handed in, hand it in again")
        return HomeTask(
            tone: due.daysLeft < 0 ? "rejected" : due.daysLeft <= 5 ? "pending" : "confirmed",
            mark: Self.days(due.daysLeft, say),
            title: Names.period(period, say) + say(" 填报尚未上报", ": not handed in"),
            detail: deadline + say("，", ", ") + filled + changed, place: "/report/\(period.id)",
            verb: say("填报", "Fill in"))
    }

    /// Days left, or days late.
    static func days(_ left: Int, _ say: Wording) -> String {
        if left == 0 { return say("今天截止", "due today") }
        return left > 0 ? say("还有 \(left) 天", "\(left) days left") : say("逾期 \(-left) 天", "\(-left) days late")
    }

    private func step(_ waiting: WaitingStep) -> HomeTask {
        let field = waiting.collection.workflow?.field
        let rule = field.flatMap { waiting.collection.field($0) }
        let state = rule.map { OptionWord.of(waiting.state, $0, say) } ?? waiting.state
        let verb = OptionWord.step(waiting.step, rule, say)
        let filter = field.map { "?filter=" + Place.encoded("\($0)=\(waiting.state)") } ?? ""
        return HomeTask(
            tone: "confirmed", mark: state,
            title: say(waiting.collection.name)
                + say("：\(waiting.count) 条可以\(verb)", ": \(waiting.count) to \(verb)"),
            detail: "", place: "/records/\(waiting.collection.id)\(filter)", verb: say("查看", "See"))
    }
}
