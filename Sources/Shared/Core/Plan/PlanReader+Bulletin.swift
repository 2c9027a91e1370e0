// The texts of bulletins: everything that is filled in is checked here, with its place.

extension PlanReader {
    /// Reads the templates under `bulletin`; what stands beside them is shown.
    mutating func readBulletins(_ root: PlanNode, _ ranking: RankingRule?) -> [BulletinTemplate] {
        guard let node = root.value("bulletin"), node.content != .empty else { return [] }
        var seen: [String: PlanNode.Place] = [:]
        var templates: [BulletinTemplate] = []
        for (entry, path) in reader.list("templates", in: node, "bulletin") {
            let fields = BulletinTemplate.Field.allCases.map(\.rawValue)
            reader.allow(["id", "name", "form", "language", "body", "source", "note"] + fields, in: entry, path)
            guard let id = reader.identifier("id", in: entry, path, as: CollectionID.self)?.rawValue,
                let name = reader.localText("name", in: entry, path), reader.isNew(id, &seen, at: entry, path),
                let form: BulletinTemplate.Form = reader.choice("form", in: entry, path, default: nil)
            else { continue }
            let language = reader.optionalText("language", in: entry, path) ?? "zh"
            if !["zh", "en"].contains(language) {
                reader.fault("'\(language)' is not zh or en.", at: entry.value("language"), "\(path).language")
            }
            var lines: [BulletinTemplate.Field: BulletinTemplate.Line] = [:]
            for field in BulletinTemplate.Field.allCases {
                guard let value = entry.value(field.rawValue),
                    let text = reader.scalar(value, "\(path).\(field.rawValue)")
                else { continue }
                var inner = BulletinReader(components: ranking?.components ?? [])
                lines[field] = inner.line(text)
                tell(inner.faults, in: value, "\(path).\(field.rawValue)")
            }
            guard let value = reader.required("body", in: entry, path), let text = reader.scalar(value, "\(path).body")
            else { continue }
            if lines[.title] == nil { reader.fault("'title' is missing.", at: entry, path) }
            var inner = BulletinReader(components: ranking?.components ?? [])
            let body = inner.body(text)
            tell(inner.faults, in: value, "\(path).body")
            templates.append(
                BulletinTemplate(
                    id: id, name: name, form: form, isChinese: language == "zh", lines: lines, body: body))
        }
        return templates
    }

    /// Puts faults within a text at their lines: those of a block of lines begin below the name.
    private mutating func tell(_ faults: [BulletinReader.Fault], in value: PlanNode, _ path: String) {
        for fault in faults {
            let place =
                value.lead.map {
                    PlanNode.Place(line: value.place.line, column: value.place.column + $0 + fault.offset)
                } ?? PlanNode.Place(line: value.place.line + 1 + fault.line, column: 1 + fault.offset)
            reader.fault(fault.message, at: PlanNode(.empty, at: place), path)
        }
    }
}
