import PlanSyncClient
import PlanSyncCore

/// Tables out and in: exports, forms to fill in, and the import with its preview.
struct ExchangeView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let period: Period?
    var notice: (tone: String, text: String)?

    static let stepsShownMax = 500

    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: "/exchange") }

    private var collections: [CollectionRule] { view.plan.writtenCollections }

    func page() -> HTML {
        layout.page(say("导入导出", "Import and export")) {
            if let notice { element("p", .class("notice " + notice.tone), Attribute("role", "status")) { notice.text } }
            element("section", .class("card")) {
                element("h2") { say("导入表格", "Import a table") }
                upload
            }
            element("section", .class("card")) {
                element("h2") { say("按考核期导出", "Export a period") }
                periods
            }
            element("h2") { say("台账", "Records") }
            Table.html(
                [
                    Column(title: say("表", "Collection")), Column(title: say("记录", "Records"), isNumber: true),
                    Column(title: say("导出", "Export")), Column(title: say("空白表格", "Form")),
                ], collections.map(row))
            element("p") {
                links("history", say("本机的更改记录", "The edits of this device"))
                HTML(" ")
                links("files", say("附件清单", "The files"))
                HTML(" ")
                links("conflicts", say("全部冲突", "All conflicts"))
            }
        }
    }

    private var upload: HTML {
        element(
            "form", Attribute("method", "post"), Attribute("action", "/exchange/import"),
            Attribute("enctype", "multipart/form-data")
        ) {
            void("input", .type("hidden"), .name("token"), .value(desk.secrets.formToken))
            element("div", .class("row")) {
                element("label", Attribute("for", "file")) { say("文件（.xlsx 或 .csv）", "File (.xlsx or .csv)") }
                void(
                    "input", .id("file"), .type("file"), .name("file"), Attribute("accept", ".xlsx,.csv"),
                    .flag("required"))
                element("label", Attribute("for", "form")) { say("内容", "Contents") }
                element("select", .id("form"), .name("form")) {
                    element("option", .value("")) { say("按表格首行", "as its first row says") }
                    for period in nearPeriods {
                        element("option", .value("values/\(period.id)")) {
                            say("数据 ", "Figures ") + Names.period(period, say)
                        }
                    }
                    for collection in collections {
                        element("option", .value(collection.id.rawValue)) { say(collection.name) }
                    }
                }
                element("label", Attribute("for", "note")) { say("说明", "Note") }
                void("input", .id("note"), .name("note"), .class("fill"))
                element("button", .type("submit")) { say("预览", "Preview") }
            }
            element("p", .class("quiet")) {
                say(
                    "先预览，确认后才保存。空白单元格不改动任何内容；有任何错误时整个文件都不保存。",
                    "You see what would change before anything is saved. Empty cells change nothing; with any fault "
                        + "nothing is saved."
                )
            }
        }
    }

    private var nearPeriods: [Period] {
        let all = view.plan.periods.all
        guard let period, let index = all.firstIndex(where: { $0.id == period.id }) else { return Array(all.prefix(6)) }
        return Array(all[max(0, index - 3)..<min(all.count, index + 4)].reversed())
    }

    private var periods: HTML {
        let near = nearPeriods
        let others = view.plan.periods.all.filter { period in !near.contains { $0.id == period.id } }
        return HTML([
            periods(near),
            others.isEmpty
                ? .empty
                : element("details") {
                    element("summary") { say("其他考核期", "Other periods") }
                    periods(others.reversed())
                },
        ])
    }

    private func periods(_ some: [Period]) -> HTML {
        Table.html(
            [
                Column(title: say("考核期", "Period")), Column(title: say("数据", "Figures")),
                Column(title: say("空白表格", "Form")), Column(title: say("指标", "Indicators")),
                Column(title: say("排名", "Ranking")),
            ],
            some.map { period in
                element("tr") {
                    element("th", Attribute("scope", "row")) { Names.period(period, say) }
                    element("td") { links("values/\(period.id)", "") }
                    element("td") { links("template/values/\(period.id)", "") }
                    element("td") { links("figures/\(period.id)", "") }
                    element("td") { links("ranking/\(period.id)", "") }
                }
            })
    }

    private func row(_ collection: CollectionRule) -> HTML {
        element("tr") {
            element("th", Attribute("scope", "row")) { say(collection.name) }
            Table.number("\(view.records(of: collection.id).count)")
            element("td") { links("records/\(collection.id)", "") }
            element("td") { links("template/\(collection.id)", "") }
        }
    }

    private func links(_ subject: String, _ title: String) -> HTML {
        HTML([
            HTML(title.isEmpty ? "" : title + " "),
            element("a", .href("/exchange/file/xlsx/\(subject)")) { "Excel" }, HTML(" \u{A0} "),
            element("a", .href("/exchange/file/csv/\(subject)")) { "CSV" },
        ])
    }

    /// The way to a page's own table as a file.
    static func links(_ subject: String, _ say: Wording, query: String = "", title name: String = "") -> HTML {
        element("span", .class("quiet files")) {
            say("导出\(name) ", "Export\(name.isEmpty ? "" : " ")\(name) ")
            for (format, title) in [("xlsx", "Excel"), ("csv", "CSV")] {
                element(
                    "a", .href("/exchange/file/\(format)/\(subject)\(query)"),
                    Attribute("aria-label", say("导出\(name) \(title)", "Export \(name) \(title)"))
                ) { title }
                " "
            }
        }
    }

    // MARK: Preview

    func preview(_ found: SheetImport, _ file: PendingImport) -> HTML {
        layout.page(say("导入预览 ", "Import: ") + file.name) {
            if let notice { element("p", .class("notice " + notice.tone), Attribute("role", "status")) { notice.text } }
            if !found.faults.isEmpty {
                element("div", .class("notice bad"), Attribute("role", "alert")) {
                    say(
                        "文件有 \(found.faults.count) 处问题，没有保存任何内容；请改正后重新导入。",
                        "The file has \(found.faults.count) faults; nothing was saved. Correct them and try again."
                    )
                }
                faults(found.faults)
            } else if found.steps.isEmpty {
                element("p", .class("notice good")) {
                    say(
                        "没有需要更改的内容；与现有内容相同 \(found.unchanged) 格。",
                        "Nothing is to change; \(found.unchanged) cells say what stands.")
                }
            } else {
                element("p", .class("notice")) {
                    say(
                        "将更改 \(found.steps.count) 个字段；与现有内容相同 \(found.unchanged) 格。还没有保存。",
                        "\(found.steps.count) fields will change; \(found.unchanged) cells stay. Nothing is saved yet."
                    )
                }
                steps(Array(found.steps.prefix(Self.stepsShownMax)))
                if found.steps.count > Self.stepsShownMax {
                    element("p", .class("quiet")) {
                        say("只显示前 \(Self.stepsShownMax) 个。", "The first \(Self.stepsShownMax) are shown.")
                    }
                }
                element("div", .class("sticky")) {
                    layout.button("/exchange/apply", [("key", file.key)], say("确认导入", "Import"), .class(nil))
                    element("a", .class("button second"), .href("/exchange")) { say("放弃", "Do not") }
                }
            }
            element("p") { element("a", .href("/exchange")) { say("返回导入导出", "Back to import and export") } }
        }
    }

    private func faults(_ faults: [SheetImport.Fault]) -> HTML {
        Table.html(
            [
                Column(title: say("表", "Sheet")), Column(title: say("行", "Row"), isNumber: true),
                Column(title: say("列", "Column")), Column(title: say("问题", "Fault")),
            ],
            faults.prefix(Self.stepsShownMax).map { fault in
                element("tr") {
                    Table.kept(fault.place.sheet)
                    Table.number("\(fault.place.row)")
                    Table.kept(fault.place.column.map { Sheet.letters(of: $0) } ?? "")
                    Table.cell(FaultWords.of(fault.reason, say))
                }
            })
    }

    private func steps(_ steps: [SheetImport.Step]) -> HTML {
        Table.html(
            [
                Column(title: say("位置", "Place")), Column(title: say("单位", "Unit")), Column(title: say("记录", "Record")),
                Column(title: say("字段", "Field")), Column(title: say("原值", "Before"), isNumber: true),
                Column(title: say("新值", "After"), isNumber: true),
            ],
            steps.map { step in
                element("tr") {
                    Table.kept(step.place.shown(chinese: say.chinese))
                    Table.kept(Names.unit(step.tenant, view, say))
                    Table.kept(
                        Names.collection(step.record.collection, view, say) + " " + Names.record(step.record, view, say)
                    )
                    element("th", Attribute("scope", "row")) {
                        Names.field(step.field, of: step.record.collection, view, say)
                    }
                    Table.number(step.before?.shown)
                    Table.number((step.action == .insert ? "+ " : "") + (step.after?.shown ?? "–"))
                }
            })
    }
}
