// Reminders (催办): what units owe and can be reminded of, what they were reminded of already, and their answers. What
// a reminder is kept in, the plan says (`follow_up`).

package import PlanSyncCore

/// A reminder that a unit was sent.
package struct Reminder: Sendable {
    /// Where it is kept.
    package let place: RecordPlace
    /// How urgent: the plan's word.
    package let level: String
    /// Its place among the levels, from 0 for the mildest.
    package let rank: Int
    /// What it is about.
    package let text: String
    /// When it was sent.
    package let issued: CalendarDate?
    /// By when it is to be answered.
    package let due: CalendarDate?
    /// The answer.
    package let reply: String?
    /// Its state: the plan's word.
    package let state: String
    /// Whether it waits for the unit's answer.
    package let isOpen: Bool
}

/// Something that a unit owes.
package struct Arrear: Sendable {
    /// What is owed.
    package enum Matter: Sendable, Equatable {
        /// The report of the period; days late, less than 0 before the deadline.
        case report(daysLate: Int)
        /// Work on a measure: a report on it, milestones that are overdue.
        case measure(isMissing: Bool, overdue: Int)
    }

    /// Who owes it.
    package let unit: TenantID
    /// The measure under which it is asked for.
    package let measure: Plan.Measure
    /// What is owed.
    package let matter: Matter
    /// The reminders of it so far, the latest last.
    package let reminders: [Reminder]

    /// By which a form names it; the unit first.
    package var name: String {
        if case .report = matter { return "\(unit):report" }
        return "\(unit):\(measure.id)"
    }

    /// What is owed, as a sentence.
    package func sentence(_ period: Period, _ say: Wording) -> String {
        let title = Names.period(period, say)
        switch matter {
        case .report(let days):
            let late = days > 0 ? say("，已逾期 \(days) 天", ", \(days) days late") : ""
            return say(
                "\(title)的报表尚未上报，截止 \(period.deadline)\(late)。",
                "The report of \(title) is not handed in; its deadline is \(period.deadline)\(late).")
        case .measure(let isMissing, let overdue):
            let parts = [
                isMissing ? say("\(title)的进展没有上报", "no report on \(title)") : "",
                overdue > 0 ? say("有 \(overdue) 个节点逾期", "\(overdue) milestones are overdue") : "",
            ].filter { !$0.isEmpty }
            return say(measure.title) + say("：", ": ") + parts.joined(separator: say("，", ", ")) + say("。", ".")
        }
    }
}

extension LocalView {
    /// The plan's rule for reminders with their collection; `nil` where it has none.
    package var reminding: (rule: FollowUpRule.Reminders, collection: CollectionRule)? {
        guard let rule = plan.followUp?.reminders, let collection = plan.collection(rule.collection) else { return nil }
        return (rule, collection)
    }

    /// Whether this device may remind.
    package var mayRemind: Bool {
        guard let (rule, collection) = reminding, principal.role.isOfCity, let unit = plan.units.first?.id else {
            return false
        }
        return [rule.level, rule.text, rule.issued].allSatisfy { id in
            collection.field(id).map {
                Permission.writeFault(principal, tenant: unit, collection: collection, field: $0) == nil
            } ?? false
        }
    }

    /// The reminders that are here, by unit and key.
    package var reminders: [Reminder] {
        guard let (rule, collection) = reminding else { return [] }
        var levels: [String] = []
        if case .option(let options)? = collection.field(rule.level)?.kind { levels = options }
        return places(of: collection.id).map { place in
            func text(_ field: FieldID?) -> String? {
                field.flatMap { self.field($0, of: place, in: collection.id)?.value?.shown }
            }
            func day(_ field: FieldID?) -> CalendarDate? { text(field).flatMap { try? CalendarDate($0) } }
            let level = text(rule.level) ?? ""
            let initial = collection.workflow?.initial ?? ""
            let state = text(collection.workflow?.field) ?? initial
            return Reminder(
                place: place, level: level, rank: levels.firstIndex(of: level) ?? 0, text: text(rule.text) ?? "",
                issued: day(rule.issued), due: day(rule.due), reply: text(rule.reply), state: state,
                isOpen: collection.workflow == nil ? text(rule.reply) == nil : state == initial)
        }
    }

    /// What the units owe in a period: reports that are not handed in, and measures of which a report is missing or a
    /// milestone overdue.
    package func arrears(in period: Period, on today: CalendarDate) -> [Arrear] {
        guard let (rule, collection) = reminding else { return [] }
        let sent = Dictionary(grouping: self.reminders) { reminder in
            "\(reminder.place.tenant):\(collection.part(.measure, of: reminder.place.key) ?? "")"
        }
        func reminders(_ unit: TenantID, _ measure: Plan.Measure) -> [Reminder] {
            (sent["\(unit):\(measure.id)"] ?? []).filter { reminder in
                ReminderKey(reminder.place.key)?.period == period.id.rawValue
            }.sorted { ($0.issued?.daysSince1970 ?? 0, $0.rank) < ($1.issued?.daysSince1970 ?? 0, $1.rank) }
        }
        var found: [Arrear] = []
        if let measure = plan.measures.first(where: { $0.id == rule.reports }), state(of: period) != .final {
            for unit in plan.units where [.draft, .returned].contains(report(of: period, tenant: unit.id).state) {
                found.append(
                    Arrear(
                        unit: unit.id, measure: measure,
                        matter: .report(daysLate: today.daysSince1970 - period.deadline.daysSince1970),
                        reminders: reminders(unit.id, measure)))
            }
        }
        for entry in measureLedger(in: period, on: today) where entry.isMissing || !entry.overdue.isEmpty {
            found.append(
                Arrear(
                    unit: entry.unit, measure: entry.measure,
                    matter: .measure(isMissing: entry.isMissing, overdue: entry.overdue.count),
                    reminders: reminders(entry.unit, entry.measure)))
        }
        return found
    }

    /// The step by which this device's person answers a reminder; `nil`: none, or not this person's.
    package var answeringStep: WorkflowRule.Transition? {
        guard let (rule, collection) = reminding, let flow = collection.workflow else { return nil }
        return flow.transitions.first {
            $0.from.contains(flow.initial) && $0.roles.contains(principal.role) && $0.needs.contains(rule.reply)
        }
    }
}

/// The key of a reminder that was sent from here: the measure, then the period, the level and a number.
struct ReminderKey {
    let period: String

    /// Reads the period; `nil` for a key of another form.
    init?(_ key: String) {
        let parts = key.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let period = parts[1].split(separator: "-").first else { return nil }
        self.period = String(period)
    }

    static func text(_ measure: String, _ period: Period, _ level: String, _ number: Int) -> String {
        "\(measure):\(period.id)-\(level)" + (number > 1 ? "-\(number)" : "")
    }
}

extension Editing {
    /// Reminds units of what they owe, one change for each.
    ///
    /// `level`: one of the plan's; `words`: what is added to the sentence that says what is owed.
    /// - Throws: ``EditError`` with every fault; then none is sent.
    package func remind(
        _ arrears: [Arrear], of period: Period, level: String, words: String, due: CalendarDate?,
        on today: CalendarDate, _ say: Wording
    ) throws(EditError) -> [ChangeDraft] {
        guard let (rule, collection) = view.reminding else { throw EditError([.nothing]) }
        var faults: [EditFault] = []
        var drafts: [ChangeDraft] = []
        for arrear in arrears {
            var number = 1
            func key() -> String { ReminderKey.text(arrear.measure.id, period, level, number) }
            func isTaken() -> Bool {
                view.places(of: collection.id).contains(RecordPlace(tenant: arrear.unit, key: key()))
            }
            while isTaken() { number += 1 }
            let text = [arrear.sentence(period, say), words].filter { !$0.isEmpty }.joined(separator: "\n")
            var fields = ["\(rule.level)=\(level)", "\(rule.text)=\(text)", "\(rule.issued)=\(today)"]
            if let field = rule.due, let due { fields.append("\(field)=\(due)") }
            do throws(EditError) {
                drafts.append(try set("\(arrear.unit):\(collection.id)/\(key())", fields))
            } catch {
                for fault in error.faults where !faults.contains(fault) { faults.append(fault) }
            }
        }
        guard faults.isEmpty else { throw EditError(faults) }
        return drafts
    }

    /// Answers a reminder: the answer and the step that hands it in, as one change.
    ///
    /// - Throws: ``EditError``.
    package func answer(_ reminder: Reminder, _ reply: String) throws(EditError) -> ChangeDraft {
        guard let (rule, collection) = view.reminding else { throw EditError([.nothing]) }
        var fields = ["\(rule.reply)=\(reply)"]
        if let flow = collection.workflow, let step = view.answeringStep { fields.append("\(flow.field)=\(step.to)") }
        return try set("\(collection.id)/\(reminder.place.key)", fields)
    }
}
