import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Saves values.
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Put values into the fields of a record; saved here, sent by 'plansync sync'.",
        discussion: """
            EXAMPLES:
              plansync set values/201905B etrc_provincial=4
              plansync set values/201905B etrc_provincial=4 patents=1,234 --note "counted anew"
              plansync set 411728:values/201905B etrc_provincial=5   (from the city, for a unit)
              plansync set values/201905B rd_expenditure=3亿 --convert   (30000 where the field is in 万元)
              plansync set projects/new title="a new one"   (its key is made here, and printed)
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String

    @Argument(help: "FIELD=VALUE, one or more.")
    var assignments: [String]

    @Option(help: "Why, in your words.")
    var note: String?

    @Flag(help: "Convert figures that are typed in another unit of the same kind.")
    var convert = false

    func run() throws {
        try EditSaving.save(options, note: note, converting: convert) { editing throws(EditError) in
            try editing.set(record, assignments)
        }
    }
}

/// Adds numbers to counters.
struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add numbers to counters; a correction is a negative number.",
        discussion: """
            EXAMPLES:
              plansync add values/201905B patents=3
              plansync add values/201905B patents=-1 --note "one was counted twice"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String

    @Argument(help: "FIELD=NUMBER, one or more.")
    var assignments: [String]

    @Option(help: "Why, in your words.")
    var note: String?

    func run() throws {
        try EditSaving.save(options, note: note) { editing throws(EditError) in try editing.add(record, assignments) }
    }
}

/// Takes values away.
struct ClearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear", abstract: "Take the values of fields away.",
        discussion: """
            EXAMPLES:
              plansync clear values/201905B etrc_provincial --note "entered for the wrong period"
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "COLLECTION/KEY; from the city TENANT:COLLECTION/KEY.")
    var record: String

    @Argument(help: "FIELD, one or more.")
    var fields: [String]

    @Option(help: "Why, in your words.")
    var note: String?

    func run() throws {
        try EditSaving.save(options, note: note) { editing throws(EditError) in try editing.clear(record, fields) }
    }
}

/// Saves a change and says so.
enum EditSaving {
    /// Makes the change from the present view and saves it to the outbox.
    ///
    /// `before`: what has to be done when the change holds, and before it is saved.
    static func save(
        _ options: CommandOptions, note: String?, converting: Bool = false,
        _ make: (Editing) throws(EditError) -> ChangeDraft, before: () throws -> Void = {}
    ) throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        var random = SystemRandomNumberGenerator()
        let number = try replica.state().chainNumber.addingReportingOverflow(1).partialValue
        let freshKey = NewKey.make(device: view.principal.device, number: number, random: &random)
        let draft = try make(try options.editing(view, note: note, freshKey: freshKey, converting: converting))
        try before()
        let now = Environment.now()
        let change = try replica.save(draft, now: now, random: &random)
        let pending = try replica.counts().pending
        report(change, pending: pending, options)
        EditEffect.report(change, over: view, to: try options.view(of: replica), options)
        let chinese = options.wording.chinese
        if let warning = FrozenText.warning(change, over: view, now: now, chinese: chinese) {
            Console.message(options.wording("服务器会退回：", "The server will refuse this: ") + warning)
        }
    }

    private static func report(_ change: Change, pending: Int, _ options: CommandOptions) {
        if options.json {
            Console.json { writer in
                writer.member("id", change.id.rawValue)
                writer.member("n", change.number)
                writer.member("record", ifPresent: change.operations.first?.record.description)
                writer.member("ops", change.operations.count)
                writer.member("pending", pending)
            }
            return
        }
        let say = options.wording
        for operation in change.operations { Console.line(TextTable.plain(line(operation, say))) }
        Console.message(
            say(
                "已保存在本机，等待上报 \(pending) 项；运行 plansync sync 上报。",
                "Saved here; \(ToolError.edits(pending)) for 'plansync sync'."))
    }

    private static func line(_ operation: PlanSyncCore.Operation, _ say: Wording) -> String {
        let old = operation.shown?.shown ?? "-"
        let new = operation.value?.shown ?? "-"
        let place = "\(operation.record) \(operation.field?.rawValue ?? "")"
        switch operation.action {
        case .add: return "\(place): \(old) + \(new)"
        case .insert: return "\(place): + \(new)"
        case .remove: return "\(place): - \(new)"
        case .delete: return "\(operation.record): " + say("删除", "deleted")
        case .restore: return "\(operation.record): " + say("恢复", "restored")
        case .set, .clear, .reopen: return "\(place): \(old) → \(operation.action == .clear ? "-" : new)"
        }
    }
}
