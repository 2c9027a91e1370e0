import Foundation
import Glibc
import Testing

/// The tool that runs the simulation's seeds, as somebody at a terminal uses it.
@Suite("simulate")
struct SimulateTests {
    @Test("SIGINT ends a campaign with the sums of the seeds that were run, and with 130")
    func interrupted() throws {
        let bench = try Workbench()
        let process = Process()
        process.executableURL = Workbench.binaries.appending(path: "simulate")
        // It tells of each hundredth: first of ten seeds, which are far from all.
        process.arguments = ["--seeds", "1..1000", "--events", "20", "--workers", "2"]
        process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": bench.folder.path]) { $1 }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // A test that fails leaves nothing running.
        defer { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }
        var said = ""
        while !said.contains(" of 1000 seeds") {
            let byte = errors.fileHandleForReading.readData(ofLength: 1)
            if byte.isEmpty { break }
            said += String(decoding: byte, as: UTF8.self)
        }
        try #require(said.hasSuffix(" of 1000 seeds"), "it said '\(said)'")
        try #require(Glibc.kill(process.processIdentifier, SIGINT) == 0)
        let sums = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 130, "\(sums)")
        let stopped = try #require(sums.firstMatch(of: /STOPPED after (\d+) of 1000 seeds\n/), "\(sums)")
        let done = try #require(Int(stopped.1))
        #expect(done >= 10 && done < 1_000)
        #expect(sums.contains("reached: events \(done * 20), "))
        #expect(sums.contains("\n\(done) seeds of 20 events, 0 failed, "))
        // A campaign that was stopped proves nothing about how much is reached.
        #expect(!sums.contains("INVALID"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).isEmpty)
    }
}
