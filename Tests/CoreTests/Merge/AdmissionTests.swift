import PlanSyncCore
import Testing

@Suite("Admission to a chain")
struct AdmissionTests {
    private static let third = Admission.ChainEnd(number: 2, head: "h2")

    @Test(
        "A change is judged by its id, its number and its link, in this order",
        arguments: [
            (3, "h2", false, .next), (3, "other", false, .fork), (3, "", false, .fork),
            (4, "h2", false, .gap(expected: 3)),
            (9, "x", false, .gap(expected: 3)), (2, "h2", false, .fork), (1, "", false, .fork), (3, "h2", true, .known),
            (1, "", true, .known), (9, "x", true, .known), (UInt64.max, "h2", false, .gap(expected: 3)),
        ] as [(UInt64, String, Bool, Admission)])
    func judges(number: UInt64, previous: String, isKnown: Bool, expected: Admission) throws {
        let change = try Sample.change(number, previous: previous)
        #expect(Admission.judge(change, isKnown: isKnown, chain: Self.third) == expected)
    }

    @Test("A chain begins with number 1 and no link")
    func start() throws {
        #expect(Admission.judge(try Sample.change(1), isKnown: false, chain: .start) == .next)
        #expect(Admission.judge(try Sample.change(1, previous: "h"), isKnown: false, chain: .start) == .fork)
        #expect(Admission.judge(try Sample.change(2), isKnown: false, chain: .start) == .gap(expected: 1))
    }

    @Test("A full chain asks for a new incarnation instead of overflowing")
    func full() throws {
        let end = Admission.ChainEnd(number: .max, head: "h")
        #expect(Admission.judge(try Sample.change(.max, previous: "h"), isKnown: false, chain: end) == .fork)
    }
}

@Suite("Conflict records")
struct ConflictRecordTests {
    private func side(_ name: String, _ value: FieldValue?, note: String? = nil) throws -> ConflictSide {
        ConflictSide(
            name: name, value: value, rev: try Sample.id(value == nil ? 1 : 2), by: try DeviceID("pc-1"),
            author: "李明", at: Sample.noon, note: note)
    }

    private func fields(_ sides: [ConflictSide], state: String = "open") throws -> [FieldID: FieldValue] {
        var fields: [FieldID: FieldValue] = [
            ConflictField.about: .text("values/201905B/g07"), ConflictField.state: .text(state),
            ConflictField.base: .text("12"),
        ]
        for side in sides { for (field, value) in try side.fields() { fields[field] = value } }
        return fields
    }

    @Test("Sides read back as they were laid out, ours first, then in the order of arrival")
    func roundTrip() throws {
        let sides = [
            try side("ours", .text("15")), try side("theirs", .text("16"), note: "按统计局数据"),
            try side("theirs2", nil), try side("theirs3", .flag(true)),
        ]
        var fields = try fields(sides.reversed())
        fields[ConflictField.resolution] = .text("theirs")
        let record = try #require(ConflictRecord(id: "c1", tenant: try TenantID("xiping"), fields: fields))
        #expect(record.sides == sides)
        #expect(record.state == .open && record.base == .text("12") && record.resolution == "theirs")
        #expect(record.subject.record.description == "values/201905B" && record.subject.field.rawValue == "g07")
        #expect(record.subject.tenant.rawValue == "xiping")
    }

    @Test("A side beyond a hole is not taken for one, and ours may be missing")
    func holes() throws {
        let sides = [try side("theirs", .text("16")), try side("theirs3", .text("17"))]
        let record = try #require(ConflictRecord(id: "c1", tenant: .city, fields: fields(sides)))
        #expect(record.sides.map(\.name) == ["theirs"])
    }

    @Test("Fields that are not a conflict's give none")
    func refuses() throws {
        let good = try fields([side("ours", .text("1"))])
        for field in [ConflictField.about, ConflictField.state] {
            var bad = good
            bad[field] = nil
            #expect(ConflictRecord(id: "c1", tenant: .city, fields: bad) == nil)
            bad[field] = .text("Ü /")
            #expect(ConflictRecord(id: "c1", tenant: .city, fields: bad) == nil)
            bad[field] = .flag(true)
            #expect(ConflictRecord(id: "c1", tenant: .city, fields: bad) == nil)
        }
        for about in ["values", "values/201905B", "/", "//", "values//g07", "/201905B/g07", "values/201905B/"] {
            var bad = good
            bad[ConflictField.about] = .text(about)
            #expect(ConflictRecord(id: "c1", tenant: .city, fields: bad) == nil, "\(about)")
        }
        #expect(ConflictRecord(id: "c1", tenant: .city, fields: [:]) == nil)
    }

    @Test("A state reads back with the one in which the conflict began")
    func states() throws {
        for kind in [ConflictRecord.State.open, .proposal, .late, .escrow] {
            for (state, began) in [(kind, kind), (.resolved, kind)] {
                let read = try #require(ConflictRecord.State.read(state.text(from: kind)))
                #expect(read == (state, began))
            }
        }
        #expect(ConflictRecord.State.resolved.text(from: .late) == "resolved:late")
        for bad in ["", "done", "late:open", "resolved:", "resolved:done", "resolved:late:late"] {
            #expect(ConflictRecord.State.read(bad) == nil, "\(bad)")
        }
    }

    @Test("What a side's author typed is kept byte for byte, also what JSON writes otherwise")
    func typed() throws {
        let odd = "a\"b\\c\n\t\u{1}／零\u{200B}👨‍👩‍👧"
        let side = ConflictSide(
            name: "theirs", value: .text(odd), rev: try Sample.id(3), by: try DeviceID("pc-1"), author: odd,
            at: Sample.noon, note: odd)
        let record = try #require(ConflictRecord(id: "c1", tenant: .city, fields: try fields([side])))
        #expect(record.sides == [side])
    }

    @Test("An origin that is not one makes no side", arguments: ["", "{}", "{", "[]", #"{"rev":"x"}"#, #"{"rev"}"#])
    func origins(text: String) throws {
        var fields = try fields([side("ours", .text("1")), side("theirs", .text("2"))])
        fields[try ConflictField.origin(of: "theirs")] = .text(text)
        #expect(ConflictRecord(id: "c1", tenant: .city, fields: fields)?.sides.map(\.name) == ["ours"])
        let good = try #require(fields[try ConflictField.origin(of: "ours")]?.text)
        fields[try ConflictField.origin(of: "ours")] = .text(good + "}")
        #expect(ConflictRecord(id: "c1", tenant: .city, fields: fields)?.sides.isEmpty == true)
    }

    @Test("Sides are named by their arrival")
    func names() {
        #expect((0..<4).map { ConflictField.sideName(after: $0) } == ["theirs", "theirs2", "theirs3", "theirs4"])
    }
}
