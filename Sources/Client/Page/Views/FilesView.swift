import PlanSyncClient
import PlanSyncCore

/// The files of a record: a list to fetch from, and a form to put one in.
struct FilesView {
    let card: RecordView
    let layout: Layout

    private var view: LocalView { card.view }
    private var say: Wording { card.say }

    func html() -> HTML { HTML(card.collection.fields.filter { $0.attachment != nil }.map(section)) }

    private func section(_ rule: FieldRule) -> HTML {
        let files = LocalView.files(of: card.seen(rule.id))
        let isWritable = card.fault(of: rule) == nil
        return element("section", .class("card"), .id("files-\(rule.id)")) {
            element("h2") { say(rule.name) }
            for sentence in card.faults[rule.id.rawValue] ?? [] {
                element("p", .class("notice bad"), Attribute("role", "alert")) { sentence }
            }
            if files.isEmpty {
                element("p", .class("quiet")) { say("没有附件。", "There are no files.") }
            } else {
                list(files, rule, isWritable)
            }
            if isWritable { form(rule) }
        }
    }

    private func list(_ files: [Attachment], _ rule: FieldRule, _ isWritable: Bool) -> HTML {
        Table.html(
            [
                Column(title: say("文件", "File")), Column(title: say("大小", "Size"), isNumber: true),
                Column(title: say("SHA-256", "SHA-256")), Column(title: say("办理", "Next")),
            ],
            files.map { file in
                element("tr") {
                    element("th", Attribute("scope", "row")) {
                        element("a", .href(FileRoutes.address(file, rule, card))) { file.name }
                    }
                    Table.number(size(file.size))
                    Table.kept(file.hash.prefix(12) + "…")
                    element("td", .class("keep")) {
                        if isWritable, !card.collection.isAppendOnly {
                            layout.button(
                                card.place + "/detach",
                                [
                                    ("tenant", card.tenant?.rawValue ?? ""), ("field", rule.id.rawValue),
                                    ("hash", file.hash),
                                ], say("移除", "Take out"), .class("second"))
                        }
                    }
                }
            })
    }

    private func size(_ bytes: Int) -> String {
        switch bytes {
        case ..<1_024: "\(bytes) B"
        case ..<1_048_576: "\(bytes / 1_024) KB"
        default: "\(bytes / 1_048_576).\(bytes % 1_048_576 * 10 / 1_048_576) MB"
        }
    }

    private func form(_ rule: FieldRule) -> HTML {
        let id = "file-\(rule.id)"
        let types = rule.attachment?.types ?? []
        return HTML([
            element(
                "form", Attribute("method", "post"), Attribute("action", card.place + "/attach"),
                Attribute("enctype", "multipart/form-data"), .class("row")
            ) {
                layout.hidden
                void("input", .type("hidden"), .name("tenant"), .value(card.tenant?.rawValue ?? ""))
                void("input", .type("hidden"), .name("field"), .value(rule.id.rawValue))
                element("label", Attribute("for", id)) { say("添加文件", "Add a file") }
                void(
                    "input", .id(id), .type("file"), .name("file"), .flag("required"),
                    Attribute("accept", types.map { "." + $0 }.joined(separator: ",")))
                element("button", .class("second"), .type("submit")) { say("添加", "Add") }
            },
            element("p", .class("quiet")) {
                let most = (rule.attachment?.bytesMax ?? 0) / 1_048_576
                say(
                    "可用类型：\(types.joined(separator: "、"))；每个不超过 \(most) MB。离线也可添加，联网后自动上传，中断后续传。",
                    "Types: \(types.joined(separator: ", ")); at most \(most) MB each. Offline, too.")
            },
        ])
    }
}
