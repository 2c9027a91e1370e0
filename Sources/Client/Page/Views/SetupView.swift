import PlanSyncClient

/// The first thing on a machine that is not enrolled: server and token.
struct SetupView {
    let desk: Desk
    let say: Wording
    var server = ""
    var code = ""
    var person = ""
    var fault: String?

    func page() -> HTML {
        Layout.bare(say, title: say("注册本机", "Enrol this machine")) {
            element("p") {
                say(
                    "请填写市级管理员给您的服务器地址和注册码。密钥在本机生成，不会离开本机。",
                    "Enter the server and the token that the administrator gave you. The key stays on this machine."
                )
            }
            if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
            element("form", Attribute("method", "post"), Attribute("action", "/setup")) {
                void("input", .type("hidden"), .name("token"), .value(desk.secrets.formToken))
                element("label", Attribute("for", "server")) { say("服务器（主机:端口）", "Server (HOST:PORT)") }
                void(
                    "input", .id("server"), .name("server"), .class("wide"), .value(server),
                    Attribute("placeholder", "plan.example.gov.cn:7443"), Attribute("autocomplete", "off"),
                    .flag("required"), .flag("autofocus"))
                element("label", Attribute("for", "code")) { say("注册码（ps1. 开头）", "Token (begins with ps1.)") }
                void(
                    "input", .id("code"), .name("code"), .class("wide"), .value(code), Attribute("autocomplete", "off"),
                    .flag("required"))
                PersonView.field(say, person)
                element("label", Attribute("for", "name")) { say("本机名称（可不填）", "Name of this machine (optional)") }
                void("input", .id("name"), .name("name"), .class("wide"), Attribute("autocomplete", "off"))
                element("div", .class("row")) {
                    element("button", .type("submit")) { say("注册", "Enrol") }
                }
            }
        }
    }
}
