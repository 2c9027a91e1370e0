import PlanSyncCore
import PlanSyncSeeds
import Testing

@Suite("Times and days")
struct TimestampTests {
    @Test(
        "Known moments have their known numbers",
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0), ("2018-05-07T08:00:00.000Z", 1_525_680_000_000),
            ("2000-02-29T23:59:59.999Z", 951_868_799_999), ("1969-12-31T23:59:59.999Z", -1),
            ("0001-01-01T00:00:00.000Z", -62_135_596_800_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func known(text: String, milliseconds: Int64) throws {
        #expect(try Timestamp(text).milliseconds == milliseconds)
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test("Seconds may have no fraction, or up to nine digits of which three count")
    func fractions() throws {
        #expect(try Timestamp("2019-06-30T12:00:00Z").milliseconds == 1_561_896_000_000)
        #expect(try Timestamp("2019-06-30T12:00:00.5Z").milliseconds == 1_561_896_000_500)
        #expect(try Timestamp("2019-06-30T12:00:00.123999999Z").milliseconds == 1_561_896_000_123)
    }

    @Test(
        "Other spellings and impossible times are refused",
        arguments: [
            "", "2019-06-30", "2019-06-30T12:00:00", "2019-06-30T12:00:00+08:00", "2019-06-30 12:00:00Z",
            "2019-06-31T12:00:00Z", "2019-02-29T12:00:00Z", "2019-06-30T24:00:00Z", "2019-06-30T12:60:00Z",
            "2019-06-30T12:00:60Z", "2019-06-30T12:00:00.Z", "2019-06-30T12:00:00.1234567890Z",
            "2019-06-30T12:00:00.12xZ", "0000-01-01T00:00:00Z", "2019-13-01T00:00:00Z", "2019-06-30T1:00:00.0Z",
        ])
    func refuses(text: String) {
        #expect(throws: TimestampError.form) { try Timestamp(text) }
    }

    @Test("Every moment reads back from its text", arguments: Seed.smoke)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var last = Timestamp(milliseconds: .min)
        #expect(last.milliseconds == -62_135_596_800_000)
        for _ in 0..<500 {
            let moment = Timestamp(
                milliseconds: Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random))
            #expect(try Timestamp(moment.description) == moment)
            #expect((moment < last) == (moment.description < last.description))
            last = moment
        }
    }

    @Test("Moving a moment stops at the edges of the calendar")
    func edges() {
        #expect(Timestamp(milliseconds: 0).advanced(byMilliseconds: -1).description == "1969-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: 5).advanced(byMilliseconds: .max) == Timestamp(milliseconds: .max))
        #expect(Timestamp(milliseconds: -5).advanced(byMilliseconds: .min) == Timestamp(milliseconds: .min))
    }

    @Test("Days follow each other without a hole over four centuries")
    func everyDay() throws {
        var before = CalendarDate(daysSince1970: -150_001)
        for days in -150_000...150_000 {
            let day = CalendarDate(daysSince1970: days)
            guard day.daysSince1970 == days, before < day, try CalendarDate(day.description) == day else {
                Issue.record("day \(days) became \(day)")
                return
            }
            before = day
        }
    }

    @Test(
        "February follows the Gregorian rule",
        arguments: [("1900-02-29", false), ("2000-02-29", true), ("2019-02-29", false), ("2020-02-29", true)])
    func leapDays(text: String, exists: Bool) {
        #expect(((try? CalendarDate(text)) != nil) == exists)
    }

    @Test("A day has one spelling", arguments: ["2019-6-30", "20190630", "2019-06-30 ", "２０１９-06-30", "2019/06/30"])
    func refusesDay(text: String) {
        #expect(throws: TimestampError.form) { try CalendarDate(text) }
    }
}
