import PlanSyncClient
import PlanSyncCore
import PlanSyncWire
import Testing

/// A bench whose plan has a collection with a field for each policy that is not a single figure.
enum ProjectBench {
    static let record = "projects/p7"

    /// `story`: the present name of the narrative, which an earlier revision called `text`.
    static func planJSON(story: String = "text") -> String {
        let renamed = story == "text" ? "[]" : #"[{"collection":"projects","from":"text","to":"\#(story)"}]"#
        let stages = #"["candidate","applied","recognised"]"#
        let collections = """
            [{"id":"projects","name":"项目","fields":[{"id":"title","name":"名称","type":"text"},
            {"id":"\(story)","name":"情况","type":"text","merge":"text"},
            {"id":"stage","name":"阶段","type":"option","options":\(stages),"merge":"ladder"},
            {"id":"step","name":"步骤","type":"option","options":\(stages),"merge":"ladder","gate":"county"},
            {"id":"partners","name":"单位","type":"members","merge":"members","max_length":"20"},
            {"id":"meetings","name":"会议","type":"count","merge":"counter"}]},
            {"id":"companies","name":"企业","key":["uscc"],"fields":[{"id":"title","name":"名称","type":"text"}]}]
            """
        return Bench.planJSON
            .replacing(#""collections":[]"#, with: #""collections":\#(collections),"renamed":\#(renamed)"#)
    }

    static func enrolled(role: Role = .editor, story: String = "text") throws -> Bench {
        let bench = try Bench.enrolled(role: role)
        try bench.replica.store(try Bench.planID(), revision: 1, document: Array(planJSON(story: story).utf8))
        return bench
    }
}

extension Bench {
    func project(_ name: String, tenant: String = "suiping") throws -> LocalField? {
        try view().field(try Self.key(name, record: "p7", tenant: tenant, collection: "projects"))
    }

    /// A cell of the project that another device wrote.
    func projectCell(
        _ field: String, _ value: FieldValue?, seq: UInt64, author: String = "李", generation: UInt64 = 0,
        tags: [String: [ChangeID]] = [:]
    ) throws -> PublicCell {
        PublicCell(
            key: try Self.key(field, record: "p7", collection: "projects"), value: value,
            rev: ChangeID(now: now, random: &random), seq: seq, by: try DeviceID("d2"), author: author, at: now,
            generation: generation, tags: tags)
    }

    var projects: [String] {
        get throws { try view().records(of: try CollectionID("projects")).map(\.key) }
    }

    /// The faults of an edit that cannot be saved.
    func faults(note: String? = nil, _ make: (Editing) throws(EditError) -> ChangeDraft) throws -> [EditFault] {
        let current = try view()
        do throws(EditError) {
            _ = try make(try Editing(view: current, author: "王", note: note))
            return []
        } catch {
            return error.faults
        }
    }
}
