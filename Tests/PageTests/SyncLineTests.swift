import Foundation
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Synchronization
import Testing

@testable import PlanSyncPage

/// What the line at the head of the page says while a synchronisation runs, and after it.
@Suite("The line of the synchronisation")
struct SyncLineTests {
    /// A machine whose synchronisations come to what is given, and that listens to the line meanwhile.
    private final class Scripted: PageHost {
        private let bare = BareHost()
        private let folder: URL
        private let copy: Replica
        private let steps: [SyncProgress]
        private let fault: PageFault?
        private let listener = Mutex<(@Sendable () -> Void)?>(nil)

        init(_ steps: [SyncProgress], fault: PageFault? = nil) throws {
            self.steps = steps
            self.fault = fault
            folder = FileManager.default.temporaryDirectory.appending(path: "plansync-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            copy = try Replica(
                path: folder.appending(path: "replica.sqlite").path, lock: SoleOwnerLock(),
                cryptography: bare.cryptography, log: MemoryOutboxLog())
        }

        deinit {
            try? copy.close()
            try? FileManager.default.removeItem(at: folder)
        }

        func listen(_ listen: @escaping @Sendable () -> Void) { listener.withLock { $0 = listen } }

        var person: String { bare.person }
        var cryptography: any Cryptography { bare.cryptography }
        func setPerson(_ name: String) throws { try bare.setPerson(name) }
        func replica() throws -> Replica? { copy }
        func now() -> Timestamp { bare.now() }
        func certificateEnd() -> Timestamp? { nil }
        func randomBytes(_ count: Int) -> [UInt8] { bare.randomBytes(count) }
        func pause(_ duration: Duration) async throws { try await bare.pause(duration) }
        func keep(file content: [UInt8], hash: String) throws { try bare.keep(file: content, hash: hash) }
        func content(of file: LocalAttachment, in plan: PlanID) async throws -> [UInt8] {
            try await bare.content(of: file, in: plan)
        }
        func enrol(server: String, token: String, name: String?) async throws {
            try await bare.enrol(server: server, token: token, name: name)
        }
        func call<Method: RPCMethod>(_ method: Method.Type, _ params: Method.Params) async throws -> Method.Result {
            try await bare.call(method, params)
        }
        func synchronise(_ progress: @escaping @Sendable (SyncProgress) -> Void) async throws -> SyncSummary {
            for step in steps {
                progress(step)
                listener.withLock { $0 }?()
            }
            if let fault { throw fault }
            return SyncSummary()
        }
    }

    /// The words while it runs, in the order of the steps, and the whole line afterwards.
    private func words(
        _ steps: [SyncProgress], pending: Int, chinese: Bool = true, fault: PageFault? = nil
    ) async throws -> (during: [String], after: String) {
        let host = try Scripted(steps, fault: fault)
        let sync = BackgroundSync(host: host)
        let secrets = PageSecrets(randomBytes: host.randomBytes)
        let line = SyncLine(
            desk: Desk(host: host, sync: sync, secrets: secrets), view: nil, say: Wording(chinese: chinese))
        let heard = HeardWords()
        host.listen { heard.add(line.words(sync.state, pending)) }
        await sync.once()
        return (heard.all, line.line().text)
    }

    private final class HeardWords: Sendable {
        private let words = Mutex<[String]>([])
        func add(_ word: String) { words.withLock { $0.append(word) } }
        var all: [String] { words.withLock { $0 } }
    }

    @Test("While it sends, the line counts what is sent of what there is to send")
    func sending() async throws {
        let steps: [SyncProgress] = [.pushed(changes: 5), .pushed(changes: 7)]
        #expect(try await words(steps, pending: 28).during == ["已上报 5/33 项…", "已上报 12/40 项…"])
        #expect(try await words(steps, pending: 0, chinese: false).during == ["5 of 5 sent…", "12 of 12 sent…"])
    }

    @Test("Afterwards it says that it is connected; without a server since when it is not, and the last time")
    func after() async throws {
        let fine = try await words([], pending: 0).after
        #expect(fine.contains("已连接") && fine.contains("上次同步 从未") && !fine.contains("data-running"))
        let fault = PageFault(zh: "没有服务器。", en: "There is no server.", isOffline: true)
        let away = try await words([], pending: 0, fault: fault).after
        #expect(away.contains("离线（自 2019-07-02 00:53），可继续填报") && away.contains("上次同步"), "\(away)")
        let refused = try await words([], pending: 0, fault: PageFault(zh: "证书已吊销。", en: "Revoked.")).after
        #expect(refused.contains("证书已吊销。") && !refused.contains("离线"))
    }
}
