import Foundation
import Testing

/// The county's page in a real browser.
@Suite("The county's page", .serialized)
struct CountyPageTests {
    @Test("A clerk enrols, reports offline, restarts, synchronises, decides, hands in, is given back and is accepted")
    func clerksDay() throws {
        let bench = try Workbench()
        let ended = try bench.script("county_page.py", [Workbench.binaries.path, bench.path("page")], seconds: 240)
        if ended.output.hasPrefix("UNABLE") { return print("skipped: \(ended.output)") }
        #expect(ended.code == 0 && ended.output.hasSuffix("all OK\n"), "\(ended.output)\(ended.errors)")
    }
}
