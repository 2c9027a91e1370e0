import PlanSyncCore
import Testing

@testable import PlanSyncClient

@Suite("Sheets that come in")
struct SheetImportTests {
    private let zh = Wording(chinese: true)

    private func look(_ bench: Bench, _ rows: [[SheetCell]], as form: String? = nil) throws -> SheetImport {
        let view = try bench.view()
        let form = try form.map { typed throws(EditFault) in try SheetForm(typed, in: view.plan) }
        return SheetImport(
            [Sheet(name: "表", rows: rows)], editing: try Editing(view: view, author: "王", note: nil),
            freshKey: "k-1-abcd", form: form)
    }

    private func texts(_ rows: [[String]]) -> [[SheetCell]] { rows.map { $0.map { $0.isEmpty ? .empty : .text($0) } } }

    @Test("A form that was filled in becomes one change, with what its author saw as the base")
    func filledIn() throws {
        let bench = try Bench.enrolled()
        let first = try bench.set("centres=3")
        let period = try #require(try bench.view().plan.periods.period("201905B"))
        var form = FormSheets(view: try bench.view(), wording: zh).values(of: period, isForm: true)
        // The city's figure is not in a county's form.
        #expect(form.rows.compactMap { $0.first?.typed } == ["plansync", "element", "centres", "spending", "visits"])
        let column = try #require(form.rows[1].firstIndex { $0.typed?.hasPrefix("suiping") == true })
        form.rows[2][column] = .figure("4")
        form.rows[3][column] = .text("１,234.5万元")
        let found = try look(bench, form.rows)
        #expect(found.faults.isEmpty && found.drafts.count == 1)
        let operations = try #require(found.drafts.first).operations
        #expect(operations.map(\.value) == [.text("4"), .text("1234.5")])
        #expect(operations.map(\.base) == [[first.id], []])
        #expect(operations.first?.shown == .text("3"))
        #expect(
            found.steps.map(\.place) == [
                .init(sheet: "表", row: 3, column: column), .init(sheet: "表", row: 4, column: column),
            ])
        _ = try bench.replica.save(found.drafts, now: bench.now, random: &bench.random)
        let again = try look(bench, form.rows)
        #expect(again.drafts.isEmpty && again.unchanged == 2 && again.faults.isEmpty)
    }

    @Test("The figures that are written read back without a change")
    func idempotent() throws {
        let bench = try Bench.enrolled()
        try bench.set("centres=3")
        let period = try #require(try bench.view().plan.periods.period("201905B"))
        let sheet = FormSheets(view: try bench.view(), wording: zh).values(of: period, isForm: false)
        let found = try look(bench, sheet.rows)
        #expect(found.drafts.isEmpty && found.faults.isEmpty && found.unchanged == 1)
        let text = String(decoding: CSVWriter.bytes(sheet), as: UTF8.self)
        #expect(try look(bench, try CSVReader.sheet(text).rows).unchanged == 1)
    }

    @Test("All faults are said at once, each with its place, and nothing is taken")
    func faults() throws {
        let bench = try Bench.enrolled()
        let rows = texts([
            ["element", "suiping", "xiping"], ["centres", "四", ""], ["gdp", "1", ""], ["center", "1", ""],
            ["spending", "1.5", "2"], ["centres", "2", ""], ["visits", "", ""],
        ])
        let found = try look(bench, rows, as: "values/201905B")
        #expect(found.drafts.isEmpty)
        #expect(
            found.faults.map { $0.place.shown(chinese: false) } == [
                "sheet '表', row 2, column B", "sheet '表', row 3, column B", "sheet '表', row 4, column A",
                "sheet '表', row 5, column C", "sheet '表', row 6, column A",
            ])
        #expect(
            found.faults.map(\.reason) == [
                .edit(.value(field: "centres", .notAFigure("四"))), .edit(.permission(field: "gdp", word: "not_yours")),
                .edit(
                    .fieldUnknown(
                        "center", collection: "values", nearest: "centres",
                        known: ["centres", "spending", "gdp", "visits"])),
                .edit(.permission(field: "spending", word: "forbidden_tenant")), .recordTwice(row: 2),
            ])
        #expect(found.faults[0].sentence(chinese: true).hasPrefix("表“表”第 2 行 B 列："))
    }

    @Test("The city fills in several units at once: a change for each, saved together")
    func severalUnits() throws {
        let bench = try Bench.enrolled(role: .supervisor)
        let rows = texts([["", "遂平县", "xiping 西平县", "备注"], ["生产总值", "10.5", "20", "x"], ["gdp2", "", "", "y"]])
        let found = try look(bench, rows, as: "values/201905B")
        #expect(found.faults.isEmpty)
        #expect(found.drafts.map { $0.tenant?.rawValue } == ["suiping", "xiping"])
        let changes = try bench.replica.save(found.drafts, now: bench.now, random: &bench.random)
        #expect(changes.map(\.number) == [1, 2])
        #expect(try bench.field("gdp", tenant: "xiping")?.value == .text("20"))
    }

    @Test(
        "A sheet that does not say what it is for, or is for something else, is refused",
        arguments: [
            ([["a", "b"], ["c", "d"]], nil as String?, ImportFault.noForm),
            ([["plansync", "other", "values", "201905B"]], nil, .otherPlan("other")),
            ([["element", "note"], ["centres", "1"]], "values/201905B", .noUnits),
            ([["element", "suiping", "遂平县"]], "values/201905B", .unitTwice("suiping")),
        ])
    func foreign(rows: [[String]], form: String?, fault: ImportFault) throws {
        let found = try look(try Bench.enrolled(), texts(rows), as: form)
        #expect(found.faults.map(\.reason) == [fault] && found.drafts.isEmpty)
    }

    @Test("An office's own list says what its key is", arguments: ["uscc", "统一社会信用代码", "键"])
    func companies(head: String) throws {
        let bench = try Bench.enrolled()
        let document = Bench.planJSON.replacing(
            #""collections":[]"#,
            with: #"""
                "collections":[{"id":"companies","name":"企业","key":["uscc"],
                "fields":[{"id":"size","name":"规模","type":"text","merge":"latest"}]}]
                """#)
        try bench.replica.store(try Bench.planID(), revision: 2, document: Array(document.utf8))
        let found = try look(bench, texts([[head, "规模"], ["91411724MA0000000Y", "中型"]]), as: "companies")
        #expect(found.faults.map(\.reason) == [] && found.drafts.count == 1)
    }

    @Test("A sheet of targets has a row for each record; one key twice is a fault")
    func targets() throws {
        let bench = try Bench.enrolled(role: .supervisor)
        let rows = texts([["单位", "键", "target"], ["suiping", "i1:2019", "5"], ["xiping 西平县", "i1:2019", "6"]])
        let found = try look(bench, rows, as: "targets")
        #expect(found.faults.isEmpty && found.steps.count == 2 && found.drafts.count == 2)
        let twice = try look(bench, rows + texts([["suiping", "i1:2019", "7"], ["suiping", "", "7"]]), as: "targets")
        #expect(twice.faults.map(\.reason) == [.recordTwice(row: 2), .keyMissing])
    }
}
