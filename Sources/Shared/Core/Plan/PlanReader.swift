// Gives a plan file its meaning, and says everything that is wrong with it. Unknown members are faults,
// not extras: a misspelt key that is silently ignored is the worst error of a configuration file. Parts
// that are shown but not computed (organisations, rosters, rewards, bulletin) stay in the document.

/// Reads a plan from its document.
public struct PlanReader {
    var reader = PlanNodeReader()
    var tenants: [Plan.Tenant] = []
    var departments: [Plan.Department] = []
    var elements: [FieldRule] = []
    var collections: [CollectionID: CollectionRule] = [:]
    var knownIndicators: [String: FormulaResolver.KnownIndicator] = [:]
    /// The elements that formulas read.
    var used: Set<FieldID> = []
    var checkNames: [String: PlanNode.Place] = [:]

    /// A plan with what a person should still look at.
    public struct Reading: Sendable {
        /// The plan.
        public let plan: Plan
        /// Warnings, in the order of the file.
        public let warnings: [PlanFault]
    }

    /// Reads a plan.
    ///
    /// - Throws: ``PlanFileError`` with all faults at once.
    public static func read(_ document: PlanNode) throws(PlanFileError) -> Reading {
        var reader = PlanReader()
        let plan = reader.plan(from: document)
        guard let plan, !reader.reader.hasErrors else { throw PlanFileError(reader.reader.faults) }
        return Reading(plan: plan, warnings: reader.reader.faults.sorted { $0.place < $1.place })
    }

    private static let topKeys = [
        "format", "plan", "groups", "tenants", "departments", "periods", "elements", "indicators", "measures",
        "goals_qualitative", "collections", "organisations", "aliases", "other_bodies", "rosters", "rewards", "ranking",
        "bulletin", "supervision", "renamed", "checks", "explanations", "forecast",
        "plausibility", "attachments", "follow_up", "lists",
    ]

    private mutating func plan(from root: PlanNode) -> Plan? {
        reader.allow(Self.topKeys, in: root, "")
        if let format = reader.text("format", in: root, ""), format != "plansync-plan/1" {
            reader.fault(
                "'\(format)' is not a format that is known; 'plansync-plan/1' is.", at: root.value("format"), "format")
        }
        guard let head = reader.required("plan", in: root, "") else { return nil }
        reader.allow(
            [
                "id", "title", "number", "issuer", "issued", "deadline", "source", "source_notes", "notes",
                "text_defects",
                "addressees", "batches", "scope", "county_targets", "attachment",
            ], in: head, "plan")
        let id = reader.identifier("id", in: head, "plan", as: PlanID.self)
        let title = reader.localText("title", in: head, "plan")
        let groups = readGroups(root)
        readTenants(root, groups)
        readDepartments(root)
        let periods = readPeriods(root)
        readElements(root)
        collections = readCollections(root)
        knownIndicators = Self.knownIndicators(root)
        readRecordRules(root)
        let checks = readChecks(root, "", in: .figures)
        let indicators = readIndicators(root, periods)
        refuseCircles(indicators, root)
        let measures = readMeasures(root)
        let ranking = readRanking(root, indicators, periods)
        let bulletins = readBulletins(root, ranking)
        let explanations = readExplanations(root)
        let rewards = readRewards(root)
        let lists = readLists(root)
        let forecast = readForecast(root)
        let plausibility = readPlausibility(root)
        warnOfIdle(root)
        guard let id, let title, let periods, let ranking else { return nil }
        for builtIn in Self.builtIn(elements) { collections[builtIn.id] = builtIn }
        let renamed = readRenamed(root, collections)
        let followUp = readFollowUp(root, collections, measures)
        checkAttachments(root)
        var plan = Plan(
            id: id, title: title, number: reader.optionalText("number", in: head, "plan") ?? "", groups: groups,
            tenants: tenants, departments: departments, periods: periods, collections: collections,
            indicators: indicators, measures: measures, ranking: ranking, renamed: renamed, document: root,
            checks: checks, explanations: explanations, forecast: forecast, plausibility: plausibility, rewards: rewards
        )
        plan.bulletins = bulletins
        plan.lists = lists
        plan.workCalendar = readWorkCalendar(root)
        plan.followUp = followUp
        return plan
    }

    // MARK: Who

    private mutating func readGroups(_ root: PlanNode) -> [Plan.Group] {
        var seen: [String: PlanNode.Place] = [:]
        var groups: [Plan.Group] = []
        for (node, path) in reader.list("groups", in: root, "") {
            reader.allow(["id", "name", "source"], in: node, path)
            guard let id = reader.identifier("id", in: node, path, as: CollectionID.self)?.rawValue,
                let name = reader.localText("name", in: node, path), reader.isNew(id, &seen, at: node, path)
            else { continue }
            groups.append(Plan.Group(id: id, name: name))
        }
        return groups
    }

    private mutating func readTenants(_ root: PlanNode, _ groups: [Plan.Group]) {
        var seen: [String: PlanNode.Place] = [:]
        for (node, path) in reader.list("tenants", in: root, "") {
            reader.allow(["id", "kind", "group", "name", "code", "source", "note", "tile"], in: node, path)
            let tile = readTile(node, path)
            guard let id = reader.identifier("id", in: node, path, as: TenantID.self),
                let name = reader.localText("name", in: node, path), reader.isNew(id.rawValue, &seen, at: node, path)
            else { continue }
            if id.rawValue.utf8.count > 48 {
                reader.fault("A tenant's id has at most 48 characters.", at: node.value("id"), "\(path).id")
            }
            let group = reader.optionalText("group", in: node, path)
            if id != .city, groups.first(where: { $0.id == group }) == nil {
                let known = groups.map(\.id).joined(separator: ", ")
                reader.fault(
                    "\(group.map { "'\($0)' is not a group" } ?? "'group' is missing"); the groups are \(known).",
                    at: node.value("group") ?? node, "\(path).group")
            }
            if let tile, let other = tenants.first(where: { $0.tile == tile }) {
                reader.fault("'\(other.id)' lies on this tile already.", at: node.value("tile"), "\(path).tile")
            }
            tenants.append(
                Plan.Tenant(
                    id: id, name: name, group: id == .city ? nil : group, tile: tile,
                    code: reader.optionalText("code", in: node, path)))
        }
        if !tenants.contains(where: { $0.id == .city }) {
            reader.fault(
                "The tenants must hold the city itself (id: city).", at: root.value("tenants") ?? root, "tenants")
        }
    }

    /// Where a tenant lies on the map of tiles, when the file says so.
    private mutating func readTile(_ tenant: PlanNode, _ path: String) -> Plan.Tile? {
        guard let node = tenant.value("tile") else { return nil }
        let path = "\(path).tile"
        reader.allow(["column", "row"], in: node, path)
        guard reader.required("column", in: node, path) != nil, reader.required("row", in: node, path) != nil,
            let column = reader.whole("column", in: node, path, range: 0...11),
            let row = reader.whole("row", in: node, path, range: 0...23)
        else { return nil }
        return Plan.Tile(column: column, row: row)
    }

    private mutating func readDepartments(_ root: PlanNode) {
        var seen: [String: PlanNode.Place] = [:]
        for (node, path) in reader.list("departments", in: root, "") {
            reader.allow(["id", "name", "source", "note"], in: node, path)
            guard let id = reader.identifier("id", in: node, path, as: CollectionID.self)?.rawValue,
                let name = reader.localText("name", in: node, path), reader.isNew(id, &seen, at: node, path)
            else { continue }
            departments.append(Plan.Department(id: id, name: name))
        }
    }

    mutating func checkDepartment(_ word: String, _ node: PlanNode?, _ path: String) {
        let known = departments.map(\.id)
        guard !known.contains(word) else { return }
        let near = Spelling.nearest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? "."
        reader.fault("'\(word)' is not a department of this plan\(near)", at: node, path)
    }

    // MARK: When

    private mutating func readPeriods(_ root: PlanNode) -> PeriodCalendar? {
        guard let node = reader.required("periods", in: root, "") else { return nil }
        reader.allow(
            ["type", "first", "last", "deadline_day", "utc_offset", "holidays", "workdays", "source", "note"],
            in: node, "periods")
        guard
            let kind: PeriodCalendar.Kind = reader.choice("type", in: node, "periods", default: nil),
            let first = reader.text("first", in: node, "periods"), let last = reader.text("last", in: node, "periods")
        else { return nil }
        let day = reader.whole("deadline_day", in: node, "periods", range: 1...28) ?? 10
        let offset = readOffset(node)
        let made = PeriodCalendar(
            kind: kind, first: first, last: last, deadlineDay: day, utcOffsetMinutes: offset ?? Self.chinaMinutes)
        guard let calendar = made else {
            reader.fault(
                "'\(first)' to '\(last)' are not \(kind.rawValue) periods in order; names are like \(kind.example).",
                at: node.value("first"), "periods.first")
            return nil
        }
        return calendar
    }

    // MARK: What

    private mutating func readElements(_ root: PlanNode) {
        var seen: [String: PlanNode.Place] = [:]
        for (node, path) in reader.list("elements", in: root, "") {
            guard let rule = readField(node, path), reader.isNew(rule.id.rawValue, &seen, at: node, path) else {
                continue
            }
            if rule.id.rawValue.contains(where: { $0 == "-" || $0 == ":" }) {
                reader.fault(
                    "An element's id is used in formulas, so it has no '-' or ':'.", at: node.value("id"), "\(path).id")
            }
            elements.append(rule)
        }
        if elements.isEmpty { reader.fault("The plan collects nothing: 'elements' is empty.", at: root, "elements") }
    }
}

// MARK: How it is judged

extension PlanReader {
    private mutating func readIndicators(_ root: PlanNode, _ periods: PeriodCalendar?) -> [Indicator] {
        var seen: [String: PlanNode.Place] = [:]
        var indicators: [Indicator] = []
        for (node, path) in reader.list("indicators", in: root, "") {
            reader.allow(
                [
                    "id", "name", "unit", "kind", "numerator", "denominator", "target", "calendar", "path", "weight",
                    "stretch", "decomposable", "beside", "units", "source", "note", "text", "official_source",
                    "measure",
                    "members", "changes",
                ],
                in: node, path)
            guard let id = reader.identifier("id", in: node, path, as: IndicatorID.self),
                let name = reader.localText("name", in: node, path), reader.isNew(id.rawValue, &seen, at: node, path),
                let kind: Indicator.Kind = reader.choice("kind", in: node, path, default: nil),
                let formulas = readFormulas(node, path, kind)
            else { continue }
            if kind.isRatio != (node.value("denominator") != nil) {
                reader.fault(
                    kind.isRatio
                        ? "A \(kind.rawValue) needs a 'denominator'." : "A \(kind.rawValue) has no 'denominator'.",
                    at: node.value("denominator") ?? node, "\(path).denominator")
            }
            let stretch = reader.flag("stretch", in: node, path, default: false)
            let weight = reader.amount("weight", in: node, path, range: .zero...Amount(1_000)) ?? .zero
            if node.value("weight") == nil, !stretch {
                reader.fault(
                    "This indicator has no weight, so it counts in no ranking.", at: node, "\(path).weight",
                    severity: .warning)
            }
            let target = readTarget(node, path)
            var indicator = Indicator(
                id: id, name: name, unit: reader.optionalText("unit", in: node, path) ?? "", kind: kind,
                numerator: formulas.numerator, denominator: formulas.denominator, target: target,
                calendar: reader.choice("calendar", in: node, path, default: .everyPeriod) ?? .everyPeriod,
                path: readPath(node, path, periods), weight: weight, stretch: stretch,
                decomposable: reader.flag("decomposable", in: node, path, default: true), beside: formulas.beside,
                units: readUnits(node, path, of: target))
            indicator.versions = readVersions(node, path, of: indicator, periods)
            indicators.append(indicator)
        }
        return indicators
    }

    private struct Formulas {
        let numerator: Formula
        let denominator: Formula?
        let beside: Formula?
    }

    /// The formulas of an indicator: above and below the line in one unit, and the whole in the indicator's.
    private mutating func readFormulas(_ node: PlanNode, _ path: String, _ kind: Indicator.Kind) -> Formulas? {
        let below = node.value("denominator") == nil ? nil : readFigureFormula("denominator", node, path)
        let second = node.value("beside") == nil ? nil : readFigureFormula("beside", node, path)
        guard let top = readFigureFormula("numerator", node, path) else { return nil }
        guard !kind.isRatio else {
            return Formulas(
                numerator: top.formula, denominator: (below?.converted(to: top.unit) ?? below)?.formula,
                beside: second?.formula)
        }
        let unit = reader.optionalText("unit", in: node, path)
        for formula in [top, second].compactMap(\.self) where formula.converted(to: unit) == nil {
            guard let unit, let from = formula.unit, Measure(unit).factor != Measure(from).factor else { continue }
            reader.fault(
                "The formula is in \(from) and the indicator in \(unit); they are not of one kind.", at: formula.node,
                path, severity: .warning)
        }
        return Formulas(
            numerator: (top.converted(to: unit) ?? top).formula, denominator: below?.formula,
            beside: second.map { ($0.converted(to: unit) ?? $0).formula })
    }

    mutating func readTarget(_ node: PlanNode, _ path: String) -> Indicator.Target? {
        guard let target = node.value("target"), target.content != .empty else { return nil }
        let place = "\(path).target"
        reader.allow(["value", "comparison", "deadline", "recurrence", "note"], in: target, place)
        guard reader.required("value", in: target, place) != nil, let value = reader.amount("value", in: target, place),
            let deadline = reader.date("deadline", in: target, place)
        else { return nil }
        let comparison = reader.optionalText("comparison", in: target, place) ?? ">="
        let recurrence = reader.optionalText("recurrence", in: target, place) ?? "once"
        if !["<=", ">="].contains(comparison) {
            reader.fault("'\(comparison)' is not >= or <=.", at: target.value("comparison"), "\(place).comparison")
        }
        if !["once", "yearly"].contains(recurrence) {
            reader.fault(
                "'\(recurrence)' is not once or yearly.", at: target.value("recurrence"), "\(place).recurrence")
        }
        return Indicator.Target(
            value: value, atMost: comparison == "<=", deadline: deadline, yearly: recurrence == "yearly")
    }

    mutating func readPath(_ node: PlanNode, _ path: String, _ periods: PeriodCalendar?) -> [Rational] {
        let count = periods?.countInYear ?? 1
        guard let declared = node.value("path"), declared.content != .empty else {
            return (1...count).map { (Rational($0) / Rational(count)) ?? .zero }
        }
        var shares: [Rational] = []
        for (word, place) in reader.words("path", in: node, path) {
            guard let share = try? Rational(word), share >= .zero, share <= Rational(1) else {
                reader.fault("'\(word)' is not a share from 0 to 1, such as 0.5 or 1/4.", at: place, "\(path).path")
                return []
            }
            if let last = shares.last, share < last {
                reader.fault(
                    "The path falls here; a share due is never less than the one before.", at: place, "\(path).path")
            }
            shares.append(share)
        }
        if shares.count != count {
            reader.fault(
                "The path has \(shares.count) shares; \(count) periods make a year.", at: declared, "\(path).path")
        } else if let last = shares.last, last != Rational(1) {
            reader.fault(
                "The path ends below 1: the whole target is due by the last period.", at: declared, "\(path).path")
        }
        return shares
    }

    private mutating func readMeasures(_ root: PlanNode) -> [Plan.Measure] {
        var seen: [String: PlanNode.Place] = [:]
        var measures: [Plan.Measure] = []
        for (node, path) in reader.list("measures", in: root, "") {
            guard let id = reader.identifier("id", in: node, path, as: CollectionID.self)?.rawValue,
                let title = reader.localText("title", in: node, path), reader.isNew(id, &seen, at: node, path)
            else { continue }
            var units: [[String]] = []
            for key in ["lead", "support"] {
                let words = reader.words(key, in: node, path)
                for (word, place) in words { checkDepartment(word, place, "\(path).\(key)") }
                units.append(words.map(\.text))
            }
            var names: [String: PlanNode.Place] = [:]
            for (commitment, place) in reader.list("commitments", in: node, path) {
                if let name = reader.text("id", in: commitment, place) {
                    _ = reader.isNew(name, &names, at: commitment, place)
                }
                _ = reader.localText("text", in: commitment, place)
            }
            measures.append(Plan.Measure(id: id, title: title, lead: units[0], support: units[1]))
        }
        return measures
    }

    /// The collections that every plan has.
}
