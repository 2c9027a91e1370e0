import PlanSyncCore
import Testing

@testable import PlanSyncPage

@Suite("What the first page says of the machine")
struct MachineNoticesTests {
    private static let day: Int64 = 86_400_000
    private static let now = Timestamp(milliseconds: 1_562_000_000_000)

    private func notices(silentDays: Int64? = 0, driftMinutes: Int64 = 0, certificateDays: Int64? = 60) -> [String] {
        func away(_ days: Int64) -> Timestamp { Self.now.advanced(byMilliseconds: days * Self.day) }
        return MachineNotices(
            now: Self.now, lastSync: silentDays.map { away(-$0) }, driftMilliseconds: driftMinutes * 60_000,
            certificateEnd: certificateDays.map(away), pending: 3
        ).sentences.map(\.zh)
    }

    @Test("Nothing, while all is well, and on a machine that has never synchronised")
    func silent() {
        #expect(notices() == [])
        #expect(notices(silentDays: 6, driftMinutes: -4, certificateDays: 14) == [])
        #expect(notices(silentDays: nil, certificateDays: nil) == [])
    }

    @Test("Three weeks without the server: how long, and how much waits")
    func away() throws {
        let said = try #require(notices(silentDays: 21).first)
        #expect(said.contains("21 天没有同步") && said.contains("3 项未上报") && said.contains("照常填报"))
    }

    @Test(
        "A wrong clock is named with how far it is off, and does not keep from working",
        arguments: [(6, "6 分钟"), (-180, "3 小时"), (525_600, "365 天")])
    func clock(minutes: Int64, words: String) throws {
        let said = try #require(notices(driftMinutes: minutes).first)
        #expect(said.contains(words) && said.contains("不受影响"))
    }

    @Test("A certificate that ends: the days that are left; one that has ended: what to do")
    func certificate() throws {
        #expect(try #require(notices(certificateDays: 10).first).contains("10 天到期"))
        #expect(try #require(notices(certificateDays: -1).first).contains("新的注册码"))
        #expect(notices(silentDays: 21, driftMinutes: 90, certificateDays: 3).count == 3)
    }
}
