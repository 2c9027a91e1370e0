import Hummingbird
import PlanSyncClient
import PlanSyncCore
import PlanSyncPlanFile
import PlanSyncWire

/// The plan in force, and loading a revision of it.
struct PlanFileRoutes {
    static let fileBytesMax = 4_194_304

    let desk: Desk
    private let pending = Pending<PendingPlan>()

    init(desk: Desk) { self.desk = desk }

    func add(to router: Router<PageContext>) {
        router.get("/plan") { request, context -> Response in
            var page = PlanFileView(desk: desk, view: try desk.view(), say: context.say)
            if let revision = Form(query: request)["loaded"].flatMap({ UInt64($0) }) {
                page.said = context.say("已载入第 \(revision) 版。", "Revision \(revision) is loaded.")
            }
            return .page(page.page())
        }
        router.post("/plan/check") { request, context -> Response in
            let form = try await UploadForm(request, desk.secrets, bytesMax: Self.fileBytesMax)
            return try check(form, context.say)
        }
        router.post("/plan/load") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            var page = PlanFileView(desk: desk, view: try desk.view(), say: context.say)
            let held = pending.value(form["key"])
            do {
                guard let held else {
                    throw PageFault(zh: "检查结果已过期，请重新选择文件。", en: "The check is gone; choose the file again.")
                }
                let loaded = try await desk.host.call(
                    AdminPlanLoad.self, AdminPlanLoad.Params(document: held.document))
                pending.forget()
                await desk.sync.once()
                return .seeOther("/plan?loaded=\(loaded.revision)")
            } catch let fault as PageFault {
                if let held, let frozen = fault.refusal.flatMap({ held.plan.fault(of: $0) }) {
                    page.faulty = (held.name, held.text, [frozen])
                } else {
                    page.fault = fault.sentence(context.say)
                }
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    private func check(_ form: UploadForm, _ say: Wording) throws -> Response {
        var page = PlanFileView(desk: desk, view: try desk.view(), say: say)
        guard let file = form.file, !file.name.isEmpty else {
            page.fault = say("请先选择文件。", "Choose a file first.")
            return .page(page.page(), status: .unprocessableContent)
        }
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            page.fault = say("文件不是 UTF-8 文本，请另存为 UTF-8 后再试。", "The file is no text in UTF-8; save it as UTF-8.")
            return .page(page.page(), status: .unprocessableContent)
        }
        do throws(PlanFileError) {
            let node = try PlanFile.parse(text)
            let reading = try PlanReader.read(node)
            let held = PendingPlan(
                key: HexText.of(desk.host.randomBytes(16)), name: file.name, plan: reading.plan,
                document: PlanDocumentJSON.encode(node), warnings: reading.warnings, text: text)
            pending.keep(held, key: held.key)
            return .page(page.preview(held, text))
        } catch {
            page.faulty = (file.name, text, error.faults)
            return .page(page.page(), status: .unprocessableContent)
        }
    }
}
