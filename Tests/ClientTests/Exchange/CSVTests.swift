import PlanSyncClient
import PlanSyncSeeds
import Testing

@Suite("CSV")
struct CSVTests {
    private func rows(_ text: String) throws -> [[SheetCell]] { try CSVReader.sheet(text).rows }

    private func written(_ rows: [[SheetCell]]) -> String {
        String(decoding: CSVWriter.bytes(Sheet(name: "", rows: rows)), as: UTF8.self)
    }

    @Test("Quotes, line ends, separators and the mark of UTF-8 are understood")
    func reading() throws {
        #expect(try rows("\u{FEFF}a,\"b,\"\"c\"\"\nd\",\r\ne\n") == [[.text("a"), .text("b,\"c\"\nd")], [.text("e")]])
        #expect(try rows("a;b\n1;2") == [[.text("a"), .text("b")], [.text("1"), .text("2")]])
        #expect(try rows("a\tb") == [[.text("a"), .text("b")]])
        #expect(try rows("\"a,b\"\t\"c,d,e\"\tf") == [[.text("a,b"), .text("c,d,e"), .text("f")]])
        #expect(try rows("") == [])
        #expect(try rows(",,\n\n,x") == [[], [], [.empty, .text("x")]])
    }

    @Test(
        "What is not clear is refused with its place",
        arguments: [
            ("a,b\nc,\"d", SheetError.quotes(.init(row: 2, column: 1))),
            ("a,b\"c\"", .quotes(.init(row: 1, column: 1))), ("\"a\"b,c", .quotes(.init(row: 1, column: 0))),
            ("a\n\n\"x\0\"", .controlCharacter(.init(row: 3, column: 0))),
        ])
    func refusing(text: String, error: SheetError) throws { #expect(throws: error) { try rows(text) } }

    @Test("Too many rows, columns and bytes in a cell are refused")
    func limits() throws {
        #expect(throws: SheetError.tooMuch(.rows)) { try rows(String(repeating: "a\n", count: 100_001)) }
        #expect(throws: SheetError.tooMuch(.columns)) { try rows(String(repeating: "a,", count: 1_025)) }
        #expect(throws: SheetError.tooMuch(.cellBytes)) { try rows(String(repeating: "a", count: 65_537)) }
    }

    @Test(
        "A text that begins like a formula gets one mark, and loses exactly one",
        arguments: [
            "=1+1", "+86", "-", "@a", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠a", "'=1", "''=1", "'", "a=1", "''", "",
        ])
    func formulas(text: String) throws {
        let file = written([[.text(text), .text("|")]])
        let isDangerous = text.unicodeScalars.drop { $0 == "'" }.first.map {
            "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0)
        }
        #expect(file == "\u{FEFF}\"\(isDangerous == true ? "'" : "")\(text)\",\"|\"\r\n")
        #expect(try rows(file).first?.first == (text.isEmpty ? .empty : .text(text)))
    }

    @Test("A negative figure stays a figure")
    func negative() throws { #expect(written([[.figure("-5")]]) == "\u{FEFF}\"-5\"\r\n") }

    @Test("Whatever is written reads back", arguments: 0..<16)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let pieces = ["a", "县", "\"", ",", ";", "\n", "\r\n", "'", "=", "-", " ", "\t", "𠮷", "é"]
        let made = (0..<40).map { _ in
            (0..<Int.random(in: 1...6, using: &random)).map { _ -> SheetCell in
                .text(
                    "x"
                        + (0..<Int.random(in: 0...6, using: &random)).map { _ in
                            pieces.randomElement(using: &random) ?? ""
                        }
                        .joined())
            }
        }
        #expect(try rows(written(made)) == made)
    }
}
