import PlanSyncClient
import PlanSyncSeeds
import Testing

@testable import PlanSyncSheets

@Suite("Workbooks that come in")
struct WorkbookReaderTests {
    private func rows(_ data: String, more: [String: String] = [:]) throws -> [[SheetCell]] {
        try #require(try WorkbookReader.sheets(try TestArchive.workbook(sheetData: data, more: more)).first).rows
    }

    private func refusal(
        _ data: String, more: [String: String] = [:], extra: [(name: String, content: [UInt8])] = []
    ) throws -> SheetError? {
        let bytes = try TestArchive.workbook(sheetData: data, more: more, extra: extra)
        do throws(SheetError) {
            _ = try WorkbookReader.sheets(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test("Figures, days, percents, flags, texts and failed formulas are what the person saw")
    func kinds() throws {
        let cells = [
            "<c r='A1'><v>4.0999999999999996</v></c>", "<c r='B1' s='1'><v>43617</v></c>",
            "<c r='C1' s='2'><v>4.1000000000000002E-2</v></c>", "<c r='D1' t='b'><v>1</v></c>",
            "<c r='E1' t='s'><v>1</v></c>", "<c r='F1' t='inlineStr'><is><t>行内</t></is></c>",
            "<c r='G1' t='e'><f>A1/0</f><v>#DIV/0!</v></c>", "<c r='H1'><f>1+1</f><v>2</v></c>",
            "<c r='I1'><f>NOW()</f></c>", "<c r='J1' t='str'><f>A1</f><v>串</v></c>", "<c r='K1' s='3'><v>43617</v></c>",
            "<c r='L1' s='4'><v>5</v></c>", "<c r='N1' s='1'/>",
        ]
        #expect(
            try rows("<row r='1'>\(cells.joined())</row>") == [
                [
                    .figure("4.1"), .day("2019-06-01"), .percent("4.1"), .flag(true), .text("乙丙"), .text("行内"),
                    .failed("#DIV/0!"), .figure("2"), .failed("#?"), .text("串"), .day("2019-06-01"), .figure("5"),
                ]
            ])
    }

    @Test("Rows and cells without places follow each other; empty rows keep their number; hidden sheets stay out")
    func places() throws {
        let found = try rows("<row><c><v>1</v></c><c><v>2</v></c></row><row r='4'><c r='B4'><v>3</v></c></row>")
        #expect(found == [[.figure("1"), .figure("2")], [], [], [.empty, .figure("3")]])
        let hidden = "<workbook xmlns:r='r'><sheets><sheet name='a' state='hidden' r:id='b'/></sheets></workbook>"
        let bytes = try TestArchive.workbook(sheetData: "", more: ["xl/workbook.xml": hidden])
        #expect(try WorkbookReader.sheets(bytes).isEmpty)
    }

    @Test("Days of 1904 and prefixed names are understood")
    func dialects() throws {
        let workbook =
            "<x:workbook xmlns:x='m' xmlns:r='r'><x:workbookPr date1904='1'/><x:sheets>"
            + "<x:sheet name='a' sheetId='1' r:id='b'/></x:sheets></x:workbook>"
        let data = "<x:row xmlns:x='m'><x:c s='1'><x:v>42155</x:v></x:c></x:row>"
        #expect(try rows(data, more: ["xl/workbook.xml": workbook]) == [[.day("2019-06-01")]])
    }

    @Test("A document type is refused, and with it every entity")
    func entities() throws {
        let laughs =
            "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]>"
            + "<worksheet><sheetData><row><c t='inlineStr'><is><t>&b;&c;</t></is></c></row></sheetData></worksheet>"
        for part in ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "_rels/.rels"] {
            guard case .suspicious = try refusal("", more: [part: laughs]) else {
                Issue.record("\(part) was read")
                continue
            }
        }
    }

    @Test("What unpacks to far more than it has, or has too many parts, is refused")
    func bombs() throws {
        let spaces = String(repeating: " ", count: 8 * 1_024 * 1_024)
        #expect(try refusal(spaces) == .tooMuch(.unpackedBytes))
        let parts = (0..<1_001).map { (name: "p\($0)", content: [UInt8]()) }
        #expect(try refusal("", extra: parts) == .tooMuch(.parts))
        let deep = String(repeating: "<a>", count: 100)
        #expect(try refusal(deep) == .tooMuch(.depth))
    }

    @Test(
        "Dimensions beyond those of a table are refused, not allocated",
        arguments: [
            ("<row r='1048576'><c r='A1048576'><v>1</v></c></row>", SheetError.Limit.rows),
            ("<row r='1'><c r='XFD1'><v>1</v></c></row>", .columns),
        ])
    func dimensions(data: String, limit: SheetError.Limit) throws { #expect(try refusal(data) == .tooMuch(limit)) }

    @Test("Wide rows by the thousand are refused before they fill the memory")
    func wide() throws {
        var random = SplitMix64(seed: 1)
        // Figures of chance, so that they do not pack too well for the other limit.
        let data = (1...2_500).map { row in
            "<row r='\(row)'><c r='AMI\(row)'><v>\(UInt64.random(in: 0 ... .max, using: &random))</v></c></row>"
        }
        #expect(try refusal(data.joined()) == .tooMuch(.cells))
    }

    @Test("A cell that is too long, a text that is not there, a broken number and an unknown kind are named")
    func brokenCells() throws {
        let long = String(repeating: "长", count: 30_000)
        #expect(try refusal("<row><c t='inlineStr'><is><t>\(long)</t></is></c></row>") == .tooMuch(.cellBytes))
        for cell in [
            "<c t='s'><v>9</v></c>", "<c t='s'><v>-1</v></c>", "<c><v>1e9999</v></c>", "<c t='q'><v>1</v></c>",
        ] {
            #expect(try refusal("<row r='7'>\(cell)</row>") == .damaged("sheet '表', row 7, column A"))
        }
        #expect(try refusal("<row r='0'/>") == .damaged("row"))
        #expect(try refusal("<row><c r='1'><v>1</v></c></row>") == .damaged("1"))
    }

    @Test("Old, locked, cut and foreign files get a sentence")
    func foreign() throws {
        #expect(throws: SheetError.oldOrLocked) { try WorkbookReader.sheets([0xD0, 0xCF, 0x11, 0xE0, 0xA1]) }
        #expect(throws: SheetError.self) { try WorkbookReader.sheets(Array("PK but no archive".utf8)) }
        #expect(throws: SheetError.self) { try WorkbookReader.sheets([]) }
        let whole = try TestArchive.workbook(sheetData: "<row><c><v>1</v></c></row>")
        for length in stride(from: 0, to: whole.count, by: 37) {
            #expect(throws: SheetError.self) { try WorkbookReader.sheets(Array(whole.prefix(length))) }
        }
        #expect(throws: SheetError.damaged("_rels/.rels")) {
            try WorkbookReader.sheets(try TestArchive.bytes([("a.txt", [1])]))
        }
    }

    @Test("Bytes that are turned over never end the process", arguments: 0..<8)
    func damage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let whole = try TestArchive.workbook(
            sheetData: "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' s='1'><v>43617.25</v></c></row>")
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            if let sheets = try? WorkbookReader.sheets(bytes) { #expect(sheets.count <= 1) }
        }
    }
}
