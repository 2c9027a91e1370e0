import Foundation
import PlanSyncCore
import PlanSyncPlanFile
import Testing

/// The plans that come with the source, and the one of the tutorial.
@Suite("Plan documents")
struct PlanDocumentTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    private func read(_ text: String) throws -> PlanReader.Reading { try PlanReader.read(try PlanFile.parse(text)) }

    private func faults(_ text: String) throws -> [PlanFault] {
        do throws(PlanFileError) {
            _ = try PlanReader.read(try PlanFile.parse(text))
            return []
        } catch { return error.faults }
    }

    /// The fenced blocks of a kind in a page.
    private func blocks(_ kind: String, _ page: String) -> [String] {
        page.components(separatedBy: "```\(kind)\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first.map { $0 + "\n" }
        }
    }

    @Test("The tutorial's plan passes after each of its steps, and its fault is told as printed there")
    func tutorial() throws {
        let page = try text("docs/plan-tutorial.md")
        let steps = blocks("yaml", page)
        try #require(steps.count == 3)
        let first = steps[0]
        #expect(try read(first).warnings.isEmpty && read(first).plan.indicators.count == 1)
        let faulty = try faults(first.replacing("numerator: planted", with: "numerator: plantd"))
        let told = try #require(faulty.first { $0.severity == .error }?.description)
        #expect(page.contains("trees.yaml:\(told)"), "\(told)")
        let second = first + steps[1]
        #expect(try read(second).warnings.isEmpty)
        let third = second.replacing("weight: \"100\"", with: "weight: \"60\"")
            .replacing("ranking:\n", with: steps[2] + "ranking:\n")
        let reading = try read(third)
        #expect(reading.warnings.isEmpty && reading.plan.indicators.map(\.id.rawValue) == ["trees", "open_parks"])
        // The new indicator counts a park that is open on the quarter's last day, and not before.
        var figures = FigureTable()
        let place = try RecordKey(collection: CollectionID("parks"), key: "p1")
        for (field, value) in [("state", "open"), ("opened_on", "2024-05-01")] {
            let key = CellKey(tenant: try TenantID("east"), record: place, field: try FieldID(field))
            figures.insert(key, value: .text(value), disputed: false)
        }
        let indicator = try #require(reading.plan.indicators.last)
        let values = try reading.plan.periods.all.prefix(2).map { period in
            Aggregate(plan: reading.plan, figures: figures).figure(indicator, of: try TenantID("east"), in: period)
                .value
        }
        #expect(values == [.zero, Rational(1)])
    }

    @Test("A plan of another shape loads without a warning: quarters, English names, less is better")
    func second() throws {
        let reading = try read(try text("Plans/harbour-bay-water.yaml"))
        let plan = reading.plan
        #expect(reading.warnings.isEmpty)
        #expect(plan.periods.kind == .quarterly && plan.periods.all.count == 8 && plan.ranking.basis == .accepted)
        #expect(plan.indicators.first { $0.id.rawValue == "cost" }?.target?.atMost == true)
        let source = try text("Plans/harbour-bay-water.yaml")
        #expect(source.contains("INVENTED"))
        #expect(!source.unicodeScalars.contains { ("\u{4E00}"..."\u{9FFF}").contains($0) })
    }

    @Test("The plan of Zhumadian counts its certificates, platforms, brands and products from records")
    func zhumadian() throws {
        let plan = try read(try text("Plans/zhumadian-2018-25.yaml")).plan
        #expect(
            plan.counted.map(\.rawValue) == [
                "brands", "certificates", "companies", "field_plans", "milestones", "platforms", "products",
                "rd_reports",
            ])
        let declared = plan.collections.values.filter { $0.origin == .declared }
        #expect(declared.count == 35)
        for rule in declared {
            #expect(rule.name.zh != rule.name.en)
            for field in rule.fields { #expect(field.name.zh != field.name.en || field.name.zh.isEmpty) }
        }
        let flows = declared.compactMap(\.workflow)
        #expect(flows.count >= 10 && flows.allSatisfy { !$0.transitions.isEmpty })
    }

    @Test("No file of the program names the place of a plan")
    func generic() throws {
        let names = ["驻马店", "zhumadian", "Zhumadian", "411724"]
        let sources = Self.root.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for line in text.split(separator: "\n") where names.contains(where: { line.contains($0) }) {
                // Examples in a help text may.
                let isExample = line.contains("plansync") || line.contains("such as")
                #expect(isExample, "\(file.lastPathComponent): \(line)")
            }
        }
    }
}
