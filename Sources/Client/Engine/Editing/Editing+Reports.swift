// Handing in a unit's report of a period, and the city's answer to it (merge rules, section 6). Everything that the
// server would refuse is said here already.

package import PlanSyncCore

extension Editing {
    /// What the city answers to a report.
    package enum Verdict: String, Sendable, CaseIterable {
        /// The figures count as accepted.
        case accepted
        /// The unit has to look at them again.
        case returned
    }

    /// Hands in the report of a period over the figures that are shown, edits that wait included.
    ///
    /// - Throws: ``EditError``.
    package func submit(_ period: String, _ cryptography: any Cryptography) throws(EditError) -> ChangeDraft {
        do throws(EditFault) {
            return try submission(period, cryptography)
        } catch {
            throw EditError([error])
        }
    }

    /// Accepts a unit's report, or gives it back; the note of this editing is the reason, which giving back needs.
    ///
    /// - Throws: ``EditError``.
    package func review(_ unit: String, _ period: String, _ verdict: Verdict) throws(EditError) -> ChangeDraft {
        do throws(EditFault) {
            return try reviewed(unit, period, verdict)
        } catch {
            throw EditError([error])
        }
    }

    private func submission(
        _ typed: String, _ cryptography: any Cryptography
    ) throws(EditFault) -> ChangeDraft {
        guard view.principal.role == .approver else { throw .approverOnly }
        let period = try openPeriod(typed)
        let tenant = view.principal.tenant
        let figures = view.figures(of: period, tenant: tenant)
        guard figures.contains(where: { $0.value != nil }) else { throw .reportEmpty(period.id.rawValue) }
        let blocking = view.faults(in: period, of: tenant).filter(\.isBlocking)
        if !blocking.isEmpty { throw .checksFail(period.id.rawValue, count: blocking.count) }
        let digest = FieldValue.text(FigureDigest.of(figures, cryptography))
        let report = view.report(of: period, tenant: tenant)
        if report.state == .submitted || report.state == .accepted, report.digest?.value == digest {
            throw .reportUnchanged(period.id.rawValue, report.state)
        }
        let state = FieldValue.text(SubmissionField.State.submitted.rawValue)
        return draft(
            [
                try operation(SubmissionField.state, state, over: report.stateField, period),
                try operation(SubmissionField.digest, digest, over: report.digest, period),
            ], of: tenant)
    }

    private func reviewed(
        _ unit: String, _ typed: String, _ verdict: Verdict
    ) throws(EditFault) -> ChangeDraft {
        guard [.reviewer, .supervisor].contains(view.principal.role) else { throw .cityOnly }
        let found = view.plan.units.first { $0.id.rawValue == unit || $0.name.zh == unit }
        guard let tenant = found?.id else {
            throw .tenantUnknown(unit, nearest: Spelling.nearest(to: unit, among: view.plan.units.map(\.id.rawValue)))
        }
        let period = try openPeriod(typed)
        let report = view.report(of: period, tenant: tenant)
        guard report.state == .submitted, report.stateField?.rev != nil else {
            throw .notSubmitted(tenant.rawValue, period.id.rawValue, report.state)
        }
        if verdict == .returned, (note ?? "").isEmpty { throw .returnNeedsReason }
        let state = FieldValue.text(verdict.rawValue)
        return draft([try operation(SubmissionField.state, state, over: report.stateField, period)], of: tenant)
    }

    /// The period of that name, unless it is sealed.
    private func openPeriod(_ typed: String) throws(EditFault) -> Period {
        guard let period = view.plan.periods.period(typed) else {
            throw .periodUnknown(view.plan.periods.fault(of: typed))
        }
        if view.state(of: period) == .final { throw .periodSealed(typed) }
        return period
    }

    private func operation(
        _ field: FieldID, _ value: FieldValue, over seen: LocalField?, _ period: Period
    ) throws(EditFault) -> Operation {
        guard let record = try? RecordKey(collection: CollectionRule.submissions, key: period.id.rawValue) else {
            throw .recordForm(period.id.rawValue)
        }
        return Operation(
            record: record, field: field, action: .set, value: value, base: seen?.rev.map { [$0] } ?? [],
            shown: seen?.value)
    }
}

/// Where a unit's report of a period stands, as it is seen here.
package struct LocalReport: Sendable {
    /// The unit.
    package let tenant: TenantID
    /// The period.
    package let period: Period
    /// Where it stands; a draft when nothing was handed in.
    package let state: SubmissionField.State
    /// What says so; `nil`: nothing was ever handed in.
    package let stateField: LocalField?
    /// The digest of the figures that it covers.
    package let digest: LocalField?
    /// What was changed after it was handed in, as `collection/key/field`.
    package let changed: [String]
}

extension LocalView {
    /// Where a unit's report of a period stands.
    package func report(of period: Period, tenant: TenantID) -> LocalReport {
        func seen(_ name: FieldID) -> LocalField? {
            guard let record = try? RecordKey(collection: CollectionRule.submissions, key: period.id.rawValue) else {
                return nil
            }
            return field(CellKey(tenant: tenant, record: record, field: name))
        }
        let stateField = seen(SubmissionField.state)
        var state = SubmissionField.State.draft
        if case .text(let word)? = stateField?.value { state = SubmissionField.State(rawValue: word) ?? .draft }
        var changed: [String] = []
        if state == .draft, case .text(let text)? = seen(SubmissionField.changed)?.value {
            changed = text.split(separator: "\n").map(String.init)
        }
        return LocalReport(
            tenant: tenant, period: period, state: state, stateField: stateField, digest: seen(SubmissionField.digest),
            changed: changed)
    }

    /// The reports of which anything is known, by period and unit.
    package var reports: [LocalReport] {
        plan.periods.all.flatMap { period in
            plan.units.map { report(of: period, tenant: $0.id) }.filter { $0.stateField != nil }
        }
    }

    /// Where the city has put a period; `nil`: nowhere yet, so its deadline counts.
    package func state(of period: Period) -> PeriodState? {
        guard let record = try? RecordKey(collection: CollectionRule.periods, key: period.id.rawValue),
            case .text(let word)? = field(CellKey(tenant: .city, record: record, field: PeriodField.state))?.value
        else { return nil }
        return PeriodState(rawValue: word)
    }

    /// What is wrong with a unit's figures and records in a period.
    package func faults(in period: Period, of tenant: TenantID) -> [CheckFault] {
        guard plan.demandsAnything else { return [] }
        return PlanCheck(plan: plan, figures: allFigures, period: period).faults(of: tenant)
    }

    /// A unit's figures of a period, without those of deleted records.
    func figures(of period: Period, tenant: TenantID) -> [(key: CellKey, value: FieldValue?)] {
        fields.filter { key, _ in
            key.tenant == tenant && key.field != .recordState && plan.period(of: key.record) == period
                && !isDeleted(key.record, of: tenant)
        }.map { ($0.key, $0.value.value) }
    }
}

extension SubmissionField.State {
    /// The word for a person.
    package func word(chinese: Bool) -> String {
        switch self {
        case .draft: chinese ? "未上报" : "not handed in"
        case .submitted: chinese ? "已上报，待审核" : "handed in"
        case .accepted: chinese ? "已审核" : "accepted"
        case .returned: chinese ? "已退回" : "given back"
        }
    }
}

extension PeriodState {
    /// The word for a person.
    package func word(chinese: Bool) -> String {
        switch self {
        case .open: chinese ? "填报中" : "open"
        case .closed: chinese ? "已截止" : "closed"
        case .final: chinese ? "已封账" : "sealed"
        }
    }
}
