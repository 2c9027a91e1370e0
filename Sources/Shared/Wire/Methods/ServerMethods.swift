/// Whether the server serves, and nothing else.
package enum ServerHealth: RPCMethod {
    package static let name = "server.health"
    package static let access = RPCAccess.anonymous
    package static let summary = "Whether the server serves; nothing else."

    package typealias Params = RPCEmpty

    /// What comes back.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The server's release.
        package let version: String

        package init(version: String) { self.version = version }

        package init(json: JSONView) throws(JSONFault) { version = try json.requireMember("version").string() }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("status", "ok")
                writer.member("version", version)
            }
        }
    }
}

/// The methods of this server, described for machines.
package enum RPCDiscover: RPCMethod {
    package static let name = "rpc.discover"
    package static let access = RPCAccess.anonymous
    package static let summary = "The OpenRPC document of this server."

    package typealias Params = RPCEmpty

    /// What comes back: an OpenRPC 1.3 document made from ``MethodList``.
    package struct Result: JSONReadable, JSONWritable, Sendable {
        /// The server's release.
        package let version: String

        package init(version: String) { self.version = version }

        package init(json: JSONView) throws(JSONFault) {
            version = try json.requireMember("info").requireMember("version").string()
        }

        package func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.member("openrpc", "1.3.2")
                writer.member(
                    "info",
                    object: { writer in
                        writer.member("title", "PlanSync")
                        writer.member("version", version)
                    })
                writer.member(
                    "methods",
                    array: { writer in
                        for method in MethodList.all {
                            writer.object { writer in
                                writer.member("name", method.name)
                                writer.member("summary", method.summary)
                                writer.member("paramStructure", "by-name")
                                writer.member("params", array: { _ in })
                                writer.member(
                                    "result",
                                    object: { writer in
                                        writer.member("name", "result")
                                        writer.member("schema", object: { $0.member("type", "object") })
                                    })
                                writer.member("x-access", method.access.rawValue)
                            }
                        }
                    })
            }
        }
    }
}
