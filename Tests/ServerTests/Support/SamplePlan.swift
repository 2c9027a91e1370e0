import PlanSyncWire

/// A plan with one element for each merge policy.
enum SamplePlan {
    static func document(id: String = "plan", title: String = "Plan") -> String {
        """
        {"format":"plansync-plan/1","plan":{"id":"\(id)","title":"\(title)"},
        "groups":[{"id":"counties","name":"县"}],
        "tenants":[{"id":"city","name":"市"},{"id":"xiping","group":"counties","name":"西平县"},
          {"id":"pingyu","group":"counties","name":"平舆县"}],
        "departments":[{"id":"science","name":"科技局"}],
        "periods":{"type":"bimonthly","first":"201901B","last":"201911B"},
        "elements":[\(elements)],
        "indicators":[{"id":"g1","name":"件","kind":"flow","numerator":"figure","weight":"100",
          "path":["1/6","2/6","1/2","4/6","5/6","1"]}],
        "collections":[{"id":"bulletins","name":"通报","published":"true","key":["name"],
          "fields":[{"id":"text","name":"正文","type":"text"},
            {"id":"story","name":"情况","type":"text","merge":"text"},
            {"id":"files","name":"附件","type":"attachments","types":["txt","pdf"],"max_mb":"1"}]}],
        "attachments":{"quota_mb":"1"},
        "ranking":{"components":[{"id":"t","kind":"indicators","share":"100","name":"指标"}]}}
        """
    }

    private static let elements = [
        #"{"id":"figure","name":"数","type":"amount","min":"0"}"#,
        #"{"id":"owned_by_city","name":"数","type":"amount","merge":"city-wins"}"#,
        #"{"id":"owned_by_county","name":"数","type":"amount","merge":"county-wins"}"#,
        #"{"id":"words","name":"文","type":"text","merge":"latest"}"#,
        #"{"id":"tally","name":"数","type":"count","merge":"counter"}"#,
        #"{"id":"top","name":"数","type":"amount","merge":"max"}"#,
        #"{"id":"bottom","name":"数","type":"amount","merge":"min"}"#,
        #"{"id":"official","name":"数","type":"amount","filled_by":"department"}"#,
    ].joined(separator: ",")
}
