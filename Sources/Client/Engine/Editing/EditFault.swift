package import PlanSyncCore

/// Why an edit cannot be saved as typed; with a sentence that says where and what to do.
package enum EditFault: Error, Sendable, Equatable {
    /// Not of the form `COLLECTION/KEY`.
    case recordForm(String)
    /// No unit has this name.
    case tenantUnknown(String, nearest: String?)
    /// No collection has this name.
    case collectionUnknown(String, nearest: String?, known: [String])
    /// The collection is written by decisions only.
    case collectionOfConflicts
    /// The key names no record of the collection.
    case key(String, CollectionRule, Sentence)
    /// Not of the form `FIELD=VALUE`.
    case assignmentForm(String)
    /// The collection has no such field.
    case fieldUnknown(String, collection: String, nearest: String?, known: [String])
    /// A field is named twice.
    case fieldTwice(String)
    /// The value cannot stand in the field.
    case value(field: String, FieldFault)
    /// A spreadsheet has cut the digits of a long number.
    case digitsLost(field: String, String)
    /// The value has more bytes than any may have.
    case valueTooLong(field: String, bytesMax: Int)
    /// The role may not write this; the word is of ``Permission``.
    case permission(field: String, word: String)
    /// Numbers can only be added to a counter.
    case notACounter(field: String)
    /// Members can only be put into, and taken out of, a set.
    case notASet(field: String)
    /// A set is written member by member.
    case membersOneByOne(field: String)
    /// The set has no such member here.
    case memberUnknown(String, field: String, known: [String])
    /// The field does not hold files.
    case notForFiles(String, collection: String, known: [String])
    /// Only a ladder can be reopened.
    case notALadder(field: String)
    /// A ladder goes back only by reopening it.
    case lowerStage(field: String, stands: String)
    /// The other side opens the gate back.
    case notYourGate(field: String, isOfCity: Bool)
    /// The ladder has no stage yet.
    case nothingToReopen(field: String)
    /// The stage is not one before the present one.
    case notBack(field: String, stands: String)
    /// Going back needs a reason.
    case reopenNeedsReason
    /// The record does not take this step.
    case step(field: String, WorkflowRule.Fault)
    /// What was entered stands.
    case entryStands(String, CollectionRule)
    /// The payment cannot be entered.
    case payment(PaymentFault)
    /// The explanation explains nothing.
    case explanationEmpty(minimum: Int, stop: [String])
    /// Something keeps the report from being handed in.
    case checksFail(String, count: Int)
    /// The collection is written by the workflow only.
    case collectionOfWorkflow(CollectionRule)
    /// Records of this collection are not deleted.
    case notDeletable(CollectionRule)
    /// The record was deleted.
    case recordDeleted(String)
    /// The record is not deleted.
    case recordNotDeleted(String)
    /// Nothing is known of the record.
    case recordUnknown(String)
    /// Nothing to save.
    case nothing
    /// More fields than one change may have.
    case tooManyFields(maximum: Int)
    /// The reason or note is too long.
    case noteTooLong(bytesMax: Int)
    /// The author's name is missing.
    case authorMissing
    /// The author's name is too long.
    case authorTooLong(bytesMax: Int)
    /// There is no such conflict.
    case conflictUnknown(String, nearest: String?)
    /// The conflict has no such side.
    case sideUnknown(String, known: [String])
    /// A decision needs a reason.
    case reasonMissing
    /// The conflict can only be decided for one of its sides.
    case sidesOnly(String)
    /// The conflict has no decision that could be taken back.
    case notDecided(String)
    /// The plan no longer has the field in dispute.
    case disputedFieldGone(String)
    /// The plan has no such period.
    case periodUnknown(Sentence)
    /// The period is sealed.
    case periodSealed(String)
    /// Only an approver hands reports in.
    case approverOnly
    /// Only the city reviews reports.
    case cityOnly
    /// No figure of the period is filled in.
    case reportEmpty(String)
    /// The same figures were handed in before.
    case reportUnchanged(String, SubmissionField.State)
    /// The unit's report does not wait for a review.
    case notSubmitted(String, String, SubmissionField.State)
    /// Giving a report back needs a reason.
    case returnNeedsReason
    /// Nobody can object now: the server's word.
    case objection(String)

    /// One sentence for a person.
    package func sentence(chinese: Bool) -> String { chinese ? zh : en }

    private var zh: String {
        switch self {
        case .objection(let word): ReasonSentence.of(word, chinese: true)
        case .payment(let fault): fault.sentence(chinese: true)
        case .recordForm(let typed): "“\(typed)”不是记录名，请写成 表/键，例如 values/201905B。"
        case .tenantUnknown(let typed, let nearest): "没有单位“\(typed)”\(Self.hintZH(nearest))"
        case .collectionUnknown(let typed, let nearest, let known):
            "本方案没有表“\(typed)”\(nearest == nil ? "；有：\(known.joined(separator: "、"))。" : Self.hintZH(nearest))"
        case .collectionOfConflicts: "冲突请用 plansync conflicts resolve 裁定，不能直接填写。"
        case .key(let key, let collection, let sentence):
            "“\(key)”不是表“\(collection.name.zh)”的键：\(sentence.zh)"
        case .assignmentForm(let typed): "“\(typed)”请写成 字段=值，例如 etrc_provincial=4。"
        case .fieldUnknown(let typed, let collection, let nearest, let known):
            "表“\(collection)”没有字段“\(typed)”\(nearest == nil ? "；有：\(Self.some(known, "、"))。" : Self.hintZH(nearest))"
        case .fieldTwice(let field): "字段“\(field)”写了两次，请只保留一个。"
        case .value(let field, let fault): "字段“\(field)”：\(fault.sentence(chinese: true))"
        case .digitsLost(let field, let figure):
            "字段“\(field)”：\(figure) 超过 15 位，表格软件已丢失末尾数字；请把这一格设为文本格式后重新填写。"
        case .valueTooLong(let field, let maximum): "字段“\(field)”的内容超过 \(maximum) 字节，请缩短。"
        case .permission(let field, let word): "字段“\(field)”：\(Permission.sentence(for: word, chinese: true))"
        case .notACounter(let field): "字段“\(field)”不是计数项，不能累加，请用 plansync set。"
        case .notASet(let field): "字段“\(field)”不是成员名单，请用 plansync set。"
        case .membersOneByOne(let field): "字段“\(field)”是成员名单，请用 plansync insert 或 remove 逐个增减。"
        case .memberUnknown(let member, let field, let known):
            "名单“\(field)”中没有“\(member)”\(known.isEmpty ? "。" : "；有：\(Self.some(known, "、"))。")"
        case .notForFiles(let field, let collection, let known):
            "表“\(collection)”的字段“\(field)”不收附件"
                + (known.isEmpty ? "；本表没有附件字段。" : "；附件字段有：\(Self.some(known, "、"))。")
        case .notALadder(let field): "字段“\(field)”不是阶段项，不能退回阶段，请用 plansync set。"
        case .lowerStage(let field, let stands):
            "字段“\(field)”已到“\(stands)”，不能直接改回更早的阶段；确需退回请用 plansync reopen 并写明理由。"
        case .notYourGate(let field, let isOfCity):
            "字段“\(field)”的阶段只能由\(isOfCity ? "市级" : "县区")退回。"
        case .nothingToReopen(let field): "字段“\(field)”还没有阶段，请用 plansync set。"
        case .notBack(let field, let stands): "字段“\(field)”现为“\(stands)”，只能退回到它之前的阶段。"
        case .reopenNeedsReason: "退回阶段必须写明理由，请加 --note 理由。"
        case .step(let field, let fault): "字段“\(field)”：\(StepSentence.text(fault, chinese: true))"
        case .entryStands(let field, let collection):
            "字段“\(field)”已有内容，“\(collection.name.zh)”" + ReasonSentence.of("entry_stands", chinese: true)
        case .explanationEmpty(let minimum, let stop):
            "说明至少 \(minimum) 个字，要写明原因；\(stop.map { "“\($0)”" }.joined(separator: "、"))不算说明。"
        case .checksFail(let period, let count):
            "\(period) 还有 \(count) 处校验未通过，不能上报；请运行 plansync check \(period) 查看。"
        case .collectionOfWorkflow(let collection):
            "表“\(collection.name.zh)”由上报和审核流程填写，不能直接修改；请用 plansync submit 或 plansync review。"
        case .notDeletable(let collection) where collection.isAppendOnly:
            "“\(collection.name.zh)”" + ReasonSentence.of("entry_stands", chinese: true)
        case .notDeletable(let collection): "表“\(collection.name.zh)”的记录不能删除，请用 plansync clear 清除数值。"
        case .recordDeleted(let record): "记录 \(record) 已删除；需要时请先运行 plansync restore \(record)。"
        case .recordNotDeleted(let record): "记录 \(record) 没有被删除。"
        case .recordUnknown(let record): "本机没有记录 \(record)。"
        case .nothing: "没有要保存的内容，请至少写一个字段。"
        case .tooManyFields(let maximum): "一次最多保存 \(maximum) 个字段，请分几次保存。"
        case .noteTooLong(let maximum): "说明超过 \(maximum) 字节，请缩短。"
        case .authorMissing: "缺少填报人姓名，请加 --author 姓名。"
        case .authorTooLong(let maximum): "填报人姓名超过 \(maximum) 字节，请缩短。"
        case .conflictUnknown(let id, let nearest): "没有冲突“\(id)”\(Self.hintZH(nearest))"
        case .sideUnknown(let side, let known): "该冲突没有“\(side)”一方；有：\(known.joined(separator: "、"))。"
        case .reasonMissing: "裁定必须写明理由，请加 --reason 理由。"
        case .sidesOnly(let id): "冲突“\(id)”只能选择其中一方，不能另填数值。"
        case .notDecided(let id): "冲突“\(id)”还没有裁定，无从撤回。"
        case .disputedFieldGone(let field): "方案里已没有争议字段“\(field)”。"
        case .periodUnknown, .periodSealed, .approverOnly, .cityOnly, .reportEmpty, .reportUnchanged, .notSubmitted,
            .returnNeedsReason:
            reportSentence.zh
        }
    }

    private var en: String {
        switch self {
        case .objection(let word): ReasonSentence.of(word, chinese: false)
        case .payment(let fault): fault.sentence(chinese: false)
        case .recordForm(let typed): "'\(typed)' names no record; write COLLECTION/KEY, such as values/201905B."
        case .tenantUnknown(let typed, let nearest): "There is no unit '\(typed)'\(Self.hintEN(nearest))"
        case .collectionUnknown(let typed, let nearest, let known):
            "The plan has no collection '\(typed)'"
                + (nearest == nil ? "; it has \(known.joined(separator: ", "))." : Self.hintEN(nearest))
        case .collectionOfConflicts: "Conflicts are decided with 'plansync conflicts resolve', not edited."
        case .key(_, _, let sentence): sentence.en
        case .assignmentForm(let typed): "'\(typed)' must have the form FIELD=VALUE, such as etrc_provincial=4."
        case .fieldUnknown(let typed, let collection, let nearest, let known):
            "The collection '\(collection)' has no field '\(typed)'"
                + (nearest == nil ? "; it has \(Self.some(known, ", "))." : Self.hintEN(nearest))
        case .fieldTwice(let field): "The field '\(field)' is given twice; keep one."
        case .value(let field, let fault): "Field '\(field)': \(fault.sentence(chinese: false))"
        case .digitsLost(let field, let figure):
            "Field '\(field)': \(figure) has over 15 digits, of which a spreadsheet keeps 15; format the cell as text "
                + "and type it again."
        case .valueTooLong(let field, let maximum): "Field '\(field)': the value has over \(maximum) bytes; shorten it."
        case .permission(let field, let word): "Field '\(field)': \(Permission.sentence(for: word, chinese: false))"
        case .notACounter(let field):
            "The field '\(field)' is no counter; nothing can be added to it, use 'plansync set'."
        case .notASet(let field): "The field '\(field)' is no set of members; use 'plansync set'."
        case .membersOneByOne(let field):
            "The field '\(field)' is a set; use 'plansync insert' and 'plansync remove', one member at a time."
        case .memberUnknown(let member, let field, let known):
            "The set '\(field)' has no member '\(member)'"
                + (known.isEmpty ? "." : "; it has \(Self.some(known, ", ")).")
        case .notForFiles(let field, let collection, let known):
            "The field '\(field)' of '\(collection)' holds no files"
                + (known.isEmpty ? "; none of this collection does." : "; these do: \(Self.some(known, ", ")).")
        case .notALadder(let field): "The field '\(field)' has no stages to go back on; use 'plansync set'."
        case .lowerStage(let field, let stands):
            "The field '\(field)' has reached '\(stands)'; to go back use 'plansync reopen' with a reason."
        case .notYourGate(let field, let isOfCity):
            "Only the \(isOfCity ? "city" : "unit itself") can take the field '\(field)' back to an earlier stage."
        case .nothingToReopen(let field): "The field '\(field)' has no stage yet; use 'plansync set'."
        case .notBack(let field, let stands):
            "The field '\(field)' stands at '\(stands)'; it can be reopened only to a stage before that."
        case .step(let field, let fault): "Field '\(field)': \(StepSentence.text(fault, chinese: false))"
        case .entryStands(let field, let collection):
            "The field '\(field)' of '\(collection.id)' is filled in. "
                + ReasonSentence.of("entry_stands", chinese: false)
        case .explanationEmpty(let minimum, let stop):
            "An explanation has at least \(minimum) characters and says why"
                + (stop.isEmpty ? "." : "; \(stop.map { "'\($0)'" }.joined(separator: ", ")) explain nothing.")
        case .checksFail(let period, let count):
            "\(count) faults keep the report of \(period) from being handed in; 'plansync check \(period)' lists them."
        case .reopenNeedsReason: "Going back to an earlier stage needs a reason; add --note TEXT."
        case .collectionOfWorkflow(let collection):
            "The collection '\(collection.id)' is written by submitting and reviewing; use 'plansync submit' "
                + "or 'plansync review'."
        case .notDeletable(let collection) where collection.isAppendOnly:
            ReasonSentence.of("entry_stands", chinese: false)
        case .notDeletable(let collection):
            "Records of '\(collection.id)' are not deleted; take values away with 'plansync clear'."
        case .recordDeleted(let record):
            "The record \(record) is deleted; run 'plansync restore \(record)' first if it is needed."
        case .recordNotDeleted(let record): "The record \(record) is not deleted."
        case .recordUnknown(let record): "There is no record \(record) here."
        case .nothing: "There is nothing to save; name at least one field."
        case .tooManyFields(let maximum): "At most \(maximum) fields are saved at once; save them in parts."
        case .noteTooLong(let maximum): "The note has over \(maximum) bytes; shorten it."
        case .authorMissing: "The author's name is missing; add --author NAME."
        case .authorTooLong(let maximum): "The author's name has over \(maximum) bytes; shorten it."
        case .conflictUnknown(let id, let nearest): "There is no conflict '\(id)'\(Self.hintEN(nearest))"
        case .sideUnknown(let side, let known):
            "The conflict has no side '\(side)'; it has \(known.joined(separator: ", "))."
        case .reasonMissing: "A decision needs a reason; add --reason TEXT."
        case .sidesOnly(let id): "The conflict '\(id)' can only be decided for one of its sides."
        case .notDecided(let id): "The conflict '\(id)' has no decision that could be taken back."
        case .disputedFieldGone(let field): "The plan no longer has the field in dispute, '\(field)'."
        case .periodUnknown, .periodSealed, .approverOnly, .cityOnly, .reportEmpty, .reportUnchanged, .notSubmitted,
            .returnNeedsReason:
            reportSentence.en
        }
    }

    /// What keeps a report from being handed in or reviewed.
    private var reportSentence: (zh: String, en: String) {
        switch self {
        case .periodUnknown(let sentence): (sentence.zh, sentence.en)
        case .periodSealed(let period): ("\(period) 已封账，不能再上报或审核。", "The period \(period) is sealed; its reports stay.")
        case .approverOnly:
            (
                "上报由本单位审签人（approver）的设备办理；本机可以填写，不能上报。",
                "A report is handed in from the device of an approver; this one may fill in figures."
            )
        case .cityOnly: ("只有市级可以审核上报。", "Only the city reviews reports.")
        case .reportEmpty(let period):
            ("\(period) 还没有填报任何数据，请核对考核期。", "No figure of \(period) is filled in; check the period.")
        case .reportUnchanged(let period, let state):
            (
                "\(period) 已是“\(state.word(chinese: true))”，数据没有变动，不必再次上报。",
                "The report of \(period) is \(state.word(chinese: false)) already, and no figure changed since."
            )
        case .notSubmitted(let tenant, let period, let state):
            (
                "\(tenant) 的 \(period) 现为“\(state.word(chinese: true))”，没有待审核的上报；请先运行 plansync sync。",
                "The report of \(tenant) for \(period) is \(state.word(chinese: false)), not waiting for a review; "
                    + "run 'plansync sync' first."
            )
        default: ("退回必须写明理由，请加 --reason 理由。", "Giving a report back needs a reason; add --reason TEXT.")
        }
    }

    private static func hintZH(_ nearest: String?) -> String { nearest.map { "，是不是“\($0)”？" } ?? "。" }

    private static func hintEN(_ nearest: String?) -> String { nearest.map { "; did you mean '\($0)'?" } ?? "." }

    private static func some(_ names: [String], _ separator: String) -> String {
        names.prefix(8).joined(separator: separator) + (names.count > 8 ? " …" : "")
    }
}

/// All that is wrong with an edit, at once.
package struct EditError: Error, Sendable, Equatable {
    /// The faults, in the order of what was typed; at least one.
    package let faults: [EditFault]

    package init(_ faults: [EditFault]) { self.faults = faults }

    /// The sentences, one for each fault.
    package func sentence(chinese: Bool) -> String {
        faults.map { $0.sentence(chinese: chinese) }.joined(separator: chinese ? "" : " ")
    }
}
