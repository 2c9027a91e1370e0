import PlanSyncClient
import PlanSyncCore
import PlanSyncPage
import PlanSyncWire

/// A machine that is not enrolled.
struct BareHost: PageHost {
    /// The bytes that all secrets are made of.
    static let byte: UInt8 = 7

    var person: String { "王" }
    func setPerson(_ name: String) throws { throw PageFault(zh: "不能保存。", en: "It cannot be kept.") }
    var cryptography: any Cryptography { SummingCryptography() }
    func replica() throws -> Replica? { nil }
    func now() -> Timestamp { Timestamp(milliseconds: 1_562_000_000_000) }
    func certificateEnd() -> Timestamp? { nil }
    func randomBytes(_ count: Int) -> [UInt8] { [UInt8](repeating: Self.byte, count: count) }
    func pause(_ duration: Duration) async throws { throw CancellationError() }

    func synchronise(_ progress: @escaping @Sendable (SyncProgress) -> Void) async throws -> SyncSummary {
        throw PageFault(zh: "没有服务器。", en: "There is no server.", isOffline: true)
    }

    func call<Method: RPCMethod>(_ method: Method.Type, _ params: Method.Params) async throws -> Method.Result {
        throw PageFault(zh: "没有服务器。", en: "There is no server.", isOffline: true)
    }

    func keep(file content: [UInt8], hash: String) throws { throw PageFault(zh: "不能保存。", en: "It cannot be kept.") }

    func content(of file: LocalAttachment, in plan: PlanID) async throws -> [UInt8] {
        throw PageFault(zh: "没有服务器。", en: "There is no server.", isOffline: true)
    }

    func enrol(server: String, token: String, name: String?) async throws {
        throw PageFault(zh: "注册码 <\(token)> 无效。", en: "The token <\(token)> is not valid.")
    }
}

/// Sums of bytes in place of hashes; the page only passes it on.
private struct SummingCryptography: Cryptography {
    func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var sum = [UInt8](repeating: 0, count: 32)
        for (place, byte) in bytes.enumerated() { sum[place % 32] &+= byte }
        return sum
    }

    func hmacSHA256(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] { sha256(key + bytes) }
    func seal(_ message: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? { nil }
    func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? { nil }
    func isValid(signature: [UInt8], over message: [UInt8], publicKey: [UInt8]) -> Bool { false }
}
