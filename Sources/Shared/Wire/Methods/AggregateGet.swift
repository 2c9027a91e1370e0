package import PlanSyncCore

/// Computed indicators for each tenant and the city.
package enum AggregateGet: RPCMethod {
    package static let name = "aggregate.get"
    package static let access = RPCAccess.device
    package static let summary =
        "Indicators of each tenant and the city, with inputs, target, completion and what is missing."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// The period's name.
        package let period: String
        /// Only these tenants; absent: all that the caller may see.
        package let tenants: [TenantID]?
        /// Only these indicators; absent: all.
        package let indicators: [IndicatorID]?
        /// Which figures count.
        package let basis: RankingRule.Basis

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier()
            period = try json.requireMember("period").string(bytesMax: 16)
            var tenants: [TenantID]?
            if let list = try json.optional("tenants") {
                tenants = []
                for view in try list.elementArray() { tenants?.append(try view.identifier()) }
            }
            var indicators: [IndicatorID]?
            if let list = try json.optional("indicators") {
                indicators = []
                for view in try list.elementArray() { indicators?.append(try view.identifier()) }
            }
            self.tenants = tenants
            self.indicators = indicators
            guard let view = try json.optional("basis") else {
                basis = .reported
                return
            }
            guard let basis = RankingRule.Basis(rawValue: try view.string()) else {
                throw view.fault("'reported' or 'accepted' is expected.")
            }
            self.basis = basis
        }

        package init(plan: PlanID, period: String, basis: RankingRule.Basis) {
            self.plan = plan
            self.period = period
            tenants = nil
            indicators = nil
            self.basis = basis
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("period", period)
                if let tenants { writer.member("tenants", tenants.map(\.rawValue)) }
                if let indicators { writer.member("indicators", indicators.map(\.rawValue)) }
                writer.member("basis", basis.rawValue)
            }
        }
    }

    /// What comes back; computed figures as JSON, in the order of the plan.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The figures' JSON, one object each.
        package let figures: [[UInt8]]

        package init(figures: [IndicatorFigure]) { self.figures = figures.map(\.jsonBytes) }

        package init(json: JSONView) throws(JSONFault) {
            figures = try json.requireMember("figures").elementArray().map { Array($0.rawBytes) }
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member(
                    "figures",
                    array: { writer in
                        for figure in figures { writer.raw(figure) }
                    })
            }
        }
    }
}

extension JSONWriter {
    /// An exact figure as a decimal text of at most 6 digits after the point, or null.
    package mutating func figure(_ name: String, _ value: Rational?) {
        self.name(name)
        if let value { string(value.shown(6)) } else { null() }
    }
}

extension IndicatorFigure: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("indicator", indicator.rawValue)
            writer.member("tenant", tenant.rawValue)
            writer.member("state", state.rawValue)
            writer.figure("numerator", numerator)
            writer.figure("denominator", denominator)
            writer.figure("value", value)
            writer.figure("target", target)
            writer.figure("due", due)
            writer.figure("completion", completion)
            writer.member(
                "missing",
                array: { writer in
                    for missing in missing {
                        writer.object { writer in
                            writer.member("tenant", missing.tenant.rawValue)
                            writer.member("element", missing.element.rawValue)
                            if let record = missing.record { writer.member("record", record.description) }
                        }
                    }
                })
            writer.member("disputed", disputed)
            if beside != nil { writer.figure("beside", beside) }
            if difference != nil { writer.figure("difference", difference) }
        }
    }
}
