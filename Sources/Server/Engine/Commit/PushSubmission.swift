package import PlanSyncCore
package import PlanSyncWire

/// A push that waits for the writer: read, hashed and its signature checked.
package struct PushSubmission: Sendable {
    /// A change with its canonical bytes and their hash.
    package struct Hashed: Sendable {
        /// The change.
        package let change: Change
        /// The canonical bytes.
        package let body: [UInt8]
        /// base64url SHA-256 of the bytes.
        package let hash: String

        package init(change: Change, body: [UInt8], hash: String) {
            self.change = change
            self.body = body
            self.hash = hash
        }
    }

    /// Who pushes.
    package let principal: Principal
    /// The plan.
    package let plan: PlanID
    /// The changes, with consecutive numbers.
    package let changes: [Hashed]
    /// The device's signature over the last change's hash.
    package let signature: [UInt8]
    /// Whether the signature holds.
    package let isSignatureValid: Bool
    /// The hashes of changes that the server has died over twice.
    package var setAside: Set<String> = []

    package init(
        principal: Principal, plan: PlanID, changes: [Hashed], signature: [UInt8], isSignatureValid: Bool,
        setAside: Set<String> = []
    ) {
        self.principal = principal
        self.plan = plan
        self.changes = changes
        self.signature = signature
        self.isSignatureValid = isSignatureValid
        self.setAside = setAside
    }
}

extension PushSubmission {
    /// The same with renamed fields under their present names; bytes, hashes and the signature are as they were sent.
    func present(in plan: Plan) -> PushSubmission {
        guard !plan.renamed.isEmpty else { return self }
        let changes = changes.map { hashed in
            Hashed(change: hashed.change.present(in: plan), body: hashed.body, hash: hashed.hash)
        }
        return PushSubmission(
            principal: principal, plan: self.plan, changes: changes, signature: signature,
            isSignatureValid: isSignatureValid, setAside: setAside)
    }
}

extension PushSubmission {
    /// The signature over the change at a place: only the last has one.
    func signature(at index: Int) -> [UInt8]? {
        index == changes.count - 1 && !signature.isEmpty ? signature : nil
    }
}

/// The answer to a push.
package struct PushReceipt: Sendable {
    /// The changes' answers, each word for word as it was given the first time.
    package let results: [[UInt8]]
    /// The last number of the chain.
    package let lastNumber: UInt64
    /// The last change of this chain that a backup holds.
    package let backedUp: BackedUp?
}

/// Why a push is not taken as a whole.
package enum PushFault: Error, Sendable, Equatable {
    /// Changes before it are missing.
    case gap(expected: UInt64)
    /// The chain has another continuation; the device goes on in this new incarnation.
    case fork(incarnation: UInt64)
    /// The server does not know the incarnation; the device goes on in this one.
    case unknownIncarnation(issued: UInt64)

    var error: RPCError {
        switch self {
        case .gap(let expected): .gap(expected: expected)
        case .fork(let incarnation), .unknownIncarnation(let incarnation): .fork(incarnation: incarnation)
        }
    }
}
