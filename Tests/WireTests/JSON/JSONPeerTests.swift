import Foundation
import PlanSyncWire
import Testing

/// Two readers of the same bytes must not take them for different values: one of them would decide and the other log.
@Suite("JSON beside another parser")
struct JSONPeerTests {
    @Test("Whatever Python's parser and ours both take, they take for the same")
    func sameValues() throws {
        let seed = ProcessInfo.processInfo.environment["PLANSYNC_SEED"] ?? "20260901"
        let (text, code) = try peer(seed, "20000")
        try #require(code == 0, "the peer ended with \(code)")
        var both = 0
        var onlyOurs: [String] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ")
            let bytes = try #require(Self.bytes(parts[0]))
            guard let document = try? JSONDocument(bytes, limits: .authenticated) else { continue }
            if parts[1] == "-" {
                onlyOurs.append(String(decoding: bytes, as: UTF8.self))
                continue
            }
            both += 1
            #expect(try shown(document.root) == parts[1], "\(String(decoding: bytes, as: UTF8.self)), seed \(seed)")
        }
        #expect(onlyOurs.isEmpty, "taken by ours alone, seed \(seed): \(onlyOurs.prefix(3))")
        #expect(both > 4_000, "only \(both) texts were taken by both: the run proves too little")
    }

    private func peer(_ seed: String, _ count: String) throws -> (String, Int32) {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Acceptance/json_peer.py")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-B", script.path, seed, count]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }

    private static func bytes(_ hexadecimal: Substring) -> [UInt8]? {
        let digits = Array(hexadecimal.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
        }
    }

    private func shown(_ value: JSONView) throws -> String {
        func text(_ text: String) -> String {
            "\"" + text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
        }
        switch value.kind {
        case .null: return "n"
        case .bool: return try value.bool() ? "t" : "f"
        case .number: return "#" + String(decoding: value.rawBytes, as: UTF8.self)
        case .string: return text(try value.string())
        case .array: return try "[" + value.elements.map { try shown($0) }.joined(separator: ",") + "]"
        case .object:
            let members = try value.members.map { try "\(text($0.name)):\(shown($0.value))" }
            return "{" + members.joined(separator: ",") + "}"
        }
    }
}
