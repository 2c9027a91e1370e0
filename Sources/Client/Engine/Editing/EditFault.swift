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
    case key(String, CollectionRule, english: String)
    /// Not of the form `FIELD=VALUE`.
    case assignmentForm(String)
    /// The collection has no such field.
    case fieldUnknown(String, collection: String, nearest: String?, known: [String])
    /// A field is named twice.
    case fieldTwice(String)
    /// The value cannot stand in the field.
    case value(field: String, FieldFault)
    /// The value has more bytes than any may have.
    case valueTooLong(field: String, bytesMax: Int)
    /// The role may not write this; the word is of ``Permission``.
    case permission(field: String, word: String)
    /// Numbers can only be added to a counter.
    case notACounter(field: String)
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

    /// One sentence for a person.
    package func sentence(chinese: Bool) -> String { chinese ? zh : en }

    private var zh: String {
        switch self {
        case .recordForm(let typed): "“\(typed)”不是记录名,请写成 表/键,例如 values/201905B。"
        case .tenantUnknown(let typed, let nearest): "没有单位“\(typed)”\(Self.hintZH(nearest))"
        case .collectionUnknown(let typed, let nearest, let known):
            "本方案没有表“\(typed)”\(nearest == nil ? ";有:\(known.joined(separator: "、"))。" : Self.hintZH(nearest))"
        case .collectionOfConflicts: "冲突请用 plansync conflicts resolve 裁定,不能直接填写。"
        case .key(let key, let collection, _):
            "“\(key)”不是表“\(collection.name.zh)”的键;键的形式是 \(Self.form(collection, chinese: true))。"
        case .assignmentForm(let typed): "“\(typed)”请写成 字段=值,例如 etrc_provincial=4。"
        case .fieldUnknown(let typed, let collection, let nearest, let known):
            "表“\(collection)”没有字段“\(typed)”\(nearest == nil ? ";有:\(Self.some(known, "、"))。" : Self.hintZH(nearest))"
        case .fieldTwice(let field): "字段“\(field)”写了两次,请只保留一个。"
        case .value(let field, let fault): "字段“\(field)”:\(fault.sentence(chinese: true))"
        case .valueTooLong(let field, let maximum): "字段“\(field)”的内容超过 \(maximum) 字节,请缩短。"
        case .permission(let field, let word): "字段“\(field)”:\(Permission.sentence(for: word, chinese: true))"
        case .notACounter(let field): "字段“\(field)”不是计数项,不能累加,请用 plansync set。"
        case .nothing: "没有要保存的内容,请至少写一个字段。"
        case .tooManyFields(let maximum): "一次最多保存 \(maximum) 个字段,请分几次保存。"
        case .noteTooLong(let maximum): "说明超过 \(maximum) 字节,请缩短。"
        case .authorMissing: "缺少填报人姓名,请加 --author 姓名。"
        case .authorTooLong(let maximum): "填报人姓名超过 \(maximum) 字节,请缩短。"
        case .conflictUnknown(let id, let nearest): "没有冲突“\(id)”\(Self.hintZH(nearest))"
        case .sideUnknown(let side, let known): "该冲突没有“\(side)”一方;有:\(known.joined(separator: "、"))。"
        case .reasonMissing: "裁定必须写明理由,请加 --reason 理由。"
        }
    }

    private var en: String {
        switch self {
        case .recordForm(let typed): "'\(typed)' names no record; write COLLECTION/KEY, such as values/201905B."
        case .tenantUnknown(let typed, let nearest): "There is no unit '\(typed)'\(Self.hintEN(nearest))"
        case .collectionUnknown(let typed, let nearest, let known):
            "The plan has no collection '\(typed)'"
                + (nearest == nil ? "; it has \(known.joined(separator: ", "))." : Self.hintEN(nearest))
        case .collectionOfConflicts: "Conflicts are decided with 'plansync conflicts resolve', not edited."
        case .key(_, _, let english): english
        case .assignmentForm(let typed): "'\(typed)' must have the form FIELD=VALUE, such as etrc_provincial=4."
        case .fieldUnknown(let typed, let collection, let nearest, let known):
            "The collection '\(collection)' has no field '\(typed)'"
                + (nearest == nil ? "; it has \(Self.some(known, ", "))." : Self.hintEN(nearest))
        case .fieldTwice(let field): "The field '\(field)' is given twice; keep one."
        case .value(let field, let fault): "Field '\(field)': \(fault.sentence(chinese: false))"
        case .valueTooLong(let field, let maximum): "Field '\(field)': the value has over \(maximum) bytes; shorten it."
        case .permission(let field, let word): "Field '\(field)': \(Permission.sentence(for: word, chinese: false))"
        case .notACounter(let field):
            "The field '\(field)' is no counter; nothing can be added to it, use 'plansync set'."
        case .nothing: "There is nothing to save; name at least one field."
        case .tooManyFields(let maximum): "At most \(maximum) fields are saved at once; save them in parts."
        case .noteTooLong(let maximum): "The note has over \(maximum) bytes; shorten it."
        case .authorMissing: "The author's name is missing; add --author NAME."
        case .authorTooLong(let maximum): "The author's name has over \(maximum) bytes; shorten it."
        case .conflictUnknown(let id, let nearest): "There is no conflict '\(id)'\(Self.hintEN(nearest))"
        case .sideUnknown(let side, let known):
            "The conflict has no side '\(side)'; it has \(known.joined(separator: ", "))."
        case .reasonMissing: "A decision needs a reason; add --reason TEXT."
        }
    }

    private static func hintZH(_ nearest: String?) -> String { nearest.map { ",是不是“\($0)”?" } ?? "。" }

    private static func hintEN(_ nearest: String?) -> String { nearest.map { "; did you mean '\($0)'?" } ?? "." }

    private static func some(_ names: [String], _ separator: String) -> String {
        names.prefix(8).joined(separator: separator) + (names.count > 8 ? " …" : "")
    }

    private static func form(_ collection: CollectionRule, chinese: Bool) -> String {
        collection.key.map { part in
            switch part {
            case .name: "名称"
            case .period: "期次(如 201905B)"
            case .year: "年份"
            case .measure: "措施编号"
            case .indicator: "指标"
            case .uscc: "18 位统一社会信用代码"
            }
        }.joined(separator: ":")
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
