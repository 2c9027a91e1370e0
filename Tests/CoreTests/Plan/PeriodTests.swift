import PlanSyncCore
import Testing

@Suite("Reporting periods")
struct PeriodTests {
    private static func calendar(_ type: String, _ first: String, _ last: String) throws -> PeriodCalendar {
        try SamplePlan.plan(
            SamplePlan.document.with("periods", ["type": .text(type), "first": .text(first), "last": .text(last)])
                .with("indicators.0.path", nil).with("indicators.1.path", nil).with("indicators.2.path", nil)
                .with("indicators.3.path", nil)
        ).periods
    }

    @Test("The plan of 2018 has sixteen two-month periods")
    func bimonthly() throws {
        let periods = try Self.calendar("bimonthly", "201805B", "202011B").all
        #expect(
            periods.map(\.id.rawValue) == [
                "201805B", "201807B", "201809B", "201811B", "201901B", "201903B", "201905B", "201907B", "201909B",
                "201911B", "202001B", "202003B", "202005B", "202007B", "202009B", "202011B",
            ])
        #expect(periods.filter(\.endsYear).map(\.id.rawValue) == ["201811B", "201911B", "202011B"])
    }

    @Test("A period knows its months, its last day and the day by which it is due")
    func parts() throws {
        let calendar = try Self.calendar("bimonthly", "201805B", "202011B")
        let winter = try #require(calendar.period("202001B"))
        #expect(winter.lastDay.description == "2020-02-29" && winter.deadline.description == "2020-03-10")
        #expect(winter.indexInYear == 1 && winter.titleZH == "2020年1—2月")
        let last = try #require(calendar.period("202011B"))
        #expect(last.deadline.description == "2021-01-10" && last.indexInYear == 6)
        #expect(calendar.countInYear == 6)
    }

    @Test(
        "The other kinds count through the year",
        arguments: [
            ("monthly", "201811", "201902", ["201811", "201812", "201901", "201902"], 12),
            ("quarterly", "2018Q4", "2019Q2", ["2018Q4", "2019Q1", "2019Q2"], 4),
            ("yearly", "2018", "2020", ["2018", "2019", "2020"], 1),
        ])
    func kinds(type: String, first: String, last: String, names: [String], inYear: Int) throws {
        let calendar = try Self.calendar(type, first, last)
        #expect(calendar.all.map(\.id.rawValue) == names)
        #expect(calendar.countInYear == inYear)
    }

    @Test("Two-month periods begin in odd months, and the sentence says which are near")
    func evenMonth() throws {
        let calendar = try Self.calendar("bimonthly", "201805B", "202011B")
        #expect(calendar.fault(of: "201906B").en == "Two-month periods begin in odd months: 201905B or 201907B?")
        #expect(calendar.fault(of: "201912B").en == "Two-month periods begin in odd months: 201911B?")
        #expect(calendar.fault(of: "2019").en.contains("201805B to 202011B"))
        #expect(calendar.period("201906B") == nil && calendar.period("201803B") == nil)
    }

    @Test(
        "A calendar that does not fit its kind is a fault of the plan",
        arguments: [
            ("bimonthly", "201806B", "202011B"), ("bimonthly", "201905B", "201805B"), ("monthly", "201813", "201901"),
            ("quarterly", "2018Q5", "2019Q1"), ("yearly", "201", "2020"), ("monthly", "201805B", "201905B"),
            ("bimonthly", "2018+5B", "202011B"), ("monthly", "2018-1", "201901"), ("yearly", "+201", "2020"),
        ])
    func refuses(type: String, first: String, last: String) {
        let faults = SamplePlan.faults(
            SamplePlan.document.with("periods", ["type": .text(type), "first": .text(first), "last": .text(last)]))
        #expect(faults.contains { $0.path == "periods.first" })
    }
}
