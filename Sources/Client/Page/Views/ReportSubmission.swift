import PlanSyncClient
import PlanSyncCore

/// Where the approver signs: what was changed since the last time, what the score would be, and the button.
struct ReportSubmission {
    let layout: Layout
    let view: LocalView
    let say: Wording
    let period: Period
    let report: LocalReport
    let faults: [CheckFault]

    func html() -> HTML {
        guard view.principal.role == .approver else {
            return element("p", .class("quiet")) {
                say("填好后由本单位的审签人上报。", "When it is filled in, the approver of your unit hands it in.")
            }
        }
        let blocking = faults.filter(\.isBlocking).count
        return element("section", .class("card"), .id("submission"), .flag("data-swap")) {
            element("h2") { say("审签上报", "Sign and hand in") }
            element("dl", .class("pairs")) {
                element("dt") { say("上报后的改动", "Changed since") }
                element("dd") { changes }
                element("dt") { say("按现有数据得分", "Score as of now") }
                element("dd") { score }
            }
            element("p") {
                say(
                    "上报后市级开始审核；之后再改动，需要重新上报。上报的是已经保存的数据。",
                    "The city reviews what is saved now; what is changed later has to be handed in again."
                )
            }
            if blocking > 0 {
                element("p", .class("fault")) {
                    say("还有 \(blocking) 处须更正或说明，不能上报。", "\(blocking) faults have to be corrected or explained first.")
                }
            } else {
                layout.form("/report/\(period.id)/submit", .class("row")) {
                    element("button", .type("submit")) { say("确认并上报", "Hand in") }
                }
            }
        }
    }

    private var changes: String {
        if !report.changed.isEmpty { return ChangedFields.names(report.changed, view, say) }
        return report.stateField == nil
            ? say("第一次上报", "handed in for the first time") : say("没有", "nothing")
    }

    /// What the unit's own figures come to; the ranking is the city's.
    private var score: HTML {
        guard let unit = view.presentUnits(in: period).first(where: { $0.tenant == view.principal.tenant }),
            let score = unit.published
        else { return HTML("–") }
        return HTML([
            element("strong") { score }, HTML(" "),
            element("a", .href("/ranking/\(period.id)/\(unit.tenant)")) { say("看各部分", "its parts") }, HTML(" "),
            element("span", .class("quiet")) {
                view.plan.ranking.basis == .accepted
                    ? say("只计已审核的数据；名次由市级公布", "accepted figures only; the city publishes the ranks")
                    : say("名次由市级公布", "the city publishes the ranks")
            },
        ])
    }
}

/// What was changed after a report was handed in, for people.
enum ChangedFields {
    private static let recordsMax = 5
    private static let fieldsMax = 5

    /// The fields of paths `collection/key/field`, those of one record together.
    static func names(_ paths: [String], _ view: LocalView, _ say: Wording) -> String {
        var order: [String] = []
        var fields: [String: [String]] = [:]
        for path in paths {
            let (record, field) = name(path, view, say)
            if fields[record] == nil { order.append(record) }
            fields[record, default: []].append(field)
        }
        let parts = order.prefix(recordsMax).map { record in
            let names = fields[record, default: []]
            let shown = names.prefix(fieldsMax).joined(separator: say("、", ", "))
            let all = names.count > fieldsMax ? shown + say(" 等 \(names.count) 项", " … (\(names.count))") : shown
            return record.isEmpty ? all : say("\(record)(\(all))", "\(record) (\(all))")
        }
        let rest = order.count > recordsMax ? say(" 等 \(order.count) 条记录", " … (\(order.count) records)") : ""
        return parts.joined(separator: say("；", "; ")) + rest
    }

    /// The record, empty for the report itself, and the field.
    private static func name(_ path: String, _ view: LocalView, _ say: Wording) -> (String, String) {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count == 3, let collection = try? CollectionID(parts[0]), let field = try? FieldID(parts[2]),
            let record = try? RecordKey(collection: collection, key: parts[1])
        else { return ("", path) }
        let name = Names.field(field, of: collection, view, say)
        return (collection == CollectionRule.values ? "" : Names.record(record, view, say), name)
    }
}
