import PlanSyncClient
import PlanSyncCore

/// Amendments (更正) of a sealed report: those that were made, the form for another, and what the ranking would be now
/// beside the sealed one.
struct Amending {
    static let field = "amend.field"
    static let value = "amend.value"

    let desk: Desk
    let view: LocalView
    let say: Wording
    let tenant: TenantID
    let period: Period
    var typed: [String: String] = [:]
    var reason = ""
    var said: String?

    static func sentence(_ isWaiting: Bool, _ say: Wording) -> String {
        isWaiting
            ? say(
                "更正已保存在本机；联网同步后，请在“待处理”里采用。",
                "The amendment is saved here; after the next synchronisation take it in, under To decide.")
            : say("已更正；封存的数据和排名不变，更正另行记载。", "Amended; what was sealed stays, the amendment stands beside it.")
    }

    /// What was amended in this report.
    private var made: [ConflictRecord] { view.amendments(in: period).filter { $0.tenant == tenant } }

    private var mayAmend: Bool { Permission.rights(of: view.principal.role).contains(.administer) }

    func html(_ layout: Layout) -> HTML {
        guard view.state(of: period) == .final else { return .empty }
        return element("section", .class("card"), .id("amendments")) {
            element("h2") { say("封账后的更正", "Amendments after the seal") }
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            if made.isEmpty {
                element("p", .class("quiet")) { say("没有更正。", "Nothing was amended.") }
            } else {
                AmendmentTable(view: view, say: say).html(made)
                AmendedScore(desk: desk, view: view, say: say, period: period, tenant: tenant).html()
            }
            if mayAmend { form(layout) }
        }
    }

    private func form(_ layout: Layout) -> HTML {
        layout.form("/review/\(period.id)/\(tenant)/amend", .class("row")) {
            element("label", Attribute("for", "field")) { say("更正项目", "Figure") }
            element("select", .id("field"), .name("field")) {
                for line in ReportForm(view: view, period: period, of: tenant).lines where line.locked == nil {
                    let id = line.rule.id.rawValue
                    element("option", .value(id), .flag("selected", typed[Self.field] == id)) {
                        say(line.rule.name) + (line.seen?.value.map { " (\($0.shown))" } ?? "")
                    }
                }
            }
            element("label", Attribute("for", "value")) { say("更正为", "New value") }
            void(
                "input", .id("value"), .name("value"), .type("text"), .class("number"), .flag("required"),
                .value(typed[Self.value] ?? ""))
            void(
                "input", .name("reason"), .class("fill"), .type("text"), .flag("required"), .value(reason),
                Attribute("aria-label", say("更正的理由", "Why")),
                Attribute("placeholder", say("理由或文号（必填）", "why, or a document (needed)")))
            element("button", .class("risky"), .type("submit")) { say("更正", "Amend") }
        }
    }
}

/// Amendments as a table.
struct AmendmentTable {
    let view: LocalView
    let say: Wording

    func html(_ amendments: [ConflictRecord]) -> HTML {
        Table.html(
            [
                Column(title: say("单位", "Unit")), Column(title: say("项目", "Figure")),
                Column(title: say("封存的值", "Sealed"), isNumber: true),
                Column(title: say("更正为", "Amended to"), isNumber: true), Column(title: say("填报人", "Author")),
                Column(title: say("时间", "At")), Column(title: say("理由", "Why")), Column(title: say("记录", "Record")),
            ], amendments.map(row))
    }

    private func row(_ one: ConflictRecord) -> HTML {
        let taken = one.sides.first { $0.name == one.resolution }
        return element("tr") {
            element("th", Attribute("scope", "row"), .class("keep")) { Names.unit(one.tenant, view, say) }
            Table.cell(Names.field(one.subject, view, say))
            Table.number(one.sides.first { $0.name == "ours" }?.value?.shown)
            Table.number(taken?.value?.shown ?? one.resolution.map { String($0.drop { $0 != ":" }.dropFirst()) })
            Table.kept(taken?.author ?? "–")
            Table.kept(taken.map { LocalTime.shown($0.at, view.plan) } ?? "–")
            Table.cell(taken?.note ?? "")
            element("td", .class("keep")) {
                element("a", .href("/conflict/\(Place.encoded(one.id))")) { say("查看", "Look") }
            }
        }
    }
}

/// A unit's place and score as sealed, and as they would be with the amendments.
struct AmendedScore {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let period: Period
    let tenant: TenantID

    func html() -> HTML {
        let sealed = view.publishedRanking(of: period.id.rawValue, desk.host.cryptography)?.ranking.units
        guard let before = sealed?.first(where: { $0.tenant == tenant }),
            let after = view.presentUnits(in: period).first(where: { $0.tenant == tenant })
        else { return .empty }
        return element("p", .id("recomputed")) {
            say("封存的排名：", "As sealed: ") + words(before) + say("；按更正后的数据：", "; with the amendments: ")
                + words(after) + say("。", ". ")
            element("a", .href("/ranking/\(period.id)?now=1")) { say("对照全部单位", "All units beside each other") }
        }
    }

    private func words(_ unit: RankedUnit) -> String {
        let score = unit.published ?? "–"
        return unit.rank.map { say("第 \($0) 名，\(score) 分", "no. \($0), \(score)") } ?? score
    }
}

extension LocalView {
    /// What was amended after a period was sealed: what arrived late and was taken in.
    func amendments(in period: Period) -> [ConflictRecord] {
        conflicts.filter { one in
            one.kind == .late && one.state == .resolved && one.resolution != nil && one.resolution != "ours"
                && plan.period(of: one.subject.record) == period
        }
    }
}

extension Desk {
    /// Amends a sealed figure: the server keeps the edit apart, and the decision to take it in follows.
    ///
    /// Whether it is in; `false`: it waits for a connection, and then for that decision.
    /// - Throws: ``PageFault``, ``EditError``, the replica's errors.
    func amend(_ record: String, _ period: Period, _ assignment: String, reason: String) async throws -> Bool {
        let reason = reason.filter { $0 != "\n" }
        guard !reason.isEmpty else { throw PageFault(zh: "更正必须写明理由。", en: "An amendment needs a reason.") }
        guard try view().state(of: period) == .final else {
            throw PageFault(zh: "本期没有封账，请直接修改。", en: "The period is not sealed; just edit the figure.")
        }
        guard try Permission.rights(of: view().principal.role).contains(.administer) else {
            throw PageFault(zh: "更正由市督查部门办理。", en: "The supervision office amends.")
        }
        let change = try quietly(try editing(reason).set(record, [assignment]))
        await sync.once()
        let found = try view().conflicts.first { one in
            one.state == .late && one.sides.contains { $0.name != "ours" && $0.rev == change.id }
        }
        guard let found, let side = found.sides.first(where: { $0.rev == change.id }) else { return false }
        _ = try quietly(try editing(reason).resolve(found.id, .side(side.name)))
        await sync.once()
        return try view().conflicts.first { $0.id == found.id }?.state == .resolved
    }

    /// Saves without asking for a synchronisation: the caller runs one itself.
    private func quietly(_ draft: ChangeDraft) throws -> Change {
        var random = HostRandom(host: host)
        return try replica().save(draft, now: host.now(), random: &random)
    }
}
