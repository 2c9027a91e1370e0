import Foundation
import Testing

/// Tables that travel as files: made here, opened and saved by LibreOffice, read by another library, taken in again.
@Suite("Tables as files", .serialized)
struct SheetStoryTests {
    private let record = "values/201905B"

    /// LibreOffice's own conversion, without a screen and with a profile of its own.
    private func convert(_ bench: Workbench, _ file: String, to format: String, into folder: String) throws {
        let ended = try bench.run(
            "/usr/bin/soffice",
            [
                "-env:UserInstallation=file://\(bench.path("office"))", "--headless", "--convert-to", format,
                "--outdir",
                bench.path(folder), bench.path(file),
            ], environment: ["HOME": bench.path("office-home")], seconds: 120)
        try #require(ended.code == 0, "\(ended.errors)")
        // It says so when it had to mend something.
        #expect(!(ended.output + ended.errors).lowercased().contains("error"), "\(ended.output)\(ended.errors)")
    }

    /// Runs Python with openpyxl.
    private func python(_ bench: Workbench, _ program: String, _ arguments: String...) throws -> String {
        let ended = try bench.run("/usr/bin/python3", ["-c", program] + arguments)
        try #require(ended.code == 0, "\(ended.errors)")
        return ended.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func enrolled() throws -> Workbench {
        let bench = try Workbench()
        try bench.makeServer()
        try bench.start()
        try bench.enrol("one", "411724", "editor")
        try bench.enrol("city", "city", "supervisor")
        return bench
    }

    private func value(_ bench: Workbench, _ machine: String, _ field: String, _ record: String) throws -> String? {
        let fields = try #require(try bench.json(machine, "show", record)["fields"] as? [[String: Any]])
        return fields.first { $0["field"] as? String == field }?["value"] as? String
    }

    @Test("A form is filled in with another program, saved by LibreOffice, previewed, taken in once, sent and ranked")
    func form() throws {
        let bench = try enrolled()
        try #require(
            try bench.plansync("one", "export", "template", "values", "201905B", "--to", bench.path("form.xlsx")).code
                == 0)
        let fill = """
            import openpyxl, sys
            book = openpyxl.load_workbook(sys.argv[1])
            sheet = book.active
            heads = [cell.value for cell in sheet[2]]
            column = next(i for i, head in enumerate(heads, 1) if str(head).startswith('411724'))
            figures = {'patents': 17, 'etrc_provincial': 4.0}
            for row in sheet.iter_rows(min_row=3):
                if row[0].value in figures:
                    sheet.cell(row[0].row, column, figures[row[0].value])
            book.save(sys.argv[2])
            """
        _ = try python(bench, fill, bench.path("form.xlsx"), bench.path("filled.xlsx"))
        try convert(bench, "filled.xlsx", to: "ods", into: "office-files")
        try convert(bench, "office-files/filled.ods", to: "xlsx", into: "office-files")
        let file = bench.path("office-files/filled.xlsx")
        let preview = try bench.json("one", "import", file, "--preview")
        #expect(
            (preview["steps"] as? [[String: Any]])?.count == 2 && (preview["changes"] as? [String])?.isEmpty == true)
        #expect(try bench.json("one", "status")["pending"] as? Int == 0)
        let taken = try bench.json("one", "import", file)
        #expect((taken["changes"] as? [String])?.count == 1)
        #expect(try bench.json("one", "status")["pending"] as? Int == 1)
        let again = try bench.json("one", "import", file)
        #expect((again["changes"] as? [String])?.isEmpty == true && again["unchanged"] as? Int == 2)
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try bench.plansync("city", "sync").code == 0)
        #expect(try value(bench, "city", "patents", "411724:\(record)") == "17")
        #expect(try value(bench, "city", "etrc_provincial", "411724:\(record)") == "4")
        let cells = bench.path("cells.jsonl")
        #expect(try bench.plansync("city", "export", "cells", "--to", cells).code == 0)
        let lines = try String(contentsOfFile: cells, encoding: .utf8).split(separator: "\n")
        let values = try lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(values.contains { $0["field"] as? String == "patents" && $0["value"] as? String == "17" })
        #expect(Set(values.flatMap(\.keys)) == ["tenant", "record", "field", "value", "seq", "by", "at"])
    }

    @Test("An import meets an edit of another machine as any edit does: the conflict keeps both sides")
    func conflict() throws {
        let bench = try enrolled()
        try bench.enrol("two", "411724", "editor")
        try bench.plansync("one", "set", record, "etrc_provincial=3")
        for machine in ["one", "two"] { #expect(try bench.plansync(machine, "sync").code == 0) }
        try "element,value\netrc_provincial,5\n".write(
            toFile: bench.path("table.csv"), atomically: true, encoding: .utf8)
        #expect(try bench.plansync("two", "import", bench.path("table.csv"), "--as", record).code == 0)
        try bench.plansync("one", "set", record, "etrc_provincial=4")
        #expect(try bench.plansync("one", "sync").code == 0)
        #expect(try bench.plansync("two", "sync").code == 4)
    }

    @Test("Every fault is listed by sheet, row and column, and nothing of the file is taken; GB18030 is understood")
    func faults() throws {
        let bench = try enrolled()
        let make = """
            import openpyxl, sys
            book = openpyxl.Workbook()
            sheet = book.active
            sheet.title = '五月'
            for row in [['element', 'value'], ['patents', 3], ['gdp', 1], ['etrc_provincial', '四'], ['patent', 1]]:
                sheet.append(row)
            book.save(sys.argv[1])
            open(sys.argv[2], 'wb').write('element,本期数\\r\\n发明专利,x\\r\\npatents,9\\r\\n'.encode('gb18030'))
            """
        _ = try python(bench, make, bench.path("bad.xlsx"), bench.path("gb.csv"))
        let refused = try bench.plansync("one", "import", bench.path("bad.xlsx"), "--as", record)
        #expect(refused.code == 1)
        let lines = refused.output.split(separator: "\n")
        #expect(
            lines.compactMap { $0.split(separator: ":").first } == [
                "sheet '五月', row 3, column B", "sheet '五月', row 4, column B", "sheet '五月', row 5, column A",
            ])
        #expect(refused.errors.contains("3 faults"))
        #expect(try bench.json("one", "status")["pending"] as? Int == 0)
        let chinese = try bench.plansync("one", "import", bench.path("gb.csv"), "--as", record)
        #expect(chinese.code == 1 && chinese.output.contains("'发明专利'") && chinese.errors.contains("GB18030"))
        #expect(try bench.plansync("one", "import", bench.path("gone.xlsx")).code == 1)
        #expect(try bench.plansync("one", "import", bench.path("form.xls")).code == 1)
    }

    @Test("What a county types never becomes a formula: texts are texts in .xlsx, and marked in .csv")
    func formulas() throws {
        let bench = try enrolled()
        let name = "=HYPERLINK(\"http://x\",1)"
        let set = try bench.plansync("one", "set", "projects/new", "name=\(name)")
        try #require(set.code == 0, "\(set.errors)")
        for file in ["projects.xlsx", "projects.csv"] {
            #expect(try bench.plansync("one", "export", "records", "projects", "--to", bench.path(file)).code == 0)
        }
        let read = """
            import openpyxl, sys
            sheet = openpyxl.load_workbook(sys.argv[1]).active
            print([c.data_type for row in sheet.iter_rows() for c in row if c.value == sys.argv[2]])
            """
        #expect(try python(bench, read, bench.path("projects.xlsx"), name) == "['s']")
        try convert(
            bench, "projects.xlsx", to: "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", into: "plain")
        let plain = try String(contentsOfFile: bench.path("plain/projects.csv"), encoding: .utf8)
        #expect(plain.contains("=HYPERLINK"), "LibreOffice shows the text itself")
        let csv = try String(contentsOfFile: bench.path("projects.csv"), encoding: .utf8)
        #expect(csv.contains("\"'=HYPERLINK("))
        #expect(try Data(contentsOf: URL(filePath: bench.path("projects.csv"))).starts(with: [0xEF, 0xBB, 0xBF]))
        for file in ["projects.xlsx", "projects.csv"] {
            let same = try bench.json("one", "import", bench.path(file))
            #expect((same["changes"] as? [String])?.isEmpty == true, "\(file): \(same)")
        }
    }

    @Test("The ranking, the figures and the history open in LibreOffice with every row")
    func tables() throws {
        let bench = try enrolled()
        try bench.plansync("one", "set", record, "patents=5")
        try bench.plansync("one", "sync")
        try bench.plansync("city", "sync")
        for (kind, period) in [("ranking", ["201905B"]), ("figures", ["201905B"]), ("history", [])] {
            let path = bench.path("\(kind).xlsx")
            let machine = kind == "history" ? "one" : "city"
            let ended = try bench.run(
                Workbench.binaries.appending(path: "plansync").path,
                ["export", kind] + period + ["--to", path, "--home", bench.path("home-\(machine)"), "--lang", "zh"])
            try #require(ended.code == 0, "\(ended.errors)")
            try convert(
                bench, "\(kind).xlsx", to: "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", into: "tables")
        }
        let ranking = try String(contentsOfFile: bench.path("tables/ranking.csv"), encoding: .utf8)
        #expect(ranking.contains("正阳县") && ranking.split(separator: "\n").count == 14)
        let history = try String(contentsOfFile: bench.path("tables/history.csv"), encoding: .utf8)
        #expect(history.contains("values/201905B,patents,"))
    }
}
