import PlanSyncCore

/// A plan whose indicators are counted from records: companies, their certificates and brands, and yearly reports.
enum RecordPlan {
    static let collections: Sketch = [
        [
            "id": "companies", "name": "企业", "key": ["uscc"],
            "fields": [
                ["id": "name", "name": "名称", "type": "text", "required": "true"],
                ["id": "batch_from", "name": "入批", "type": "date"],
                ["id": "field", "name": "领域", "type": "members"],
            ],
        ],
        [
            "id": "certificates", "name": "资质",
            "fields": [
                ["id": "company", "name": "企业", "type": "reference", "to": "companies", "required": "true"],
                ["id": "track", "name": "类别", "type": "option", "options": ["sme", "high_tech"]],
                ["id": "number", "name": "编号", "type": "text"],
                ["id": "valid_from", "name": "起", "type": "date"],
                ["id": "valid_to", "name": "止", "type": "date"],
                ["id": "state", "name": "状态", "type": "option", "options": ["applied", "in_force", "revoked"]],
            ],
            "unique": [["track", "number"]],
            "checks": [
                [
                    "id": "cert_order", "strength": "hard", "rule": "valid_to >= valid_from",
                    "text": ["zh": "有效期止早于起", "en": "It ends before it begins."],
                ],
                [
                    "id": "cert_years", "strength": "soft",
                    "rule": "track != \"high_tech\" or days_between(valid_to, years_after(valid_from, 3)) in (0, 1)",
                    "text": ["zh": "高新证书有效期应为三年", "en": "A high-tech certificate is valid for three years."],
                ],
            ],
            "workflow": [
                "field": "state", "initial": "applied",
                "transitions": [
                    [
                        "from": ["applied"], "to": "in_force", "by": ["reviewer", "supervisor"],
                        "needs": ["number", "valid_from"],
                    ],
                    ["from": ["in_force"], "to": "revoked", "by": ["reviewer"], "reason": "true"],
                ],
            ],
        ],
        [
            "id": "brands", "name": "品牌",
            "fields": [
                ["id": "company", "name": "企业", "type": "reference", "to": "companies"],
                ["id": "valid_to", "name": "止", "type": "date"],
            ],
        ],
        [
            "id": "rd", "name": "研发", "key": ["companies", "period"],
            "fields": [
                ["id": "spend", "name": "研发投入", "type": "amount", "unit": "万元"],
                ["id": "sales", "name": "销售", "type": "amount", "unit": "亿元", "decimals": "4"],
            ],
        ],
    ]

    static let inForce =
        "track = \"high_tech\" and state = \"in_force\" and valid_from <= period.end "
        + "and (valid_to is missing or valid_to >= period.end)"

    static let hasBrand = "exists(brands.company where valid_to > period.end)"

    static let indicators: Sketch = [
        [
            "id": "tech", "name": "高新", "unit": "家", "kind": "stock", "weight": "50",
            "numerator": .text("either(count_given(certificates where \(inForce)), g07)"), "beside": "g07",
        ],
        [
            "id": "brand", "name": "品牌覆盖", "unit": "%", "kind": "coverage", "weight": "20",
            "numerator":
                .text("count(companies where batch_from <= period.end and \(hasBrand))"),
            "denominator": "count(companies where batch_from <= period.end)",
            "target": ["value": "100", "deadline": "2020-12-31"],
        ],
        [
            "id": "rdshare", "name": "研发占比", "unit": "%", "kind": "ratio", "weight": "20",
            "numerator": "sum(rd.spend where key.period = period.id)",
            "denominator": "sum(rd.sales where key.period = period.id and key.companies.batch_from <= period.end)",
            "target": ["value": "2", "deadline": "2020-12-31"],
        ],
        [
            "id": "owners", "name": "有牌企业", "unit": "家", "kind": "stock", "weight": "10",
            "numerator": "count_distinct(brands.company where valid_to >= period.end)",
        ],
        [
            "id": "growth", "name": "净增", "unit": "家", "kind": "flow", "stretch": "true",
            "numerator": "tech - previous(tech)",
        ],
    ]

    static let document = SamplePlan.document.with("collections", collections).with("indicators", indicators)

    /// Two credit codes with right check digits.
    static let codes = ["91411700MA44X0AM08", "91411700MA44X0AN95"]
}

extension FigureTable {
    mutating func record(_ tenant: String, _ collection: String, _ key: String, _ fields: [String: String]) throws {
        for (field, value) in fields { try insert(tenant, collection, key, field, .text(value)) }
    }
}
