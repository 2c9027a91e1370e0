package import PlanSyncWire

/// Why a synchronisation stopped; nothing that was saved is lost by any of them.
package enum SyncFault: Error, Sendable, Equatable {
    /// The certificate has expired or was revoked.
    case certificate(reason: String)
    /// The server does not accept the certificate at all.
    case unauthenticated(reason: String)
    /// The server refused, with its own sentence.
    case refused(RPCError)
    /// An answer is not what the protocol says.
    case protocolBroken(String)
    /// The two sides do not come to an end.
    case tooManyRounds
    /// One saved change is larger than the server takes.
    case changeTooLarge
    /// The device is out of service, and nothing of the plan's data is left on it.
    case retired

    /// What a refusal means for the person.
    package init(_ error: RPCError) {
        switch error.code {
        case .certificateExpiredOrRevoked: self = .certificate(reason: error.reason)
        case .unauthenticated: self = .unauthenticated(reason: error.reason)
        case .forbidden where error.reason == "retired": self = .retired
        default: self = .refused(error)
        }
    }

    /// One sentence for a person: what is wrong and what to do.
    package func sentence(chinese: Bool) -> String {
        switch self {
        case .certificate(let reason) where reason.contains("revoked") && !reason.contains("expired"):
            chinese
                ? "本设备已被吊销，请向市级管理员申请新的注册码。" : "This device was revoked; ask the city for a new enrolment token."
        case .certificate(reason: "certificate_superseded"):
            chinese
                ? "本设备的证书已在别处换过密钥（目录被复制过？）；请使用新的那一份，或向市级管理员申请新的注册码。"
                : "This certificate was renewed with another key elsewhere (a copied folder?); use that copy, or ask "
                    + "the city for a new enrolment token."
        case .certificate:
            chinese
                ? "服务器不接受本设备的证书（已过期、被吊销，或服务器恢复了注册之前的备份）。请向市级管理员申请本设备的注册码，"
                    + "再运行 plansync enrol 主机:端口 注册码 --again；本机未发送的更改不会丢失。"
                : "The server does not take this device's certificate: it has expired or was revoked, or the server "
                    + "was restored from a backup of before the enrolment. Ask the city for a token for this device, "
                    + "then run 'plansync enrol HOST:PORT TOKEN --again'; what waits here is kept."
        case .unauthenticated:
            chinese
                ? "服务器不认识本设备的证书，请向市级管理员申请新的注册码。"
                : "The server does not accept this device's certificate; ask the city for a new enrolment token."
        case .refused(let error):
            chinese ? "服务器拒绝了请求：\(error.message)" : "The server refused: \(error.message)"
        case .protocolBroken(let what):
            chinese
                ? "服务器的答复不符合协议（\(what)），请检查两边的版本。"
                : "The server's answer does not follow the protocol (\(what)); check both releases."
        case .tooManyRounds:
            chinese
                ? "同步多次重试仍未完成，未发送的更改仍在本机；请稍后再试，若再次出现请联系管理员。"
                : "Synchronising did not come to an end; what was not sent is kept here. Try later, then ask the city."
        case .retired:
            chinese
                ? "本设备已停用，本机已不保存数据。" : "This device is out of service; none of the plan's data is kept on it."
        case .changeTooLarge:
            chinese ? "有一项更改超过服务器允许的大小，请联系管理员。" : "One change is larger than the server takes; ask the city."
        }
    }
}
