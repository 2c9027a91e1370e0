package import PlanSyncCore

/// Where a figure comes from: the formula, its inputs, and the operations behind each input.
package enum ExplainGet: RPCMethod {
    package static let name = "explain.get"
    package static let access = RPCAccess.device
    package static let summary =
        "The formula of an indicator, its inputs, and the operations that each input came from."

    /// What is asked.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The plan.
        package let plan: PlanID
        /// The period's name.
        package let period: String
        /// The indicator.
        package let indicator: IndicatorID
        /// The unit, or the city.
        package let tenant: TenantID

        package init(plan: PlanID, period: String, indicator: IndicatorID, tenant: TenantID) {
            self.plan = plan
            self.period = period
            self.indicator = indicator
            self.tenant = tenant
        }

        package init(json: JSONView) throws(JSONFault) {
            plan = try json.requireMember("plan").identifier()
            period = try json.requireMember("period").string(bytesMax: 16)
            indicator = try json.requireMember("indicator").identifier()
            tenant = try json.requireMember("tenant").identifier()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("plan", plan.rawValue)
                writer.member("period", period)
                writer.member("indicator", indicator.rawValue)
                writer.member("tenant", tenant.rawValue)
            }
        }
    }

    /// One figure that the formula reads.
    package struct Input: JSONReadable, JSONWritable, Sendable {
        /// Whose it is.
        package let tenant: TenantID
        /// The period for which it was filled in.
        package let period: String
        /// What it is.
        package let element: FieldID
        /// The figure; `nil`: missing.
        package let value: String?
        /// Whether an open conflict stands about it.
        package let disputed: Bool
        /// What was done to it, in order.
        package let operations: [HistoryGet.Entry]

        package init(_ input: Explanation.Input, operations: [HistoryGet.Entry]) {
            tenant = input.tenant
            period = input.period.rawValue
            element = input.element
            value = input.amount?.description
            disputed = input.disputed
            self.operations = operations
        }

        package init(json: JSONView) throws(JSONFault) {
            tenant = try json.requireMember("tenant").identifier()
            period = try json.requireMember("period").string()
            element = try json.requireMember("element").identifier()
            value = try json.optional("value")?.string()
            disputed = try json.requireMember("disputed").bool()
            operations = try json.requireMember("operations").decode([HistoryGet.Entry].self)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("tenant", tenant.rawValue)
                writer.member("period", period)
                writer.member("element", element.rawValue)
                writer.member("value", value)
                writer.member("disputed", disputed)
                writer.member("operations", operations)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The formula as written in the plan.
        package let formula: String
        /// The unit of the indicator's value.
        package let unit: String
        /// What it comes to, in JSON as in `aggregate.get`.
        package let figure: [UInt8]
        /// The figures that the formula reads.
        package let inputs: [Input]
        /// Whether there were more operations than are told.
        package let isCut: Bool

        package init(_ explanation: Explanation, inputs: [Input], isCut: Bool) {
            formula = explanation.formula
            unit = explanation.indicator.unit
            figure = explanation.figure.jsonBytes
            self.inputs = inputs
            self.isCut = isCut
        }

        package init(json: JSONView) throws(JSONFault) {
            formula = try json.requireMember("formula").string()
            unit = try json.requireMember("unit").string()
            figure = Array(try json.requireMember("figure").rawBytes)
            inputs = try json.requireMember("inputs").decode([Input].self)
            isCut = try json.optional("cut")?.bool() ?? false
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("formula", formula)
                writer.member("unit", unit)
                writer.name("figure")
                writer.raw(figure)
                writer.member("inputs", inputs)
                if isCut { writer.member("cut", true) }
            }
        }
    }
}
