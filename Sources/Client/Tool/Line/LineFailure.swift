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
        return ToolError.unreachable(
            host: address.text, zh: chinese(failure), en: failure.description, pending: pending)
    }

    /// The transport's sentence in Chinese.
    private static func chinese(_ failure: TransportError) -> String {
        switch failure {
        case .unreachable(.refused, _): "该地址没有服务。"
        case .unreachable(.noRoute, _): "网络不通。"
        case .unreachable(.nameNotFound, _): "找不到这个主机名。"
        case .unreachable(.timeout, _), .handshakeLate: "服务器没有及时应答。"
        case .unreachable: "无法建立连接。"
        case .overloaded: "服务器连接过多，请稍后再试。"
        case .closedByPeer, .closed: "连接已断开。"
        case .tls(let error): error.description
        case .frame(let error): error.description
        case .cannotListen(let detail): detail
        }
    }
}
