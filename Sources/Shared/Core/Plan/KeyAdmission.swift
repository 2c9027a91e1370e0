extension Plan {
    /// Why a key names no record of a collection: one sentence; `nil` when it does.
    public func keyFault(_ key: String, of collection: CollectionRule) -> Sentence? {
        guard collection.origin != .conflicts else { return nil }
        // Only a name may hold further colons.
        let isOpen = collection.key.last == .name
        let parts =
            isOpen
            ? CollectionRule.split(key, into: collection.key.count)
            : key.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == collection.key.count else {
            let form = collection.key.map { $0.rawValue.uppercased() }.joined(separator: ":")
            return Sentence(
                zh: "表“\(collection.name.zh)”的键由 \(collection.key.count) 部分组成，形式是 \(form)。",
                en: "The key of '\(collection.id)' has the form \(form).")
        }
        for (part, rule) in zip(parts, collection.key) {
            switch rule {
            case .name: continue
            case .record(let target):
                if self.collection(target)?.key == [.uscc], let fault = CreditCode.fault(of: part) { return fault }
                if part.isEmpty { return Sentence(zh: "键有一部分是空的。", en: "A part of the key is empty.") }
            case .period: if periods.period(part) == nil { return periods.fault(of: part) }
            case .year:
                if !periods.all.contains(where: { String($0.year) == part }) {
                    return Sentence(zh: "“\(part)”不是本方案的年份。", en: "'\(part)' is not a year of this plan.")
                }
            case .beginning:
                if !periods.all.contains(where: { String($0.year) == part || $0.id.rawValue == part }) {
                    let years = Set(periods.all.map { String($0.year) }).sorted().joined(separator: ", ")
                    return Sentence(
                        zh: "“\(part)”既不是本方案的年份（\(years)），也不是考核期（如 \(periods.kind.example)）。",
                        en: "'\(part)' is neither a year of this plan (\(years)) nor one of its periods "
                            + "(like \(periods.kind.example)).")
                }
            case .measure:
                if !measures.contains(where: { $0.id == part }) {
                    return Sentence(zh: "“\(part)”不是本方案的任务编号。", en: "'\(part)' is not a measure of this plan.")
                }
            case .indicator:
                if !indicators.contains(where: { $0.id.rawValue == part }) {
                    return Sentence(zh: "“\(part)”不是本方案的指标。", en: "'\(part)' is not an indicator of this plan.")
                }
            case .uscc:
                if let fault = CreditCode.fault(of: part) { return fault }
            case .reward:
                let known = rewards.rules.map(\.id)
                if !known.contains(part) {
                    return Sentence(
                        zh: "“\(part)”不是本方案的奖补条款；有：\(known.joined(separator: "、"))。",
                        en: "'\(part)' is not a reward of this plan; \(known.joined(separator: ", ")) are.")
                }
            }
        }
        return nil
    }
}
