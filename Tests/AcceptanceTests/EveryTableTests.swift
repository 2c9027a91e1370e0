import Foundation
import Testing

/// Pages as a whole, through the built binaries.
@Suite("Every page and table", .serialized)
struct EveryTableTests {
    @Test("Each page says where the machine stands; each table is a file, by page and command, without formulas")
    func everyTable() throws {
        let bench = try Workbench()
        // Half a minute by itself, many times that among all others on two busy cores: the limit is for what hangs.
        let ended = try bench.script("every_table.py", [Workbench.binaries.path, bench.path("page")], seconds: 900)
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
    }

    @Test("Reminders and answers, figures that are not lost, an objection and an amendment, in a real browser")
    func dealings() throws {
        let bench = try Workbench()
        let ended = try bench.script("dealings_page.py", [Workbench.binaries.path, bench.path("page")], seconds: 300)
        if ended.output.hasPrefix("UNABLE") { return print("skipped: \(ended.output)") }
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
    }
}
