/// Why a value cannot stand in a field; with a sentence that says what to do.
public enum FieldFault: Error, Sendable, Equatable {
    /// Not a decimal figure.
    case notAFigure(String)
    /// More digits after the point than the field has.
    case tooManyDecimals(maximum: Int)
    /// Less than allowed.
    case below(Amount, unit: String)
    /// More than allowed.
    case above(Amount, unit: String)
    /// A unit was typed that is not the field's.
    case otherUnit(typed: String, expected: String)
    /// A unit of the same kind: this much in the field's own, which the person has to confirm.
    case converts(typed: String, value: String, unit: String)
    /// A mark that may mean zero as well as nothing yet.
    case emptyMark(String)
    /// What a spreadsheet shows where a formula failed.
    case formulaError(String)
    /// Not a day.
    case notADay(String)
    /// A day that its month does not have.
    case noSuchDay(String, days: Int)
    /// Not yes or no.
    case notAFlag(String)
    /// Not one of the options.
    case notAnOption(String, [String])
    /// Not the key of a record.
    case notAKey(String, CollectionID)
    /// More characters than allowed.
    case tooLong(maximum: Int)
    /// A control character.
    case controlCharacter
    /// A member without a name.
    case emptyMember
    /// Not a file that the field takes.
    case attachment(AttachmentFault)
    /// Another kind of value than the field's.
    case otherKind

    /// The stable machine word.
    public var reason: String {
        switch self {
        case .notAFigure: "not_a_figure"
        case .tooManyDecimals: "too_many_decimals"
        case .below: "below_minimum"
        case .above: "above_maximum"
        case .otherUnit: "other_unit"
        case .converts: "converts"
        case .emptyMark: "empty_mark"
        case .formulaError: "formula_error"
        case .notADay: "not_a_day"
        case .noSuchDay: "no_such_day"
        case .notAFlag: "not_a_flag"
        case .notAnOption: "not_an_option"
        case .notAKey: "not_a_key"
        case .tooLong: "too_long"
        case .controlCharacter: "control_character"
        case .emptyMember: "empty_member"
        case .attachment(let fault): fault.reason
        case .otherKind: "other_kind"
        }
    }

    /// One sentence for a person.
    public func sentence(chinese: Bool) -> String {
        switch self {
        case .notAFigure(let text):
            chinese ? "“\(text)”不是数字，请填写如 12 或 12.5 的数字。" : "'\(text)' is not a figure; type one such as 12 or 12.5."
        case .tooManyDecimals(maximum: 0): chinese ? "请填整数。" : "Type a whole number."
        case .tooManyDecimals(let maximum):
            chinese ? "小数点后最多 \(maximum) 位。" : "At most \(maximum) digits after the point are allowed."
        case .below(let minimum, let unit):
            chinese
                ? "不能小于 \(minimum)\(unit)。" : "It must not be less than \(minimum)\(unit.isEmpty ? "" : " " + unit)."
        case .above(let maximum, let unit):
            chinese
                ? "不能大于 \(maximum)\(unit)。" : "It must not be more than \(maximum)\(unit.isEmpty ? "" : " " + unit)."
        case .otherUnit(let typed, let expected):
            chinese
                ? "单位是“\(expected)”，不是“\(typed)”，请换算后填写。"
                : "The unit here is \(expected), not \(typed); convert the figure first."
        case .converts(let typed, let value, let unit):
            chinese
                ? "“\(typed)”换算为 \(value) \(unit)；确认请加 --convert，或直接填写 \(value)。"
                : "'\(typed)' is \(value) \(unit) here; add --convert to confirm, or type \(value)."
        case .emptyMark(let text):
            chinese
                ? "“\(text)”是零还是还没有数？零请填 0，还没有数请不填。"
                : "Does '\(text)' mean zero or nothing yet? Type 0 for zero; leave out what is not there yet."
        case .formulaError(let text):
            chinese
                ? "“\(text)”是表格公式出错的结果，请填写数值。"
                : "'\(text)' is what a spreadsheet shows for a failed formula; type the figure."
        case .notADay(let text):
            chinese ? "“\(text)”不是日期，请按 2019-06-30 的格式填写。" : "'\(text)' is not a day; type it like 2019-06-30."
        case .noSuchDay(let text, let days):
            chinese
                ? "没有“\(text)”这一天，那个月只有 \(days) 天。"
                : "There is no day '\(text)'; that month has \(days) days."
        case .notAFlag(let text):
            chinese ? "“\(text)”不是“是”或“否”。" : "'\(text)' is not yes or no."
        case .notAnOption(let text, let options):
            chinese
                ? "“\(text)”不在选项中：\(options.joined(separator: "、"))。"
                : "'\(text)' is not one of \(options.joined(separator: ", "))."
        case .notAKey(let text, let collection):
            chinese
                ? "“\(text)”不是表“\(collection)”的键，请用 plansync list \(collection) 查看。"
                : "'\(text)' is no key of '\(collection)'; 'plansync list \(collection)' shows them."
        case .tooLong(let maximum):
            chinese ? "最多 \(maximum) 个字。" : "At most \(maximum) characters are allowed."
        case .controlCharacter:
            chinese
                ? "文字中有看不见的控制字符或改变文字方向的符号，请重新输入。"
                : "The text has an invisible control character or a mark that turns its direction; type it again."
        case .emptyMember:
            chinese ? "成员名称不能为空。" : "A member needs a name."
        case .attachment(let fault): fault.sentence(chinese: chinese)
        case .otherKind:
            chinese ? "值的类型不对。" : "This is not the kind of value that the field takes."
        }
    }
}

extension FieldRule {
    /// Checks a value from the wire and gives it its canonical form, so that equal figures are equal texts.
    ///
    /// `isDelta`: a number to add, which may be below the minimum.
    /// - Throws: ``FieldFault``.
    public func admit(_ value: FieldValue, isDelta: Bool = false) throws(FieldFault) -> FieldValue {
        if case .flag = kind {
            guard case .flag = value else { throw .otherKind }
            return value
        }
        guard case .text(let text) = value else { throw .otherKind }
        switch kind {
        case .amount(let decimals):
            guard let amount = try? Amount(text) else { throw .notAFigure(String(text.prefix(40))) }
            if amount.scale > decimals { throw .tooManyDecimals(maximum: decimals) }
            if !isDelta, let minimum, amount < minimum { throw .below(minimum, unit: unit) }
            if !isDelta, let maximum, amount > maximum { throw .above(maximum, unit: unit) }
            return .text(amount.description)
        case .members(let maximum):
            // Without the spaces around it, so that one member has one spelling.
            let member = Self.trimmed(text)
            if member.isEmpty { throw .emptyMember }
            if member.count > maximum { throw .tooLong(maximum: maximum) }
            if member.unicodeScalars.contains(where: \.isUnseenControl) {
                throw .controlCharacter
            }
            if let attachment {
                do { return .text(try attachment.admit(member: member).member) } catch { throw .attachment(error) }
            }
            return .text(member)
        case .text(let maximum):
            if text.count > maximum { throw .tooLong(maximum: maximum) }
            for scalar in text.unicodeScalars where scalar.isUnseenControl {
                if scalar != "\n" && scalar != "\t" { throw .controlCharacter }
            }
            return value
        case .date:
            guard (try? CalendarDate(text)) != nil else { throw .notADay(String(text.prefix(40))) }
            return value
        case .option(let options):
            guard options.contains(text) else { throw .notAnOption(String(text.prefix(40)), options) }
            return value
        case .reference(let collection):
            guard (try? RecordKey(collection: collection, key: text)) != nil else {
                throw .notAKey(String(text.prefix(40)), collection)
            }
            return value
        case .flag: throw .otherKind
        }
    }

    /// Reads what a person typed: full-width digits, thousands marks and the field's own unit are understood.
    ///
    /// `converting`: a figure in another unit of the same kind is converted, instead of offered.
    /// - Throws: ``FieldFault`` with a sentence for that person.
    public func read(
        _ typed: String, isDelta: Bool = false, converting: Bool = false
    ) throws(FieldFault) -> FieldValue {
        switch kind {
        case .amount:
            return try admit(.text(try Self.figure(typed, unit: unit, converting)), isDelta: isDelta)
        case .flag:
            switch Self.trimmed(typed).lowercased() {
            case "yes", "true", "是", "1": return .flag(true)
            case "no", "false", "否", "0": return .flag(false)
            default: throw .notAFlag(typed)
            }
        case .date: return try admit(.text(try Self.day(Self.trimmed(typed))))
        case .option, .members, .reference: return try admit(.text(Self.trimmed(typed)))
        case .text: return try admit(.text(Self.documentNumber(typed)))
        }
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }

    /// The number of an official document, typed as 豫政[2018]25号, with the brackets of GB/T 9704-2012, 7.2.5; any
    /// other text as it is.
    private static func documentNumber(_ typed: String) -> String {
        let text = trimmed(typed)
        guard text.hasSuffix("号"), text.count <= 40 else { return typed }
        let plain = text.dropLast().map { sign -> Character in
            "[【(（［{".contains(sign) ? "[" : "]】)）］}".contains(sign) ? "]" : sign
        }
        let parts = plain.split(separator: "[", omittingEmptySubsequences: false)
        let rest = parts.last?.split(separator: "]", omittingEmptySubsequences: false).map { String($0) } ?? []
        guard parts.count == 2, let office = parts.first, rest.count == 2, let year = rest.first,
            let place = rest.last, number(Substring(year), 4...4) != nil, number(Substring(place), 1...5) != nil
        else { return typed }
        return "\(String(office))〔\(year)〕\(place)号"
    }

    /// A day as people write it, 2019年6月30日, 2019.6.30 or 2019/6/30, in the form of RFC 3339.
    private static func day(_ typed: String) throws(FieldFault) -> String {
        let whole = typed.hasSuffix("日") ? String(typed.dropLast()) : typed
        let parts = whole.split(omittingEmptySubsequences: false) { "年月./-．／－".contains($0) }
        guard parts.count == 3, let first = parts.first, let last = parts.last,
            let middle = parts.dropFirst().first, let year = number(first, 4...4),
            let month = number(middle, 1...2), let day = number(last, 1...2), (1...12).contains(month), day > 0
        else { return typed }
        let days = CalendarDate.days(in: month, of: year)
        guard day <= days else { throw .noSuchDay(String(typed.prefix(40)), days: days) }
        guard let date = try? CalendarDate(year: year, month: month, day: day) else { return typed }
        return date.description
    }

    /// A number of so many digits, also full-width ones.
    private static func number(_ text: Substring, _ places: ClosedRange<Int>) -> Int? {
        guard places.contains(text.count) else { return nil }
        let digits = text.compactMap { "0"..."9" ~= $0 || "０"..."９" ~= $0 ? $0.wholeNumberValue : nil }
        return digits.count == text.count ? digits.reduce(0) { 10 &* $0 &+ $1 } : nil
    }

    private static func figure(_ typed: String, unit: String, _ converting: Bool) throws(FieldFault) -> String {
        var figure = ""
        var rest = Substring(trimmed(typed))
        if ["-", "－", "—", "/", "／", "无"].contains(rest) { throw .emptyMark(typed) }
        if rest.hasPrefix("#") { throw .formulaError(String(rest.prefix(16))) }
        var other: Measure?
        var hasMarks = false
        while let character = rest.first {
            switch character {
            case "0"..."9", ".", "-": figure.append(character)
            case "０"..."９":
                guard let digit = character.wholeNumberValue else { throw .notAFigure(typed) }
                figure.append("\(digit)")
            case "．": figure.append(".")
            case "－", "−": figure.append("-")
            case "+", "＋": if !figure.isEmpty { throw .notAFigure(typed) }
            case ",", "，":
                hasMarks = true
                figure.append(",")
            default:
                let suffix = trimmed(String(rest))
                let plain = suffix == "％" ? "%" : suffix
                if figure.isEmpty { throw .notAFigure(typed) }
                // 12万 where the unit is 万元 is 12 of it.
                if !unit.isEmpty, plain != unit, let measure = Measure.typed(plain, for: unit) {
                    if measure != Measure(unit) { other = measure }
                    rest = ""
                    continue
                }
                guard plain == unit else {
                    // 万 and 亿 are numbers, too, but in a unit; only further digits make it no figure.
                    if plain.contains(where: { ("0"..."9").contains($0) || ("０"..."９").contains($0) }) {
                        throw .notAFigure(typed)
                    }
                    throw .otherUnit(typed: plain, expected: unit.isEmpty ? "-" : unit)
                }
                rest = ""
                continue
            }
            rest = rest.dropFirst()
        }
        if hasMarks { figure = try Self.withoutMarks(figure, typed) }
        guard let other else { return figure }
        guard let amount = try? Amount(figure), let factor = other.factor(to: Measure(unit)) else {
            throw .notAFigure(typed)
        }
        let value = (Rational(amount) * factor).shown(12)
        if !converting { throw .converts(typed: trimmed(typed), value: value, unit: unit) }
        return value
    }

    /// A figure without its thousands marks.
    private static func withoutMarks(_ figure: String, _ typed: String) throws(FieldFault) -> String {
        // A comma is a thousands mark only where thousands are: "1,234" yes, "1,5" no.
        let groups = figure.split(separator: ".", omittingEmptySubsequences: false)[0].split(
            separator: ",", omittingEmptySubsequences: false)
        guard (1...3).contains(groups.first?.drop { $0 == "-" }.count ?? 0),
            groups.dropFirst().allSatisfy({ $0.count == 3 }),
            !figure.drop(while: { $0 != "." }).contains(",")
        else { throw .notAFigure(typed) }
        return figure.filter { $0 != "," }
    }
}
