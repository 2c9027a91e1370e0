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

    /// One record that the formula reads.
    package struct Record: JSONReadable, JSONWritable, Sendable {
        /// Whose it is.
        package let tenant: TenantID
        /// The record, as `COLLECTION/KEY`.
        package let record: String
        /// The period for which it was read.
        package let period: String
        /// `counted`, `supports` or `unclear`.
        package let standing: String
        /// What it adds to a sum; `nil` where records are counted.
        package let value: String?
        /// The fields that would have to be known.
        package let missing: [String]
        /// Whether an open conflict stands about it.
        package let disputed: Bool
        /// What was done to it, in order.
        package let operations: [HistoryGet.Entry]

        package init(_ input: Explanation.RecordInput, operations: [HistoryGet.Entry]) {
            tenant = input.tenant
            record = input.record.description
            period = input.period.rawValue
            standing = input.standing.rawValue
            value = input.value?.shown(6)
            missing = input.missing.map(\.rawValue)
            disputed = input.disputed
            self.operations = operations
        }

        package init(json: JSONView) throws(JSONFault) {
            tenant = try json.requireMember("tenant").identifier()
            record = try json.requireMember("record").string()
            period = try json.requireMember("period").string()
            standing = try json.requireMember("standing").string()
            value = try json.optional("value")?.string()
            var missing: [String] = []
            for view in try json.optional("missing")?.elementArray() ?? [] { missing.append(try view.string()) }
            self.missing = missing
            disputed = try json.requireMember("disputed").bool()
            operations = try json.requireMember("operations").decode([HistoryGet.Entry].self)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("tenant", tenant.rawValue)
                writer.member("record", record)
                writer.member("period", period)
                writer.member("standing", standing)
                writer.member("value", value)
                if !missing.isEmpty { writer.member("missing", missing) }
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
        /// The records that it reads and that count, support one that counts, or are unclear.
        package let records: [Record]
        /// Whether there were more operations than are told.
        package let isCut: Bool

        package init(_ explanation: Explanation, inputs: [Input], records: [Record], isCut: Bool) {
            formula = explanation.formula
            unit = explanation.indicator.unit
            figure = explanation.figure.jsonBytes
            self.inputs = inputs
            self.records = records
            self.isCut = isCut
        }

        package init(json: JSONView) throws(JSONFault) {
            formula = try json.requireMember("formula").string()
            unit = try json.requireMember("unit").string()
            figure = Array(try json.requireMember("figure").rawBytes)
            inputs = try json.requireMember("inputs").decode([Input].self)
            records = try json.optional("records")?.decode([Record].self) ?? []
            isCut = try json.optional("cut")?.bool() ?? false
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("formula", formula)
                writer.member("unit", unit)
                writer.name("figure")
                writer.raw(figure)
                writer.member("inputs", inputs)
                if !records.isEmpty { writer.member("records", records) }
                if isCut { writer.member("cut", true) }
            }
        }
    }
}
