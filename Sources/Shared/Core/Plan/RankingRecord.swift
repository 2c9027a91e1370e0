// The built-in records of published rankings. The ranking itself is shown to all; what a unit's score is made of lies
// in the unit's own record, because nobody else's figures are its business.

/// The fields of a published ranking.
public enum RankingField {
    /// Where it stands: ``State``.
    public static let state = FieldID(trusted: "state")
    /// The ranking (``PublishedRanking``), without the units' figures.
    public static let ranking = FieldID(trusted: "ranking")
    /// base64url SHA-256 of the ranking and of all units' scores.
    public static let digest = FieldID(trusted: "digest")
    /// The server's signature over the digest, base64url.
    public static let signature = FieldID(trusted: "signature")
    /// When it was published, by the server's clock.
    public static let published = FieldID(trusted: "published")
    /// The last day for objections.
    public static let until = FieldID(trusted: "until")

    /// Where a published ranking stands.
    public enum State: String, Sendable, CaseIterable {
        /// Units may object.
        case preliminary
        /// It stays as it is.
        case final
    }

    static let rules: [FieldRule] = [
        PeriodField.built(state, "状态", "State", .option(State.allCases.map(\.rawValue))),
        PeriodField.built(ranking, "排名", "Ranking", .text(maximum: PublishedRanking.lengthMax)),
        PeriodField.built(digest, "摘要", "Digest", .text(maximum: 64)),
        PeriodField.built(signature, "签名", "Signature", .text(maximum: 512)),
        PeriodField.built(published, "发布时间", "Published", .text(maximum: 32)),
        PeriodField.built(until, "异议截止", "Objections until", .date),
    ]
}

/// The field of a unit's own score.
public enum ScoreField {
    /// The score with every component (``PublishedRanking``, of this unit alone).
    public static let score = FieldID(trusted: "score")

    static let rules = [
        PeriodField.built(score, "得分", "Score", .text(maximum: PublishedRanking.lengthMax))
    ]
}

extension Plan {
    /// The record of the ranking that an objection is about; `nil` for everything else.
    public func ranking(of record: RecordKey) -> RecordKey? {
        guard let rule = ranking.objections, record.collection == rule.collection,
            let index = collection(rule.collection)?.key.firstIndex(of: .period)
        else { return nil }
        let parts = record.key.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.indices.contains(index) else { return nil }
        return try? RecordKey(collection: CollectionRule.rankings, key: parts[index])
    }

    /// The last day for objections to a ranking that is published at a moment: so many working days later.
    ///
    /// Saturdays and Sundays are none, nor are the plan's holidays.
    public func objectionsEnd(publishedAt moment: Timestamp, days: Int) -> CalendarDate {
        workCalendar.day(days, workdaysAfter: localDay(of: moment))
    }

    /// The day of a moment in the plan's local time.
    public func localDay(of moment: Timestamp) -> CalendarDate {
        let minutes = moment.milliseconds / 60_000 + Int64(periods.utcOffsetMinutes)
        let days = minutes >= 0 ? minutes / 1_440 : (minutes - 1_439) / 1_440
        return CalendarDate(daysSince1970: Int(days))
    }

    /// The first moment after a local day.
    public func end(of day: CalendarDate) -> Timestamp {
        Timestamp(
            milliseconds: (Int64(day.daysSince1970 + 1) * 1_440 - Int64(periods.utcOffsetMinutes)) * 60_000)
    }
}
