import HTTPTypes
import Hummingbird
import NIOCore
import PlanSyncClient
import PlanSyncCore

/// Files of a record: in by a form, out as a download that no browser shows or runs.
struct FileRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        router.post("/record/:collection/:key/attach") { request, context -> Response in
            let form = try await UploadForm(request, desk.secrets, bytesMax: Attachment.bytesMax)
            var page = try RecordRoutes.card(desk, context, form.fields["tenant"])
            let field = form.fields["field"] ?? ""
            do {
                guard let file = form.file, !file.name.isEmpty else {
                    throw PageFault(zh: "请先选择文件。", en: "Choose a file first.")
                }
                try desk.attach(page.reference, field, file)
                return .seeOther(Place.saved(page.address))
            } catch let error as EditError {
                page.faults = [field: [FaultWords.of(error, context.say)]]
            } catch let error as PageFault {
                page.faults = [field: [error.sentence(context.say)]]
            }
            return .page(page.page(), status: .unprocessableContent)
        }
        router.get("/file/:tenant/:collection/:key/:field/:hash") { _, context -> Response in
            try await file(context)
        }
    }

    /// The address of a file's content.
    static func address(_ file: Attachment, _ rule: FieldRule, _ card: RecordView) -> String {
        let owner = card.tenant ?? card.view.principal.tenant
        return "/file/\(owner)/\(card.collection.id)/\(Place.encoded(card.key))/\(rule.id)/\(file.hash)"
    }

    private func file(_ context: PageContext) async throws -> Response {
        func part(_ name: String) -> String { Place.decoded(context.parameters.get(name) ?? "") }
        let view = try desk.view()
        let found = view.attachments.first { file in
            file.place.tenant.rawValue == part("tenant") && file.attachment.hash == part("hash")
                && file.place.record.collection.rawValue == part("collection") && file.place.record.key == part("key")
                && file.place.field.rawValue == part("field")
        }
        guard let found else { throw HTTPError(.notFound) }
        let content = try await desk.host.content(of: found, in: view.plan.id)
        // Never shown in the page's own origin, whatever it holds (RFC 6266, RFC 8187).
        let name = Place.encoded(found.attachment.name)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/octet-stream",
                .contentDisposition: "attachment; filename=\"file.\(found.attachment.type)\"; filename*=UTF-8''\(name)",
                .contentSecurityPolicy: "default-src 'none'; sandbox",
            ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: content)))
    }
}

extension Desk {
    /// Puts a file into a field: first the file, then the edit that names it.
    fileprivate func attach(_ record: String, _ field: String, _ file: UploadForm.File) throws {
        let editing = try editing(nil)
        let made = try editing.attach(
            record, field, name: file.name, content: file.bytes, host.cryptography)
        try host.keep(file: file.bytes, hash: made.attachment.hash)
        try keep(made.draft, repairing: nil)
    }
}
