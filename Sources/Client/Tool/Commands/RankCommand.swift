import ArgumentParser
import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncWire

/// Ranks the units, and publishes rankings.
struct RankCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank", abstract: "Rank the units of a period; show, check and publish its ranking.",
        discussion: """
            Without an option the ranking is worked out offline from what this device holds. --preliminary and \
            --frozen show the published one as it was published; later edits do not change it. Units object to a \
            preliminary ranking with records of the collection that the plan names for it.

            EXAMPLES:
              plansync rank 201905B
              plansync rank 201905B --explain 411728
              plansync rank publish 201905B --until 2019-07-19
              plansync rank 201905B --frozen --check
            """, subcommands: [RankShowCommand.self, RankPublishCommand.self], defaultSubcommand: RankShowCommand.self)
}

/// Shows a ranking.
struct RankShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the ranking of a period; 'rank PERIOD' does the same.",
        discussion: """
            --check works the published ranking out again from what is here now, says whether the result is equal, and \
            ends with 1 where it is not: then figures were changed since. 'plansyncd audit verify' works every \
            published ranking out from what stood there when it was published.

            EXAMPLES:
              plansync rank show 201905B --preliminary
              plansync rank show 201905B --frozen --explain 411728 --json
              plansync rank show 201905B --frozen --check
            """)

    @OptionGroup var options: CommandOptions

    @Argument(help: "A period, such as 201905B.")
    var period: String

    @Option(help: "Show every part of one unit's score.")
    var explain: String?

    @Flag(help: "The ranking as it was published, to which units may object.")
    var preliminary = false

    @Flag(help: "The ranking that was sealed with the period.")
    var frozen = false

    @Flag(help: "Work the published ranking out again and compare.")
    var check = false

    func validate() throws {
        if preliminary, frozen { throw ValidationError("Either --preliminary or --frozen.") }
    }

    func run() throws {
        let replica = try options.openReplica()
        let view = try options.view(of: replica)
        let period = try AggregateCommand.period(period, view, options.wording)
        let seesAll = Permission.rights(of: view.principal.role).contains(.readAll)
        if check { return try compare(try stored(of: period, view), view, period) }
        let published = preliminary || frozen ? try stored(of: period, view) : nil
        let units = published?.ranking.units ?? view.presentUnits(in: period)
        if let explain {
            let tenant = try AggregateCommand.unit(explain, view)
            guard let unit = units.first(where: { $0.tenant == tenant }) else {
                throw ToolError.notFound(zh: "\(explain) 不参加排名。", en: "\(explain) is not ranked.")
            }
            options.json ? json(view, period, [unit], published) : parts(of: unit, view)
        } else {
            options.json ? json(view, period, units, published) : table(view, period, units)
        }
        say(published, view, period, seesAll)
    }

    /// The published ranking of a period, in the state that was asked for.
    private func stored(of period: Period, _ view: LocalView) throws -> LocalRanking {
        guard let found = view.publishedRanking(of: period.id.rawValue, OpenSSLCryptography()) else {
            throw ToolError.notFound(
                zh: "本机没有 \(period.id) 已公布的排名；市级公布后请先同步。",
                en: "No published ranking of \(period.id) is here; synchronise once the city has published it.")
        }
        if frozen, found.state != .final {
            throw ToolError.notFound(
                zh: "\(period.id) 的排名还是初步的，没有封存；请用 --preliminary。",
                en: "The ranking of \(period.id) is preliminary and not sealed yet; use --preliminary.")
        }
        if preliminary, found.state != .preliminary {
            throw ToolError.notFound(
                zh: "\(period.id) 的排名已封存；请用 --frozen。",
                en: "The ranking of \(period.id) is sealed already; use --frozen.")
        }
        return found
    }

    /// Says which ranking this is, on stderr where there is JSON on stdout.
    private func say(_ published: LocalRanking?, _ view: LocalView, _ period: Period, _ seesAll: Bool) {
        let say = options.wording
        let known = view.publishedRanking(of: period.id.rawValue, OpenSSLCryptography())
        var lines: [String] = []
        if let published {
            lines.append(published.sentence(view.plan, say))
        } else {
            if !seesAll {
                lines.append(
                    say(
                        "本机只有本单位的数据，只算得分；名次由市级公布。",
                        "Only this unit's figures are here, so it has a score and no rank; the city publishes the "
                            + "ranking."))
            }
            if let known {
                lines.append(
                    say(
                        "以上按现有数据计算。\(known.sentence(view.plan, say))",
                        "This is worked out from what is here now. \(known.sentence(view.plan, say))"))
            }
        }
        for line in lines { options.json || published == nil ? Console.message(line) : Console.line(line) }
    }

    /// Works the ranking out again: with everything here as a whole, else of the own unit.
    private func compare(_ stored: LocalRanking, _ view: LocalView, _ period: Period) throws {
        let say = options.wording
        let now = view.presentRanking(of: period)
        var changed = now.differences(from: stored.ranking)
        if !Permission.rights(of: view.principal.role).contains(.readAll) {
            let own = view.principal.tenant
            let sides = [now, stored.ranking].map { $0.units.first { $0.tenant == own }?.score }
            changed = sides[0] == sides[1] ? [] : [own]
        }
        let isAltered = stored.isWhole == false
        let isEqual = changed.isEmpty && !isAltered
        if options.json {
            Console.json { writer in
                writer.member("period", period.id.rawValue)
                writer.member("state", stored.state.rawValue)
                writer.member("digest", stored.digest)
                writer.member("equal", isEqual)
                writer.member("differ", changed.map(\.rawValue))
                writer.member("planRevision", Int(clamping: stored.ranking.revision))
            }
        } else if isEqual {
            Console.line(say("重新计算，结果一致。", "Worked out again: equal.") + " \(stored.digest)")
        } else {
            let names = changed.map { tenant in view.plan.name(of: tenant, say) }
            let list = names.joined(separator: say("、", ", "))
            Console.line(
                isAltered
                    ? say("公布的文本与摘要不符。", "The published texts do not have the published digest.")
                    : say(
                        "按现有数据重新计算，结果不同：\(list)。公布的排名不变。",
                        "Worked out again from what is here now: different for \(list). The published one stays."))
        }
        if !isEqual { throw ExitCode(1) }
    }

    private func table(_ view: LocalView, _ period: Period, _ units: [RankedUnit]) {
        let say = options.wording
        let components = view.plan.ranking.components
        Console.line("\(say(view.plan.title))  \(say(period.titleZH, period.id.rawValue))")
        for group in view.plan.groups {
            let members = units.filter { $0.group == group.id }
            if members.isEmpty { continue }
            Console.line("")
            Console.line(say(group.name))
            var heads = [say("名次", "Rank"), say("单位", "Unit"), say("得分", "Score")]
            heads += components.map { say($0.name) }
            heads += [say("加分", "Bonus"), say("缺报", "Missing"), say("说明", "Note")]
            var table = TextTable(heads, rightAligned: Set([0] + Array(2..<(components.count + 4))))
            for unit in members {
                let rank = unit.rank.map { "\($0)" + (unit.shared ? say("（并列）", " (shared)") : "") } ?? "-"
                let name = view.plan.name(of: unit.tenant, say)
                let points = unit.parts.map { $0.score == nil ? "-" : $0.points.rounded(view.plan.ranking.decimals) }
                table.add(
                    [rank, name, unit.published ?? "-"] + points
                        + [
                            unit.stretch.shown(view.plan.ranking.decimals), missing(unit, view),
                            unit.disputed ? say("有争议", "disputed") : "",
                        ])
            }
            Console.table(table)
        }
        Console.line("")
        printBasis(view, units)
    }

    private func missing(_ unit: RankedUnit, _ view: LocalView) -> String {
        var names: [String] = []
        for entry in unit.missing {
            let name = FigureText.name(of: entry.element, view, options.wording)
            if !names.contains(name) { names.append(name) }
        }
        return names.prefix(2).joined(separator: " ") + (names.count > 2 ? " … (\(names.count))" : "")
    }

    private func printBasis(_ view: LocalView, _ units: [RankedUnit]) {
        let say = options.wording
        let basis =
            view.plan.ranking.basis == .accepted
            ? say(
                "口径：已审核的数据；未审核的不计入。", "Basis: accepted figures; what is not accepted does not count.")
            : say("口径：已报数据。", "Basis: reported figures.")
        Console.line(basis)
        let idle = view.plan.ranking.components.filter { component in
            units.allSatisfy { $0.parts.first { $0.id == component.id }?.score == nil }
        }
        guard !idle.isEmpty else { return }
        let names = idle.map { say($0.name) }.joined(separator: say("、", ", "))
        Console.line(
            say(
                "尚无应计内容：\(names)；其权重按比例分给其他部分。",
                "Nothing is due yet for: \(names); their share goes to the other parts."))
    }

    private func parts(of unit: RankedUnit, _ view: LocalView) {
        let say = options.wording
        let name = view.plan.name(of: unit.tenant, say)
        Console.line("\(name)  \(say("得分", "Score")) \(unit.published ?? "-")")
        var table = TextTable(
            [
                say("指标", "Indicator"), say("数值", "Value"), say("目标", "Target"), say("应完成", "Due"),
                say("完成率%", "Done %"),
                say("计分%", "Counted %"), say("权重", "Weight"), say("得分", "Points"), say("说明", "Note"),
            ],
            rightAligned: [1, 2, 3, 4, 5, 6, 7])
        for entry in unit.parts.flatMap(\.entries) + unit.bonus {
            let figure = entry.figure
            let indicator = view.plan.indicators.first { $0.id == figure.indicator }
            let missing = figure.missing.prefix(2).map(\.element.rawValue).joined(separator: " ")
            table.add([
                indicator.map { say($0.name) } ?? figure.indicator.rawValue, figure.value?.shown(4) ?? "-",
                figure.target?.shown(4) ?? "-", figure.due?.shown(4) ?? "-", FigureText.percent(figure.completion),
                FigureText.percent(entry.counted), entry.weight.shown(4), entry.points.rounded(4),
                [missing.isEmpty ? "" : say("缺 ", "missing ") + missing, FigureText.note(figure, say)]
                    .filter { !$0.isEmpty }.joined(separator: " "),
            ])
        }
        Console.table(table)
        for part in unit.parts where part.tally != nil { Console.line(RankText.line(part, view, say)) }
        Console.line("\(say("加分", "Bonus")): \(unit.stretch.shown(4))")
        printBasis(view, [unit])
    }

    private func json(
        _ view: LocalView, _ period: Period, _ units: [RankedUnit], _ published: LocalRanking?
    ) {
        let say = options.wording
        Console.json { writer in
            writer.member("plan", view.plan.id.rawValue)
            writer.member("period", period.id.rawValue)
            writer.member("basis", (published?.ranking.basis ?? view.plan.ranking.basis).rawValue)
            if let published { RankText.write(published, to: &writer) }
            writer.member(
                "units",
                array: { writer in
                    for unit in units { RankText.write(unit, view, say, to: &writer) }
                })
        }
    }
}
