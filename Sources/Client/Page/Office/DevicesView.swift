import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// The enrolled devices, tokens for new ones, and what the server noticed about them.
struct DevicesView {
    /// How many notices are shown.
    static let noticesMax = 60

    let desk: Desk
    let view: LocalView
    let say: Wording
    var devices: [AdminDeviceList.Row] = []
    var notices: [AdminNoticeList.Row] = []
    /// Why the server's list is not at hand.
    var away: String?
    var fault: String?
    var said: String?
    /// A token that was just made; it is shown this once.
    var token: String?

    private var layout: Layout { Layout(desk: desk, view: view, say: say, place: "/devices") }

    func page() -> HTML {
        layout.page(say("设备", "Devices")) {
            if let said { element("p", .class("notice good"), Attribute("role", "status")) { said } }
            if let fault { element("p", .class("notice bad"), Attribute("role", "alert")) { fault } }
            if let token { shown(token) }
            if let away {
                element("p", .class("notice away")) {
                    say("设备名单在服务器上，现在看不到：", "The list is on the server, which is not reached: ") + away
                }
            } else {
                making
                TableHead.html(say("已注册的设备", "The enrolled devices"), "devices", say)
                list
                noticed
            }
        }
    }

    private func shown(_ token: String) -> HTML {
        element("div", .class("notice good"), Attribute("role", "status")) {
            element("strong") { say("注册码只显示这一次，请转交使用人：", "The token is shown this once; hand it over:") }
            element("p") { element("code", .id("token")) { token } }
        }
    }

    // MARK: Tokens

    private var making: HTML {
        element("section", .class("card")) {
            element("h2") { say("新设备的注册码", "A token for a new device") }
            layout.form("/devices/token", .class("row")) {
                element("label", Attribute("for", "tenant")) { say("单位", "Unit") }
                element("select", .id("tenant"), .name("tenant")) {
                    for tenant in view.plan.units + view.plan.tenants.filter({ $0.id == .city }) {
                        element("option", .value(tenant.id.rawValue)) { say(tenant.name) }
                    }
                }
                element("label", Attribute("for", "role")) { say("角色", "Role") }
                element("select", .id("role"), .name("role")) {
                    roles(say("县区", "of a unit")) { !$0.isOfCity }
                    roles(say("市级", "of the city")) { $0.isOfCity }
                }
                element("label", Attribute("for", "name")) { say("名称", "Name") }
                void(
                    "input", .id("name"), .name("name"), Attribute("maxlength", "40"),
                    Attribute("placeholder", say("如：张会计的电脑", "such as: Zhang's desk")))
                element("label", Attribute("for", "days")) { say("有效天数", "Days") }
                void(
                    "input", .id("days"), .name("days"), .type("number"), .class("days"), .value("7"),
                    Attribute("min", "1"), Attribute("max", "90"))
                element("button", .type("submit")) { say("生成", "Make") }
            }
        }
    }

    private func roles(_ title: String, _ isWanted: (Role) -> Bool) -> HTML {
        element("optgroup", Attribute("label", title)) {
            for role in Role.allCases.filter(isWanted) {
                element("option", .value(role.rawValue), .flag("selected", role == .editor)) { RoleWord.of(role, say) }
            }
        }
    }

    // MARK: Devices

    private var list: HTML {
        let order = devices.sorted { ($0.tenant, $0.enrolled) < ($1.tenant, $1.enrolled) }
        return Table.html(
            [
                Column(title: say("单位", "Unit")), Column(title: say("名称", "Name")),
                Column(title: say("设备", "Device")), Column(title: say("角色", "Role")),
                Column(title: say("注册时间", "Enrolled")), Column(title: say("更改", "Changes"), isNumber: true),
                Column(title: say("状态", "State")), Column(title: say("操作", "Action")),
            ], order.map(row))
    }

    private func row(_ device: AdminDeviceList.Row) -> HTML {
        let isServing = device.revoked == nil && device.retired == nil
        return element("tr") {
            element("th", Attribute("scope", "row")) { Names.unit(device.tenant, view, say) }
            Table.cell(device.name)
            Table.kept(device.device.rawValue)
            Table.kept(Role(rawValue: device.role).map { RoleWord.of($0, say) } ?? device.role)
            Table.kept(LocalTime.shown(device.enrolled, view.plan))
            Table.number("\(device.chains.reduce(UInt64(0)) { max($0, $1.number) })")
            element("td", .class("keep")) { state(device) }
            element("td", .class("keep")) { if isServing { actions(device) } }
        }
    }

    private func state(_ device: AdminDeviceList.Row) -> HTML {
        if device.revoked != nil { return element("span", .class("mark rejected")) { say("已吊销", "revoked") } }
        if device.retired != nil { return element("span", .class("mark pending")) { say("已停用", "retired") } }
        return element("span", .class("mark good")) { say("在用", "in service") }
    }

    private func actions(_ device: AdminDeviceList.Row) -> HTML {
        let isOwn = device.device == view.principal.device
        return element("details") {
            element("summary") { say("办理", "Act") }
            layout.button(
                "/devices/\(Place.encoded(device.device.rawValue))/token", [], say("换机注册码", "Token to bring it back"),
                .class("second"))
            if !isOwn {
                confirmed(
                    device, "retire", say("停用", "Retire"),
                    say("停用：它交出未报的更改，不能再读。", "It hands in what it holds, and reads nothing."))
                confirmed(
                    device, "revoke", say("吊销", "Revoke"),
                    say("吊销（被盗、丢失）：立即拒绝，不收它的更改。", "Lost or stolen: refused at once, nothing is taken."))
            }
        }
    }

    /// A step that cannot be taken back asks for a tick first.
    private func confirmed(
        _ device: AdminDeviceList.Row, _ action: String, _ title: String, _ sentence: String
    ) -> HTML {
        let id = "\(action)-\(device.device.rawValue)"
        return layout.form("/devices/\(Place.encoded(device.device.rawValue))/\(action)", .class("row")) {
            void("input", .id(id), .name("sure"), .type("checkbox"), .value("on"), .flag("required"))
            element("label", Attribute("for", id)) { sentence }
            element("button", .class("risky"), .type("submit")) { title }
        }
    }

    // MARK: Notices

    @HTMLBuilder private var noticed: HTML {
        if !notices.isEmpty {
            TableHead.html(say("服务器的提示", "What the server noticed"), "notices", say)
            Table.html(
                [
                    Column(title: say("时间", "At")), Column(title: say("单位", "Unit")),
                    Column(title: say("设备", "Device")), Column(title: say("事项", "What")),
                    Column(title: say("详情", "Detail")),
                ],
                notices.suffix(Self.noticesMax).reversed().map { notice in
                    element("tr") {
                        Table.kept(LocalTime.shown(notice.at, view.plan))
                        Table.cell(notice.tenant.map { Names.unit($0, view, say) } ?? "–")
                        Table.kept(notice.device?.rawValue ?? "–")
                        Table.kept(NoticeWord.of(notice.kind, say))
                        Table.cell(notice.detail)
                    }
                })
        }
    }
}
