import PlanSyncCore

/// Values that many tests need.
enum Sample {
    static let noon = Timestamp(milliseconds: 1_561_896_000_000)

    /// The change id with this number.
    static func id(_ number: Int) throws -> ChangeID {
        var bytes = [UInt8](repeating: 0, count: 16)
        bytes[6] = 0x70
        bytes[8] = 0x80
        bytes[14] = UInt8(truncatingIfNeeded: number >> 8)
        bytes[15] = UInt8(truncatingIfNeeded: number)
        return try ChangeID(Base64URL.encode(bytes))
    }

    static func record(_ key: String = "201905B") throws -> RecordKey {
        try RecordKey(collection: CollectionRule.values, key: key)
    }

    static func operation(
        _ action: PlanSyncCore.Operation.Action, _ value: FieldValue?, base: [ChangeID] = [], shown: FieldValue? = nil
    ) throws -> PlanSyncCore.Operation {
        PlanSyncCore.Operation(
            record: try record(), field: try FieldID("g07"), action: action, value: value, base: base, shown: shown)
    }

    static func cell(_ value: FieldValue?, rev: Int = 1, seq: UInt64 = 1, byCity: Bool = false) throws -> Cell {
        Cell(
            value: value, rev: try id(rev), seq: seq, by: try DeviceID("pc-1"), byCity: byCity, author: "李明", at: noon)
    }

    static func mergeCase(
        _ operation: PlanSyncCore.Operation, _ policy: MergePolicy, _ standing: BaseStanding, byCity: Bool = false,
        change: Int = 900, seq: UInt64 = 900, note: String? = nil
    ) throws -> MergeCase {
        let figure = FieldRule.Kind.amount(decimals: 6)
        let kinds: [MergePolicy: FieldRule.Kind] = [
            .ladder: .option(["candidate", "applied", "recognised"]), .members: .members(maximum: 100),
            .text: .text(maximum: 2_000),
        ]
        return MergeCase(
            operation: operation, theirs: operation.action == .clear ? nil : operation.value, change: try id(change),
            seq: seq, note: note, byCity: byCity, rule: try rule(kinds[policy] ?? figure, merge: policy),
            standing: standing)
    }

    static func change(
        _ number: UInt64 = 1, id: Int = 1, previous: String = "", operations: [PlanSyncCore.Operation] = []
    ) throws -> Change {
        Change(
            id: try self.id(id), incarnation: 1, number: number, previous: previous, plan: try PlanID("zmd-2018-25"),
            planRevision: 1, tenant: nil, at: noon, author: "李明", note: nil, operations: operations)
    }

    static func rule(
        _ kind: FieldRule.Kind, unit: String = "", minimum: String? = nil, maximum: String? = nil,
        merge: MergePolicy? = nil
    ) throws -> FieldRule {
        var field: [(String, Sketch)] = [("id", "x"), ("name", "X"), ("unit", .text(unit))]
        switch kind {
        case .amount(let decimals):
            field += [("type", "amount"), ("decimals", .text("\(decimals)"))]
        case .text(let maximum): field += [("type", "text"), ("max_length", .text("\(maximum)"))]
        case .date: field += [("type", "date")]
        case .flag: field += [("type", "flag")]
        case .members(let maximum):
            field += [("type", "members"), ("merge", "members"), ("max_length", .text("\(maximum)"))]
        case .reference(let target): field += [("type", "reference"), ("to", .text(target.rawValue))]
        case .option(let options): field += [("type", "option"), ("options", .list(options.map { .text($0) }))]
        }
        if let merge, merge != .members { field.append(("merge", .text(merge.rawValue))) }
        if let minimum { field.append(("min", .text(minimum))) }
        if let maximum { field.append(("max", .text(maximum))) }
        let plan = try SamplePlan.plan(SamplePlan.document.with("elements.99", .map(field)))
        guard let rule = plan.field(try FieldID("x"), of: CollectionRule.values) else { throw SampleError.noRule }
        return rule
    }
}

enum SampleError: Error { case noRule }
