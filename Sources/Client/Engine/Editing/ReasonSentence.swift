package import PlanSyncCore

/// The sentence for a machine word in an answer to an operation.
package enum ReasonSentence {
    /// What a word means and what to do; an unknown word is shown as it is.
    ///
    /// `author`: whose value stands instead, where that is known.
    package static func of(_ word: String, chinese: Bool, author: String? = nil) -> String {
        if let author, !author.isEmpty, let known = authored[word] {
            return chinese ? known.zh(author) : known.en(author)
        }
        if let known = sentences[word] { return chinese ? known.zh : known.en }
        if ["not_yours", "forbidden_role", "forbidden_tenant"].contains(word) {
            return Permission.sentence(for: word, chinese: chinese)
        }
        return chinese ? "服务器的答复：\(word)。" : "The server's answer: \(word)."
    }

    /// The same for an operation of which more is known: what to write instead.
    package static func of(
        _ word: String, _ record: RecordKey, _ plan: Plan, now: Timestamp, chinese: Bool
    ) -> String {
        word == "frozen"
            ? FrozenText.sentence(record, plan, now: now, chinese: chinese) : of(word, chinese: chinese)
    }

    private static let sentences: [String: (zh: String, en: String)] = [
        "group": ("同一次保存中的另一项被退回，这一项也没有生效。", "Another field saved together with this one was refused."),
        "signature": ("签名无效，请重新注册本机。", "The signature does not hold; enrol this device again."),
        "empty": ("更改没有内容。", "The change is empty."),
        "id_conflict": ("更改的标识与另一台设备的重复，请重新填写一次。", "Another device used the same id; enter the edit again."),
        "collection_unknown": ("方案里已没有这个表。", "The plan no longer has this collection."),
        "field_unknown": ("方案里已没有这个字段。", "The plan no longer has this field."),
        "key_invalid": ("键不符合方案。", "The key does not fit the plan."),
        "action_unsupported": ("服务器暂不支持这种操作。", "The server does not take this action yet."),
        "value_missing": ("缺少值。", "The value is missing."),
        "builds_on_rejected": (
            "它建立在一项被退回的更改之上，请重新填写。", "It builds on an edit that was refused; enter it again."
        ),
        "not_a_counter": ("这个字段不能累加，请用 set。", "Nothing can be added to this field; use set."),
        "not_a_figure": ("不是数字。", "It is not a figure."),
        "too_many_decimals": ("小数位太多。", "It has too many digits after the point."),
        "below_minimum": ("小于允许的最小值。", "It is below the least figure allowed."),
        "above_maximum": ("大于允许的最大值。", "It is above the greatest figure allowed."),
        "not_a_day": ("不是日期。", "It is not a day."),
        "not_a_flag": ("不是“是”或“否”。", "It is not yes or no."),
        "not_an_option": ("不在选项中。", "It is not one of the options."),
        "too_long": ("文字太长。", "The text is too long."),
        "control_character": (
            "文字中有控制字符或改变文字方向的符号。", "The text has a control character or a mark that turns its direction."
        ),
        "other_kind": ("值的类型不对。", "It is another kind of value."),
        "conflict_unknown": ("服务器上没有这个冲突。", "The server has no such conflict."),
        "resolution_unknown": ("裁定的写法不对。", "The decision is not one that the conflict allows."),
        "superseded": (
            "按规则保留了已有的值（更大、更小或阶段更靠后）。", "By the field's rule the value that stood there stays."
        ),
        "first_stands": (
            "已有人先作了同一申报，本项没有生效；原文保留在本机。",
            "The same was claimed before, so this one does not count; its text stays here."
        ),
        "proposal": ("按规则以对方的数为准，本机的数作为意见保留。", "The other side's figure stands; this one is kept beside it."),
        "decided_before": ("别人已先作出裁定，请查看后再定。", "Somebody decided before; look at it and decide again."),
        "contained": ("已有的文字已包含这次修改。", "The text that stands there holds this edit already."),
        "members_one_by_one": (
            "成员名单要逐个增减，请用 insert 或 remove。", "A set is written member by member; use insert and remove."
        ),
        "not_a_set": ("这个字段不是成员名单，请用 set。", "This field is no set of members; use set."),
        "empty_member": ("成员名称是空的。", "The member's name is empty."),
        "add_wins": ("别人同时又加入了这个成员，所以保留。", "Somebody else put this member in as well, so it stays."),
        "removed_before": ("这个成员已被移出名单。", "The member had been taken out before this arrived."),
        "not_a_ladder": ("这个字段不是阶段项，请用 set。", "This field has no stages to go back on; use set."),
        "ladder_goes_back": (
            "阶段不能直接清除，请用 reopen 退回并写明理由。", "A stage is not taken away; use reopen with a reason."
        ),
        "reopen_needs_reason": ("退回阶段必须写明理由。", "Going back to an earlier stage needs a reason."),
        "not_your_gate": (
            "这个字段的阶段要由另一级单位退回。", "Only the other side can take this field back to an earlier stage."
        ),
        "nothing_to_reopen": ("这个字段还没有阶段，无从退回。", "The field has no stage yet to go back from."),
        "not_back": ("只能退回到现有阶段之前的阶段。", "It can be reopened only to a stage before the present one."),
        "record_deleted": ("记录已删除，请先恢复（restore）再填写。", "The record was deleted; restore it first, then enter it again."),
        "entry_stands": (
            "已登记的内容不能修改或删除，请另登记一笔更正，并注明更正哪一笔。",
            "What is entered here is not changed or deleted; enter a correction that names what it corrects."
        ),
        "escrow": (
            "本设备已停用，这项更改交由市级决定是否采用。", "This device is retired; the city decides whether to take the edit."
        ),
        "retired": ("本设备已停用。", "This device is retired."),
        "sealed": (
            "该期已封账，这项更改单独保留，由市级决定是否补正。",
            "The period is sealed; the edit is kept apart, and the city decides about an amendment."
        ),
        "period_final": ("该期已封账，不能再改。", "The period is sealed."),
        "figures_changed": (
            "上报之后数据又有变动，请核对后重新上报。", "The figures are not those of the submission; check them and submit again."
        ),
        "not_submitted": (
            "该期尚未上报或又有变动，请先查看最新情况。", "The report is not handed in, or was changed since; look at it again."
        ),
        "note_missing": ("退回必须写明理由。", "Giving a report back needs a reason."),
        "no_such_step": ("记录不能从现在的状态走到这一步，请查看最新状态。", "The record does not go there in one step; look at it again."),
        "step_of_other_role": ("这一步由其他角色办理。", "This step is for another role."),
        "step_needs_fields": ("这一步要先填写必需的内容。", "This step needs other fields filled in first."),
        "state_not_cleared": ("状态不能清除。", "A state is not taken away."),
        "not_your_role": ("这一栏由方案指定的其他角色填写。", "The plan has another role fill this in."),
        "not_a_key": ("引用的记录编号不对。", "It is no key of a record."),
        "checks_fail": (
            "有校验未通过，请按校验结果（plansync check）改正或说明后重新上报。",
            "Some checks fail; correct what they say (plansync check) and hand it in again."
        ),
        "ranking_not_published": (
            "该期排名尚未公布，还不能提出异议。", "No ranking of the period is published yet, so there is nothing to object to."
        ),
        "ranking_final": (
            "该期排名已封存，不再受理异议。", "The ranking of the period is sealed; it takes no more objections."
        ),
        "objections_over": (
            "异议期已过；请向市级说明情况。", "The window for objections is over; tell the city."
        ),
        "set_aside": (
            "服务器两次因这项更改中断，已暂时搁置，请联系市级管理员。",
            "The server stopped twice over this edit and has set it aside; tell the city's administrator."
        ),
        "frozen": (
            "考核期开始后，当期及以前各期的目标不再改变；请作为新版本自下一期起填写（键为 指标：考核期）。",
            "What was in force when a period opened stays for it; enter the change as a version from the next period "
                + "on (key INDICATOR:PERIOD)."
        ),
        "other_unit": ("单位不对，请换算后填写。", "It is in another unit; convert the figure first."),
        "same": ("与已有的数相同。", "It is the same as what stood there."),
    ]

    private static let authored: [String: (zh: @Sendable (String) -> String, en: @Sendable (String) -> String)] = [
        "superseded": (
            { "按规则保留了\($0)填报的值（更大、更小或阶段更靠后）。" }, { "By the field's rule the value entered by \($0) stays." }
        ),
        "proposal": (
            { "按规则以\($0)填报的数为准，本机的数作为意见保留。" }, { "The figure entered by \($0) stands; this one is kept beside it." }
        ),
    ]
}
