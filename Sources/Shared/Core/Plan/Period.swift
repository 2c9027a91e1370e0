/// The name of a reporting period: `2019` (a year), `2019Q1`, `201905` (a month), `201905B` (two months from May).
///
/// Source: the period identifiers of DHIS2; domain: two-month periods begin in odd months.
public struct PeriodID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The text.
    public let rawValue: String

    init(trusted text: String) { rawValue = text }

    /// The text.
    public var description: String { rawValue }

    /// Orders by the text, which within one plan is the order of time.
    public static func < (one: PeriodID, other: PeriodID) -> Bool { one.rawValue < other.rawValue }
}

/// One reporting period.
public struct Period: Sendable, Equatable {
    /// Its name.
    public let id: PeriodID
    /// The calendar year.
    public let year: Int
    /// Its place among the periods of a calendar year, from 1.
    public let indexInYear: Int
    /// Its first month, 1 to 12.
    public let firstMonth: Int
    /// Its last month, 1 to 12.
    public let lastMonth: Int
    /// Its last day.
    public let lastDay: CalendarDate
    /// The last day for reports.
    public let deadline: CalendarDate
    /// Whether it is the last of its calendar year.
    public let endsYear: Bool

    /// Its first day, `YYYY-MM-DD`.
    var firstDay: String { "\(lastDay.description.prefix(4))-\(firstMonth < 10 ? "0" : "")\(firstMonth)-01" }

    /// `2019年5—6月`, as a bulletin writes it.
    public var titleZH: String {
        firstMonth == lastMonth
            ? "\(year)年\(firstMonth)月"
            : firstMonth == 1 && lastMonth == 12 ? "\(year)年度" : "\(year)年\(firstMonth)—\(lastMonth)月"
    }
}

/// The reporting periods of a plan.
public struct PeriodCalendar: Sendable, Equatable {
    /// How long a period is.
    public enum Kind: String, Sendable, CaseIterable {
        /// A month.
        case monthly
        /// Two months, from odd months.
        case bimonthly
        /// A quarter.
        case quarterly
        /// A year.
        case yearly

        var months: Int {
            switch self {
            case .monthly: 1
            case .bimonthly: 2
            case .quarterly: 3
            case .yearly: 12
            }
        }

        /// An example of a name, for a sentence.
        public var example: String {
            switch self {
            case .monthly: "201905"
            case .bimonthly: "201905B"
            case .quarterly: "2019Q2"
            case .yearly: "2019"
            }
        }
    }

    /// How long a period is.
    public let kind: Kind
    /// All periods in order.
    public let all: [Period]
    /// What local time is ahead of UTC, in minutes: deadlines end with the local day.
    public let utcOffsetMinutes: Int

    /// The first moment after a period's deadline.
    public func deadlineEnd(of period: Period) -> Timestamp { start(ofDay: period.deadline.daysSince1970 + 1) }

    /// The first moment of a period: it opens.
    public func start(of period: Period) -> Timestamp {
        let first = try? CalendarDate(year: period.year, month: period.firstMonth, day: 1)
        return start(ofDay: (first ?? period.lastDay).daysSince1970)
    }

    /// The first moment of a day, in the plan's time zone.
    private func start(ofDay day: Int) -> Timestamp {
        let minutes = Int64(day) * 1_440 - Int64(utcOffsetMinutes)
        return Timestamp(milliseconds: minutes * 60_000)
    }

    /// The first period that has not opened yet; `nil` when all have.
    public func next(after now: Timestamp) -> Period? { all.first { start(of: $0) > now } }

    /// Periods in a calendar year.
    public var countInYear: Int { 12 / kind.months }

    /// The period before one; `nil` before the plan's first.
    public func before(_ period: Period) -> Period? { all.last { $0.lastDay < period.lastDay } }

    /// The periods of a period's year up to it.
    public func year(to period: Period) -> [Period] {
        all.filter { $0.year == period.year && $0.indexInYear <= period.indexInYear }
    }

    /// The period with this name, or `nil`.
    public func period(_ text: some StringProtocol) -> Period? { all.first { $0.id.rawValue == text } }

    /// Why a text names no period of the plan, and which do: one sentence.
    public func fault(of text: some StringProtocol) -> Sentence {
        if kind == .bimonthly, text.utf8.count == 7, text.hasSuffix("B"), let month = Int(text.dropFirst(4).dropLast()),
            (1...12).contains(month), month % 2 == 0
        {
            let year = text.prefix(4)
            let near = [month - 1, month + 1].filter { $0 <= 12 }.map { "\(year)\($0 < 10 ? "0" : "")\($0)B" }
            return Sentence(
                zh: "双月考核期从单月开始，是不是 \(near.joined(separator: " 或 "))？",
                en: "Two-month periods begin in odd months: \(near.joined(separator: " or "))?")
        }
        guard let first = all.first?.id, let last = all.last?.id else {
            return Sentence(zh: "本方案没有考核期。", en: "This plan has no periods.")
        }
        return Sentence(
            zh: "本方案没有考核期“\(text)”；考核期从 \(first) 到 \(last)，写法如 \(kind.example)。",
            en: "'\(text)' is not a period of this plan; its periods run from \(first) to \(last) "
                + "(like \(kind.example))."
        )
    }

    /// Makes the periods from `first` to `last`.
    ///
    /// `deadlineDay`: the day of the month after a period by which reports are due, 1 to 28.
    /// Returns `nil` when a name does not fit the kind, or the last comes before the first.
    init?(kind: Kind, first: String, last: String, deadlineDay: Int, utcOffsetMinutes: Int = 480) {
        guard let start = Self.index(of: first, kind), let end = Self.index(of: last, kind), start <= end,
            end - start < 1_200, (1...28).contains(deadlineDay)
        else { return nil }
        var periods: [Period] = []
        let perYear = 12 / kind.months
        for index in start...end {
            let year = index / perYear
            let place = index % perYear + 1
            let firstMonth = (place - 1) * kind.months + 1
            let lastMonth = firstMonth + kind.months - 1
            let next = lastMonth == 12 ? (year + 1, 1) : (year, lastMonth + 1)
            guard
                let lastDay = try? CalendarDate(
                    year: year, month: lastMonth, day: CalendarDate.days(in: lastMonth, of: year)),
                let deadline = try? CalendarDate(year: next.0, month: next.1, day: deadlineDay)
            else { return nil }
            periods.append(
                Period(
                    id: Self.name(kind, year, place, firstMonth), year: year, indexInYear: place,
                    firstMonth: firstMonth, lastMonth: lastMonth, lastDay: lastDay, deadline: deadline,
                    endsYear: place == perYear))
        }
        self.kind = kind
        all = periods
        self.utcOffsetMinutes = utcOffsetMinutes
    }

    private static func name(_ kind: Kind, _ year: Int, _ place: Int, _ firstMonth: Int) -> PeriodID {
        let month = firstMonth < 10 ? "0\(firstMonth)" : "\(firstMonth)"
        switch kind {
        case .monthly: return PeriodID(trusted: "\(year)\(month)")
        case .bimonthly: return PeriodID(trusted: "\(year)\(month)B")
        case .quarterly: return PeriodID(trusted: "\(year)Q\(place)")
        case .yearly: return PeriodID(trusted: "\(year)")
        }
    }

    /// The periods since year 0, or `nil` for a text that does not name one of this kind.
    private static func index(of text: String, _ kind: Kind) -> Int? {
        // Int would take a sign.
        guard !text.contains("+"), let year = Int(text.prefix(4)), (1900...2999).contains(year) else { return nil }
        let rest = text.dropFirst(4)
        switch kind {
        case .yearly: return rest.isEmpty ? year : nil
        case .quarterly:
            guard rest.first == "Q", let place = Int(rest.dropFirst()), (1...4).contains(place), rest.count == 2
            else { return nil }
            return year * 4 + place - 1
        case .monthly:
            guard rest.count == 2, let month = Int(rest), (1...12).contains(month) else { return nil }
            return year * 12 + month - 1
        case .bimonthly:
            guard rest.count == 3, rest.last == "B", let month = Int(rest.dropLast()), (1...12).contains(month),
                month % 2 == 1
            else { return nil }
            return year * 6 + (month - 1) / 2
        }
    }
}
