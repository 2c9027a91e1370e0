import Hummingbird
import PlanSyncClient
import PlanSyncWire

/// Who works here: the name that every change carries.
struct PersonRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/person") { _, context -> Response in
            .page(PersonView(desk: desk, say: context.say, name: desk.host.person).page())
        }
        router.post("/person") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let name = form["person"] ?? ""
            do {
                try desk.name(name)
                return .seeOther("/")
            } catch let error as PageFault {
                let view = PersonView(
                    desk: desk, say: context.say, name: name, fault: error.sentence(context.say))
                return .page(view.page(), status: .unprocessableContent)
            }
        }
    }
}

extension Desk {
    /// Keeps the name of the person who works here from now on.
    ///
    /// - Throws: ``PageFault`` for a name that a change cannot carry.
    func name(_ person: String) throws {
        guard !person.isEmpty else { throw PageFault(zh: "请填写姓名。", en: "Enter a name.") }
        guard person.utf8.count <= Limits.authorBytesMax, !person.contains("\n") else {
            throw PageFault(zh: "姓名太长。", en: "The name is too long.")
        }
        if person != host.person { try host.setPerson(person) }
    }
}
