import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// A synchronisation as the person reads it: steps on stderr, what came of it on stdout.
struct SyncReport {
    let say: Wording
    let json: Bool
    /// Gets the steps in place of stderr.
    var onStep: (@Sendable (SyncProgress) -> Void)?

    /// One step.
    func step(_ progress: SyncProgress) {
        if let onStep { return onStep(progress) }
        switch progress {
        case .greeted(let server): Console.message(say("已连接：\(server)", "Connected: \(TextTable.plain(server))"))
        case .planStored(let plan, let revision):
            Console.message(say("已更新方案 \(plan)，第 \(revision) 版", "Plan \(plan) is now revision \(revision)"))
        case .pushed(let changes): Console.message(say("已上报 \(changes) 项更改", "Changes answered: \(changes)"))
        case .pulled(let plan, let cells, let more):
            if cells > 0 || more {
                Console.message(
                    say("\(plan)：收到 \(cells) 个单元\(more ? " …" : "")", "\(plan): \(cells) cells\(more ? " …" : "")"))
            }
        case .epochChanged(let count):
            Console.message(
                say(
                    "服务器从备份恢复过：重新下载全部数据，重新上报 \(count) 项更改",
                    "The server was restored from a backup: pulling everything anew, offering \(count) changes again"))
        case .renumbered(let count):
            Console.message(
                say("本机的更改链重新编号：\(count) 项，内容不变", "Changes with new numbers: \(count); their content stays"))
        case .missing(let count):
            Console.message(
                say(
                    "有 \(count) 项更改服务器和本机都已没有，请与市级管理员核对",
                    "Changes gone here and on the server: \(count); check with the city"))
        case .damaged, .repaired, .irreparable, .retired: mending(progress)
        case .snapshot(let plan): Console.message(say("\(plan)：重新下载全部数据", "\(plan): pulling everything anew"))
        case .waiting(let milliseconds):
            Console.message(say("服务器繁忙，等待 \(milliseconds) 毫秒", "The server is busy; waiting \(milliseconds) ms"))
        }
    }

    /// A step that has to do with damage, or with the end of the device.
    private func mending(_ progress: SyncProgress) {
        switch progress {
        case .damaged(let plan):
            Console.message(
                say(
                    "\(plan)：本机数据与服务器不一致，正在查找并修复；等待上报的更改不受影响",
                    "\(plan): the data here differs from the server's; mending it. What waits to be sent is not touched"
                ))
        case .repaired(let plan, let cells):
            Console.message(say("\(plan)：修复了 \(cells) 个单元", "\(plan): \(cells) cells were put right"))
        case .irreparable(let plan):
            Console.message(
                say(
                    "\(plan)：重新下载后仍与服务器不一致，请告诉市级管理员",
                    "\(plan): also after a snapshot the data differs from the server's; tell the city's administrator"))
        case .retired:
            Console.message(say("本设备已停用，本机数据已清除", "This device is out of service; its data was removed"))
        default: break
        }
    }

    /// What was done, unless that is nothing.
    func anything(_ summary: SyncSummary) {
        if summary.sent > 0 || summary.pulledCells > 0 || summary.repairedCells > 0 { self.summary(summary) }
    }

    /// What was done; or, as the server foresees it, what a synchronisation would do.
    func summary(_ summary: SyncSummary, isForeseen: Bool = false) {
        json ? writeJSON(summary) : write(summary, isForeseen)
        if summary.warnsOfClock { Console.message(Self.clockWarning(summary.clockDriftMilliseconds, say)) }
    }

    /// The sentence about a clock that is wrong.
    static func clockWarning(_ drift: Int64, _ say: Wording) -> String {
        let minutes = Int64(clamping: drift.magnitude) / 60_000
        return drift > 0
            ? say(
                "本机时钟比服务器慢 \(minutes) 分钟，请校准；数据没有受影响。",
                "This machine's clock is \(minutes) minutes behind the server's; set it. No figure is affected.")
            : say(
                "本机时钟比服务器快 \(minutes) 分钟，请校准；数据没有受影响。",
                "This machine's clock is \(minutes) minutes ahead of the server's; set it. No figure is affected.")
    }

    private func write(_ summary: SyncSummary, _ isForeseen: Bool) {
        Console.line(
            (isForeseen ? say("预计", "would be ") : "")
                + say(
                    "上报 \(summary.sent)：生效 \(summary.applied)，合并 \(summary.merged)，退回 \(summary.rejected)，"
                        + "待裁定 \(summary.conflicts)，迟报 \(summary.late)；收到 \(summary.pulledCells) 个单元",
                    "sent \(summary.sent): applied \(summary.applied), merged \(summary.merged), "
                        + "rejected \(summary.rejected), in conflict \(summary.conflicts), "
                        + "late \(summary.late); received \(summary.pulledCells) cells"
                ))
        if summary.repairedCells > 0 {
            Console.line(
                say("修复了 \(summary.repairedCells) 个损坏的单元", "\(summary.repairedCells) damaged cells were put right"))
        }
        if let count = summary.handedIn {
            Console.line(ToolError.retired(handedIn: count).sentence(say) ?? "")
        }
        for remark in summary.remarks { Console.line("  " + TextTable.plain(line(remark))) }
    }

    private func line(_ remark: SyncSummary.Remark) -> String {
        let place = "\(remark.tenant):\(remark.record) \(remark.field?.rawValue ?? "")"
        let sent = remark.sent?.shown ?? "-"
        let reason =
            remark.result.reason.map { " " + ReasonSentence.of($0, chinese: say.chinese, author: remark.author) } ?? ""
        switch remark.result.outcome {
        case .merged:
            return say("合并 ", "merged ") + "\(place): \(sent) → \(remark.result.value?.shown ?? "-")" + reason
        case .rejected: return say("退回 ", "rejected ") + "\(place) (\(remark.position)): \(sent)." + reason
        case .conflict:
            let name = remark.result.conflict ?? ""
            return say("待裁定 ", "in conflict ")
                + "\(place): \(sent) / \(remark.result.value?.shown ?? "-"); plansync conflicts show \(name)"
        case .late: return say("迟报 ", "late ") + "\(place): \(sent)" + reason
        case .applied: return say("生效 ", "applied ") + "\(place): \(sent)"
        }
    }

    private func writeJSON(_ summary: SyncSummary) {
        Console.json { writer in
            writer.member("sent", summary.sent)
            writer.member("applied", summary.applied)
            writer.member("merged", summary.merged)
            writer.member("rejected", summary.rejected)
            writer.member("conflicts", summary.conflicts)
            writer.member("late", summary.late)
            writer.member("pulledCells", summary.pulledCells)
            writer.member("repairedCells", summary.repairedCells)
            writer.member("handedIn", ifPresent: summary.handedIn)
            writer.member("renumbered", summary.renumbered)
            writer.member("reoffered", summary.reoffered)
            writer.member("missing", summary.missing)
            writer.member("clockDriftMs", summary.clockDriftMilliseconds)
            writer.member(
                "remarks",
                array: { writer in
                    for remark in summary.remarks {
                        writer.object { writer in
                            writer.member("tenant", remark.tenant.rawValue)
                            writer.member("record", remark.record.description)
                            writer.member("field", ifPresent: remark.field?.rawValue)
                            writer.member("outcome", remark.result.outcome.rawValue)
                            writer.name("sent")
                            writer.value(remark.sent)
                            writer.name("value")
                            writer.value(remark.result.value)
                            writer.member("reason", ifPresent: remark.result.reason)
                            writer.member("author", ifPresent: remark.author)
                            writer.member("conflict", ifPresent: remark.result.conflict)
                            writer.member("position", remark.position)
                        }
                    }
                })
        }
    }
}
