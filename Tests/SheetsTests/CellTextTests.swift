import PlanSyncClient
import Testing

@testable import PlanSyncSheets

@Suite("The contents of cells")
struct CellTextTests {
    @Test(
        "A figure is what the spreadsheet shows, without the noise of binary fractions",
        arguments: [
            ("4.1", "4.1"), ("4.0999999999999996", "4.1"), ("0.30000000000000004", "0.3"), ("-5", "-5"),
            ("1.5E-3", "0.0015"), ("1E3", "1000"), ("12e+2", "1200"), ("0", "0"), ("-0", "0"), ("00.50", "0.5"),
            ("9.9999999999999996", "10"), ("123456789012345678", "123456789012346000"), (".5", "0.5"),
            ("0.000000000000012345", "0.000000000000012345"),
        ])
    func figures(written: String, shown: String) { #expect(CellText.figure(written) == shown) }

    @Test("What is no number is none", arguments: ["", "-", "1.2.3", "1e", "1e999", "abc", "0x10", "NaN", "1 2", "１"])
    func noFigures(text: String) { #expect(CellText.figure(text) == nil) }

    @Test("Days are counted from 1900 and from 1904")
    func days() {
        #expect(CellText.day("43617", is1904: false) == .day("2019-06-01"))
        #expect(CellText.day("42155", is1904: true) == .day("2019-06-01"))
        #expect(CellText.day("1", is1904: false) == .day("1900-01-01"))
        #expect(CellText.day("61", is1904: false) == .day("1900-03-01"))
        #expect(CellText.day("43617.5", is1904: false) == .text("2019-06-01 +0.5"))
        #expect(CellText.day("99999999", is1904: false) == .figure("99999999"))
    }

    @Test("Columns have letters, and escapes stand for control characters alone")
    func places() {
        for column in [0, 25, 26, 51, 701, 702, 1_023] {
            #expect(CellText.column(of: Sheet.letters(of: column) + "7") == column)
        }
        #expect(CellText.column(of: "7") == nil)
        #expect(CellText.column(of: "ABCD1") == nil)
        #expect(CellText.unescaped("a_x000D_b_x005F_x0041__x0041_") == "a\rb_x0041__x0041_")
    }
}
