package import PlanSyncCore

/// A published ranking, as this device holds it.
package struct LocalRanking: Sendable {
    /// Where it stands.
    package let state: RankingField.State
    /// The ranking; of the units whose scores are here, with every component.
    package let ranking: PublishedRanking
    /// Its digest, as the server signed it.
    package let digest: String
    /// When it was published.
    package let published: Timestamp?
    /// The last day for objections.
    package let until: CalendarDate?
    /// Whether the texts have the digest; `nil` where not all units' scores are here.
    package let isWhole: Bool?

    /// Where it stands, in a word for a person.
    package func word(chinese: Bool) -> String {
        switch state {
        case .preliminary: chinese ? "初步排名" : "preliminary"
        case .final: chinese ? "已封存" : "sealed"
        }
    }

    /// Which published ranking it is, in a sentence.
    package func sentence(_ plan: Plan, _ say: Wording) -> String {
        let day = published.map { LocalTime.day($0, plan) } ?? "-"
        let until = until?.description ?? "-"
        return switch state {
        case .preliminary:
            say(
                "初步排名，\(day) 公布，异议截止 \(until)。摘要 \(digest)",
                "Preliminary ranking, published on \(day), objections until \(until). Digest \(digest)")
        case .final:
            say(
                "已封存的排名（\(day)），今后的改动不影响它。摘要 \(digest)",
                "Sealed ranking (\(day)); later edits do not change it. Digest \(digest)")
        }
    }
}

extension LocalView {
    /// The published ranking of a period; `nil` where there is none, or its text cannot be read.
    package func publishedRanking(of period: String, _ cryptography: any Cryptography) -> LocalRanking? {
        guard let record = try? RecordKey(collection: CollectionRule.rankings, key: period) else { return nil }
        func text(_ name: FieldID) -> String? {
            field(CellKey(tenant: .city, record: record, field: name))?.value?.text
        }
        guard let whole = text(RankingField.ranking), let ranking = try? PublishedRanking(text: whole),
            let state = text(RankingField.state).flatMap(RankingField.State.init),
            let digest = text(RankingField.digest)
        else { return nil }
        let own = scores(of: period)
        let detailed = own.values.reduce(ranking) { ranking, text in
            (try? PublishedRanking(text: text)).map { ranking.detailed(by: $0) } ?? ranking
        }
        let texts = ranking.units.map(\.tenant).sorted().compactMap { own[$0] }
        let isAll = texts.count == ranking.units.count
        return LocalRanking(
            state: state, ranking: detailed, digest: digest,
            published: text(RankingField.published).flatMap { try? Timestamp($0) },
            until: text(RankingField.until).flatMap { try? CalendarDate($0) },
            isWhole: isAll ? PublishedRanking.digest(whole, texts, cryptography) == digest : nil)
    }

    /// The units' own scores of a published ranking that are here, as they were published.
    private func scores(of period: String) -> [TenantID: String] {
        guard let record = try? RecordKey(collection: CollectionRule.scores, key: period) else { return [:] }
        var found: [TenantID: String] = [:]
        for unit in plan.units {
            found[unit.id] = field(CellKey(tenant: unit.id, record: record, field: ScoreField.score))?.value?.text
        }
        return found
    }

    /// The units as they rank by what is here now; for a unit its own score alone, which has no rank.
    package func presentUnits(in period: Period) -> [RankedUnit] {
        let ranking = Ranking(plan: plan, figures: figures.counting(plan.ranking.basis))
        // A rank compares with others, and their figures are not here.
        return Permission.rights(of: principal.role).contains(.readAll)
            ? ranking.units(in: period) : ranking.unit(principal.tenant, in: period).map { [$0] } ?? []
    }

    /// The ranking of a period as it would be published now from what is here.
    package func presentRanking(of period: Period) -> PublishedRanking {
        let figures = figures.counting(plan.ranking.basis).closing(period)
        return PublishedRanking(plan, revision: revision, in: period, figures: figures)
    }
}
