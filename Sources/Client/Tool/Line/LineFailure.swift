import PlanSyncTLS
import PlanSyncTransport

/// What the end of a connection means for the person.
enum LineFailure {
    /// The error for a failure of the transport.
    static func error(_ failure: any Error, address: ServerAddress, pending: Int) -> any Error {
        guard let failure = failure as? TransportError else { return failure }
        if case .tls(let error) = failure {
            switch error {
            case .alertReceived(let alert) where alert.isAboutOurCertificate:
                return ToolError.deviceRefused(error.description)
            case .truncated, .alertReceived: break
            default: return ToolError.serverNotTrusted(error.description)
            }
        }
        return ToolError.unreachable(host: address.text, detail: failure.description, pending: pending)
    }
}
