/// Who may call a method.
package enum RPCAccess: String, CaseIterable, Sendable {
    /// Anyone, also without a certificate.
    case anonymous
    /// A device with a certificate that holds.
    case device
    /// A device of the city with the role `supervisor`.
    case supervisor
}

/// A method of the contract: its name, its rights, and the shapes of what goes in and comes out.
package protocol RPCMethod: SendableMetatype {
    associatedtype Params: JSONReadable & JSONWritable & Sendable
    associatedtype Result: JSONReadable & JSONWritable & Sendable

    /// The name on the wire, such as `sync.push`.
    static var name: String { get }
    /// Who may call it.
    static var access: RPCAccess { get }
    /// One sentence for the OpenRPC document.
    static var summary: String { get }
}

/// Params or a result without members: `{}`; members that are there are ignored.
package struct RPCEmpty: JSONReadable, JSONWritable, Equatable, Sendable {
    /// The one value.
    package init() {}

    package init(json: JSONView) throws(JSONFault) { try json.require(.object) }

    package func write(to writer: inout JSONWriter) { writer.object { _ in } }
}
