/// The codes that an error of the contract can have.
///
/// Source: docs/protocol.md, "Errors".
package enum RPCErrorCode: Int, CaseIterable, Sendable {
    case parse = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParams = -32602
    case internalError = -32603
    case unauthenticated = -32001
    case forbidden = -32002
    case notFound = -32003
    /// The server expected another change number first.
    case gap = -32004
    /// The client must start from a snapshot.
    case cursorExpired = -32005
    case planRevisionUnknown = -32006
    /// The same request will do later.
    case overloaded = -32007
    case tooLarge = -32008
    /// The period or the state of the workflow takes no more of this.
    case closed = -32009
    case certificateExpiredOrRevoked = -32010
    /// Another content was sent under a number that is already used.
    case fork = -32011
}

/// Why a request was not carried out, as it travels.
package struct RPCError: Error, Equatable, Sendable {
    /// The kind of the error.
    package var code: RPCErrorCode
    /// A stable word for programs, such as `gap` or `tenant_mismatch`.
    package var reason: String
    /// The path of the offending member, such as `params.changes[0].n`.
    package var field: String?
    /// One plain sentence for a person; never data of another tenant.
    package var message: String
    /// The change number that must come next, for ``RPCErrorCode/gap``.
    package var expected: UInt64?
    /// How long to wait, for ``RPCErrorCode/overloaded``.
    package var retryAfterMilliseconds: Int?
    /// The device's new incarnation, for ``RPCErrorCode/fork``.
    package var incarnation: UInt64?

    /// An error in all its parts.
    package init(
        code: RPCErrorCode, reason: String, field: String? = nil, message: String, expected: UInt64? = nil,
        retryAfterMilliseconds: Int? = nil, incarnation: UInt64? = nil
    ) {
        self.code = code
        self.reason = reason
        self.field = field
        self.message = message
        self.expected = expected
        self.retryAfterMilliseconds = retryAfterMilliseconds
        self.incarnation = incarnation
    }
}

// The errors by name.
extension RPCError {
    /// The frame is not JSON as the contract wants it.
    package static func parse(_ error: JSONError) -> Self {
        Self(code: .parse, reason: "parse", message: "The frame is not the JSON of this protocol. \(error)")
    }

    /// The frame is JSON and no message.
    package static func invalidRequest(_ message: String, field: String? = nil) -> Self {
        Self(code: .invalidRequest, reason: "invalid_request", field: field, message: message)
    }

    /// The method is unknown; its name is not repeated, so that logs and answers hold no text of the peer.
    package static func methodNotFound() -> Self {
        Self(
            code: .methodNotFound, reason: "method_not_found", field: "method",
            message: "There is no such method; rpc.discover lists those there are.")
    }

    /// A parameter is not of the expected kind or range.
    package static func invalidParams(_ fault: JSONFault) -> Self {
        invalidParams(fault.message, field: fault.path.isEmpty ? nil : fault.path)
    }

    /// A parameter does not hold.
    package static func invalidParams(
        _ message: String, field: String? = nil, reason: String = "invalid_params"
    ) -> Self {
        Self(code: .invalidParams, reason: reason, field: field, message: message)
    }

    /// The server failed; the details are in its log only.
    package static func internalError() -> Self {
        Self(
            code: .internalError, reason: "internal",
            message: "The server could not carry this out; its log says why. Nothing was changed.")
    }

    /// The method needs a certificate.
    package static func unauthenticated() -> Self {
        Self(
            code: .unauthenticated, reason: "unauthenticated",
            message: "This method needs a device certificate; enrol the device first.")
    }

    /// The device may not do this.
    package static func forbidden(
        _ message: String = "This device's role does not allow this.", reason: String = "forbidden",
        field: String? = nil
    ) -> Self {
        Self(code: .forbidden, reason: reason, field: field, message: message)
    }

    /// The thing does not exist, or is not this principal's: both answer alike.
    package static func notFound(field: String? = nil) -> Self {
        Self(
            code: .notFound, reason: "not_found", field: field,
            message: "There is nothing here by that name that this device may see.")
    }

    /// A change came before the one that must precede it.
    package static func gap(expected: UInt64, field: String? = "params.changes[0].n") -> Self {
        Self(code: .gap, reason: "gap", field: field, message: "Send change \(expected) first.", expected: expected)
    }

    /// The cursor is of another epoch or device, or too old.
    package static func cursorExpired() -> Self {
        Self(
            code: .cursorExpired, reason: "cursor_expired", field: "params.cursor",
            message: "The cursor no longer holds; pull again without one.")
    }

    /// The server does not know this revision of the plan.
    package static func planRevisionUnknown() -> Self {
        Self(
            code: .planRevisionUnknown, reason: "plan_revision_unknown", field: "params.planRevision",
            message: "The server does not have this revision of the plan; get the plan again.")
    }

    /// The server has too much to do.
    package static func overloaded(retryAfterMilliseconds: Int) -> Self {
        Self(
            code: .overloaded, reason: "overloaded",
            message: "The server is busy; send this again in \(retryAfterMilliseconds) ms.",
            retryAfterMilliseconds: retryAfterMilliseconds)
    }

    /// A frame, list or text is over its limit.
    package static func tooLarge(_ message: String, field: String? = nil) -> Self {
        Self(code: .tooLarge, reason: "too_large", field: field, message: message)
    }

    /// The frame's announced length is 0 or over the limit in force.
    package static func frameTooLarge(bytesMax: Int) -> Self {
        Self(
            code: .tooLarge, reason: "frame_too_large",
            message: "A frame must hold 1 to \(bytesMax) bytes here; the connection is closed.")
    }

    /// The period or the state of the workflow takes no more of this.
    package static func closed(_ message: String, field: String? = nil) -> Self {
        Self(code: .closed, reason: "closed", field: field, message: message)
    }

    /// The certificate does not hold any more.
    package static func certificateExpiredOrRevoked() -> Self {
        Self(
            code: .certificateExpiredOrRevoked, reason: "certificate_expired_or_revoked",
            message: "The device's certificate has expired or was revoked; renew it or enrol again.")
    }

    /// The device was revoked.
    package static func certificateRevoked() -> Self {
        Self(
            code: .certificateExpiredOrRevoked, reason: "certificate_revoked",
            message: "This device was revoked; ask the city.")
    }

    /// The certificate is past its end; within the grace time `enrol.renew` still does.
    package static func certificateExpired() -> Self {
        Self(
            code: .certificateExpiredOrRevoked, reason: "certificate_expired",
            message: "The device's certificate has expired; renew it with enrol.renew.")
    }

    /// The device has another key since.
    package static func certificateSuperseded() -> Self {
        Self(
            code: .certificateExpiredOrRevoked, reason: "certificate_superseded",
            message: "This certificate was renewed with another key; use the new one.")
    }

    /// The device is out of service.
    package static func retired() -> Self {
        RPCError(
            code: .forbidden, reason: "retired",
            message: "This device is out of service; it may hand in what it holds, and reads nothing.")
    }

    /// Another content was sent under a number that is already used.
    package static func fork(incarnation: UInt64) -> Self {
        Self(
            code: .fork, reason: "fork", field: "params.changes",
            message: "This device's numbers were used before for other changes; "
                + "renumber what is not acknowledged under incarnation \(incarnation) and keep the ids.",
            incarnation: incarnation)
    }
}

extension RPCError: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code.rawValue)
            writer.member("message", message)
            writer.member(
                "data",
                object: { writer in
                    writer.member("reason", reason)
                    writer.member("field", ifPresent: field)
                    writer.member("expected", ifPresent: expected)
                    writer.member("retryAfterMs", ifPresent: retryAfterMilliseconds)
                    writer.member("inc", ifPresent: incarnation)
                })
        }
    }
}

extension RPCError: JSONReadable {
    /// Reads an error object; a code of a later version is taken for ``RPCErrorCode/internalError``.
    package init(json: JSONView) throws(JSONFault) {
        let code = RPCErrorCode(rawValue: try json.decodeMember("code")) ?? .internalError
        let message: String = try json.decodeMember("message")
        // JSON-RPC leaves `data` free; without our members only the code counts.
        guard let data = json.member("data"), data.kind == .object else {
            self.init(code: code, reason: "unknown", message: message)
            return
        }
        self.init(
            code: code, reason: try data.decodeMemberIfPresent("reason") ?? "unknown",
            field: try data.decodeMemberIfPresent("field"), message: message,
            expected: try data.decodeMemberIfPresent("expected"),
            retryAfterMilliseconds: try data.decodeMemberIfPresent("retryAfterMs"),
            incarnation: try data.decodeMemberIfPresent("inc"))
    }
}
