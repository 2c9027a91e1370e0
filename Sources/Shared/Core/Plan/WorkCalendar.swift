/// Which days are worked on: Monday to Friday without the plan's holidays, and the days that are worked instead (调休).
public struct WorkCalendar: Sendable, Equatable {
    /// The days from Monday to Friday on which nobody works, since 1970, each once.
    private let free: [Int]
    /// The Saturdays and Sundays that are worked, since 1970, each once.
    private let worked: [Int]

    /// Makes a calendar; `holidays` and `workdays` are days since 1970.
    init(holidays: Set<Int> = [], workdays: Set<Int> = []) {
        free = holidays.subtracting(workdays).filter { Self.isWeekday($0) }.sorted()
        worked = workdays.filter { !Self.isWeekday($0) }.sorted()
    }

    /// Whether a day is worked on.
    public func isWorkday(_ day: CalendarDate) -> Bool {
        let number = day.daysSince1970
        return Self.isWeekday(number) ? !free.contains(number) : worked.contains(number)
    }

    /// The working days after one day up to and with another; below zero when the other is earlier.
    ///
    /// The cost does not grow with the time between, only with the number of declared days.
    public func workdays(after start: CalendarDate, to end: CalendarDate) -> Int {
        guard start <= end else { return -workdays(after: end, to: start) }
        let (first, last) = (start.daysSince1970, end.daysSince1970)
        func count(_ days: [Int]) -> Int { days.count { $0 > first && $0 <= last } }
        return Self.weekdays(to: last) - Self.weekdays(to: first) - count(free) + count(worked)
    }

    /// The day that is so many working days later.
    public func day(_ count: Int, workdaysAfter start: CalendarDate) -> CalendarDate {
        var day = start
        var left = count
        while left > 0 {
            day = CalendarDate(daysSince1970: day.daysSince1970 + 1)
            if isWorkday(day) { left -= 1 }
        }
        return day
    }

    /// 1970-01-01 was a Thursday: so many days after a Monday.
    private static let offset = 3

    private static func isWeekday(_ day: Int) -> Bool { remainder(day) < 5 }

    private static func remainder(_ day: Int) -> Int { ((day + offset) % 7 + 7) % 7 }

    /// The days from Monday to Friday up to and with a day, from a certain Monday on.
    private static func weekdays(to day: Int) -> Int {
        let rest = remainder(day)
        return (day + offset - rest) / 7 * 5 + min(rest + 1, 5)
    }
}

extension PlanReader {
    /// Holidays and worked weekends that one plan may have.
    private static let daysMax = 2_000

    /// Reads `holidays` and `workdays`: days, or the first and the last of some with `/` between.
    mutating func readWorkCalendar(_ root: PlanNode) -> WorkCalendar {
        guard let node = root.value("periods") else { return WorkCalendar() }
        return WorkCalendar(
            holidays: readDays("holidays", node), workdays: readDays("workdays", node))
    }

    private mutating func readDays(_ key: String, _ node: PlanNode) -> Set<Int> {
        var days: Set<Int> = []
        for (text, at) in reader.words(key, in: node, "periods") {
            let sides = text.split(separator: "/", omittingEmptySubsequences: false)
            guard (1...2).contains(sides.count), let from = sides.first.flatMap({ try? CalendarDate($0) }),
                let to = sides.last.flatMap({ try? CalendarDate($0) }), from <= to
            else {
                reader.fault(
                    "'\(text)' is no day and no span of days; write 2019-10-01 or 2019-10-01/2019-10-07.", at: at,
                    "periods.\(key)")
                continue
            }
            guard to.daysSince1970 - from.daysSince1970 + days.count < Self.daysMax else {
                reader.fault("These are more than 2,000 days.", at: at, "periods.\(key)")
                return days
            }
            days.formUnion(from.daysSince1970...to.daysSince1970)
        }
        return days
    }
}
