import Foundation
import PlanSyncTLS
import Testing

/// The openssl command as the peer, with its bytes carried through pipes and a socket pair of ours.
@Suite("TLS sessions against the openssl command")
struct CommandPeerTests {
    @Test("A client of TLS 1.2, one without ALPN, one of another protocol or group is refused")
    func refused() throws {
        let all = try Installation()
        let cases: [([String], TLSError)] = [
            (["-tls1_2", "-alpn", "plansync/1"], .versionNotAgreed),
            (["-alpn", "h2"], .protocolNotAgreed),
        ]
        for (arguments, expected) in cases {
            #expect(try serve(all, to: arguments) == expected)
        }
        for arguments in [[], ["-alpn", "plansync/1", "-groups", "P-384"]] {
            let error = try serve(all, to: arguments)
            #expect(error != nil)
        }
    }

    @Test("A well-behaved openssl client gets through without a ticket")
    func accepted() throws {
        let all = try Installation()
        #expect(try serve(all, to: ["-alpn", "h2,plansync/1"]) == nil)
    }

    @Test("A client that asks for new keys without end is cut off")
    func keyUpdates() throws {
        let all = try Installation()
        let keys = String(repeating: "k\n", count: 100)
        #expect(try serve(all, to: ["-alpn", "plansync/1"], input: keys) == .tooManyKeyUpdates)
        #expect(try serve(all, to: ["-alpn", "plansync/1"], input: String(repeating: "k\n", count: 10)) == nil)
    }

    /// Lets `openssl s_client` connect to a session of ours; answers how it failed.
    private func serve(_ all: Installation, to arguments: [String], input: String = "") throws -> TLSError? {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                try #require(bind(listener, generic, length) == 0 && listen(listener, 1) == 0)
                try #require(getsockname(listener, generic, &length) == 0)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = ["s_client", "-connect", "127.0.0.1:\(port)"] + arguments
        let standardInput = Pipe()
        process.standardInput = standardInput
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let connection = accept(listener, nil, nil)
        defer { close(connection) }
        let session = try TLSSession(server: all.serverContext())
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var isGreeted = false
        while true {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            do {
                _ = try buffer.prefix(count).withUnsafeBytes { try session.receive($0) { _ in } }
            } catch let error as TLSError {
                session.withOutgoing { _ = send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                return error
            }
            session.withOutgoing { _ = send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if session.isHandshakeDone, !isGreeted {
                isGreeted = true
                for line in input.split(separator: "\n") {
                    // s_client takes a command only at the start of what one read gives it.
                    try standardInput.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
                    usleep(3_000)
                }
                try standardInput.fileHandleForWriting.write(contentsOf: Data("Q\n".utf8))
            }
        }
    }
}
