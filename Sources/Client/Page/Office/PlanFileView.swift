import PlanSyncClient
import PlanSyncCore

/// A plan file that was looked at and waits for a word.
struct PendingPlan: Sendable {
    let key: String
    let name: String
    let plan: Plan
    let document: [UInt8]
    let warnings: [PlanFault]
    let text: String
}

/// The plan in force, and a new revision of it: looked at first, with every fault; loaded on a second word.
struct PlanFileView {
    /// Faults that are shown of one file.
    static let faultsMax = 200

    let desk: Desk
    let view: LocalView
    let say: Wording
    var fault: String?
    var said: String?
    /// The name and text of a file with faults, and its faults.
    var faulty: (name: String, text: String, faults: [PlanFault])?

    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: "/plan") }

    func page() -> HTML {
        layout.page(say("方案", "Plan")) {
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
            if let faulty { faults(faulty.name, faulty.text, faulty.faults) }
            element("section", .class("card")) {
                facts(view.plan, say("第 \(view.revision) 版", "revision \(view.revision)"))
            }
            if Permission.rights(of: view.principal.role).contains(.administer) { upload }
        }
    }

    private func facts(_ plan: Plan, _ revision: String) -> HTML {
        element("dl", .class("pairs")) {
            element("dt") { say("名称", "Title") }
            element("dd") { say(plan.title) }
            element("dt") { say("文号", "Number") }
            element("dd") { plan.number }
            element("dt") { say("版本", "Revision") }
            element("dd") { revision }
            for (name, count) in Self.counts(plan, say) {
                element("dt") { name }
                element("dd") { "\(count)" }
            }
        }
    }

    private static func counts(_ plan: Plan, _ say: Wording) -> [(String, Int)] {
        [
            (say("单位", "Units"), plan.units.count), (say("考核期", "Periods"), plan.periods.all.count),
            (say("指标", "Indicators"), plan.indicators.count), (say("重点工作和任务", "Measures"), plan.measures.count),
            (say("台账", "Collections"), plan.collections.values.filter { $0.origin == .declared }.count),
            (say("奖补规则", "Rules of rewards"), plan.rewards.rules.count),
        ]
    }

    private var upload: HTML {
        element("section", .class("card")) {
            element("h2") { say("载入新版本", "Load a new revision") }
            element("p", .class("quiet")) {
                say(
                    "先检查方案文件（.yaml），列出全部问题；确认后才生效，各单位同步时自动收到。",
                    "The plan file (.yaml) is checked first, with all its faults; it holds after a second word.")
            }
            element(
                "form", Attribute("method", "post"), Attribute("action", "/plan/check"),
                Attribute("enctype", "multipart/form-data"), .class("row")
            ) {
                layout.hidden
                element("label", Attribute("for", "file")) { say("方案文件", "Plan file") }
                void(
                    "input", .id("file"), .type("file"), .name("file"), .flag("required"),
                    Attribute("accept", ".yaml,.yml"))
                element("button", .type("submit")) { say("检查", "Check") }
            }
        }
    }

    // MARK: Faults

    private func faults(_ name: String, _ text: String, _ faults: [PlanFault]) -> HTML {
        let errors = faults.filter { $0.severity == .error }.count
        return HTML([
            element("p", .class("notice bad"), Attribute("role", "alert")) {
                say("“\(name)”有 \(errors) 处错误，没有载入：", "'\(name)' has \(errors) errors; nothing was loaded:")
            },
            list(faults, text),
        ])
    }

    private func list(_ faults: [PlanFault], _ text: String) -> HTML {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        return Table.html(
            [
                Column(title: say("行", "Line"), isNumber: true), Column(title: say("列", "Column"), isNumber: true),
                Column(title: say("级别", "Kind")), Column(title: say("问题", "What is wrong")),
                Column(title: say("原文", "The text there")),
            ],
            faults.prefix(Self.faultsMax).map { fault in
                let line = lines.indices.contains(fault.place.line - 1) ? String(lines[fault.place.line - 1]) : ""
                return element("tr") {
                    Table.number("\(fault.place.line)")
                    Table.number("\(fault.place.column)")
                    element("td", .class("keep")) {
                        element("span", .class(fault.severity == .error ? "mark rejected" : "mark pending")) {
                            fault.severity == .error ? say("错误", "error") : say("提醒", "warning")
                        }
                    }
                    element("td") {
                        fault.sentence(chinese: say.chinese)
                        if !fault.path.isEmpty { element("div", .class("quiet")) { fault.path } }
                    }
                    element("td") { element("code") { String(line.drop { $0.isWhitespace }.prefix(80)) } }
                }
            })
    }

    // MARK: Preview

    func preview(_ pending: PendingPlan, _ text: String) -> HTML {
        let isSame = pending.plan.id == view.plan.id
        return layout.page(say("方案 ", "Plan ") + pending.name) {
            element("p") { element("a", .href("/plan")) { say("返回方案", "Back to the plan") } }
            if !isSame {
                element("p", .class("notice away")) {
                    say(
                        "这是另一个方案（\(pending.plan.id)），载入后与现有方案并存。",
                        "This is another plan (\(pending.plan.id)); it will stand beside the present one.")
                }
            }
            element("section", .class("card")) {
                facts(
                    pending.plan, isSame ? say("第 \(view.revision) 版之后", "after \(view.revision)") : say("新方案", "new"))
            }
            if !pending.warnings.isEmpty {
                element("h2") { say("提醒", "Warnings") }
                list(pending.warnings, text)
            }
            if isSame { changes(pending.plan) }
            layout.form("/plan/load", .class("row")) {
                void("input", .type("hidden"), .name("key"), .value(pending.key))
                element("button", .type("submit")) { say("载入", "Load it") }
                element("a", .href("/plan")) { say("取消", "Cancel") }
            }
        }
    }

    /// What comes and what goes with the new revision, by name.
    private func changes(_ new: Plan) -> HTML {
        func names(_ plan: Plan) -> [(String, [String: String])] {
            [
                (
                    say("数据项", "Figures"),
                    (plan.collection(CollectionRule.values)?.fields ?? []).named { ($0.id.rawValue, say($0.name)) }
                ),
                (say("指标", "Indicators"), plan.indicators.named { ($0.id.rawValue, say($0.name)) }),
                (
                    say("台账", "Collections"),
                    plan.collections.values.filter { $0.origin == .declared }.named { ($0.id.rawValue, say($0.name)) }
                ),
                (say("单位", "Units"), plan.units.named { ($0.id.rawValue, say($0.name)) }),
                (say("奖补规则", "Rewards"), plan.rewards.rules.named { ($0.id, say($0.name)) }),
            ]
        }
        let rows = zip(names(view.plan), names(new)).flatMap { old, new -> [HTML] in
            let added = new.1.keys.filter { old.1[$0] == nil }.sorted()
            let removed = old.1.keys.filter { new.1[$0] == nil }.sorted()
            let renamed = new.1.keys.filter { old.1[$0] != nil && old.1[$0] != new.1[$0] }.sorted()
            return added.map { row(say("新增", "new"), "good", new.0, $0, new.1[$0] ?? "") }
                + removed.map { row(say("删去", "gone"), "rejected", new.0, $0, old.1[$0] ?? "") }
                + renamed.map {
                    row(say("改名", "renamed"), "merged", new.0, $0, "\(old.1[$0] ?? "") → \(new.1[$0] ?? "")")
                }
        }
        return HTML([
            element("h2") { say("与现行版本相比", "Against the present revision") },
            rows.isEmpty
                ? element("p", .class("quiet")) { say("名目没有增减；其他内容可能有变。", "No names come or go; other things may.") }
                : Table.html(
                    [
                        Column(title: say("变化", "Change")), Column(title: say("类别", "Kind")),
                        Column(title: say("编号", "Id")), Column(title: say("名称", "Name")),
                    ], rows),
        ])
    }

    private func row(_ word: String, _ tone: String, _ kind: String, _ id: String, _ name: String) -> HTML {
        element("tr") {
            element("td", .class("keep")) { element("span", .class("mark " + tone)) { word } }
            Table.kept(kind)
            Table.kept(id)
            Table.cell(name)
        }
    }
}

extension Sequence {
    /// Names by id; of two with one id the first.
    fileprivate func named(_ name: (Element) -> (String, String)) -> [String: String] {
        Dictionary(map(name), uniquingKeysWith: { first, _ in first })
    }
}
