package import PlanSyncCore

/// The ranking of a period, with every component of each score.
package enum RankingGet: RPCMethod {
    package static let name = "ranking.get"
    package static let access = RPCAccess.device
    package static let summary = "The tenants in the order of their scores, each with every component. For the city."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// The period's name.
        package let period: String

        package init(plan: PlanID, period: String) {
            self.plan = plan
            self.period = period
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier()
            period = try json.requireMember("period").string(bytesMax: 16)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("period", period)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// Which figures count.
        package let basis: String
        /// The units as JSON, one object each, in the order of their groups and ranks.
        package let units: [[UInt8]]

        package init(basis: RankingRule.Basis, units: [RankedUnit]) {
            self.basis = basis.rawValue
            self.units = units.map(\.jsonBytes)
        }

        package init(json: JSONView) throws(JSONFault) {
            basis = try json.requireMember("basis").string()
            units = try json.requireMember("units").elementArray().map { Array($0.rawBytes) }
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("basis", basis)
                writer.member(
                    "units",
                    array: { writer in
                        for unit in units { writer.raw(unit) }
                    })
            }
        }
    }
}

extension RankedUnit: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("tenant", tenant.rawValue)
            writer.member("group", group)
            writer.name("rank")
            if let rank { writer.integer(rank) } else { writer.null() }
            writer.member("shared", shared)
            writer.name("score")
            if let published { writer.string(published) } else { writer.null() }
            writer.figure("stretch", stretch)
            writer.member(
                "parts",
                array: { writer in
                    for part in parts { part.write(to: &writer) }
                })
            writer.member(
                "missing",
                array: { writer in
                    for missing in missing { writer.string(missing.element.rawValue) }
                })
            writer.member("disputed", disputed)
        }
    }
}

extension RankedUnit.Part: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.figure("score", score)
            writer.figure("points", points)
            if let tally {
                writer.figure("achieved", tally.achieved)
                writer.figure("expected", tally.expected)
                if let days = tally.daysLate { writer.member("daysLate", days) }
            }
            writer.member(
                "entries",
                array: { writer in
                    for entry in entries {
                        writer.object { writer in
                            writer.member("figure", entry.figure)
                            writer.figure("weight", entry.weight)
                            writer.figure("counted", entry.counted)
                            writer.figure("points", entry.points)
                        }
                    }
                })
        }
    }
}
