import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// The collections: tables, and each record's card.
struct RecordRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        addTables(to: router)
        addCards(to: router)
        addSteps(to: router)
    }

    // MARK: Tables

    private func addTables(to router: Router<PageContext>) {
        router.get("/records") { _, context -> Response in
            .page(CollectionsView(desk: desk, view: try desk.view(), say: context.say).page())
        }
        router.get("/records/:collection") { request, context -> Response in
            let query = Form(query: request)
            var page = try table(context, query)
            if query["saved"] != nil { page.said = context.say("已保存在本机。", "Saved on this machine.") }
            return .page(page.page())
        }
        // A row that was edited where it stands.
        router.post("/records/:collection") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            var page = try table(context, Form(query: request))
            do {
                let change = try desk.fill(
                    try Self.reference(form["record"] ?? "", page.rule, page.view), form.entries, note: form["note"])
                let address = page.place.with { $0.edit = "" }.address
                let mark = change == nil ? "" : (address.contains("?") ? "&" : "?") + "saved=1"
                return .seeOther(address + mark)
            } catch let error as FormError {
                page.typed = form.typed
                page.faults = error.sentences(context.say)
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    private func table(_ context: PageContext, _ query: Form) throws -> RecordListView {
        let view = try desk.view()
        let rule = try Self.collection(view, context)
        return RecordListView(
            desk: desk, view: view, say: context.say, rule: rule, place: ListPlace(collection: rule.id, query: query))
    }

    /// A record of a table, as `KEY` or `TENANT:KEY`, as edits name it.
    private static func reference(_ name: String, _ rule: CollectionRule, _ view: LocalView) throws -> String {
        for place in view.places(of: rule.id) {
            if place.tenant == view.principal.tenant, place.key == name { return "\(rule.id)/\(name)" }
            if place.tenant != view.principal.tenant, "\(place.tenant):\(place.key)" == name {
                return "\(place.tenant):\(rule.id)/\(place.key)"
            }
        }
        throw HTTPError(.notFound)
    }

    // MARK: Cards

    private func addCards(to router: Router<PageContext>) {
        router.get("/record/:collection/:key") { request, context -> Response in
            let query = Form(query: request)
            var page = try card(context, query["tenant"])
            if page.isNew {
                let given = query.fields("f.").map { ($0.name, $0.text) }
                page.typed = Dictionary(given, uniquingKeysWith: { one, _ in one })
                for (place, text) in query.fields("k.") {
                    if let place = Int(place) { page.keyTexts[place] = text }
                }
            }
            if query["saved"] != nil { page.said = context.say("已保存在本机。", "Saved on this machine.") }
            return .page(page.page())
        }
        router.post("/record/:collection/:key") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            var page = try card(context, form["owner"] ?? Form(query: request)["tenant"])
            for (place, text) in form.fields("k.") {
                if let place = Int(place) { page.keyTexts[place] = text }
            }
            do {
                try Self.checkKey(of: page)
                let change = try desk.fill(page.reference, form.entries, note: form["note"])
                let key = change?.operations.first?.record.key ?? page.key
                let place = Place.of(
                    page.collection.id, RecordPlace(tenant: page.tenant ?? page.view.principal.tenant, key: key),
                    page.view)
                return .seeOther(change == nil ? place : Place.saved(place))
            } catch let error as FormError {
                page.typed = form.typed
                page.faults = error.sentences(context.say)
                page.note = form["note"] ?? ""
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    /// A record that is there is edited on its own card, which shows what stands in it.
    private static func checkKey(of page: RecordView) throws {
        guard let key = page.typedKey else { return }
        let place = RecordPlace(tenant: page.tenant ?? page.view.principal.tenant, key: key)
        guard page.view.places(of: page.collection.id).contains(place) else { return }
        throw PageFault(zh: "“\(key)”已经有了，请在原记录上修改。", en: "There is a record '\(key)' already; edit that one.")
    }

    // MARK: Steps

    private func addSteps(to router: Router<PageContext>) {
        add("delete", to: router) { editing, page, _ throws(EditError) in try editing.delete(page.reference) }
        add("restore", to: router) { editing, page, _ throws(EditError) in try editing.restore(page.reference) }
        add("step", to: router) { editing, page, form throws(EditError) in
            guard let flow = page.collection.workflow else { throw EditError([.nothing]) }
            return try editing.set(page.reference, ["\(flow.field)=\(form["state"] ?? "")"])
        }
        add("detach", to: router) { editing, page, form throws(EditError) in
            try editing.detach(page.reference, form["field"] ?? "", form["hash"] ?? "")
        }
        add("reopen", to: router) { editing, page, form throws(EditError) in
            try editing.reopen(page.reference, ["\(form["field"] ?? "")=\(form["stage"] ?? "")"])
        }
    }

    /// A form of a card that is one button; what is wrong is said on the card.
    private func add(
        _ action: String, to router: Router<PageContext>,
        _ make: @escaping @Sendable (Editing, RecordView, Form) throws(EditError) -> ChangeDraft
    ) {
        router.post("/record/:collection/:key/\(action)") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            var page = try card(context, form["tenant"] ?? Form(query: request)["tenant"])
            do {
                let subject = page
                try desk.save(note: form["note"]) { editing throws(EditError) in try make(editing, subject, form) }
                let place = RecordPlace(tenant: page.tenant ?? page.view.principal.tenant, key: page.key)
                return .seeOther(Place.saved(Place.of(page.collection.id, place, page.view)))
            } catch let error as EditError {
                page.faults = ["": [FaultWords.of(error, context.say)]]
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    // MARK: What an address names

    private func card(_ context: PageContext, _ owner: String?) throws -> RecordView {
        try Self.card(desk, context, owner)
    }

    /// The card that an address names, of the unit that a form or the address names.
    static func card(_ desk: Desk, _ context: PageContext, _ owner: String?) throws -> RecordView {
        let view = try desk.view()
        let collection = try collection(view, context)
        let key = Place.decoded(context.parameters.get("key") ?? "")
        let isNew = key == Editing.newKey
        guard isNew || (try? RecordKey(collection: collection.id, key: key)) != nil else { throw HTTPError(.notFound) }
        var page = RecordView(desk: desk, view: view, say: context.say, collection: collection, key: key)
        if let owner, !owner.isEmpty {
            guard let tenant = try? TenantID(owner), tenant == .city || view.plan.tenant(tenant) != nil else {
                throw HTTPError(.notFound)
            }
            page.tenant = tenant
        }
        return page
    }

    private static func collection(_ view: LocalView, _ context: PageContext) throws -> CollectionRule {
        guard let id = try? CollectionID(context.parameters.get("collection") ?? ""),
            let collection = view.plan.collection(id), collection.origin == .declared || collection.origin == .targets
        else { throw HTTPError(.notFound) }
        return collection
    }
}
