/// Why the replica cannot do what was asked.
package enum ReplicaError: Error, Equatable, Sendable {
    /// The device has never been greeted by a server, so there is no chain to put a change in.
    case notEnrolled
    /// The server knows this connection as another device than the one whose replica this is.
    case otherDevice(expected: String, found: String)
    /// What the file holds cannot be read back.
    case damaged(String)
    /// A newer release of this program has made the file.
    case newerRelease
    /// The chain of changes has no number left.
    case chainFull
    /// The plan is not here yet.
    case planUnknown(String)
    /// The plan's document here is damaged; the next synchronisation fetches it again.
    case planDamaged(String)

    /// One sentence for a person: what is wrong and what to do.
    package func sentence(chinese: Bool) -> String {
        switch self {
        case .notEnrolled:
            chinese ? "本机还没有注册，请先运行 plansync enrol。" : "This device is not enrolled; run 'plansync enrol' first."
        case .otherDevice(let expected, let found):
            chinese
                ? "服务器把本机认作 \(found)，而本地数据属于 \(expected)；请为新设备使用另一个目录（--home）。"
                : "The server knows this device as \(found), but the data here is of \(expected); use another --home."
        case .damaged(let what):
            chinese
                ? "本地数据无法读取（\(what)）；请运行 plansync recover，从第二份文件恢复。"
                : "The replica cannot be read (\(what)); 'plansync recover' rebuilds it from the second file."
        case .newerRelease:
            chinese
                ? "本地数据由更新的版本建立，请安装该版本。"
                : "A newer release of plansync made this folder's replica; install that release."
        case .chainFull: chinese ? "更改编号已用尽，请重新注册本机。" : "The change numbers are used up; enrol this device again."
        case .planUnknown(let plan):
            chinese
                ? "本机没有方案“\(plan)”，请先运行 plansync sync。" : "The plan '\(plan)' is not here; run 'plansync sync' first."
        case .planDamaged(let plan):
            chinese
                ? "方案“\(plan)”的本地文件已损坏，请运行 plansync sync 重新下载。"
                : "The plan '\(plan)' is damaged here; run 'plansync sync' to fetch it again."
        }
    }
}
