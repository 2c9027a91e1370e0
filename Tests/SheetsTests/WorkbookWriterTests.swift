import PlanSyncClient
import PlanSyncSeeds
import Testing

@testable import PlanSyncSheets

@Suite("Workbooks that go out")
struct WorkbookWriterTests {
    private func again(_ sheets: [Sheet]) throws -> [Sheet] {
        try WorkbookReader.sheets(try WorkbookWriter.bytes(sheets))
    }

    @Test("Every kind of cell comes back as it was")
    func roundTrip() throws {
        let rows: [[SheetCell]] = [
            [.text("名称"), .text("数")],
            [.text("=1+1"), .figure("8.8"), .figure("-5"), .figure("0.1"), .figure("123456789.123456")],
            [.text("+86"), .day("2019-06-30"), .flag(true), .flag(false), .percent("4.1")],
            [],
            [.empty, .text("第一行\n第二行"), .text("<&\"'>"), .text("_x0041_"), .text("𠮷")],
        ]
        let found = try #require(try again([Sheet(name: "表", rows: rows)]).first)
        #expect(found.name == "表" && found.rows == rows)
    }

    @Test("A figure with more digits than a spreadsheet keeps is written as text, digit for digit")
    func longFigures() throws {
        let figure = "123456789012345678.12"
        #expect(try again([Sheet(name: "a", rows: [[.figure(figure)]])]).first?.rows == [[.text(figure)]])
    }

    @Test("Figures of chance come back digit for digit", arguments: 0..<4)
    func figures(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let figures = (0..<2_000).map { _ -> SheetCell in
            let whole = String(Int.random(in: 0...99_999_999, using: &random))
            let part = String(Int.random(in: 0...999_999, using: &random))
            let text = CellText.figure("\(Bool.random(using: &random) ? "-" : "")\(whole).\(part)") ?? "0"
            return .figure(text)
        }
        #expect(try again([Sheet(name: "a", rows: figures.map { [$0] })]).first?.rows == figures.map { [$0] })
    }

    @Test("Names of sheets are made to fit, each once; a text that does not fit is named with its place")
    func names() throws {
        let long = String(repeating: "长", count: 40)
        let names = ["a/b:c", "ab c", "", long, long, "ABC"]
        let found = try again(names.map { Sheet(name: $0, rows: [[.text("x")]]) }).map(\.name)
        #expect(Set(found.map { $0.lowercased() }).count == names.count && found.allSatisfy { $0.count <= 31 })
        let text = String(repeating: "长", count: 32_768)
        #expect(throws: SheetError.textTooLong(SheetError.Place(sheet: "a", row: 1, column: 0))) {
            try WorkbookWriter.bytes([Sheet(name: "a", rows: [[.text(text)]])])
        }
    }
}

@Suite("The encodings of texts")
struct ChineseTextTests {
    @Test("UTF-8 is UTF-8; what is none is GB18030; the rest is refused")
    func encodings() throws {
        #expect(try ChineseText.decode(Array("县区,4".utf8)) == ("县区,4", .utf8))
        #expect(try ChineseText.decode([0xCF, 0xD8, 0xC7, 0xF8, 0x2C, 0x34]) == ("县区,4", .gb18030))
        #expect(try ChineseText.decode([0x95, 0x32, 0x82, 0x36]) == ("𠀀", .gb18030))
        #expect(try ChineseText.decode([0xFF, 0xFE, 0xBF, 0x53, 0x34, 0x00]) == ("县4", .utf16))
        #expect(throws: SheetError.encoding) { try ChineseText.decode([0x41, 0xFF, 0xFF, 0x80]) }
        #expect(throws: SheetError.encoding) { try ChineseText.decode([0xCF]) }
        #expect(try ChineseText.decode([]).text.isEmpty)
    }

    @Test("A file is what its name says")
    func formats() throws {
        #expect(try SheetFile.Format(name: "a/表.XLSX") == .xlsx)
        #expect(try SheetFile.Format(name: "a.csv") == .csv)
        #expect(throws: SheetError.otherFormat("a.xls")) { try SheetFile.Format(name: "a.xls") }
        #expect(throws: SheetError.tooMuch(.fileBytes)) {
            try SheetFile.read([UInt8](repeating: 0x41, count: SheetLimits.fileBytesMax + 1), as: .csv)
        }
    }
}
