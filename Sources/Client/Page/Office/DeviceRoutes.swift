import Hummingbird
import PlanSyncClient
import PlanSyncCore
import PlanSyncWire

/// Devices and tokens; the server decides who may.
struct DeviceRoutes {
    private static let secondsPerDay: UInt64 = 86_400

    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.get("/devices") { request, context -> Response in
            var page = try await page(context.say)
            page.said = Form(query: request)["said"].flatMap { Self.sentence($0, context.say) }
            return .page(page.page())
        }
        router.post("/devices/token") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            return try await answer(context.say) { page in
                guard let tenant = try? TenantID(form["tenant"] ?? ""), let role = Role(rawValue: form["role"] ?? "")
                else {
                    throw PageFault(zh: "请选择单位和角色。", en: "Choose unit and role.")
                }
                guard let days = UInt64(form["days"] ?? ""), (1...90).contains(days) else {
                    throw PageFault(zh: "有效天数为 1 至 90。", en: "The days are 1 to 90.")
                }
                let params = AdminTokenCreate.Params(
                    tenant: tenant, role: role, name: form["name"] ?? "", seconds: days * Self.secondsPerDay)
                page.token = try await desk.host.call(AdminTokenCreate.self, params).token
                return nil
            }
        }
        router.post("/devices/:device/token") { request, context -> Response in
            _ = try await Form(request, desk.secrets)
            return try await answer(context.say) { page in
                let device = try Self.device(context)
                guard let known = page.devices.first(where: { $0.device == device }),
                    let role = Role(rawValue: known.role)
                else { throw HTTPError(.notFound) }
                let params = AdminTokenCreate.Params(
                    tenant: known.tenant, role: role, name: known.name, seconds: 7 * Self.secondsPerDay, device: device)
                page.token = try await desk.host.call(AdminTokenCreate.self, params).token
                return nil
            }
        }
        end("retire", AdminDeviceRetire.self, to: router)
        end("revoke", AdminDeviceRevoke.self, to: router)
    }

    private func end<Method: RPCMethod>(_ action: String, _ method: Method.Type, to router: Router<PageContext>)
    where Method.Params == AdminDeviceRevoke.Params {
        router.post("/devices/:device/\(action)") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            return try await answer(context.say) { _ in
                guard form["sure"] != nil else {
                    throw PageFault(zh: "请先勾选确认。", en: "Tick the box first.")
                }
                _ = try await desk.host.call(method, AdminDeviceRevoke.Params(device: try Self.device(context)))
                return action
            }
        }
    }

    private static func device(_ context: PageContext) throws -> DeviceID {
        guard let device = try? DeviceID(Place.decoded(context.parameters.get("device") ?? "")) else {
            throw HTTPError(.notFound)
        }
        return device
    }

    /// Does something; shows the list with what it brought, or goes to it where that is only a word.
    private func answer(
        _ say: Wording, _ act: (inout DevicesView) async throws -> String?
    ) async throws -> Response {
        var page = try await page(say)
        do {
            if let word = try await act(&page) { return .seeOther("/devices?said=\(word)") }
            return .page(page.page())
        } catch let fault as PageFault {
            page.fault = fault.sentence(say)
            return .page(page.page(), status: .unprocessableContent)
        }
    }

    private func page(_ say: Wording) async throws -> DevicesView {
        var page = DevicesView(desk: desk, view: try desk.view(), say: say)
        do {
            page.devices = try await desk.host.call(AdminDeviceList.self, RPCEmpty()).devices
            page.notices = try await desk.host.call(AdminNoticeList.self, RPCEmpty()).notices
        } catch let fault as PageFault {
            page.away = fault.sentence(say)
        }
        return page
    }

    private static func sentence(_ word: String, _ say: Wording) -> String? {
        switch word {
        case "retire": say("设备已停用。", "The device is retired.")
        case "revoke": say("设备已吊销。", "The device is revoked.")
        default: nil
        }
    }
}
