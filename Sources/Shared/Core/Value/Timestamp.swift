/// A moment: milliseconds since 1970-01-01T00:00:00Z.
///
/// On the wire RFC 3339 in UTC with milliseconds (`2018-05-07T08:00:00.000Z`). Years 1 to 9999.
public struct Timestamp: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970, before it negative.
    public let milliseconds: Int64

    static let earliest: Int64 = -62_135_596_800_000
    static let latest: Int64 = 253_402_300_799_999

    /// A moment; a number outside the years 1 to 9999 is moved to their edge.
    public init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, Self.earliest), Self.latest)
    }

    /// Reads RFC 3339 in UTC: `YYYY-MM-DDThh:mm:ss[.s…]Z`.
    ///
    /// Digits after the third of a second are dropped.
    /// - Throws: ``TimestampError``.
    public init(_ text: some StringProtocol) throws(TimestampError) {
        let bytes = Array(text.utf8.prefix(40))
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"), bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let date = try? CalendarDate(String(decoding: bytes[0..<10], as: UTF8.self)),
            let hour = Self.number(bytes[11..<13], 0...23), let minute = Self.number(bytes[14..<16], 0...59),
            let second = Self.number(bytes[17..<19], 0...59)
        else { throw .form }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            let digits = bytes[20..<(bytes.count - 1)]
            guard bytes[19] == UInt8(ascii: "."), (1...9).contains(digits.count) else { throw .form }
            for place in 0..<3 {
                let index = digits.startIndex + place
                let digit = index < digits.endIndex ? Int64(digits[index]) - 48 : 0
                fraction = fraction * 10 + digit
            }
            guard digits.allSatisfy({ (48...57).contains($0) }) else { throw .form }
        }
        let seconds = Int64(date.daysSince1970) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
        milliseconds = seconds * 1_000 + fraction
    }

    private static func number(_ bytes: ArraySlice<UInt8>, _ range: ClosedRange<Int>) -> Int? {
        guard bytes.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let value = bytes.reduce(0) { $0 * 10 + Int($1) - 48 }
        return range.contains(value) ? value : nil
    }

    /// RFC 3339 with milliseconds.
    public var description: String {
        let day = milliseconds >= 0 ? milliseconds / 86_400_000 : (milliseconds - 86_399_999) / 86_400_000
        let rest = Int(milliseconds - day * 86_400_000)
        // Digit by digit, because every change and every cell holds one.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        CalendarDate(daysSince1970: Int(day)).write(to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(number: rest / 3_600_000, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(number: rest / 60_000 % 60, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(number: rest / 1_000 % 60, digits: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.append(number: rest % 1_000, digits: 3)
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// This moment, later (or earlier) by some milliseconds.
    public func advanced(byMilliseconds delta: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
        return Timestamp(milliseconds: overflow ? (delta > 0 ? Self.latest : Self.earliest) : sum)
    }

    /// Whole days from another moment to this one.
    public func days(since other: Timestamp) -> Int {
        // Both lie within the years 1 to 9999.
        Int(clamping: (milliseconds - other.milliseconds) / 86_400_000)
    }

    /// Earlier comes first.
    public static func < (one: Timestamp, other: Timestamp) -> Bool { one.milliseconds < other.milliseconds }
}

/// A text that is no moment.
public enum TimestampError: Error, Equatable, Sendable {
    /// Not `YYYY-MM-DDThh:mm:ss.sssZ`, or a field out of range.
    case form
}

/// A day of the Gregorian calendar, years 1 to 9999.
public struct CalendarDate: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The year, 1 to 9999.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// Reads `YYYY-MM-DD`.
    ///
    /// - Throws: ``TimestampError/form`` also for a day that the month does not have.
    public init(_ text: some StringProtocol) throws(TimestampError) {
        let bytes = Array(text.utf8.prefix(11))
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { throw .form }
        let digits = [0, 1, 2, 3, 5, 6, 8, 9].map { Int(bytes[$0]) - 48 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { throw .form }
        try self.init(
            year: digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3],
            month: digits[4] * 10 + digits[5], day: digits[6] * 10 + digits[7])
    }

    /// Makes a day.
    ///
    /// - Throws: ``TimestampError/form`` for a day that does not exist.
    public init(year: Int, month: Int, day: Int) throws(TimestampError) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day)
        else { throw .form }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that lies this many days after 1970-01-01 (proleptic Gregorian calendar).
    public init(daysSince1970 days: Int) {
        // Days from the start of a 400-year era that begins on 1 March (Howard Hinnant's civil_from_days).
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    public var daysSince1970: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// `YYYY-MM-DD`.
    public var description: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    fileprivate func write(to bytes: inout [UInt8]) {
        bytes.append(number: year, digits: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(number: month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(number: day, digits: 2)
    }

    /// Earlier comes first.
    public static func < (one: CalendarDate, other: CalendarDate) -> Bool {
        (one.year, one.month, one.day) < (other.year, other.month, other.day)
    }
}

extension [UInt8] {
    /// Puts the last digits of a number in, with zeros in front.
    fileprivate mutating func append(number: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(truncatingIfNeeded: number / divisor % 10) &+ UInt8(ascii: "0"))
            divisor /= 10
        }
    }
}
