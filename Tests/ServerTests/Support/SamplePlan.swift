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

    /// The same with reports in time, milestones, and objections before a ranking is sealed.
    static var rankedDocument: String {
        document()
            .replacing(#""collections":["#, with: #""collections":[\#(objections),\#(milestones),"#)
            .replacing(
                #"{"components":[{"id":"t","kind":"indicators","share":"100","name":"指标"}]}"#,
                with: #"""
                    {"components":[{"id":"t","kind":"indicators","share":"70","name":"指标"},
                      {"id":"m","kind":"milestones","share":"20","name":"节点",
                       "achieved":"count(milestones where due <= period.end and state = \"accepted\")",
                       "expected":"count(milestones where due <= period.end)"},
                      {"id":"q","kind":"timeliness","share":"10","name":"报送","credit":[
                       {"days_late":"0","credit":"1"},{"days_late":"3","credit":"0.7"},{"credit":"0.2"}]}],
                     "objections":{"collection":"objections","days":"5"}}
                    """#)
    }

    private static let objections = #"""
        {"id":"objections","name":"异议","key":["period","name"],
         "fields":[{"id":"facts","name":"事实","type":"text"},
          {"id":"answer","name":"答复","type":"text","by":["supervisor"]},
          {"id":"state","name":"状态","type":"option","options":["raised","dismissed"]}],
         "workflow":{"field":"state","initial":"raised",
          "transitions":[{"from":["raised"],"to":"dismissed","by":["supervisor"],"needs":["answer"]}]}}
        """#

    private static let milestones = #"""
        {"id":"milestones","name":"节点","key":["name"],
         "fields":[{"id":"due","name":"期限","type":"date"},
          {"id":"state","name":"状态","type":"option","options":["dispatched","accepted"]}]}
        """#

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
