import CZip
import Foundation
import Testing

/// Archives as they come from outside, well made or not.
enum TestArchive {
    /// The archive with these parts, in order.
    static func bytes(_ parts: [(name: String, content: [UInt8])], stored: Bool = false) throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appending(path: "plansync-\(UUID().uuidString).zip").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var code: Int32 = 0
        let archive = try #require(zip_open(path, ZIP_CREATE, &code))
        var held: [UnsafeMutableRawBufferPointer] = []
        defer { for memory in held { memory.deallocate() } }
        for part in parts {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, part.content.count), alignment: 1)
            memory.copyBytes(from: part.content)
            held.append(memory)
            let source = zip_source_buffer(archive, memory.baseAddress, UInt64(part.content.count), 0)
            let index = zip_file_add(archive, part.name, source, 0)
            try #require(index >= 0)
            if stored { zip_set_file_compression(archive, UInt64(index), ZIP_CM_STORE, 0) }
        }
        try #require(zip_close(archive) == 0)
        return Array(try Data(contentsOf: URL(filePath: path)))
    }

    private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    /// A workbook with one sheet made of this XML; `more`: parts that stand in place of others or beside them.
    static func workbook(
        sheetData: String, more: [String: String] = [:], extra: [(name: String, content: [UInt8])] = []
    ) throws -> [UInt8] {
        var parts = [
            "_rels/.rels":
                "<Relationships><Relationship Id='a' Type='\(office)/officeDocument' Target='xl/workbook.xml'/>"
                + "</Relationships>",
            "xl/workbook.xml":
                "<workbook xmlns:r='r'><workbookPr/><sheets><sheet name='表' sheetId='1' r:id='b'/></sheets></workbook>",
            "xl/_rels/workbook.xml.rels":
                "<Relationships><Relationship Id='b' Type='\(office)/worksheet' Target='worksheets/sheet1.xml'/>"
                + "<Relationship Id='c' Type='\(office)/sharedStrings' Target='/xl/sharedStrings.xml'/>"
                + "<Relationship Id='d' Type='\(office)/styles' Target='styles.xml'/></Relationships>",
            "xl/sharedStrings.xml":
                "<sst><si><t>甲</t></si><si><r><t>乙</t></r><r><t>丙</t></r><rPh><t>拼音</t></rPh></si></sst>",
            "xl/styles.xml":
                "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy\"年\"m\"月\"d\"日\"'/>"
                + "<numFmt numFmtId='165' formatCode='0.0\" y\"'/></numFmts>"
                + "<cellStyleXfs><xf numFmtId='9'/></cellStyleXfs>"
                + "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='10'/><xf numFmtId='164'/>"
                + "<xf numFmtId='165'/></cellXfs></styleSheet>",
            "xl/worksheets/sheet1.xml": "<worksheet><sheetData>\(sheetData)</sheetData></worksheet>",
        ]
        parts.merge(more) { _, new in new }
        return try bytes(parts.sorted { $0.key < $1.key }.map { ($0.key, Array($0.value.utf8)) } + extra)
    }
}
