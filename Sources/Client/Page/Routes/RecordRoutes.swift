import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// The collections: lists, and each record's card.
struct RecordRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/records") { _, context -> Response in
            .page(CollectionsView(desk: desk, view: try desk.view(), say: context.say).page())
        }
        router.get("/records/:collection") { request, context -> Response in
            let view = try desk.view()
            let query = Form(query: request)
            let page = RecordListView(
                desk: desk, view: view, say: context.say, collection: try Self.collection(view, context),
                words: query["q"] ?? "", number: query.page)
            return .page(page.page())
        }
        router.get("/record/:collection/:key") { request, context -> Response in
            var page = try card(context)
            if Form(query: request)["saved"] != nil {
                page.said = context.say("已保存在本机。", "Saved on this machine.")
            }
            return .page(page.page())
        }
        router.post("/record/:collection/:key") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            var page = try card(context)
            for (place, text) in form.fields("k.") {
                if let place = Int(place) { page.keyTexts[place] = text }
            }
            do {
                let change = try desk.fill(page.reference, form.entries, note: form["note"])
                let key = change?.operations.first?.record.key ?? page.key
                return .seeOther(
                    "/record/\(page.collection.id)/\(Place.encoded(key))" + (change == nil ? "" : "?saved=1"))
            } catch let error as FormError {
                page.typed = form.typed
                page.faults = error.sentences(context.say)
                page.note = form["note"] ?? ""
                return .page(page.page(), status: .unprocessableContent)
            }
        }
        for (action, isDeletion) in [("delete", true), ("restore", false)] {
            router.post("/record/:collection/:key/\(action)") { request, context -> Response in
                let form = try await Form(request, desk.secrets)
                let page = try card(context)
                try desk.save(note: form["note"]) { editing throws(EditError) in
                    try isDeletion ? editing.delete(page.reference) : editing.restore(page.reference)
                }
                return .seeOther("/records/\(page.collection.id)")
            }
        }
        router.get("/outbox") { _, context -> Response in
            .page(try OutboxView(desk: desk, view: try desk.view(), say: context.say).page())
        }
    }

    private func card(_ context: PageContext) throws -> RecordView {
        let view = try desk.view()
        let collection = try Self.collection(view, context)
        let key = Place.decoded(context.parameters.get("key") ?? "")
        let isNew = key == Editing.newKey
        guard isNew || (try? RecordKey(collection: collection.id, key: key)) != nil else { throw HTTPError(.notFound) }
        return RecordView(desk: desk, view: view, say: context.say, collection: collection, key: key)
    }

    private static func collection(_ view: LocalView, _ context: PageContext) throws -> CollectionRule {
        guard let id = try? CollectionID(context.parameters.get("collection") ?? ""),
            let collection = view.plan.collection(id), collection.origin == .declared
        else { throw HTTPError(.notFound) }
        return collection
    }
}

/// Keys in addresses.
enum Place {
    /// A key as a part of an address (RFC 3986, section 2).
    static func encoded(_ key: String) -> String {
        var text = ""
        for byte in key.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    /// A part of an address as a key.
    static func decoded(_ part: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return "" }
            rest = rest.dropFirst(2)
            bytes.append(decoded)
        }
        return String(validating: bytes, as: UTF8.self) ?? ""
    }
}
