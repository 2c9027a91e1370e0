package import PlanSyncCore

/// Turns an enrolment token and a signing request into a device certificate, once.
package enum EnrolRequest: RPCMethod {
    package static let name = "enrol.request"
    package static let access = RPCAccess.anonymous
    package static let summary =
        "Turns a token and a certificate signing request (PEM) into a device certificate, once."

    /// What is sent.
    package struct Params: JSONReadable, JSONWritable, Sendable {
        /// The whole token, or its secret part alone.
        package let token: String
        /// The signing request, PEM.
        package let signingRequest: String

        package init(token: String, signingRequest: String) {
            self.token = token
            self.signingRequest = signingRequest
        }

        package init(json: JSONView) throws(JSONFault) {
            token = try json.requireMember("token").string(bytesMax: 256)
            signingRequest = try json.requireMember("csr").string(bytesMax: Limits.csrBytesMax)
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("token", token)
                writer.member("csr", signingRequest)
            }
        }
    }

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The device's certificate, PEM.
        package let certificate: String
        /// The certificates above it, PEM.
        package let chain: [String]
        /// The device's name.
        package let device: DeviceID

        package init(certificate: String, chain: [String], device: DeviceID) {
            self.certificate = certificate
            self.chain = chain
            self.device = device
        }

        package init(json: JSONView) throws(JSONFault) {
            certificate = try json.requireMember("certificate").string()
            chain = try json.requireMember("chain").decode([String].self)
            device = try json.requireMember("device").identifier()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("certificate", certificate)
                writer.member("chain", chain)
                writer.member("device", device.rawValue)
            }
        }
    }
}
