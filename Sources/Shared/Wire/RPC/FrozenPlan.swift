package import PlanSyncCore

extension Plan {
    /// The place in this plan's file of what the server refused as frozen; `nil` for another error.
    package func fault(of error: RPCError) -> PlanFault? {
        let prefix = "params.document."
        guard error.reason == "plan_frozen", let field = error.field, field.hasPrefix(prefix) else { return nil }
        let path = String(field.dropFirst(prefix.count))
        return PlanFault(error.message, at: document.place(of: path), path: path)
    }
}
