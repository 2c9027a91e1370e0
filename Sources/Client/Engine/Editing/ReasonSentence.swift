import PlanSyncCore

/// The sentence for a machine word in an answer to an operation.
package enum ReasonSentence {
    /// What a word means and what to do; an unknown word is shown as it is.
    package static func of(_ word: String, chinese: Bool) -> String {
        if let known = sentences[word] { return chinese ? known.zh : known.en }
        if ["not_yours", "forbidden_role", "forbidden_tenant"].contains(word) {
            return Permission.sentence(for: word, chinese: chinese)
        }
        return chinese ? "服务器的答复:\(word)。" : "The server's answer: \(word)."
    }

    private static let sentences: [String: (zh: String, en: String)] = [
        "group": ("同一次保存中的另一项被退回,这一项也没有生效。", "Another field saved together with this one was refused."),
        "signature": ("签名无效,请重新注册本机。", "The signature does not hold; enrol this device again."),
        "empty": ("更改没有内容。", "The change is empty."),
        "id_conflict": ("更改的标识与另一台设备的重复,请重新填写一次。", "Another device used the same id; enter the edit again."),
        "collection_unknown": ("方案里已没有这个表。", "The plan no longer has this collection."),
        "field_unknown": ("方案里已没有这个字段。", "The plan no longer has this field."),
        "key_invalid": ("键不符合方案。", "The key does not fit the plan."),
        "action_unsupported": ("服务器暂不支持这种操作。", "The server does not take this action yet."),
        "value_missing": ("缺少值。", "The value is missing."),
        "builds_on_rejected": (
            "它建立在一项被退回的更改之上,请重新填写。", "It builds on an edit that was refused; enter it again."
        ),
        "not_a_counter": ("这个字段不能累加,请用 set。", "Nothing can be added to this field; use set."),
        "not_a_figure": ("不是数字。", "It is not a figure."),
        "too_many_decimals": ("小数位太多。", "It has too many digits after the point."),
        "below_minimum": ("小于允许的最小值。", "It is below the least figure allowed."),
        "above_maximum": ("大于允许的最大值。", "It is above the greatest figure allowed."),
        "not_a_day": ("不是日期。", "It is not a day."),
        "not_a_flag": ("不是“是”或“否”。", "It is not yes or no."),
        "not_an_option": ("不在选项中。", "It is not one of the options."),
        "too_long": ("文字太长。", "The text is too long."),
        "control_character": ("文字中有控制字符。", "The text has a control character."),
        "other_kind": ("值的类型不对。", "It is another kind of value."),
        "conflict_unknown": ("服务器上没有这个冲突。", "The server has no such conflict."),
        "resolution_unknown": ("裁定的写法不对。", "The decision is not one that the conflict allows."),
        "superseded": ("已有更大(小)的数,按规则保留原数。", "By the field's rule the figure that stood there stays."),
        "proposal": ("按规则以对方的数为准,本机的数作为意见保留。", "The other side's figure stands; this one is kept beside it."),
        "decided_before": ("别人已先作出裁定,请查看后再定。", "Somebody decided before; look at it and decide again."),
        "same": ("与已有的数相同。", "It is the same as what stood there."),
    ]
}
