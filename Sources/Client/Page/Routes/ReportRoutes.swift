import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// The report of a period.
struct ReportRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/report") { _, _ -> Response in
            guard let period = try desk.view().periodToFill(at: desk.host.now()) else { throw HTTPError(.notFound) }
            return .seeOther("/report/\(period.id)")
        }
        router.get("/report/:period") { request, context -> Response in
            let view = try desk.view()
            var page = ReportView(desk: desk, view: view, say: context.say, period: try Self.period(view, context))
            if Form(query: request)["saved"] != nil {
                page.said = context.say("已保存在本机。", "Saved on this machine.")
            }
            return .page(try page.page())
        }
        addCheck(to: router)
        router.post("/report/:period") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let view = try desk.view()
            let period = try Self.period(view, context)
            do {
                let isSaved = try desk.fill("\(CollectionRule.values)/\(period.id)", form)
                return .seeOther("/report/\(period.id)" + (isSaved ? "?saved=1" : ""))
            } catch let error as FormError {
                let page = ReportView(
                    desk: desk, view: view, say: context.say, period: period, typed: form.typed,
                    faults: error.sentences(context.say), note: form["note"] ?? "")
                return .page(try page.page(), status: .unprocessableContent)
            }
        }
        router.post("/report/:period/explain") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let period = try Self.period(try desk.view(), context)
            try desk.save { editing throws(EditError) in
                try editing.set(form["record"] ?? "", ["\(ExplanationField.text)=\(form["text"] ?? "")"])
            }
            return .seeOther("/report/\(period.id)?saved=1")
        }
        router.post("/report/:period/submit") { request, context -> Response in
            _ = try await Form(request, desk.secrets)
            let period = try Self.period(try desk.view(), context)
            try desk.save { editing throws(EditError) in
                try editing.submit(period.id.rawValue, desk.host.cryptography)
            }
            return .seeOther("/report/\(period.id)?saved=1")
        }
    }

    /// What would come of a form, without saving it; the script asks for the same while somebody types.
    private func addCheck(to router: Router<PageContext>) {
        router.post("/report/:period/check") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let view = try desk.view()
            let period = try Self.period(view, context)
            var page = ReportView(
                desk: desk, view: view, say: context.say, period: period, typed: form.typed, note: form["note"] ?? "")
            do {
                let draft = try desk.drafted("\(CollectionRule.values)/\(period.id)", form.entries, note: nil)
                page.trial = draft.map { view.trying($0, at: desk.host.now()) }
                page.said = context.say("已校验，还没有保存。", "Checked; nothing is saved yet.")
                return .page(try page.page())
            } catch let error as FormError {
                page.faults = error.sentences(context.say)
                return .page(try page.page(), status: .unprocessableContent)
            }
        }
    }

    /// The period that the address names.
    static func period(_ view: LocalView, _ context: PageContext) throws -> Period {
        guard let period = view.plan.periods.period(context.parameters.get("period") ?? "") else {
            throw HTTPError(.notFound)
        }
        return period
    }
}

extension Form {
    /// What was typed, by field.
    var typed: [String: String] {
        Dictionary(fields("f.").map { ($0.name, $0.text) }, uniquingKeysWith: { one, _ in one })
    }

    /// The fields with what they showed before.
    var entries: [FormEntry] {
        fields("f.").compactMap { name, text in
            guard let field = try? FieldID(name) else { return nil }
            return FormEntry(field: field, was: self["was." + name] ?? "", text: text)
        }
    }
}

extension FormError {
    /// The sentences by field; under "" those of none.
    func sentences(_ say: Wording) -> [String: [String]] {
        var found: [String: [String]] = [:]
        for (field, fault) in faults {
            found[field?.rawValue ?? "", default: []].append(FaultWords.of(fault, say))
        }
        return found
    }
}

extension Desk {
    /// Saves a form as one change; `false` when nothing was changed in it.
    ///
    /// - Throws: ``FormError`` with every fault.
    func fill(_ record: String, _ form: Form) throws -> Bool {
        try fill(record, form.entries, note: form["note"]) != nil
    }
}
