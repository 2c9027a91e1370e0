import Foundation
import Glibc
import Testing

/// The built binaries, a temporary folder, and a daemon that really runs.
final class Workbench {
    /// What a command came to.
    struct Ended {
        let code: Int32
        let output: String
        let errors: String
    }

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let planFile = repository.appending(path: "Plans/zhumadian-2018-25.yaml").path

    let folder: URL
    private var daemon: Process?
    private(set) var port = 0

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "plansync-acceptance-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        daemon?.terminate()
        daemon?.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// The folder of the binaries that were built beside the tests.
    static var binaries: URL {
        if let given = ProcessInfo.processInfo.environment["PLANSYNC_BIN"] { return URL(filePath: given) }
        return repository.appending(path: ".build/debug")
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    // MARK: Commands

    /// Runs a program to its end, at most a minute unless told otherwise.
    @discardableResult
    func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], seconds: Double = 60
    ) throws -> Ended {
        let process = Process()
        // coreutils' timeout ends what hangs, with the code 124.
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["--kill-after=5", "\(seconds)", program] + arguments
        process.currentDirectoryURL = Self.repository
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        // Files rather than pipes: nothing blocks however much is printed.
        let names = ["out", "err"].map { path("\(UUID().uuidString).\($0)") }
        for name in names { _ = FileManager.default.createFile(atPath: name, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: names[0]))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: names[1]))
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let texts = try names.map { try String(contentsOfFile: $0, encoding: .utf8) }
        return Ended(code: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    @discardableResult
    func plansyncd(_ arguments: String..., environment: [String: String] = [:]) throws -> Ended {
        try run(Self.binaries.appending(path: "plansyncd").path, arguments, environment: environment)
    }

    /// One of the machines: `plansync` with its own home, in English.
    @discardableResult
    func plansync(_ machine: String, _ arguments: String...) throws -> Ended {
        try run(
            Self.binaries.appending(path: "plansync").path,
            arguments + ["--home", path("home-\(machine)"), "--lang", "en", "--author", machine])
    }

    /// The JSON value that a machine's command prints.
    func json(_ machine: String, _ arguments: String...) throws -> [String: Any] {
        let ended = try run(
            Self.binaries.appending(path: "plansync").path,
            arguments + ["--home", path("home-\(machine)"), "--lang", "en", "--author", machine, "--json"])
        let value = try JSONSerialization.jsonObject(with: Data(ended.output.utf8))
        return try #require(value as? [String: Any])
    }

    // MARK: The daemon

    var data: String { path("server") }

    /// Makes the data folder with the plan of Zhumadian.
    func makeServer() throws {
        let made = try plansyncd("init", "--data", data, "--plan", Self.planFile)
        try #require(made.code == 0, "\(made.errors)")
    }

    /// Starts serving, on the port of the first time; returns when it accepts connections.
    ///
    /// `limits`: options of prlimit(1) under which it runs.
    func start(_ more: [String] = [], limits: [String] = []) throws {
        let process = Process()
        let daemon = Self.binaries.appending(path: "plansyncd")
        process.executableURL = limits.isEmpty ? daemon : URL(filePath: "/usr/bin/prlimit")
        process.arguments =
            (limits.isEmpty ? [] : limits + [daemon.path]) + ["serve", "--data", data, "--listen", "127.0.0.1:\(port)"]
            + more
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = ""
        while !line.hasSuffix("\n") {
            let byte = output.fileHandleForReading.readData(ofLength: 1)
            if byte.isEmpty { break }
            line += String(decoding: byte, as: UTF8.self)
        }
        let text = line.trimmingCharacters(in: .whitespacesAndNewlines)
        port = try #require(Int(text.split(separator: ":").last ?? ""), "the daemon said '\(text)'")
        self.daemon = process
    }

    /// Ends the daemon with SIGTERM and gives its exit code.
    @discardableResult
    func stop() throws -> Int32 {
        let process = try #require(daemon)
        daemon = nil
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Ends the daemon as a cut of the power to its process would.
    func kill() throws {
        let process = try #require(daemon)
        daemon = nil
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits until a moment of the clock, as a certificate's end, is over.
    func wait(until moment: String, seconds: Double, more: Double = 1.2) throws {
        let format = ISO8601DateFormatter()
        format.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let end = try #require(format.date(from: moment)).addingTimeInterval(more)
        let rest = end.timeIntervalSinceNow
        try #require(rest < seconds, "\(moment) is too far away")
        if rest > 0 { try run("/bin/sleep", ["\(rest)"]) }
    }

    func token(_ tenant: String, _ role: String, _ more: String...) throws -> String {
        let made = try run(
            Self.binaries.appending(path: "plansyncd").path,
            ["token", "--data", data, "--tenant", tenant, "--role", role] + more)
        try #require(made.code == 0, "\(made.errors)")
        return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Enrols a machine.
    func enrol(_ machine: String, _ tenant: String, _ role: String) throws {
        let ended = try plansync(machine, "enrol", "127.0.0.1:\(port)", try token(tenant, role))
        try #require(ended.code == 0, "\(ended.errors)")
    }

    // MARK: Python

    /// A Python that has `cryptography`.
    func python() throws -> String {
        for candidate in ["/usr/bin/python3", "/usr/local/bin/python3"] + pathCandidates
        where FileManager.default.isExecutableFile(atPath: candidate) {
            if try run(candidate, ["-c", "import cryptography, yaml"]).code == 0 { return candidate }
        }
        Issue.record("Install Debian's python3-cryptography and python3-yaml.")
        throw CocoaError(.executableNotLoadable)
    }

    private var pathCandidates: [String] {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
    }

    func script(_ name: String, _ arguments: [String], seconds: Double) throws -> Ended {
        let file = Self.repository.appending(path: "Tests/Acceptance/\(name)").path
        return try run(
            try python(), [file] + arguments, environment: ["PYTHONDONTWRITEBYTECODE": "1"], seconds: seconds)
    }
}
