// Words of the plan and of the protocol as a person reads them.

package import PlanSyncCore

/// Options and steps in a person's words.
package enum OptionWord {
    /// An option; the plan's word where it gives none for people.
    package static func of(_ option: String, _ rule: FieldRule, _ say: Wording) -> String {
        rule.optionNames[option].map { say($0) } ?? option
    }

    /// A value of a field.
    package static func value(_ value: FieldValue?, _ rule: FieldRule, _ say: Wording) -> String? {
        guard let value else { return nil }
        if rule.attachment != nil, case .members(let members) = value {
            return members.map { (try? Attachment(member: $0))?.name ?? $0 }.sorted().joined(separator: say("、", ", "))
        }
        guard case .option = rule.kind else { return value.shown }
        return of(value.shown, rule, say)
    }

    /// A step of a workflow: its name, or the state that it leads to.
    package static func step(_ step: WorkflowRule.Transition, _ rule: FieldRule?, _ say: Wording) -> String {
        let name = say(step.name)
        guard name == step.to, let rule else { return name }
        return say("转为“\(of(step.to, rule, say))”", "set to '\(of(step.to, rule, say))'")
    }
}

/// What an edit does, in a word.
package enum ActionWord {
    package static func of(_ action: Operation.Action, _ say: Wording) -> String {
        switch action {
        case .set: say("填写", "set")
        case .add: say("增加", "add")
        case .clear: say("清空", "clear")
        case .insert: say("加入", "insert")
        case .remove: say("移出", "remove")
        case .reopen: say("退回", "reopen")
        case .delete: say("删除", "delete")
        case .restore: say("恢复", "restore")
        }
    }

    /// What a line of a record's history names: an action, or what the server did where no operation names the field.
    package static func of(historical name: String, _ say: Wording) -> String {
        switch name {
        case "resolution": say("裁定", "decision")
        case "revival": say("随修改恢复", "brought back")
        default: Operation.Action(rawValue: name).map { of($0, say) } ?? name
        }
    }
}

/// Where a target stands beside what is due by now.
package enum LightWord {
    package static func of(_ standing: TargetStanding, _ say: Wording) -> String {
        switch standing.light {
        case .ahead: say("超序时", "ahead")
        case .onTrack: say("达序时", "on track")
        case .behind: say("欠序时", "behind")
        case .none:
            standing.figure.state == .missing ? say("缺报", "missing") : FigureText.note(standing.figure, say)
        }
    }
}

/// What a record does to a figure, in a word.
package enum StandingWord {
    package static func of(_ standing: Explanation.RecordInput.Standing, _ say: Wording) -> String {
        switch standing {
        case .counted: say("计入", "counted")
        case .supports: say("佐证", "supports")
        case .unclear: say("不明", "unclear")
        }
    }
}

/// What became of an edit, in a word.
package enum OutcomeWord {
    package static func of(_ outcome: Outcome, _ say: Wording) -> String {
        switch outcome {
        case .applied: say("生效", "applied")
        case .merged: say("合并", "merged")
        case .conflict: say("待裁定", "conflict")
        case .late: say("迟报", "late")
        case .rejected: say("退回", "rejected")
        }
    }
}

/// What a role is called.
package enum RoleWord {
    package static func of(_ role: Role, _ say: Wording) -> String {
        switch role {
        case .viewer: say("查看人", "viewer")
        case .editor: say("填报人", "editor")
        case .approver: say("审签人", "approver")
        case .reviewer: say("市级审核人", "reviewer")
        case .finance: say("财政", "finance")
        case .auditor: say("审计", "auditor")
        case .supervisor: say("市督查室", "supervisor")
        }
    }
}

/// What the server noticed, in words.
package enum NoticeWord {
    package static func of(_ kind: String, _ say: Wording) -> String {
        switch kind {
        case "fork": say("磁盘被复制或恢复过", "a copied or restored disk")
        case "hole": say("有更改丢失", "changes are lost")
        case "set_aside": say("有更改被搁置", "a change was set aside")
        case "restored": say("服务器由备份恢复", "the server was restored from a backup")
        case "retired": say("已停用", "retired")
        case "revoked": say("已吊销", "revoked")
        default: kind
        }
    }
}
