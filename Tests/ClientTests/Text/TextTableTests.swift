import PlanSyncClient
import Testing

@Suite("Tables")
struct TextTableTests {
    @Test("Chinese takes two columns, figures stand to the right, and nothing trails")
    func alignment() {
        var table = TextTable(["单位", "Value"], rightAligned: [1])
        table.add(["遂平县", "4"])
        table.add(["city", "1234.5"])
        #expect(table.lines == ["单位     Value", "------  ------", "遂平县       4", "city    1234.5"])
        #expect(TextTable.width("ab研发") == 6)
    }

    @Test("Text from elsewhere cannot steer the terminal")
    func controlCharacters() {
        #expect(TextTable.plain("a\u{1B}[2Jb\nc") == "a\u{FFFD}[2Jb c")
        #expect(TextTable.plain("a\u{202E}b") == "a\u{FFFD}b")
    }
}
