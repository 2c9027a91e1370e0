import PlanSyncClient

/// Why a command ends early; each has its exit code and one line that says what and what to do.
enum ToolError: Error {
    /// A file or folder cannot be used.
    case file(String, reason: String)
    /// This home has no device yet.
    case notEnrolled(home: String)
    /// The replica's file is gone, but not the second one.
    case replicaMissing(home: String)
    /// The replica can be read: there is nothing to recover from.
    case replicaSound(pending: Int)
    /// A file holds no changes that were carried.
    case notCarried(String)
    /// What waits does not fit into one question to the server.
    case dryRunTooLarge(bytes: Int, bytesMax: Int)
    /// The server took a bundle only in part.
    case bundleRefused(String, taken: Int, of: Int)
    /// What came as a file is not what its hash says.
    case fileDamaged(String)
    /// The server did not take some files.
    case filesRefused(Int)
    /// The device is out of service, and was before.
    case retired(handedIn: UInt64)
    /// This home has a device already.
    case alreadyEnrolled(home: String)
    /// The token is not one.
    case tokenMalformed
    /// The server's CA is another one than the token's.
    case otherAuthority(host: String)
    /// The server does not take the token.
    case tokenRefused(reason: String, message: String)
    /// The server's identity cannot be verified.
    case serverNotTrusted(String)
    /// The server refuses this device's certificate.
    case deviceRefused(String)
    /// The certificate is past its end, and past the time in which it could be renewed.
    case certificateEnded(day: String, device: String, pending: Int)
    /// A token made, or brought back, another device than the one whose edits are here.
    case otherDevice(expected: String, found: String)
    /// The server cannot be reached now.
    case unreachable(host: String, zh: String, en: String, pending: Int)
    /// The synchronisation stopped.
    case sync(SyncFault)
    /// What was asked for does not exist here.
    case notFound(zh: String, en: String)
    /// Which plan is meant is not clear.
    case planAmbiguous([String])
    /// A file of sheets has faults, which were printed; nothing of it was saved.
    case importFaults(Int)
    /// A person has to decide; everything was printed.
    case needsDecision
    /// Anything that should not happen.
    case unexpected(String)

    /// The exit code (docs: the command lines).
    var exitCode: Int32 {
        switch self {
        case .unreachable: 3
        case .needsDecision: 4
        default: 1
        }
    }

    /// The line on stderr; `nil` when everything was said.
    func sentence(_ say: Wording) -> String? {
        switch self {
        case .file(let path, let reason): say("无法使用 \(path)：\(reason)。", "\(path) cannot be used: \(reason).")
        case .notEnrolled(let home):
            say(
                "\(home) 还没有注册；请先运行 plansync enrol 主机:端口 注册码。",
                "\(home) is not enrolled; run 'plansync enrol HOST:PORT TOKEN' first.")
        case .replicaMissing, .replicaSound, .notCarried, .dryRunTooLarge, .bundleRefused, .retired,
            .fileDamaged, .filesRefused:
            carryingSentence(say)
        case .alreadyEnrolled(let home):
            say("\(home) 已注册；新设备请用 --home 另选目录。", "\(home) is enrolled already; use another --home for a new device.")
        case .tokenMalformed:
            say(
                "注册码的格式不对，应为 ps1.….…；请完整复制市级管理员发来的注册码。",
                "The token is malformed; it has the form ps1.….…: copy the whole token that the city gave you.")
        case .otherAuthority(let host):
            say(
                "\(host) 的证书机构与注册码不符，注册码的密钥没有发出；请核对主机名和注册码。",
                "The CA of \(host) is not the one of the token; the secret was not sent. Check the host and the token.")
        case .tokenRefused(let reason, let message): Self.tokenSentence(reason, message, say)
        case .serverNotTrusted(let detail):
            say("无法确认服务器的身份：\(detail) 没有发送任何数据。", "The server's identity does not hold: \(detail) Nothing was sent.")
        case .deviceRefused(let detail):
            say("服务器拒绝了本设备的证书：\(detail)", "The server refused this device's certificate: \(detail)")
        case .certificateEnded, .otherDevice: certificateSentence(say)
        case .unreachable(let host, let zh, let en, 0):
            say("连接不上 \(host)：\(zh)", "\(host) cannot be reached: \(en)")
        case .unreachable(let host, let zh, let en, let pending):
            say(
                "连接不上 \(host)：\(zh)\(pending) 项更改留在本机等待上报，没有丢失。",
                "\(host) cannot be reached: \(en) \(Self.edits(pending)) here; nothing is lost.")
        case .sync(let fault): fault.sentence(chinese: say.chinese)
        case .notFound(let zh, let en): say(zh, en)
        case .planAmbiguous(let plans):
            say(
                "本机有多个方案，请用 --plan 指定：\(plans.joined(separator: "、"))。",
                "There are several plans here; add --plan with one of \(plans.joined(separator: ", ")).")
        case .importFaults(let count):
            say("文件有 \(count) 处问题，没有保存任何内容；请改正后重新导入。", "The file has \(count) faults; nothing of it was saved.")
        case .needsDecision: nil
        case .unexpected(let detail): say("出现意外错误：\(detail)", "Something unexpected happened: \(detail)")
        }
    }

    private func certificateSentence(_ say: Wording) -> String? {
        switch self {
        case .certificateEnded(let day, let device, let pending):
            say(
                "本设备的证书已于 \(day) 到期，也超过了可以更新的期限。请向市级管理员申请设备 \(device) 的注册码，"
                    + "再运行 plansync enrol --again 主机:端口 注册码；本机等待上报的 \(pending) 项更改都保留着。",
                "This device's certificate ended on \(day), and the time to renew it is over. Ask the city for a "
                    + "token for the device \(device), then run 'plansync enrol --again HOST:PORT TOKEN'. "
                    + "\(Self.edits(pending)) here; nothing is lost.")
        case .otherDevice(let expected, let found):
            say(
                "这个注册码属于设备 \(found)，而本机是 \(expected)；请向市级管理员申请本机的注册码（本机数据没有改动）。",
                "This token is for the device \(found), but this is \(expected); ask the city for one for this device. "
                    + "Nothing here was changed.")
        default: nil
        }
    }

    private func carryingSentence(_ say: Wording) -> String? {
        switch self {
        case .replicaMissing(let home):
            say(
                "\(home) 中的本地数据不见了，第二份文件还在；请运行 plansync recover。",
                "The replica in \(home) is gone, but its second file is there; run 'plansync recover'.")
        case .replicaSound(let pending):
            say(
                "本地数据完好（等待上报 \(pending) 项），无需恢复；确需重建请加 --force。",
                "The replica is sound (\(Self.edits(pending))); nothing is to be recovered. --force does it anyway."
            )
        case .notCarried(let path):
            say(
                "\(path) 不是 plansync 的更改文件，或开头一行已损坏。",
                "\(path) is no file of carried changes, or its first line is damaged.")
        case .dryRunTooLarge(let bytes, let bytesMax):
            say(
                "等待上报的更改共 \(bytes) 字节，超过试运行的上限 \(bytesMax) 字节；请直接运行 plansync sync，不会丢失。",
                "What waits has \(bytes) bytes; a dry run takes \(bytesMax). 'plansync sync' sends in parts."
            )
        case .bundleRefused(let sentence, let taken, let total):
            say(
                "服务器收下 \(total) 项中的 \(taken) 项后拒绝：\(sentence)其余仍在原设备上，没有丢失。",
                "The server took \(taken) of \(total) changes, then refused: \(sentence) The rest is kept."
            )
        case .fileDamaged(let name):
            say(
                "\(name) 传来的内容与哈希不符，已丢弃；请再试一次。",
                "What came as \(name) does not have its hash and was thrown away; try again.")
        case .filesRefused(let count):
            say(
                "\(count) 个附件没有被服务器接受（原因见上），仍保存在本机。",
                "\(count) files were not taken by the server (the reasons are above); they are kept here.")
        case .retired(let count):
            say(
                "本设备已停用；原有更改 \(count) 项已全部交出。",
                "This device is out of service; what it held was handed in (\(count) changes).")
        default: nil
        }
    }

    private static func tokenSentence(_ reason: String, _ message: String, _ say: Wording) -> String {
        switch reason {
        case "token_used": say("注册码已被使用，请向市级管理员申请新的。", "The token was used before; ask the city for a new one.")
        case "token_expired": say("注册码已过期，请向市级管理员申请新的。", "The token has expired; ask the city for a new one.")
        case "token_unknown":
            say("服务器不认识这个注册码，请核对或申请新的。", "The server does not know this token; check it or ask for a new one.")
        default: say("服务器没有接受注册码：\(message)", "The server did not take the token: \(message)")
        }
    }

    /// How many edits wait, in English.
    static func edits(_ count: Int) -> String { count == 1 ? "1 edit waits" : "\(count) edits wait" }
}
