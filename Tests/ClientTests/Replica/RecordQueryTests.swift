import PlanSyncClient
import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Records, searched, filtered and in order")
struct RecordQueryTests {
    private static let collections = """
        [{"id":"firms","name":"企业","fields":[{"id":"title","name":"名称","type":"text"},
        {"id":"size","name":"规模","type":"option","options":["large","small"],"option_names":["大型",{"en":"Small"}]},
        {"id":"sales","name":"收入","type":"amount"},{"id":"listed","name":"上市","type":"flag"},
        {"id":"state","name":"状态","type":"option","options":["told","valid"]}],
        "workflow":{"field":"state","initial":"told","transitions":[
        {"from":["told"],"to":"valid","by":["editor"]}]}}]
        """

    private func bench() throws -> Bench {
        let bench = try Bench.enrolled()
        let document = Bench.planJSON.replacing(#""collections":[]"#, with: #""collections":\#(Self.collections)"#)
        try bench.replica.store(try Bench.planID(), revision: 1, document: Array(document.utf8))
        return bench
    }

    private func filled() throws -> Bench {
        let bench = try bench()
        let rows: [(String, [String: String])] = [
            ("a", ["title": "正阳花生集团 Peanut", "size": "large", "sales": "9", "state": "valid"]),
            ("b", ["title": "遂平面粉厂", "size": "small", "sales": "10"]),
            ("c", ["title": "peanut oil", "listed": "true"]),
        ]
        var cells: [PublicCell] = []
        for (key, fields) in rows {
            for (field, value) in fields.sorted(by: { $0.key < $1.key }) {
                cells.append(
                    try bench.cell(field, value, seq: UInt64(cells.count + 1), record: key, collection: "firms"))
            }
        }
        try bench.apply(cells, after: nil, cursor: "c1")
        return bench
    }

    private func keys(_ bench: Bench, _ change: (inout RecordQuery) throws -> Void) throws -> [String] {
        var query = RecordQuery(try CollectionID("firms"))
        try change(&query)
        return try bench.view().records(query).map(\.key)
    }

    @Test("All words have to occur, whatever their capital letters, also in the key")
    func words() throws {
        let bench = try filled()
        #expect(try keys(bench) { $0.words = "" } == ["a", "b", "c"])
        #expect(try keys(bench) { $0.words = "peanut" } == ["a", "c"])
        #expect(try keys(bench) { $0.words = " PEANUT  花生 " } == ["a"])
        #expect(try keys(bench) { $0.words = "生花" } == [])
        #expect(try keys(bench) { $0.words = "B" } == ["b"])
    }

    @Test("A field that holds a value or none; a record that tells no state stands at the beginning")
    func fields() throws {
        let bench = try filled()
        func with(_ field: String, _ value: FieldValue?) throws -> [String] {
            try keys(bench) { $0.field = (try FieldID(field), value) }
        }
        #expect(try with("size", .text("large")) == ["a"])
        #expect(try with("size", nil) == ["c"])
        #expect(try with("state", .text("told")) == ["b", "c"])
        #expect(try with("state", .text("valid")) == ["a"])
    }

    @Test("Figures are ordered by their size, and what has none comes last both ways")
    func order() throws {
        let bench = try filled()
        func by(_ field: String, _ isReversed: Bool = false) throws -> [String] {
            try keys(bench) { $0.order = RecordQuery.Order(field: try FieldID(field), isReversed: isReversed) }
        }
        #expect(try by("sales") == ["a", "b", "c"])
        #expect(try by("sales", true) == ["b", "a", "c"])
        #expect(try by("title") == ["c", "a", "b"])
        #expect(try by("title", true) == ["b", "a", "c"])
    }

    @Test("A mark is that of the record's most urgent field")
    func marks() throws {
        let bench = try filled()
        try bench.set("title=新", record: "firms/b")
        #expect(try keys(bench) { $0.mark = .pending } == ["b"])
        let change = try bench.set("sales=3", record: "firms/b")
        try bench.acknowledge(change, seq: 20, [OperationResult(.rejected, reason: "out_of_range")])
        #expect(try bench.view().marks(of: try CollectionID("firms")).values.map { $0 } == [.rejected])
    }

    @Test("The kept list of records is the one that is found anew, whatever is edited", arguments: 0..<20)
    func kept(seed: UInt64) throws {
        let bench = try filled()
        var random = SplitMix64(seed: seed)
        let firms = try CollectionID("firms")
        for step in 0..<20 {
            let record = "firms/\(["a", "b", "c", "d"][random.below(4)])"
            switch random.below(4) {
            case 0: _ = try? bench.save { editing throws(EditError) in try editing.delete(record) }
            case 1: _ = try? bench.save { editing throws(EditError) in try editing.restore(record) }
            default: _ = try? bench.set("title=第\(step)", record: record)
            }
            let kept = try bench.view()
            let anew = try bench.reopened().view(of: try Bench.planID())
            let expected = Set(
                anew.fields.filter { key, field in
                    key.record.collection == firms && key.field != .recordState
                        && (field.value != nil || field.state != .confirmed)
                        && !anew.isDeleted(key.record, of: key.tenant)
                }.map(\.key.record.key))
            #expect(kept.places(of: firms).map(\.key) == expected.sorted())
            #expect(kept.records(of: firms).map(\.key) == expected.sorted())
            var query = RecordQuery(firms)
            query.words = "第\(step)"
            let found = expected.filter { key in
                anew.fields.contains { $0.key.record.key == key && $0.value.value?.shown.contains("第\(step)") == true }
            }
            #expect(kept.records(query).map(\.key) == found.sorted())
        }
    }

    @Test("Options have names for people")
    func names() throws {
        let rule = try #require(try bench().view().plan.field(try FieldID("size"), of: try CollectionID("firms")))
        #expect(rule.optionNames["large"]?.zh == "大型" && rule.optionNames["large"]?.en == "large")
        #expect(rule.optionNames["small"]?.zh == "Small")
        let document = Bench.planJSON.replacing(
            #""collections":[]"#,
            with: #""collections":\#(Self.collections.replacing(#"["大型",{"en":"Small"}]"#, with: #"["大型"]"#))"#)
        #expect(throws: ReplicaError.self) {
            try bench().replica.store(try Bench.planID(), revision: 2, document: Array(document.utf8))
        }
    }
}
