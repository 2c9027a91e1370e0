package import PlanSyncCore

/// Publishes the preliminary ranking of a closed period, or the assessment of a year.
package enum AdminRankingPublish: RPCMethod {
    package static let name = "admin.ranking.publish"
    package static let access = RPCAccess.supervisor
    package static let summary =
        "Publishes the preliminary ranking of a closed period, or the assessment of a year whose periods are sealed."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// The period; of an assessment, the year.
        package let period: String
        /// The last day for objections; `nil`: as the plan says.
        package let until: CalendarDate?
        /// Why, for the history.
        package let reason: String?

        package init(plan: PlanID, period: String, until: CalendarDate?, reason: String?) {
            self.plan = plan
            self.period = period
            self.until = until
            self.reason = reason
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier()
            period = try json.requireMember("period").string(bytesMax: 32)
            until = try json.optional("until")?.day()
            reason = try json.optional("reason")?.string(bytesMax: Limits.noteBytesMax)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("period", period)
                if let until { writer.member("until", until.description) }
                if let reason { writer.member("reason", reason) }
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The digest of the ranking and of every unit's components.
        package let digest: String
        /// The last day for objections.
        package let until: String?

        package init(digest: String, until: String?) {
            self.digest = digest
            self.until = until
        }

        package init(json: JSONView) throws(JSONFault) {
            digest = try json.requireMember("digest").string()
            until = try json.optional("until")?.string()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("digest", digest)
                if let until { writer.member("until", until) }
            }
        }
    }
}

extension JSONView {
    /// A day, `YYYY-MM-DD`.
    fileprivate func day() throws(JSONFault) -> CalendarDate {
        guard let day = try? CalendarDate(try string(bytesMax: 16)) else {
            throw fault("A day like 2019-07-17 is expected.")
        }
        return day
    }
}
