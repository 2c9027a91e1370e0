import PlanSyncWire
import Testing

@Suite("JSON view")
struct JSONViewTests {
    private func view(_ text: String) throws -> JSONView {
        try JSONDocument(Array(text.utf8), limits: .authenticated).root
    }

    @Test(
        "Whole numbers are read exactly",
        arguments: [
            ("0", 0), ("7", 7), ("-7", -7), ("9007199254740993", 9_007_199_254_740_993),
            ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min), ("1000", 1_000),
        ])
    func integers(text: String, value: Int64) throws {
        #expect(try view(text).integer() == value)
        #expect(try view(" [\(text)] ").decode([Int64].self) == [value])
    }

    @Test(
        "Numbers that are not whole in writing, or do not fit, are refused",
        arguments: [
            "1.0", "1e3", "1E0", "-0", "-0.0", "0.5", "9223372036854775808", "-9223372036854775809", "1e400",
            "18446744073709551615", "99999999999999999999999999999999", "\"1\"", "true", "null", "[]", "{}",
        ])
    func notIntegers(text: String) throws {
        let view = try view(text)
        #expect(throws: JSONFault.self) { try view.integer() }
        #expect(throws: JSONFault.self) { try view.decode(Int.self) }
        #expect(throws: JSONFault.self) { try view.decode(UInt64.self) }
    }

    @Test("Unsigned numbers have no minus")
    func unsigned() throws {
        #expect(try view("9223372036854775807").decode(UInt64.self) == UInt64(Int64.max))
        #expect(throws: JSONFault.self) { try view("-1").decode(UInt64.self) }
        #expect(try view("5").integer(in: 1...UInt64(9)) == 5)
        #expect(throws: JSONFault.self) { try view("0").integer(in: 1...UInt64(9)) }
    }

    @Test(
        "Texts are unescaped",
        arguments: [
            ("\"\"", ""), ("\"a\"", "a"), ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\u{8}\u{C}\n\r\t"),
            ("\"\\u0041\\u00e9\\u6C49\"", "A\u{E9}汉"), ("\"x\\ud83d\\ude00y\"", "x\u{1F600}y"),
            ("\"\\uDBFF\\uDFFF\"", "\u{10FFFF}"), ("\"\\\\u0041\"", "\\u0041"), ("\"e\u{301}\"", "e\u{301}"),
        ])
    func texts(source: String, text: String) throws {
        let view = try view(source)
        #expect(try view.string().utf8.elementsEqual(text.utf8))
        #expect(view.isString(text))
        #expect(!view.isString(text + "x"))
    }

    @Test("Kinds are told apart, and a wrong one says what was expected")
    func kinds() throws {
        let table: [(String, JSONKind)] = [
            ("{}", .object), ("[]", .array), ("\"\"", .string), ("-1", .number), ("0", .number), ("true", .bool),
            ("false", .bool), ("null", .null),
        ]
        for (text, kind) in table { #expect(try view(text).kind == kind) }
        #expect(try view("true").bool())
        #expect(try !view("false").bool())
        let fault = #expect(throws: JSONFault.self) { try view("[1]").string() }
        #expect(fault?.message == "Expected a string, not an array.")
    }

    @Test("Members are found by their unescaped names, elements in order")
    func membersAndElements() throws {
        let root = try view("{\"a\":[1,[2,3],{\"x\":4}],\"\\u0062\":{\"a\":true},\"c\":null,\"汉\":\"字\"}")
        #expect(root.count == 4)
        #expect(root.members.map(\.name) == ["a", "b", "c", "汉"])
        #expect(root.member("b")?.member("a")?.kind == .bool)
        #expect(root.member("汉")?.isString("字") == true)
        #expect(root.member("c")?.isNull == true)
        #expect(root.member("d") == nil)
        let list = try root.requireMember("a")
        #expect(list.count == 3)
        #expect(list.elements.map { String(decoding: $0.rawBytes, as: UTF8.self) } == ["1", "[2,3]", "{\"x\":4}"])
        #expect(list.member("a") == nil)
        #expect(Array(list.members.map(\.name)).isEmpty)
        #expect(try view("{\"a\":1}").elements.map(\.kind).isEmpty)
        #expect(try view("7").count == 0)
    }

    @Test("A fault names its place from the root")
    func paths() throws {
        let root = try view("{\"params\":{\"x\":{},\"changes\":[{\"ops\":[{},{\"field\":[7]}]}]}}")
        let change = try #require(root.member("params")?.member("changes")?.elements.map { $0 }.first)
        let operation = try #require(change.member("ops")?.elements.map { $0 }.last)
        #expect(operation.path == "params.changes[0].ops[1]")
        let field = try operation.requireMember("field")
        let fault = #expect(throws: JSONFault.self) { try field.string() }
        #expect(fault?.path == "params.changes[0].ops[1].field")
        let missing = #expect(throws: JSONFault.self) { try operation.requireMember("do") }
        #expect(missing == JSONFault(path: "params.changes[0].ops[1].do", message: "This member is missing."))
        #expect(root.path == "")
        let absent = #expect(throws: JSONFault.self) { try root.requireMember("id") }
        #expect(absent?.path == "id")
        let item = #expect(throws: JSONFault.self) { try field.decode([String].self) }
        #expect(item?.path == "params.changes[0].ops[1].field[0]")
        #expect(throws: JSONFault.self) { try field.requireMember("x") }
    }

    @Test("A member that may be absent may also be null, and must be right when it is there")
    func optionalMembers() throws {
        let root = try view("{\"a\":1,\"b\":null,\"c\":\"x\"}")
        #expect(try root.decodeMemberIfPresent("a", as: Int.self) == 1)
        #expect(try root.decodeMemberIfPresent("b", as: Int.self) == nil)
        #expect(try root.decodeMemberIfPresent("z", as: Int.self) == nil)
        #expect(throws: JSONFault.self) { try root.decodeMemberIfPresent("c", as: Int.self) }
        #expect(throws: JSONFault.self) { try view("[]").decodeMemberIfPresent("a", as: Int.self) }
        #expect(try view("[1,null]").decode([Int?].self) == [1, nil])
    }

    @Test("Lists, texts and made values have their limits")
    func limited() throws {
        #expect(try view("[1,2]").decodeElements(of: Int.self, countMax: 2) == [1, 2])
        #expect(throws: JSONFault.self) { try view("[1,2,3]").decodeElements(of: Int.self, countMax: 2) }
        #expect(try view("\"汉\"").string(bytesMax: 3) == "汉")
        #expect(throws: JSONFault.self) { try view("\"汉\"").string(bytesMax: 2) }
        #expect(try view("\"12\"").string(as: "a figure") { Int($0) } == 12)
        let fault = #expect(throws: JSONFault.self) { try view("\"x\"").string(as: "a figure") { Int($0) } }
        #expect(fault?.message == "Expected a figure.")
        #expect(try view("\"device\"").decode(RPCAccessWord.self) == .device)
        let word = #expect(throws: JSONFault.self) { try view("\"root\"").decode(RPCAccessWord.self) }
        #expect(word?.message == "Expected one of: anonymous, device.")
    }
}

private enum RPCAccessWord: String, CaseIterable, JSONReadable { case anonymous, device }
