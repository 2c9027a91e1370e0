import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncTransport
import PlanSyncWire

/// What an enrolled device needs to talk to its server.
struct EnrolledLine {
    /// The replica.
    let replica: Replica
    /// Where the server is.
    let address: ServerAddress
    /// What it shows and trusts.
    let identity: DeviceIdentity
    /// The files of the device.
    let shelf: FileShelf
    private let context: TLSContext

    /// Signs pushes.
    var signer: KeySigner { KeySigner(key: identity.key) }

    /// Reads key and certificates of a home folder.
    ///
    /// - Throws: ``ToolError``, TLS errors for a damaged file.
    init(folder: HomeFolder, replica: Replica) throws {
        let state = try replica.state()
        guard let host = state.host, let port = state.port else { throw ToolError.notEnrolled(home: folder.path) }
        identity = try DeviceIdentity(folder: folder)
        context = try identity.context()
        self.replica = replica
        shelf = FileShelf(folder)
        address = ServerAddress(host: host, port: port)
    }

    /// How many edits wait to be sent.
    var pending: Int { (try? replica.counts().pending) ?? 0 }

    /// Connects, pushes and pulls.
    ///
    /// `renewal`: when a connection that stays is ended for a renewal; `nil`: never.
    /// - Throws: ``ToolError``, the replica's errors.
    func run(
        _ options: SyncDriver.Options, _ report: SyncReport, renewal: Timestamp? = nil
    ) async throws -> SyncRun.End {
        // A device out of service keeps no file either.
        defer { if ((try? replica.state().handedIn) ?? nil) != nil { shelf.clear() } }
        do {
            let connection = try await Dialer().connect(host: address.host, port: address.port, context: context)
            let carrier = FileCarrier(line: self, say: report.say)
            let run = SyncRun(
                replica: replica, signer: signer, options: options, report: report, renewal: renewal,
                settled: { try await carrier.send() })
            return try await run.run(over: connection)
        } catch {
            throw LineFailure.error(error, address: address, pending: pending)
        }
    }

    /// Connects, greets without taking anything in, and makes single calls.
    ///
    /// - Throws: ``ToolError``, the replica's errors.
    func talk<Answer>(
        language: String,
        _ body: (inout Caller, SessionHello.Result, SessionHello.DeviceState) async throws -> Answer
    ) async throws -> Answer {
        do {
            let connection = try await Dialer().connect(host: address.host, port: address.port, context: context)
            var caller = Caller(connection)
            let params = SessionHello.Params(
                client: ClientRelease.name, language: language, incarnation: try replica.state().incarnation)
            let hello = try await caller.call(SessionHello.self, params)
            guard let device = hello.device else { throw ToolError.sync(.unauthenticated(reason: "anonymous")) }
            let answer = try await body(&caller, hello, device)
            await connection.close()
            return answer
        } catch let error as RPCError {
            throw ToolError.sync(SyncFault(error))
        } catch {
            throw LineFailure.error(error, address: address, pending: pending)
        }
    }
}
