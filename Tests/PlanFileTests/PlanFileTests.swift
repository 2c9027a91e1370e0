import Foundation
import PlanSyncCore
import Testing

@testable import PlanSyncPlanFile

@Suite("A plan file's YAML")
struct PlanFileTests {
    /// The faults of a text, as a compiler would print them.
    private func faults(_ text: String) -> [String] {
        do {
            _ = try PlanFile.parse(text)
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    private func place(_ line: Int, _ column: Int) -> PlanNode.Place { PlanNode.Place(line: line, column: column) }

    @Test("Every node has its line and column, counted in characters from 1")
    func placesAreRight() throws {
        let node = try PlanFile.parse("名称: 驻马店\nlist:\n  - {甲: 一, b: \"2\"}\n  - >-\n    long\n    text\n")
        #expect(node.place == place(1, 1))
        #expect(node.value("名称") == PlanNode(.scalar("驻马店"), at: place(1, 5)))
        guard case .mapping(let entries) = node.content,
            case .sequence(let members)? = node.value("list")?.content
        else {
            Issue.record("a map with a list is expected")
            return
        }
        #expect(entries.map(\.keyPlace) == [place(1, 1), place(2, 1)])
        #expect(members.map(\.place) == [place(3, 5), place(4, 5)])
        #expect(members.first?.value("甲")?.place == place(3, 9))
        #expect(members.first?.value("b") == PlanNode(.scalar("2"), at: place(3, 15), lead: 1))
        #expect(members.last?.content == .scalar("long text"))
    }

    @Test(
        "A scalar is text, whatever YAML would take it for",
        arguments: ["true", "no", "1.50", "0x1F", "2018-05-07", "12e3", "~", "null", "411702"])
    func scalarsAreText(text: String) throws {
        #expect(try PlanFile.parse("a: \(text)").value("a")?.content == .scalar(text))
    }

    @Test("A name without a value is empty; quotation marks make it a text")
    func absentValues() throws {
        let node = try PlanFile.parse("a:\nb: \"\"\nno: 1\n")
        #expect(node.value("a")?.content == .empty)
        #expect(node.value("b")?.content == .scalar(""))
        #expect(node.value("no")?.content == .scalar("1"))
    }

    @Test("A name that stands twice is told at the second place, with the line of the first")
    func duplicateKeys() {
        #expect(
            faults("a: 1\nb:\n  c: 1\n  d: 2\n  \"c\": 3\na: 4\n") == [
                "5:3: error: 'c' stands twice in one group of named values; the first is on line 3.",
                "6:1: error: 'a' stands twice in one group of named values; the first is on line 1.",
            ])
        #expect(
            faults("x: {one: 1, two: 2, one: 3, one: 4}\n") == [
                "1:21: error: 'one' stands twice in one group of named values; the first is on line 1.",
                "1:29: error: 'one' stands twice in one group of named values; the first is on line 1.",
            ])
        #expect(faults("1: x\n\"1\": y\n").first?.hasPrefix("2:1: error: '1' stands twice") == true)
        #expect(faults("- {a: 1}\n- {a: 2}\n").isEmpty)
    }

    @Test("Many names that stand twice end in a bounded answer")
    func manyDuplicates() {
        let text = (0..<100).map { "k\($0): 1\nk\($0): 2\n" }.joined()
        let found = faults(text)
        #expect(!found.isEmpty && found.count <= 100)
    }

    @Test("A name that stands twice before a syntax fault is told with it")
    func duplicateBeforeSyntaxFault() {
        let found = faults("a: {b: 1, b: 2}\nc: [1\n")
        #expect(found.count == 2)
        #expect(found.first?.hasPrefix("1:5: error: 'b' stands twice") == true)
    }

    @Test(
        "Anchors, aliases, merge keys, tags and further documents are refused with their place",
        arguments: [
            ("a: &x 1\nb: 2\n", "1:4"), ("a: 1\nb: *x\n", "2:4"), ("a:\n  <<: {b: 1}\n", "2:3"),
            ("a: !!int 12\n", "1:4"), ("a: !secret b\n", "1:4"), ("a: !<tag:x> {b: 1}\n", "1:4"),
            ("a: 1\n---\nb: 2\n", "2:1"),
            ("? [a, b]\n: 1\n", "1:3"), (": 1\n", "1:1"),
        ])
    func surprisesAreRefused(text: String, place: String) {
        let found = faults(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("\(place): error: ") == true, "\(found)")
    }

    @Test("A text that holds & or * is no anchor")
    func ampersandsInTexts() throws {
        let node = try PlanFile.parse("a: R&D, A & B, see *this\nb: \"&x and *x\"\n")
        #expect(node.value("a")?.content == .scalar("R&D, A & B, see *this"))
    }

    @Test("A file that would unfold into a huge one is refused at once, in a value or in a name")
    func billionLaughs() {
        var text = "a0: &a0 [lol, lol, lol]\n"
        for level in 1...30 {
            let names = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(names)]\n"
        }
        #expect(faults(text).first?.contains("Anchors and aliases") == true)
        #expect(faults(text + "? *a30\n: 1\n").first?.contains("Anchors and aliases") == true)
    }

    @Test(
        "A fault of the syntax has its line and column and says what to do",
        arguments: [
            ("a: 1\n b: 2\n", "2:3: error: A ':' is not expected here"),
            ("a:\n  b: 1\n c: 2\n", "3:2: error: The group of named values that begins on line 1 goes on here"),
            ("a:\n- 1\n - 2\n- b\nc\n", "6:1: error: A name followed by ': ' is expected on line 5"),
            ("a: [1, 2\nb: 3\n", "2:2: error: A ',' or the closing ']' of the list that begins on line 1"),
            ("a: {b: 1\nc: [2]\n", "2:2: error: A ',' or the closing '}' of the group that begins on line 1"),
            ("a: \"never\nclosed\n", "3:1: error: The text in quotation marks that begins on line 1 is not closed."),
            ("a: @b\n", "1:4: error: '@' cannot begin a value; put the text in quotation marks."),
            ("a: \"C:\\Temp\"\n", "1:7: error: After '\\' in quotation marks"),
            ("a:\n\tb: 1\n", "2:1: error: A tab stands in the indentation; indent with spaces."),
            ("a:\n  - b\n  \t- c\n", "3:3: error: A tab stands in the indentation; indent with spaces."),
            ("{a: 1}\nb: 2\n", "2:1: error: The plan has ended before this place"),
            ("a: 1\nb: \u{1}\n", "2:4: error: A character (U+1) that no text may hold"),
            ("", "1:1: error: The file is empty."), ("# only a comment\n", "1:1: error: The file is empty."),
        ])
    func syntaxFaults(text: String, expected: String) {
        let found = faults(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(expected) == true, "\(found)")
    }

    @Test("Size, depth and number of values are limited")
    func limits() {
        let wide = "a: " + String(repeating: "x", count: PlanFile.Limits.textBytesMax)
        #expect(faults(wide).first?.contains("a plan file has at most 4194304") == true)
        let many = "[" + String(repeating: "1,", count: PlanFile.Limits.nodesMax) + "1]"
        #expect(faults(many).first?.contains("more than 200000 values") == true)
        let fits = String(repeating: "[", count: 16) + String(repeating: "]", count: 16)
        #expect(faults(fits).isEmpty)
        #expect(faults("- [\(fits)]").first == "1:19: error: Lists and named values are nested more than 16 deep here.")
        for deep in ["[", "{", "- ", "? ", "{a: "] {
            let text = String(repeating: deep, count: 100_000)
            #expect(faults(text).first?.contains("nested more than 16") == true, "\(deep)")
        }
    }

    @Test("Line ends of Windows and a byte order mark change no place")
    func windowsText() throws {
        let node = try PlanFile.parse("\u{FEFF}a: 1\r\nb:\r\n  c: 2\r\n")
        #expect(node.value("b")?.value("c")?.place == place(3, 6))
        #expect(faults("a:\r\n  b: 1\r\n  b: 2\r\n").first?.hasPrefix("3:3: error: 'b' stands twice") == true)
    }

    @Test("The plan of Zhumadian reads, with its places, and has its meaning")
    func zhumadian() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Plans/zhumadian-2018-25.yaml"), encoding: .utf8)
        let node = try PlanFile.parse(text)
        #expect(node.value("format")?.content == .scalar("plansync-plan/1"))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard case .mapping(let entries) = node.content else {
            Issue.record("named values are expected")
            return
        }
        for entry in entries { #expect(lines[entry.keyPlace.line - 1].hasPrefix("\(entry.key):")) }
        let reading = try PlanReader.read(node)
        #expect(reading.plan.measures.count == 25)
        #expect(reading.plan.units.count == 13)
        #expect(reading.plan.periods.all.count == 16)
        #expect(reading.plan.indicators.count == 18)
        #expect(reading.plan.departments.count == 19)
        let collections = Set(reading.plan.collections.keys.map(\.rawValue))
        #expect(collections.isSuperset(of: ["contacts", "progress", "companies"]))
        #expect(reading.warnings.isEmpty)
    }
}
