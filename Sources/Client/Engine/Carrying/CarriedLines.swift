// The one format of the second file and of a bundle on a USB stick: a line that says whose changes these are, then a
// line for each push, as `sync.push` takes it. In a bundle each is signed; in the second file the signature is empty.

package import PlanSyncCore
package import PlanSyncWire

/// The first line: whose changes these are.
package struct CarriedHeader: JSONReadable, JSONWritable, Sendable, Equatable {
    /// The name of the format.
    package static let format = "plansync-bundle/1"

    /// The device's tenant.
    package var tenant: TenantID
    /// The device.
    package var device: DeviceID
    /// Its role; in the second file only, as all that follows.
    package var role: Role?
    /// Where its server is.
    package var host: String?
    /// The server's port.
    package var port: Int?
    /// The epoch of the server's history.
    package var epoch: String?
    /// The incarnation of its chain.
    package var incarnation: UInt64?

    /// The header of a bundle.
    package init(tenant: TenantID, device: DeviceID) {
        self.tenant = tenant
        self.device = device
    }

    /// The header of a second file; `nil` before the device is enrolled.
    init?(_ state: ReplicaState) {
        guard let tenant = state.tenant, let device = state.device else { return nil }
        self.init(tenant: tenant, device: device)
        role = state.role
        host = state.host
        port = state.port
        epoch = state.epoch
        incarnation = state.incarnation
    }

    package init(json: JSONView) throws(JSONFault) {
        let name = try json.requireMember("format")
        guard name.isString(Self.format) else { throw name.fault("'\(Self.format)' is expected.") }
        tenant = try json.requireMember("tenant").identifier()
        device = try json.requireMember("device").identifier()
        role = Role(rawValue: try json.optional("role")?.string() ?? "")
        host = try json.optional("host")?.string()
        port = try json.optional("port")?.integer(in: 1...65_535)
        epoch = try json.optional("epoch")?.string()
        incarnation = try json.optional("inc")?.ordinal()
    }

    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("tenant", tenant.rawValue)
            writer.member("device", device.rawValue)
            writer.member("role", ifPresent: role?.rawValue)
            writer.member("host", ifPresent: host)
            writer.member("port", ifPresent: port)
            writer.member("epoch", ifPresent: epoch)
            writer.member("inc", ifPresent: incarnation)
        }
    }
}

/// One of the lines that follow.
package enum CarriedLine {
    /// The line for changes of one plan and revision.
    package static func encode(_ changes: [Change], signature: [UInt8]) -> [UInt8] {
        guard let first = changes.first else { return [] }
        return SyncPush.Params(
            plan: first.plan, planRevision: first.planRevision, changes: changes, signature: signature,
            acknowledged: nil
        ).jsonBytes
    }
}

/// What a file with carried changes holds, as far as it can be read.
package struct CarriedChanges: Sendable {
    /// Whose they are; `nil` when no such line can be read.
    package private(set) var header: CarriedHeader?
    /// The pushes, in the order of the lines.
    package private(set) var pushes: [SyncPush.Params] = []
    /// The lines that cannot be read, by number.
    package private(set) var damagedLines: [Int] = []
    /// Lines whose content is not what the line behind them was linked to.
    package private(set) var alteredLines: [Int] = []
    /// Whether the last line ends in the middle.
    package private(set) var isTruncated = false

    /// Reads a file.
    package init(_ bytes: [UInt8], cryptography: any Cryptography) {
        let newline = UInt8(ascii: "\n")
        let isEnded = bytes.isEmpty || bytes.last == newline
        let lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
        var last: (change: Change, line: Int)?
        for (index, line) in lines.enumerated() where !line.isEmpty {
            let isLast = index == lines.count - 1
            guard let root = try? JSONDocument(Array(line), limits: .authenticated).root else {
                note(index + 1, isCutOff: isLast && !isEnded)
                continue
            }
            if let read = try? CarriedHeader(json: root) {
                header = read
            } else if let push = try? SyncPush.Params(json: root) {
                for change in push.changes {
                    if let last, change.incarnation == last.change.incarnation, last.change.number < .max,
                        change.number == last.change.number + 1,
                        change.previous != Base64URL.encode(cryptography.sha256(last.change.canonicalBytes))
                    {
                        alteredLines.append(last.line)
                    }
                    last = (change, index + 1)
                }
                pushes.append(push)
            } else {
                note(index + 1, isCutOff: isLast && !isEnded)
            }
        }
    }

    private mutating func note(_ line: Int, isCutOff: Bool) {
        if isCutOff { isTruncated = true } else { damagedLines.append(line) }
    }

    /// The changes: of each id the one that stands last, in that order.
    package var changes: [Change] {
        var places: [ChangeID: Int] = [:]
        let all = pushes.flatMap(\.changes)
        for (index, change) in all.enumerated() { places[change.id] = index }
        return all.enumerated().filter { places[$0.element.id] == $0.offset }.map(\.element)
    }
}
