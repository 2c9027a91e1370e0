package import PlanSyncCore

/// Sheets of what an office keeps an eye on: periods, reports, conflicts, collections, files.
package struct OfficeSheets: Sendable {
    private let view: LocalView
    private let say: Wording

    /// Sheets of what this view shows.
    package init(view: LocalView, wording: Wording) {
        self.view = view
        say = wording
    }

    private func unit(_ tenant: TenantID) -> SheetCell { .text(view.plan.name(of: tenant, say)) }
    private func heads(_ heads: [String]) -> [SheetCell] { heads.map { .text($0) } }
    private func moment(_ moment: Timestamp?) -> SheetCell { moment.map { .text($0.description) } ?? .empty }
    private func count(_ number: Int) -> SheetCell { .figure("\(number)") }

    /// The units whose reports are here.
    private var units: [Plan.Tenant] {
        let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
        return view.plan.units.filter { seesAll || $0.id == view.principal.tenant }
    }

    // MARK: Periods and reports

    /// The periods that have begun or were decided about, as the page lists them.
    package func periods(at now: Timestamp, _ cryptography: any Cryptography) -> Sheet {
        var rows = [
            heads([
                "period", say("考核期", "Period"), say("上报截止", "Deadline"), say("状态", "State"),
                say("应上报", "Expected"), say("已上报", "Handed in"), say("已审核", "Accepted"), say("排名", "Ranking"),
                say("待答复的异议", "Objections open"),
            ])
        ]
        for period in view.officePeriods(at: now) {
            let states = units.map { view.report(of: period, tenant: $0.id).state }
            let accepted = states.filter { $0 == .accepted }.count
            let ranking = view.publishedRanking(of: period.id.rawValue, cryptography)
            rows.append([
                .text(period.id.rawValue), .text(Names.period(period, say)), .day(period.deadline.description),
                .text(standing(of: period, at: now)), count(units.count),
                count(accepted + states.filter { $0 == .submitted }.count), count(accepted),
                ranking.map { .text($0.word(chinese: say.chinese)) } ?? .empty,
                count(PeriodObjections(view: view, period: period).open),
            ])
        }
        return Sheet(name: say("考核期", "periods"), rows: rows)
    }

    private func standing(of period: Period, at now: Timestamp) -> String {
        let isPast = view.plan.localDay(of: now) > period.deadline
        return view.state(of: period)?.word(chinese: say.chinese)
            ?? (isPast ? say("已过截止日", "past its deadline") : PeriodState.open.word(chinese: say.chinese))
    }

    /// Where the report of every unit stands in every period of a year, or of all years.
    package func reports(in year: Int?) -> Sheet {
        var rows = [
            heads([
                "period", say("考核期", "Period"), "tenant", say("单位", "Unit"), say("状态", "State"),
                say("填报人", "Author"), say("时间", "At"), say("首次上报", "First handed in"), say("迟报天数", "Days late"),
                say("已填", "Filled in"), say("上报后改动", "Changed since"), say("须更正", "Faults"),
                say("须说明", "To explain"),
            ])
        ]
        for period in view.plan.periods.all where year == nil || period.year == year {
            for tenant in units {
                let report = view.report(of: period, tenant: tenant.id)
                let faults = report.stateField == nil ? [] : view.faults(in: period, of: tenant.id)
                rows.append([
                    .text(period.id.rawValue), .text(Names.period(period, say)), .text(tenant.id.rawValue),
                    .text(say(tenant.name)), .text(report.state.word(chinese: say.chinese)),
                    .text(report.stateField?.author ?? ""), moment(report.stateField?.at),
                    .text(arrival(SubmissionField.handedIn, period, tenant.id) ?? ""),
                    arrival(SubmissionField.daysLate, period, tenant.id).map { .figure($0) } ?? .empty,
                    count(
                        ReportForm(view: view, period: period, of: tenant.id).lines.filter { $0.seen?.value != nil }
                            .count),
                    count(report.changed.count), count(faults.filter(\.isBlocking).count),
                    count(faults.filter { !$0.isBlocking }.count),
                ])
            }
        }
        return Sheet(name: say("上报情况", "reports"), rows: rows)
    }

    private func arrival(_ field: FieldID, _ period: Period, _ tenant: TenantID) -> String? {
        guard let record = try? RecordKey(collection: CollectionRule.submissions, key: period.id.rawValue) else {
            return nil
        }
        return view.field(CellKey(tenant: tenant, record: record, field: field))?.value?.shown
    }

    /// One unit's figures of a period beside those of before, what is due, and what its peers report.
    package func report(of tenant: TenantID, in period: Period) -> Sheet {
        var rows = [
            heads([
                "element", say("数据", "Figure"), say("上年同期", "Last year"), say("上期", "Last period"),
                say("本期", "This period"), say("计量单位", "Unit of measure"), say("应达", "Due"), say("目标", "Target"),
                say("同类中位", "Peers' median"), say("填报人", "Author"), say("时间", "At"), say("状态", "State"),
            ])
        ]
        let guides = FieldGuides(view, of: tenant, in: period)
        for line in ReportForm(view: view, period: period, of: tenant).lines {
            let guide = guides.guide(of: line.rule.id)
            let median = Peers(view: view, tenant: tenant).median(of: line.rule.id, in: line.key.record)
            let values = [line.lastYear, line.before, line.seen?.value].map { $0?.cell(of: line.rule) ?? .empty }
            rows.append(
                [.text(line.rule.id.rawValue), .text(say(line.rule.name))] + values + [
                    .text(line.rule.unit), guide?.shown(guide?.due).map { .text($0) } ?? .empty,
                    guide?.shown(guide?.target).map { .text($0) } ?? .empty,
                    median.map { .figure($0.shown(6)) } ?? .empty, .text(line.seen?.author ?? ""),
                    moment(line.seen?.at), .text(line.seen?.state.word(chinese: say.chinese) ?? ""),
                ])
        }
        return Sheet(name: "\(view.plan.name(of: tenant, say)) \(period.id.rawValue)", rows: rows)
    }

    /// What the units owe in a period, with what they were reminded of and what they answered; a row for each reminder.
    package func arrears(in period: Period, on today: CalendarDate) -> Sheet {
        var rows = [
            heads([
                "tenant", say("单位", "Unit"), say("事项", "What is owed"), say("等级", "Level"),
                say("发出日期", "Issued on"), say("回复期限", "Answer by"), say("状态", "State"), say("回复", "Answer"),
            ])
        ]
        let level = view.reminding.flatMap { $0.collection.field($0.rule.level) }
        let state = view.reminding.flatMap { found in
            found.collection.workflow.flatMap { found.collection.field($0.field) }
        }
        for arrear in view.arrears(in: period, on: today) {
            let owed: [SheetCell] = [
                .text(arrear.unit.rawValue), unit(arrear.unit), .text(arrear.sentence(period, say)),
            ]
            if arrear.reminders.isEmpty { rows.append(owed) }
            for reminder in arrear.reminders {
                rows.append(
                    owed + [
                        .text(level.map { OptionWord.of(reminder.level, $0, say) } ?? reminder.level),
                        reminder.issued.map { .day($0.description) } ?? .empty,
                        reminder.due.map { .day($0.description) } ?? .empty,
                        .text(state.map { OptionWord.of(reminder.state, $0, say) } ?? reminder.state),
                        .text(reminder.reply ?? ""),
                    ])
            }
        }
        return Sheet(name: "\(say("催办", "arrears")) \(period.id)", rows: rows)
    }

    // MARK: What waits for a person

    /// Conflicts with all their sides, a row for each side; the decided ones with their decision.
    package func conflicts(_ conflicts: [ConflictRecord]) -> Sheet {
        var rows = [
            heads([
                "conflict", "tenant", say("单位", "Unit"), say("记录", "Record"), say("项目", "Field"),
                say("状态", "State"), say("原值", "Before"), say("哪一方", "Side"), say("值", "Value"),
                say("填报人", "Author"), say("时间", "At"), say("设备", "Device"), say("说明", "Note"),
                say("裁定", "Decision"),
            ])
        ]
        for conflict in conflicts {
            let subject = conflict.subject
            let rule = view.plan.field(subject.field, of: subject.record.collection)
            func shown(_ value: FieldValue?) -> String {
                rule.flatMap { OptionWord.value($0.listed(value), $0, say) } ?? value?.shown ?? ""
            }
            let place =
                Names.collection(subject.record.collection, view, say) + " "
                + Names.record(subject.record, view, say, of: conflict.tenant)
            for side in conflict.sides {
                rows.append([
                    .text(conflict.id), .text(conflict.tenant.rawValue), unit(conflict.tenant), .text(place),
                    .text(Names.field(subject, view, say)), .text(word(conflict.state)), .text(shown(conflict.base)),
                    .text(side.name == "ours" ? say("服务器原有", "stood there") : say("后到", "arrived later")),
                    .text(shown(side.value)), .text(side.author), moment(side.at), .text(side.by.rawValue),
                    .text(side.note ?? ""), .text(conflict.resolution == side.name ? say("采用", "taken") : ""),
                ])
            }
            if let third = conflict.resolution, third.hasPrefix("value:") {
                rows.append(
                    [
                        .text(conflict.id), .text(conflict.tenant.rawValue), unit(conflict.tenant), .text(place),
                        .text(Names.field(subject, view, say)), .text(word(conflict.state)),
                        .text(shown(conflict.base)),
                        .text(say("另定", "a third value")), .text(String(third.dropFirst(6))),
                    ] + [SheetCell](repeating: .empty, count: 4) + [.text(say("采用", "taken"))])
            }
        }
        return Sheet(name: say("冲突", "conflicts"), rows: rows)
    }

    private func word(_ state: ConflictRecord.State) -> String {
        switch state {
        case .open: say("待裁定", "open")
        case .resolved: say("已裁定", "decided")
        case .proposal: say("另一方的建议", "proposal")
        case .late: say("封账后到达", "after the seal")
        case .escrow: say("停用设备交来", "from a retired device")
        }
    }

    /// What the server lost when it went back to a backup.
    package func lost(_ cells: [LostCell]) -> Sheet {
        var rows = [
            heads([
                "tenant", say("单位", "Unit"), say("记录", "Record"), say("项目", "Field"), say("丢失的值", "Lost"),
                say("现值", "Stands"), say("填报人", "Author"), say("时间", "At"), say("设备", "Device"),
            ])
        ]
        for cell in cells {
            rows.append([
                .text(cell.key.tenant.rawValue), unit(cell.key.tenant),
                .text(Names.record(cell.key.record, view, say, of: cell.key.tenant)),
                .text(Names.field(cell.key, view, say)), .text(cell.value?.shown ?? ""),
                .text(cell.current?.shown ?? ""), .text(cell.author), moment(cell.at), .text(cell.by.rawValue),
            ])
        }
        return Sheet(name: say("恢复后丢失", "lost"), rows: rows)
    }

    // MARK: Collections, lists, files

    /// The collections that people fill in, with how many records each has.
    package func collections() -> Sheet {
        var rows = [heads(["collection", say("台账", "Collection"), say("记录数", "Records")])]
        for rule in view.plan.writtenCollections {
            rows.append([.text(rule.id.rawValue), .text(say(rule.name)), count(view.places(of: rule.id).count)])
        }
        return Sheet(name: say("台账", "collections"), rows: rows)
    }

    /// The lists of the plan, with how many records each has.
    package func lists(in period: Period) -> Sheet {
        var rows = [heads(["list", say("清单", "List"), say("台账", "Collection"), say("条数", "Records")])]
        for rule in view.plan.lists {
            rows.append([
                .text(rule.id), .text(say(rule.name)), .text(Names.collection(rule.collection, view, say)),
                count(view.list(rule, in: period).rows.count),
            ])
        }
        return Sheet(name: "\(say("清单", "lists")) \(period.id.rawValue)", rows: rows)
    }

    /// The files that records name.
    package func files() -> Sheet {
        var rows = [
            heads([
                "tenant", say("单位", "Unit"), say("记录", "Record"), say("项目", "Field"), say("文件", "File"),
                say("字节", "Bytes"), "SHA-256",
            ])
        ]
        for rule in view.plan.writtenCollections {
            let fields = rule.fields.filter { $0.attachment != nil }
            for place in fields.isEmpty ? [] : view.places(of: rule.id) {
                for field in fields {
                    for file in LocalView.files(of: view.field(field.id, of: place, in: rule.id)) {
                        rows.append([
                            .text(place.tenant.rawValue), unit(place.tenant),
                            .text("\(say(rule.name)) \(Names.key(place.key, of: rule, view, say, of: place.tenant))"),
                            .text(say(field.name)), .text(file.name), count(file.size), .text(file.hash),
                        ])
                    }
                }
            }
        }
        return Sheet(name: say("附件", "files"), rows: rows)
    }
}

extension Plan {
    /// The collections that people fill in, by id.
    package var writtenCollections: [CollectionRule] {
        collections.values.filter { [.declared, .targets].contains($0.origin) }.sorted { $0.id < $1.id }
    }
}

extension LocalView {
    /// The periods that have begun, those that were decided about, and the next; the latest first.
    package func officePeriods(at now: Timestamp) -> [Period] {
        let begun = begunPeriods(at: now)
        let decided = plan.periods.all.filter { state(of: $0) != nil }
        let next = plan.periods.all.first { period in !begun.contains { $0.id == period.id } }
        let wanted = Set((begun + decided + (next.map { [$0] } ?? [])).map(\.id))
        return plan.periods.all.filter { wanted.contains($0.id) }.reversed()
    }
}
