import PlanSyncCore
import Testing

/// The plan of the worked example (domain, section 3.3): four indicators that are due, one that is not.
enum SamplePlan {
    static let document: Sketch = [
        "format": "plansync-plan/1",
        "plan": ["id": "zmd-2018-25", "title": ["zh": "驻马店", "en": "Zhumadian"], "number": "25"],
        "groups": [["id": "counties", "name": "县区"]],
        "tenants": [
            ["id": "city", "name": "市"],
            ["id": "yicheng", "group": "counties", "name": "驿城区"],
            ["id": "xiping", "group": "counties", "name": "西平县"],
            ["id": "shangcai", "group": "counties", "name": "上蔡县"],
            ["id": "pingyu", "group": "counties", "name": "平舆县"],
        ],
        "departments": [["id": "science", "name": "科技局"], ["id": "industry", "name": "工信局"]],
        "periods": ["type": "bimonthly", "first": "201805B", "last": "202011B", "deadline_day": "10"],
        "elements": [
            ["id": "g07", "name": "高新技术企业", "type": "count", "unit": "家"],
            ["id": "g12n", "name": "研发投入", "type": "amount", "unit": "万元"],
            ["id": "g12d", "name": "地区生产总值", "type": "amount", "unit": "万元", "filled_by": "department"],
            ["id": "g13", "name": "专利申请", "type": "count", "unit": "件", "basis": "ytd"],
            ["id": "g02n", "name": "有研发机构企业", "type": "count", "unit": "家"],
            ["id": "g02d", "name": "规上企业", "type": "count", "unit": "家"],
            ["id": "g01", "name": "增速", "type": "amount", "unit": "%"],
        ],
        "indicators": [
            [
                "id": "g07", "name": "高新技术企业", "unit": "家", "kind": "stock", "numerator": "g07", "weight": "15",
                "path": ["0", "0", "1/4", "1/4", "1/2", "1"],
            ],
            [
                "id": "g12", "name": "研发投入强度", "unit": "%", "kind": "ratio", "numerator": "g12n",
                "denominator": "g12d", "weight": "10", "target": ["value": "2", "deadline": "2020-12-31"],
                "path": ["1", "1", "1", "1", "1", "1"],
            ],
            [
                "id": "g13", "name": "专利申请", "unit": "件", "kind": "flow", "numerator": "g13", "weight": "6",
                "path": ["1/6", "2/6", "1/2", "4/6", "5/6", "1"],
            ],
            [
                "id": "g02", "name": "研发机构覆盖率", "unit": "%", "kind": "coverage", "numerator": "g02n",
                "denominator": "g02d", "weight": "9", "target": ["value": "100", "deadline": "2020-12-31"],
                "path": ["1", "1", "1", "1", "1", "1"],
            ],
            [
                "id": "g01", "name": "增速", "unit": "%", "kind": "flow", "numerator": "g01", "weight": "60",
                "calendar": "yearly",
            ],
        ],
        "measures": [["id": "m01", "title": "创新引领", "lead": ["science"], "support": ["industry"]]],
        "collections": [
            [
                "id": "companies", "name": "企业", "key": ["uscc"],
                "fields": [["id": "name", "name": "名称", "type": "text", "max_length": "60"]],
            ]
        ],
        "ranking": [
            "basis": "reported", "decimals": "2", "completion_cap": "1.2", "stretch_max": "2",
            "components": [
                ["id": "t", "kind": "indicators", "share": "70", "name": "指标"],
                ["id": "m", "kind": "milestones", "share": "20", "name": "节点"],
                ["id": "q", "kind": "timeliness", "share": "10", "name": "报送"],
            ],
        ],
    ]

    static func plan(_ sketch: Sketch = document) throws -> Plan { try PlanReader.read(sketch.node).plan }

    /// The faults of a document, or none.
    static func faults(_ sketch: Sketch) -> [PlanFault] {
        do throws(PlanFileError) {
            _ = try PlanReader.read(sketch.node)
            return []
        } catch { return error.faults }
    }
}

/// One unit's invented figures of the worked example.
struct UnitFigures {
    var tenant: String
    var targets: [String: (target: String, baseline: String)]
    var values: [String: String]

    static let example: [UnitFigures] = [
        UnitFigures(
            tenant: "yicheng", targets: ["g07": ("20", "12"), "g13": ("240", "0"), "g01": ("8", "0")],
            values: ["g07": "15", "g12n": "3150", "g12d": "150000", "g13": "96", "g02n": "18", "g02d": "20"]),
        UnitFigures(
            tenant: "xiping", targets: ["g07": ("9", "5"), "g13": ("80", "0"), "g01": ("8", "0")],
            values: ["g07": "6", "g12n": "880", "g12d": "40000", "g13": "40", "g02n": "7", "g02d": "10"]),
        UnitFigures(
            tenant: "shangcai", targets: ["g07": ("8", "4"), "g13": ("60", "0"), "g01": ("8", "0")],
            values: ["g07": "5", "g13": "36", "g12d": "40000", "g02n": "5", "g02d": "5"]),
        UnitFigures(
            tenant: "pingyu", targets: ["g07": ("7", "3"), "g13": ("60", "0"), "g01": ("8", "0")],
            values: ["g07": "3", "g12n": "450", "g12d": "30000", "g13": "24", "g02n": "4", "g02d": "6"]),
    ]
}

extension FigureTable {
    /// A table of these figures in one period of 2019.
    init(_ units: [UnitFigures], period: String = "201905B") throws {
        self.init()
        for unit in units {
            for (element, value) in unit.values { try insert(unit.tenant, "values", period, element, .text(value)) }
            for (indicator, row) in unit.targets {
                try insert(unit.tenant, "targets", "\(indicator):2019", "target", .text(row.target))
                try insert(unit.tenant, "targets", "\(indicator):2019", "baseline", .text(row.baseline))
            }
        }
    }

    mutating func insert(
        _ tenant: String, _ collection: String, _ key: String, _ field: String, _ value: FieldValue?,
        disputed: Bool = false
    ) throws {
        let record = try RecordKey(collection: CollectionID(collection), key: key)
        insert(
            CellKey(tenant: try TenantID(tenant), record: record, field: try FieldID(field)), value: value,
            disputed: disputed)
    }
}
