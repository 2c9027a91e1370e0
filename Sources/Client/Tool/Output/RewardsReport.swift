import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Rewards as a script reads them.
enum RewardsReport {
    /// The records that lead to an entry, with their units.
    static func records(of entry: RewardEntry) -> [(record: RecordKey, tenant: TenantID)] {
        var found = [(entry.record, entry.tenant)]
        if let claim = entry.claim, claim.record != entry.record { found.append((claim.record, entry.tenant)) }
        for one in entry.claim?.payments ?? [] where !found.contains(where: { $0.0 == one.record }) {
            found.append((one.record, entry.tenant))
        }
        if case .renewal(let record, let tenant, _) = entry.standing { found.append((record, tenant)) }
        for one in entry.deductions where !one.rule.isEmpty {
            found.append((one.record, entry.tenant))
            for payment in one.payments { found.append((payment.record, entry.tenant)) }
        }
        return found
    }

    static func json(_ entries: [RewardEntry], _ view: LocalView, _ say: Wording) {
        Console.json { writer in
            writer.member("plan", view.plan.id.rawValue)
            writer.member(
                "rewards",
                array: { writer in
                    for entry in entries { write(entry, view, say, to: &writer) }
                })
            writer.member(
                "totals",
                array: { writer in
                    for (unit, total) in RewardTotals(entries).byUnit {
                        writer.object { writer in
                            writer.member("unit", unit)
                            writer.member("due", total.due.shown(6))
                            writer.member("claimed", total.asked.shown(6))
                            writer.member("paid", total.paid.shown(6))
                        }
                    }
                })
        }
    }

    private static func write(_ entry: RewardEntry, _ view: LocalView, _ say: Wording, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("key", entry.key)
            writer.member("rule", entry.rule.id)
            writer.member("tenant", entry.tenant.rawValue)
            writer.member("record", entry.record.description)
            writer.member("recipient", ifPresent: entry.recipient)
            writer.member("day", ifPresent: entry.day?.description)
            writer.member("unit", entry.rule.unit)
            writer.member("standard", entry.standard.shown(6))
            writer.member("due", entry.due.shown(6))
            writer.member("open", entry.open.shown(6))
            writer.member("standing", word(entry.standing))
            writer.member("claim", ifPresent: entry.claim?.record.description)
            writer.member("claimed", ifPresent: entry.claim?.asked?.shown(6))
            writer.member("approved", ifPresent: entry.claim?.approved?.shown(6))
            writer.member("paid", ifPresent: entry.claim?.paid?.shown(6))
            writer.member("payable", entry.payable.shown(6))
            if let payments = entry.claim?.payments, !payments.isEmpty {
                writer.member("payments", array: { writer in for one in payments { write(one, to: &writer) } })
            }
            writer.member("state", ifPresent: entry.claim?.state)
            writer.member("difference", ifPresent: entry.difference?.shown(6))
            writer.member("sentence", RewardSentence.of(entry, view.plan, say))
            writer.member("records", records(of: entry).map { "\($0.tenant):\($0.record)" })
        }
    }

    private static func write(_ one: RewardEntry.Payment, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("record", one.record.description)
            writer.member("amount", one.amount.shown(6))
            writer.member("day", ifPresent: one.day?.description)
            writer.member("voucher", ifPresent: one.voucher)
            writer.member("corrects", ifPresent: one.corrects)
        }
    }

    private static func word(_ standing: RewardEntry.Standing) -> String {
        switch standing {
        case .due: "due"
        case .beforeRule: "before_rule"
        case .afterRule: "after_rule"
        case .newerRule: "newer_rule"
        case .renewal: "renewal"
        case .lapsed: "lapsed"
        case .refused: "refused"
        case .unclear: "unclear"
        }
    }
}
