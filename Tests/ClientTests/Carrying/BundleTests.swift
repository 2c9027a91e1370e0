import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

@Suite("Bundles and dry runs")
struct BundleTests {
    @Test("A bundle holds all that waits, each push signed, and it goes on waiting")
    func export() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...5).map { try bench.set("centres=\($0)") }
        try bench.acknowledge(changes[0], seq: 1)
        let bundle = try bench.replica.bundle(signer: EchoSigner(), countMax: 3, bytesMax: 1_000_000)
        #expect(bundle.changes == 4 && bundle.lines.count == 3)
        let carried = CarriedChanges(
            bundle.lines.flatMap { $0 + [10] }, cryptography: MixingCryptography())
        #expect(carried.header == CarriedHeader(tenant: try TenantID("suiping"), device: try DeviceID("d1")))
        #expect(carried.changes == Array(changes.dropFirst()))
        for push in carried.pushes {
            let last = try #require(push.changes.last)
            #expect(push.signature == MixingCryptography().sha256(last.canonicalBytes))
        }
        #expect(try bench.replica.counts().pending == 4)
    }

    @Test("Carried pushes go in frames that are never over the limit, in their order")
    func frames() throws {
        let bench = try Bench.enrolled()
        for value in 1...30 { try bench.set("centres=\(value)") }
        let bundle = try bench.replica.bundle(signer: EchoSigner(), countMax: 1, bytesMax: 1_000_000)
        let carried = CarriedChanges(bundle.lines.flatMap { $0 + [10] }, cryptography: MixingCryptography())
        let device = try DeviceID("d1")
        let parts = try BundleFrames.split(carried.pushes, of: device, bytesMax: 8_000)
        #expect(parts.count > 2)
        #expect(parts.allSatisfy { $0.jsonBytes.count <= 8_000 })
        #expect(parts.flatMap(\.pushes).flatMap(\.changes) == carried.changes)
        #expect(throws: BundleFrames.TooLarge.self) {
            try BundleFrames.split(carried.pushes, of: device, bytesMax: 4_200)
        }
    }

    private func dryRun(_ bench: Bench, _ hello: SessionHello.Result) throws -> DryRun {
        try DryRun(
            bench.replica, hello, try #require(hello.device), signer: EchoSigner(), options: SyncDriver.Options(),
            now: bench.now)
    }

    @Test("A dry run asks exactly what a synchronisation would send, and leaves no trace in the replica")
    func dryRun() throws {
        let bench = try Bench.enrolled()
        let changes = try (1...2).map { try bench.set("centres=\($0)") }
        let before = (try bench.replica.state(), try bench.replica.outbox(), bench.log.bytes)
        let hello = try Bench.hello(epoch: "e2", now: bench.now.advanced(byMilliseconds: 9_000))
        let run = try dryRun(bench, hello)
        let question = try #require(run.question)
        #expect(question.isDryRun && question.pushes.flatMap(\.changes) == changes)
        let results = changes.enumerated().map { index, change in
            ChangeResult(
                id: change.id, number: change.number, seq: UInt64(index + 1),
                operations: [OperationResult(index == 0 ? .applied : .rejected, reason: index == 0 ? nil : "empty")])
        }
        let push = SyncPush.Result(results: results.map(\.encoded), lastNumber: 2, epoch: "e2", backedUp: nil)
        let answer = try SyncBundle.Result(
            json: JSONDocument(SyncBundle.Result(pushes: [push], refusal: nil).jsonBytes, limits: .document).root)
        let summary = run.summary(of: answer)
        #expect(summary.sent == 2 && summary.applied == 1 && summary.rejected == 1)
        #expect(summary.remarks.map(\.result.outcome) == [.applied, .rejected])
        #expect(summary.remarks.map(\.position) == before.1.map(\.position))
        #expect(try bench.replica.state() == before.0)
        #expect(try bench.replica.outbox() == before.1)
        #expect(bench.log.bytes == before.2)
    }

    @Test("A dry run says that what waits would get new numbers, and gives none")
    func dryRunAfterFork() throws {
        let bench = try Bench.enrolled()
        let change = try bench.set("centres=1")
        let run = try dryRun(bench, try Bench.hello(incarnation: 2))
        #expect(run.greeting.renumbered == 1)
        #expect(
            run.question?.pushes.flatMap(\.changes) == [change.renumbered(incarnation: 2, number: 1, previous: "")])
        #expect(try bench.replica.outbox().map(\.change) == [change])
        #expect(try bench.replica.state().incarnation == 1)
    }

    @Test("Nothing waits: nothing is asked")
    func nothing() throws {
        let bench = try Bench.enrolled()
        #expect(try dryRun(bench, try Bench.hello()).question == nil)
    }
}
