import Foundation
import Testing

@Suite("Bad input")
struct BadInputTests {
    @Test("What cannot stand, typed, in a sheet or in a plan file, has a sentence that says where and what to do")
    func sentences() throws {
        let bench = try Workbench()
        let ended = try bench.script("bad_input.py", [Workbench.binaries.path, bench.path("machines")], seconds: 300)
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
    }
}
