/// Gives a device a new certificate, for the key that it has or for a new one.
package enum EnrolRenew: RPCMethod {
    package static let name = "enrol.renew"
    package static let access = RPCAccess.device
    package static let summary =
        "A new certificate for the device that calls, also with one that expired within the grace time."

    /// What is sent.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The signing request, PEM.
        package let signingRequest: String

        package init(signingRequest: String) { self.signingRequest = signingRequest }

        package init(json: JSONView) throws(JSONFault) {
            signingRequest = try json.requireMember("csr").string(bytesMax: Limits.csrBytesMax)
        }

        package func write(to writer: inout JSONWriter) { writer.object { $0.member("csr", signingRequest) } }
    }

    package typealias Result = EnrolRequest.Result
}
