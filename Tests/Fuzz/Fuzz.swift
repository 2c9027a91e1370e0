// The door of libFuzzer. One program holds all targets, so that it is linked once; `dev/fuzz` names the target in the
// environment, which the workers of a run with several jobs inherit.

import Glibc

private let variable = "PLANSYNC_FUZZ"

/// The target of this process.
// Unsafe for the compiler alone: libFuzzer calls from one thread only.
nonisolated(unsafe) private var chosen: (any FuzzTarget)?

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// libFuzzer's own loop (llvm, compiler-rt/lib/fuzzer/FuzzerInterface.h).
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<Arguments?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// The program's beginning, under the name that the package manager links an executable `fuzz` by.
@_cdecl("fuzz_main")
public func fuzzMain(
    _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
    let name = getenv(variable).map { String(cString: $0) } ?? ""
    guard let make = FuzzTargets.all[name] else {
        say(FuzzTargets.all.keys.sorted().joined(separator: " "))
        return name == "list" ? 0 : 2
    }
    chosen = make()
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, testOneInput)
}

/// Called for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    chosen?.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Ends the process as a crash does, so that libFuzzer keeps the input.
func finding(_ sentence: String) -> Never {
    say("FINDING: \(sentence)")
    abort()
}

private func say(_ sentence: String) {
    let line = Array("\(sentence)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
}

/// Something that takes bytes of an outsider.
///
/// An input may be refused in any way that the code foresees; a trap, a hang, much memory or a broken promise is a
/// finding.
protocol FuzzTarget: AnyObject {
    func run(_ input: [UInt8])
}

/// The targets by name.
enum FuzzTargets {
    static var all: [String: () -> any FuzzTarget] {
        [
            "frames": { FrameTarget() }, "json": { JSONTarget() }, "dispatcher": { DispatcherTarget() },
            "csr": { RequestTarget() }, "certificate": { CertificateTarget() }, "plan": { PlanTarget() },
            "change": { ChangeTarget() }, "bundle": { BundleTarget() },
            "xlsx": { WorkbookTarget() }, "csv": { CSVTarget() },
        ]
    }
}
