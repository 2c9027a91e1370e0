// The one way from a name to sheets: the command line and the page both ask here, so that what one can write the
// other can, too.

package import PlanSyncCore

/// Writes any table as sheets.
package struct TableSheets {
    private let replica: Replica
    private let view: LocalView
    private let say: Wording
    private let now: Timestamp
    private let cryptography: any Cryptography

    /// Sheets of what a replica holds.
    package init(
        _ replica: Replica, _ view: LocalView, _ wording: Wording, now: Timestamp, _ cryptography: any Cryptography
    ) {
        self.replica = replica
        self.view = view
        say = wording
        self.now = now
        self.cryptography = cryptography
    }

    /// The sheets of a kind.
    ///
    /// - Throws: ``SheetFault``, ``NameFault``, ``EditFault``, the replica's errors.
    package func sheets(
        _ kind: SheetKind, _ words: [String], basis: RankingRule.Basis = .reported
    ) throws -> [Sheet] {
        guard kind.subjects.contains(words.count) else {
            throw SheetFault(zh: "没有这种导出。", en: "Nothing is exported in this form.")
        }
        let first = words.first ?? ""
        let second = words.dropFirst().first
        switch kind {
        case .figures: return figures.figures(in: try period(first), basis: basis)
        case .ranking: return figures.ranking(in: try period(first), published: try published(first))
        case .components:
            return [try figures.components(in: period(first), published: published(first), of: second.map(unit))]
        case .targets: return [figures.targets(in: try period(first))]
        case .indicator: return [figures.comparison(of: try plan.indicator(named: first), in: try period(second ?? ""))]
        case .goal:
            let period = try second.map(period) ?? newest()
            return GoalSheets(view, say).sheets(try plan.indicator(named: first), in: period)
        case .explain:
            let unit = try words.dropFirst(2).first.map(unit) ?? home
            return figures.explanation(of: try plan.indicator(named: first), of: unit, in: try period(second ?? ""))
        case .report: return [office.report(of: try second.map(unit) ?? home, in: try period(first))]
        case .reports: return [office.reports(in: try words.first.map(year))]
        case .periods: return [office.periods(at: now, cryptography)]
        case .values, .template, .records: return try forms(kind, words)
        case .collections: return [office.collections()]
        case .files: return [office.files()]
        case .lists: return [office.lists(in: try period(first))]
        case .list:
            let rule = try plan.list(named: first)
            let period = try second.map(period) ?? newest()
            return ListText(rule, say).sheets(view.list(rule, in: period), view.plan)
        default: return try work(kind, words)
        }
    }

    private func work(_ kind: SheetKind, _ words: [String]) throws -> [Sheet] {
        let sheets = WorkSheets(view: view, wording: say)
        switch kind {
        case .measures:
            let period = try period(words.first ?? "")
            return [sheets.measures(view.measureLedger(in: period, on: view.plan.localDay(of: now)), in: period)]
        case .arrears: return [office.arrears(in: try period(words.first ?? ""), on: view.plan.localDay(of: now))]
        case .rewards:
            let due = (view.rewardBook()?.entries ?? []).filter { $0.open != .zero || $0.claim?.isMade == true }
            return [sheets.rewards(due)]
        case .payments: return [try payments(words.first)]
        case .paid:
            let entries = view.rewardBook()?.entries ?? []
            let sheets = PaymentSheet(view, say)
            return [sheets.paid(entries, in: try words.first.map(year)), sheets.years(entries)]
        case .conflicts: return [office.conflicts(view.conflicts)]
        case .attention:
            let all = [
                office.conflicts(view.undecided), figures.history(view.rejected, named: say("被退回的更改", "rejected")),
                office.lost(try replica.lostCells()),
            ]
            // A file of one sheet has what there is.
            return all.filter { $0.rows.count > 1 } + all.filter { $0.rows.count <= 1 }
        case .outbox:
            return [figures.history(try replica.outbox().filter(\.isPending), named: say("已填未报", "outbox"))]
        case .history: return [figures.history(try replica.outbox())]
        case .results: return [sheets.trail(view.cameBack)]
        case .trail: return [sheets.trail(view.written { key, _ in key.record.collection != CollectionRule.conflicts })]
        default: return []
        }
    }

    private var figures: FigureSheets { FigureSheets(view: view, wording: say) }
    private var office: OfficeSheets { OfficeSheets(view: view, wording: say) }
    private var seesAll: Bool { Permission.rights(of: view.principal.role).contains(.readAll) }
    private var home: TenantID { view.principal.role.isOfCity ? .city : view.principal.tenant }

    private func forms(_ kind: SheetKind, _ words: [String]) throws -> [Sheet] {
        let forms = FormSheets(view: view, wording: say)
        let words = kind == .values ? [CollectionRule.values.rawValue] + words : words
        switch try SheetForm(words.joined(separator: "/"), in: view.plan) {
        case .values(let period): return [forms.values(of: period, isForm: kind == .template)]
        case .records(let id):
            return view.plan.collection(id).map { [forms.records(of: $0, isForm: kind == .template)] } ?? []
        }
    }

    /// What of the rewards is still to be paid, of the events of a year or of all.
    private func payments(_ year: String?) throws -> Sheet {
        let number = try year.map { try self.year($0) }
        guard let book = view.rewardBook(year: number) else {
            throw SheetFault(zh: "本方案没有这一年的考核期。", en: "The plan has no periods in that year.")
        }
        return PaymentSheet(view, say).sheet(book.entries.filter { number == nil || $0.day?.year == number })
    }

    // MARK: What words name

    private var plan: Plan { view.plan }

    private func period(_ name: String) throws -> Period {
        if let period = view.plan.periods.period(name) { return period }
        throw EditFault.periodUnknown(view.plan.periods.fault(of: name))
    }

    private func newest() throws -> Period {
        if let period = view.newestReportedPeriod { return period }
        throw SheetFault(zh: "本方案没有考核期。", en: "The plan has no periods.")
    }

    private func published(_ period: String) throws -> LocalRanking? { view.publishedRanking(of: period, cryptography) }

    private func year(_ text: String) throws -> Int {
        if let year = Int(text) { return year }
        throw SheetFault(zh: "“\(text)”不是年度。", en: "'\(text)' is not a year.")
    }

    private func unit(_ name: String) throws -> TenantID {
        let found = view.plan.tenants.first { $0.id.rawValue == name || $0.name.zh == name }
        guard let found else {
            let known = view.plan.tenants.map(\.id.rawValue)
            throw EditFault.tenantUnknown(name, nearest: Spelling.nearest(to: name, among: known))
        }
        guard seesAll || found.id == view.principal.tenant else {
            throw SheetFault(zh: "本机只有本单位的数据。", en: "Only this unit's figures are here.")
        }
        return found.id
    }
}
