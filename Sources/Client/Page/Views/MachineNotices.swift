import PlanSyncClient
import PlanSyncCore

/// What a person should know of the machine itself.
///
/// Long without the server, a clock that is wrong, a certificate that ends: none of it keeps anybody from working.
struct MachineNotices {
    static let silentDaysMax = 7
    static let certificateDaysMin = 14
    static let driftMinutesMax = 5

    /// The time of day.
    let now: Timestamp
    /// The last synchronisation.
    let lastSync: Timestamp?
    /// How far the server's clock is ahead of this one.
    let driftMilliseconds: Int64
    /// Until when the device's certificate counts.
    let certificateEnd: Timestamp?
    /// Edits that wait here.
    let pending: Int

    private static let dayMilliseconds: Int64 = 86_400_000

    /// Sentences in both languages, the most urgent first.
    var sentences: [(zh: String, en: String)] { [certificate, silence, clock].compactMap(\.self) }

    private func days(from one: Timestamp, to other: Timestamp) -> Int {
        Int((other.milliseconds - one.milliseconds) / Self.dayMilliseconds)
    }

    private var certificate: (String, String)? {
        guard let certificateEnd else { return nil }
        let left = days(from: now, to: certificateEnd)
        guard left < Self.certificateDaysMin else { return nil }
        if certificateEnd < now {
            return (
                "本机的设备证书已过期；填报照常保存在本机。请联网同步一次，若仍不行，请向市级要一个新的注册码。",
                "The certificate of this device has ended; work is still saved here. Synchronise once; if that fails, "
                    + "ask the city for a new token."
            )
        }
        return (
            "本机的设备证书还有 \(left) 天到期；联网同步时会自动续期。",
            "The certificate of this device ends in \(left) days; it renews by itself at the next synchronisation."
        )
    }

    private var silence: (String, String)? {
        guard let lastSync else { return nil }
        let silent = days(from: lastSync, to: now)
        guard silent >= Self.silentDaysMax else { return nil }
        return (
            "本机已经 \(silent) 天没有同步，有 \(pending) 项未上报；请照常填报，连上网以后会按顺序自动上报。",
            "This machine was not synchronised for \(silent) days, and \(pending) edits wait; go on working, they are "
                + "sent in order as soon as there is a connection."
        )
    }

    private var clock: (String, String)? {
        let minutes = driftMilliseconds.magnitude / 60_000
        guard minutes >= Self.driftMinutesMax else { return nil }
        let (zh, en): (String, String) =
            switch minutes {
            case ..<120: ("\(minutes) 分钟", "\(minutes) minutes")
            case ..<2_880: ("\(minutes / 60) 小时", "\(minutes / 60) hours")
            default: ("\(minutes / 1_440) 天", "\(minutes / 1_440) days")
            }
        return (
            "本机时钟与服务器相差约 \(zh)；填报不受影响（以服务器收到的顺序为准），但页面上的时间可能不对，请校准时钟。",
            "The clock here is about \(en) off the server's. Your work is safe, the server's order counts; but set the "
                + "clock, times shown here may be wrong."
        )
    }
}

extension Desk {
    /// What has to be said of this machine.
    ///
    /// - Throws: the replica's errors.
    func machineNotices() throws -> MachineNotices {
        let state = try replica().state()
        return MachineNotices(
            now: host.now(), lastSync: state.lastSync, driftMilliseconds: state.clockDriftMilliseconds,
            certificateEnd: host.certificateEnd(), pending: try replica().counts().pending)
    }
}
