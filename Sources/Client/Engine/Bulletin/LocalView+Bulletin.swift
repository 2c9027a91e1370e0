package import PlanSyncCore

/// Why there is no bulletin.
package enum BulletinFault: Error, Equatable {
    /// No ranking of the period is published, or it is not here yet.
    case notPublished(period: String)
    /// The plan has no text of a bulletin.
    case noTemplate
    /// The plan has no text of this name; these it has.
    case templateUnknown(String, known: [BulletinTemplate])

    /// One sentence: what is wrong and what to do.
    package func sentence(_ say: Wording) -> String {
        switch self {
        case .notPublished(let period):
            say(
                "\(period) 还没有已公布的排名；请先公布（plansync rank publish \(period)）并同步。",
                "No ranking of \(period) is published; publish it (plansync rank publish \(period)) and sync.")
        case .noTemplate:
            say("方案没有通报的文本（bulletin.templates）。", "The plan has no text of a bulletin (bulletin.templates).")
        case .templateUnknown(let name, let known):
            say(
                "方案没有“\(name)”；有：\(known.map { "\($0.id)(\($0.name.zh))" }.joined(separator: "、"))。",
                "The plan has no bulletin '\(name)'; it has \(known.map(\.id).joined(separator: ", ")).")
        }
    }
}

extension LocalView {
    /// The text of a bulletin by its id or its name; without a name the plan's first.
    ///
    /// - Throws: ``BulletinFault``.
    package func bulletinTemplate(_ name: String?) throws(BulletinFault) -> BulletinTemplate {
        guard let first = plan.bulletins.first else { throw .noTemplate }
        guard let name else { return first }
        let found = plan.bulletins.first { $0.id == name || $0.name.zh == name || $0.name.en == name }
        guard let found else { throw .templateUnknown(name, known: plan.bulletins) }
        return found
    }

    /// The bulletin of a period, filled in from its published ranking.
    ///
    /// `number`: of the issue; `nil`: the period's place in its year. `date`: the day of issue.
    /// - Throws: ``BulletinFault``.
    package func bulletin(
        _ template: BulletinTemplate, of period: Period, number: Int?, date: CalendarDate,
        _ cryptography: any Cryptography
    ) throws(BulletinFault) -> Bulletin {
        guard let published = publishedRanking(of: period.id.rawValue, cryptography) else {
            throw .notPublished(period: period.id.rawValue)
        }
        let facts = Bulletin.Facts(
            state: published.state, digest: published.digest, until: published.until,
            number: number ?? period.indexInYear, date: date)
        return Bulletin(template, plan: plan, period: period, ranking: published.ranking, facts: facts)
    }
}
