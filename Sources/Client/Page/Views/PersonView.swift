import PlanSyncClient

/// Asks for the name of the person who works here.
struct PersonView {
    let desk: Desk
    let say: Wording
    let name: String
    var fault: String?

    func page() -> HTML {
        let title = say("填报人", "Who works here")
        guard let view = try? desk.view() else { return Layout.bare(say, title: title) { form } }
        return Layout(desk: desk, view: view, say: say, place: "/person").page(title) { form }
    }

    @HTMLBuilder private var form: HTML {
        element("p") {
            say(
                "每次保存都会记下填报人的姓名，市级和本单位都能看到。换人填报时请在这里改。",
                "Changes carry this name, for the city and your unit to see. Change it when another works here."
            )
        }
        if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
        element("form", Attribute("method", "post"), Attribute("action", "/person")) {
            void("input", .type("hidden"), .name("token"), .value(desk.secrets.formToken))
            Self.field(say, name)
            element("div", .class("row")) {
                element("button", .type("submit")) { say("保存", "Save") }
                element("a", .href("/")) { say("返回首页", "To the first page") }
            }
        }
    }

    /// The input for the name.
    static func field(_ say: Wording, _ name: String) -> HTML {
        HTML([
            element("label", Attribute("for", "person")) { say("您的姓名", "Your name") },
            void(
                "input", .id("person"), .name("person"), .class("wide"), .type("text"), .value(name),
                Attribute("autocomplete", "name"), .flag("required")),
        ])
    }
}
