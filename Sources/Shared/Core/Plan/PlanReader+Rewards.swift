// The rewards of a plan file: rules that are computed, how they go together, and where their claims are kept.

extension PlanReader {
    /// Reads the rewards, once all collections are known; rules without `of` are shown only.
    mutating func readRewards(_ root: PlanNode) -> RewardBasis {
        var basis = RewardBasis()
        guard let node = root.value("rewards"), node.content != .empty else { return basis }
        reader.allow(
            ["rules", "thresholds", "principles", "settings", "claims", "open_questions", "source", "note"], in: node,
            "rewards")
        var seen: [String: PlanNode.Place] = [:]
        for (entry, path) in reader.list("rules", in: node, "rewards") {
            reader.allow(Self.rewardKeys, in: entry, path)
            guard let id = reader.identifier("id", in: entry, path, as: CollectionID.self)?.rawValue,
                reader.isNew(id, &seen, at: entry, path), entry.value("of") != nil,
                let rule = readReward(id, entry, path)
            else { continue }
            basis.rules.append(rule)
        }
        basis.settings = readRewardSettings(node)
        for (entry, path) in reader.list("claims", in: node, "rewards") {
            if let claims = readClaims(entry, path) { basis.claims.append(claims) }
        }
        checkClaims(basis, node)
        return basis
    }

    private static let rewardKeys = [
        "id", "measure", "name", "event", "beneficiary", "payer", "level", "amount", "once", "group", "rank_in_group",
        "text", "conditions", "cap", "of", "where", "while", "day", "recipient", "matter", "from", "until", "source",
        "note",
    ]

    private mutating func readReward(_ id: String, _ node: PlanNode, _ path: String) -> RewardRule? {
        guard let name = reader.localText("name", in: node, path), let rule = declaredCollection("of", in: node, path)
        else { return nil }
        let collection = rule.id
        let condition = readCondition("where", node, path, in: .record(rule))
        let standing = node.value("while") == nil ? nil : readCondition("while", node, path, in: .record(rule))
        let day = readDay(rule, node, path)
        let recipient = readRecipient(rule, node, path)
        let amount = readStandard(rule, node, path)
        let from = node.value("from") == nil ? nil : reader.date("from", in: node, path)
        let until = node.value("until") == nil ? nil : reader.date("until", in: node, path)
        if let from, let until, until < from {
            reader.fault("The rule ends before it begins.", at: node.value("until"), "\(path).until")
        }
        guard let condition, let day, let recipient, let amount else { return nil }
        return RewardRule(
            id: id, name: name, matter: reader.optionalText("matter", in: node, path) ?? id,
            group: reader.optionalText("group", in: node, path), from: from, until: until, collection: collection,
            condition: condition, standing: standing, day: day, recipient: recipient,
            isOnce: reader.flag("once", in: node, path, default: false), standard: amount.standard, unit: amount.unit)
    }

    private mutating func readDay(_ rule: CollectionRule, _ node: PlanNode, _ path: String) -> FieldID? {
        guard let word = reader.text("day", in: node, path),
            let field = field(word, of: rule, at: node.value("day"), "\(path).day")
        else { return nil }
        guard field.kind == .date else {
            reader.fault("'\(word)' is not a day; the day of the event is expected.", at: node.value("day"), path)
            return nil
        }
        return field.id
    }

    private mutating func readRecipient(_ rule: CollectionRule, _ node: PlanNode, _ path: String) -> Formula? {
        guard let value = reader.required("recipient", in: node, path),
            let found = readExpression(value, "\(path).recipient", in: .record(rule))
        else { return nil }
        switch found.kind {
        case .text, .key, .unknown: return found.formula
        default:
            reader.fault(
                "Who gets it is a name or the key of a record, not \(FormulaResolver.word(found.kind)).", at: value,
                "\(path).recipient")
            return nil
        }
    }

    private enum AmountKind: String, CaseIterable {
        case fixed, cap, share
    }

    private mutating func readStandard(
        _ rule: CollectionRule, _ node: PlanNode, _ path: String
    ) -> (standard: RewardRule.Standard, unit: String)? {
        guard let amount = reader.required("amount", in: node, path) else { return nil }
        let place = "\(path).amount"
        reader.allow(["type", "value", "max", "share", "unit", "of", "decided_by", "note"], in: amount, place)
        guard let kind: AmountKind = reader.choice("type", in: amount, place, default: nil),
            let unit = reader.text("unit", in: amount, place)
        else { return nil }
        let word =
            switch kind {
            case .fixed: "value"
            case .cap: "max"
            case .share: "share"
            }
        let most = kind == .share ? Amount(100) : Amount(1_000_000_000)
        guard reader.required(word, in: amount, place) != nil,
            let figure = reader.amount(word, in: amount, place, range: .zero...most)
        else { return nil }
        if kind == .fixed { return (.fixed(Rational(figure)), unit) }
        guard let value = reader.required("of", in: amount, place),
            let found = readExpression(value, "\(place).of", in: .record(rule))
        else { return nil }
        guard case .number(let from) = found.kind else {
            reader.fault(
                "A figure is expected here, not \(FormulaResolver.word(found.kind)).", at: value, "\(place).of")
            return nil
        }
        guard
            let formula = ResolvedFormula(formula: found.formula, unit: from, node: value).converted(to: unit)?.formula
        else {
            reader.fault(
                "The figure is in \(from ?? "") and the reward in \(unit); they are not of one kind.", at: value,
                "\(place).of")
            return nil
        }
        return kind == .cap
            ? (.cap(formula, most: Rational(figure)), unit) : (.share(formula, percent: Rational(figure)), unit)
    }

    private mutating func readRewardSettings(_ node: PlanNode) -> RewardSettings {
        var settings = RewardSettings()
        guard let value = node.value("settings"), value.content != .empty else { return settings }
        let path = "rewards.settings"
        reader.allow(["dedup_scope", "on_lower_paid", "count_other_levels", "source", "note"], in: value, path)
        settings.scope = reader.choice("dedup_scope", in: value, path, default: .plan) ?? .plan
        settings.lower = reader.choice("on_lower_paid", in: value, path, default: .deduct) ?? .deduct
        settings.countsOtherLevels = reader.flag("count_other_levels", in: value, path, default: false)
        return settings
    }

    // MARK: Claims

    private mutating func readClaims(_ node: PlanNode, _ path: String) -> RewardClaims? {
        reader.allow(
            [
                "collection", "asked", "approved", "paid", "paid_on", "voucher", "payments", "other_levels", "refused",
                "source", "note",
            ], in: node, path)
        guard let rule = declaredCollection("collection", in: node, path) else { return nil }
        let asked = readAmountField("asked", rule, node, path)
        let approved = readAmountField("approved", rule, node, path)
        let paid = readPaid(rule, node, path)
        let other = node.value("other_levels") == nil ? nil : readAmountField("other_levels", rule, node, path)
        var refused: [String] = []
        for (state, at) in reader.words("refused", in: node, path) {
            checkState(state, states(of: rule), at: at, "\(path).refused")
            refused.append(state)
        }
        guard let asked, let approved, let paid else { return nil }
        return RewardClaims(
            collection: rule.id, asked: asked, approved: approved, paid: paid, other: other, refused: refused)
    }

    /// Where payments are kept: a field of the claim, or records of their own.
    private mutating func readPaid(_ claims: CollectionRule, _ node: PlanNode, _ path: String) -> RewardClaims.Paid? {
        guard let value = node.value("payments"), value.content != .empty else {
            guard let amount = readAmountField("paid", claims, node, path) else { return nil }
            return .fields(
                amount: amount, day: readDayField("paid_on", claims, node, path),
                voucher: readTextField("voucher", claims, node, path))
        }
        for key in ["paid", "paid_on", "voucher"] {
            guard let other = node.value(key) else { continue }
            reader.fault(
                "What was paid is kept in '\(key)' or under 'payments', not in both.", at: other, "\(path).\(key)")
        }
        return readPayments(claims, value, "\(path).payments").map { .records($0) }
    }

    private mutating func readPayments(
        _ claims: CollectionRule, _ node: PlanNode, _ path: String
    ) -> RewardPayments? {
        reader.allow(
            [
                "collection", "claim", "amount", "day", "voucher", "corrects", "reason", "settled", "source", "note",
            ], in: node, path)
        guard let rule = declaredCollection("collection", in: node, path) else { return nil }
        if !rule.isAppendOnly {
            reader.fault(
                "A payment is never changed, so '\(rule.id)' has to be a collection with 'append_only: true'.",
                at: node.value("collection"), "\(path).collection")
        }
        let claim = readReferenceField("claim", to: claims.id, rule, node, path)
        let amount = readAmountField("amount", rule, node, path)
        guard reader.required("day", in: node, path) != nil else { return nil }
        let day = readDayField("day", rule, node, path)
        let voucher = readTextField("voucher", rule, node, path)
        var corrects: FieldID?
        if node.value("corrects") != nil { corrects = readReferenceField("corrects", to: rule.id, rule, node, path) }
        let settled = reader.optionalText("settled", in: node, path)
        if let settled { checkState(settled, states(of: claims), at: node.value("settled"), "\(path).settled") }
        guard let claim, let amount, let day else { return nil }
        return RewardPayments(
            collection: rule.id, claim: claim, amount: amount, day: day, voucher: voucher, corrects: corrects,
            reason: readTextField("reason", rule, node, path), settled: settled)
    }

    /// The states of a collection's workflow; none without one.
    private func states(of rule: CollectionRule) -> [String] {
        guard let field = rule.workflow.flatMap({ rule.field($0.field) }), case .option(let states) = field.kind else {
            return []
        }
        return states
    }

    private mutating func readReferenceField(
        _ key: String, to target: CollectionID, _ rule: CollectionRule, _ node: PlanNode, _ path: String
    ) -> FieldID? {
        guard let word = reader.text(key, in: node, path),
            let field = field(word, of: rule, at: node.value(key), "\(path).\(key)")
        else { return nil }
        guard field.kind == .reference(target) else {
            reader.fault(
                "'\(word)' does not refer to a record of '\(target)'.", at: node.value(key), "\(path).\(key)")
            return nil
        }
        return field.id
    }

    /// A field that is a day; `nil` where the key is not there.
    private mutating func readDayField(
        _ key: String, _ rule: CollectionRule, _ node: PlanNode, _ path: String
    ) -> FieldID? {
        guard let word = reader.optionalText(key, in: node, path),
            let field = field(word, of: rule, at: node.value(key), "\(path).\(key)")
        else { return nil }
        guard field.kind == .date else {
            reader.fault("'\(word)' is not a day.", at: node.value(key), "\(path).\(key)")
            return nil
        }
        return field.id
    }

    /// A field that is a text; `nil` where the key is not there.
    private mutating func readTextField(
        _ key: String, _ rule: CollectionRule, _ node: PlanNode, _ path: String
    ) -> FieldID? {
        guard let word = reader.optionalText(key, in: node, path),
            let field = field(word, of: rule, at: node.value(key), "\(path).\(key)")
        else { return nil }
        guard case .text = field.kind else {
            reader.fault("'\(word)' is not a text.", at: node.value(key), "\(path).\(key)")
            return nil
        }
        return field.id
    }

    private mutating func readAmountField(
        _ key: String, _ rule: CollectionRule, _ node: PlanNode, _ path: String
    ) -> FieldID? {
        guard let word = reader.text(key, in: node, path),
            let field = field(word, of: rule, at: node.value(key), "\(path).\(key)")
        else { return nil }
        guard case .amount = field.kind else {
            reader.fault("'\(word)' is not an amount.", at: node.value(key), "\(path).\(key)")
            return nil
        }
        return field.id
    }

    /// A rule without a place for its claims, and amounts in another unit than those of the claims.
    private mutating func checkClaims(_ basis: RewardBasis, _ node: PlanNode) {
        for (entry, path) in reader.list("rules", in: node, "rewards") {
            guard case .scalar(let id)? = entry.value("id")?.content,
                let rule = basis.rules.first(where: { $0.id == id })
            else { continue }
            let fitting = basis.claims.first { claims in
                claims.collection == rule.collection
                    || collections[claims.collection]?.key == [.reward, .record(rule.collection)]
            }
            guard let fitting else {
                reader.fault(
                    "No claims are kept for this rule: 'claims' names no collection with the key "
                        + "[reward, \(rule.collection)].", at: entry.value("of"), "\(path).of", severity: .warning)
                continue
            }
            for (collection, field) in fitting.amounts {
                guard let unit = collections[collection]?.field(field)?.unit, unit != rule.unit else { continue }
                reader.fault(
                    "The reward is in \(rule.unit), but '\(field)' of '\(collection)' is in \(unit).",
                    at: entry.value("amount"), "\(path).amount")
            }
        }
        for (index, rule) in basis.rules.enumerated() {
            for other in basis.rules.prefix(index) where other.matter == rule.matter && other.from == rule.from {
                reader.fault(
                    "'\(rule.id)' and '\(other.id)' are about one matter and begin on one day; give the newer a later "
                        + "'from'.", at: node.value("rules"), "rewards.rules")
            }
        }
    }
}
