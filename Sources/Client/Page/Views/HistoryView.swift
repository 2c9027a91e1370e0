import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Every change of one record, or of one field of it, the latest first.
struct HistoryView {
    let desk: Desk
    let view: LocalView
    let say: Wording
    let tenant: TenantID
    let record: RecordKey
    /// `nil`: all fields.
    let field: FieldID?
    var steps: [HistoryGet.Entry] = []
    /// Why the server's journal is not at hand.
    var fault: String?

    func page() -> HTML {
        let path = Place.history(of: record.collection, RecordPlace(tenant: tenant, key: record.key))
        let suffix = field.map { "/\($0)" } ?? ""
        let layout = Layout(desk: desk, view: view, say: say, place: path + suffix)
        let subject = Names.collection(record.collection, view, say) + " " + Names.record(record, view, say, of: tenant)
        return layout.page(say("历史：", "History: ") + (field.map { name($0) } ?? subject)) {
            element("div", .class("row")) {
                element("a", .href(Place.of(record, tenant: tenant, view))) { subject }
                element("span", .class("quiet")) { Names.unit(tenant, view, say) }
            }
            waiting
            if let fault {
                element("p", .class("notice away")) {
                    say("完整的历史保存在服务器上，现在看不到：", "The whole history is on the server, which is not reached: ")
                        + fault
                }
                now
            } else {
                element("p", .class("exports")) {
                    ExchangeView.links("edits" + path.dropFirst("/history".count) + suffix, say)
                }
                table
            }
        }
    }

    private func name(_ field: FieldID) -> String { Names.field(field, of: record.collection, view, say) }

    /// The fields that are shown, with what is known of them here.
    private var known: [(rule: FieldID, seen: LocalField)] {
        let fields =
            field.map { [$0] } ?? view.plan.collection(record.collection)?.fields.map(\.id) ?? []
        return fields.compactMap { id in
            view.field(CellKey(tenant: tenant, record: record, field: id)).map { (id, $0) }
        }
    }

    /// What was entered here and is on no server yet.
    private var waiting: HTML {
        let pending = known.filter { $0.seen.state == .pending }
        guard !pending.isEmpty else { return .empty }
        let names = pending.map { name($0.rule) }.joined(separator: say("、", ", "))
        return element("p", .class("notice away")) {
            say("本机有未上报的更改：\(names)。", "Not sent from here yet: \(names).")
        }
    }

    /// What this machine knows by itself.
    private var now: HTML {
        Table.html(
            [
                Column(title: say("项目", "Field")), Column(title: say("现值", "Stands")),
                Column(title: say("填报人", "Author")), Column(title: say("时间", "Time")),
            ],
            known.map { rule, seen in
                element("tr") {
                    Table.cell(name(rule))
                    Table.cell(word(seen.value, rule))
                    Table.kept(seen.author)
                    Table.kept(seen.at.map(shown) ?? "")
                }
            })
    }

    private func word(_ value: FieldValue?, _ field: FieldID) -> String {
        guard let rule = view.plan.field(field, of: record.collection) else { return value?.shown ?? "–" }
        let shown = rule.isShown(to: view.principal.role) ? value : rule.listed(value)
        return OptionWord.value(shown, rule, say) ?? "–"
    }

    private func shown(_ moment: Timestamp) -> String {
        LocalTime.shown(moment, view.plan)
    }

    private var table: HTML {
        var heads = [say("收到", "Received")]
        if field == nil { heads.append(say("项目", "Field")) }
        heads += [
            say("做法", "Edit"), say("填写", "Entered"), say("结果", "Became"), say("之后为", "Then"),
            say("填报人", "Author"), say("说明", "Note"), say("设备和签名", "Device, signature"),
        ]
        return Table.html(heads.map { Column(title: $0) }, steps.reversed().map(row))
    }

    private func row(_ step: HistoryGet.Entry) -> HTML {
        element("tr") {
            Table.kept(shown(step.received))
            if field == nil { Table.cell(name(step.field)) }
            Table.kept(ActionWord.of(historical: step.action, say))
            Table.cell(word(step.value, step.field))
            element("td") { result(step.result) }
            Table.cell(word(step.result.value ?? step.value, step.field))
            Table.kept(step.author)
            Table.cell(step.note ?? "")
            element("td", .class("keep quiet")) {
                step.by.rawValue + " "
                element("span", .class(step.isSignatureValid ? "mark good" : "mark rejected")) {
                    step.isSignatureValid ? say("签名有效", "valid") : say("签名无效", "invalid")
                }
            }
        }
    }

    private func result(_ result: OperationResult) -> HTML {
        let word = OutcomeWord.of(result.outcome, say)
        let tone: String? =
            switch result.outcome {
            case .applied: nil
            case .merged: "merged"
            case .conflict: "conflict"
            case .late: "pending"
            case .rejected: "rejected"
            }
        return tone.map { tone in element("span", .class("mark " + tone)) { word } } ?? HTML(word)
    }
}
