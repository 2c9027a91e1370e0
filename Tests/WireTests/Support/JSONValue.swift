import PlanSyncSeeds
import PlanSyncWire

/// A JSON value as a tree, to compare what was written with what is read.
indirect enum JSONValue: Equatable {
    case null
    case bool(Bool)
    case number(Int64)
    case text(String)
    case array([JSONValue])
    case object([Member])

    struct Member: Equatable {
        let name: String
        let value: JSONValue
    }
}

extension JSONValue: JSONReadable, JSONWritable {
    init(json: JSONView) throws(JSONFault) {
        switch json.kind {
        case .null: self = .null
        case .bool: self = .bool(try json.bool())
        case .number: self = .number(try json.integer())
        case .string: self = .text(try json.string())
        case .array: self = .array(try json.decodeElements())
        case .object:
            var members: [Member] = []
            for member in json.members { members.append(Member(name: member.name, value: try member.value.decode())) }
            self = .object(members)
        }
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .number(let value): writer.integer(value)
        case .text(let value): writer.string(value)
        case .array(let values): values.write(to: &writer)
        case .object(let members):
            writer.object { writer in
                for member in members { writer.member(member.name, member.value) }
            }
        }
    }
}

extension JSONValue {
    /// A value of at most so many levels, with the awkward things more often than chance would bring them.
    static func random(depth: Int = 5, using random: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .number(randomNumber(using: &random))
        case 3, 4: .text(randomText(lengthMax: 40, using: &random))
        case 5, 6:
            .array((0..<Int.random(in: 0...6, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default: randomObject(depth: depth, using: &random)
        }
    }

    private static func randomObject(depth: Int, using random: inout SplitMix64) -> JSONValue {
        var members: [Member] = []
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            let name = randomText(lengthMax: 12, using: &random)
            // By bytes: two spellings that Unicode takes as equal are two keys.
            if members.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) { continue }
            members.append(Member(name: name, value: .random(depth: depth - 3, using: &random)))
        }
        return .object(members)
    }

    private static func randomNumber(using random: inout SplitMix64) -> Int64 {
        let edges: [Int64] = [0, 1, -1, 9, 10, .max, .min, .max - 1, .min + 1, 1 << 53, (1 << 53) + 1]
        return Bool.random(using: &random)
            ? edges.randomElement(using: &random) ?? 0 : Int64.random(in: .min ... .max, using: &random)
    }

    private static func randomText(lengthMax: Int, using random: inout SplitMix64) -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0x20...0x7E, 0x01...0x1F, 0x22...0x22, 0x5C...0x5C, 0x7F...0x7FF, 0x4E00...0x9FA5,
            0xE000...0xFFFF, 0x10000...0x10FFFF,
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...lengthMax, using: &random) {
            let range = ranges.randomElement(using: &random) ?? 0x20...0x7E
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { text.append(scalar) }
        }
        return String(text)
    }
}
