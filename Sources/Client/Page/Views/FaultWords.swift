import PlanSyncClient
import PlanSyncCore

/// What is wrong with an edit, as the page says it: at its field, and with what the page offers instead of commands.
enum FaultWords {
    static func of(_ error: EditError, _ say: Wording) -> String {
        error.faults.map { of($0, say) }.joined(separator: say("", " "))
    }

    static func of(_ fault: EditFault, _ say: Wording) -> String {
        switch fault {
        case .value(_, let fault): value(fault, say)
        case .digitsLost(_, let figure):
            say(
                "\(figure) 超过 15 位，表格软件已丢失末尾数字；请把这一格设为文本格式后重新填写。",
                "\(figure) has over 15 digits, of which a spreadsheet keeps 15; format the cell as text and type it "
                    + "again."
            )
        case .valueTooLong(_, let most):
            say("内容超过 \(most) 字节，请缩短。", "The text has over \(most) bytes; shorten it.")
        case .permission(_, let word): Permission.sentence(for: word, chinese: say.chinese)
        case .step(_, let fault): StepSentence.text(fault, chinese: say.chinese)
        case .lowerStage(_, let stands):
            say(
                "已到“\(stands)”，不能直接改回更早的阶段；确需退回，请在卡片上“退回到”并写明理由。",
                "It has reached '\(stands)'; to go back use 'Back to' on the card, with a reason.")
        case .notYourGate(_, let isOfCity):
            say(
                "阶段只能由\(isOfCity ? "市级" : "县区")退回。", "Only the \(isOfCity ? "city" : "county") can go back on it.")
        case .checksFail(_, let count):
            say(
                "还有 \(count) 处须更正或说明，见“校验”；改好后再上报。",
                "\(count) faults have to be corrected or explained first; see the checks.")
        case .notSubmitted(_, _, let state):
            say(
                "这份上报现为“\(state.word(chinese: true))”，没有待审核的内容；请先同步。",
                "The report is \(state.word(chinese: false)), not waiting for a review; synchronise first.")
        default: common(fault, say)
        }
    }

    private static func common(_ fault: EditFault, _ say: Wording) -> String {
        switch fault {
        case .collectionOfConflicts: say("冲突在“待处理”里裁定，不能直接填写。", "Conflicts are decided, not edited.")
        case .collectionOfWorkflow:
            say("由上报和审核流程填写，不能直接修改。", "It is written by handing in and reviewing, not edited.")
        case .notDeletable: say("这类记录不能删除，可以清空各项。", "Such records stay; their fields can be emptied.")
        case .recordDeleted: say("这条记录已删除；需要时请先恢复。", "The record is deleted; restore it first.")
        case .returnNeedsReason: say("退回必须写明理由。", "Giving a report back needs a reason.")
        case .reopenNeedsReason: say("退回阶段必须写明理由。", "Going back needs a reason.")
        case .reasonMissing: say("裁定必须写明理由。", "A decision needs a reason.")
        case .authorMissing: say("请先填写您的姓名（页面右上角）。", "Enter your name first, at the top of the page.")
        default: fault.sentence(chinese: say.chinese)
        }
    }

    private static func value(_ fault: FieldFault, _ say: Wording) -> String {
        switch fault {
        case .converts(let typed, let value, let unit):
            say(
                "“\(typed)”换算为 \(value) \(unit)；如无误，请改填 \(value)。",
                "'\(typed)' is \(value) \(unit) here; if that is meant, type \(value).")
        case .notAKey(let text, _):
            say("没有编号为“\(text)”的记录，请从台账里查找。", "There is no record '\(text)'; look it up in the records.")
        default: fault.sentence(chinese: say.chinese)
        }
    }

    /// A fault of a table that was brought.
    static func of(_ fault: ImportFault, _ say: Wording) -> String {
        switch fault {
        case .edit(let fault): of(fault, say)
        case .noForm:
            say(
                "第一行没有说明是哪张表；请用本页下载的空白表格，或在“内容”里选择是哪张表。",
                "The first row does not say what the sheet is for; use a form of this page, or choose its contents.")
        default: fault.sentence(chinese: say.chinese)
        }
    }
}
