import HTTPTypes
import Hummingbird
import NIOCore
import PlanSyncClient
import PlanSyncCore
import PlanSyncSheets
import PlanSyncWire

/// Files out, and files in: looked at first, saved on a second word.
struct ExchangeRoutes {
    let desk: Desk
    let pending = Pending<PendingImport>()

    func add(to router: Router<PageContext>) {
        router.get("/exchange") { request, context -> Response in
            let view = try desk.view()
            var page = ExchangeView(desk: desk, view: view, say: context.say, period: CityPeriod.newest(view))
            if let count = Form(query: request)["saved"].flatMap({ Int($0) }) {
                page.notice = (
                    "good",
                    context.say("已保存 \(count) 个字段，联网后自动上报。", "\(count) fields are saved; they are sent by themselves.")
                )
            }
            return .page(page.page())
        }
        router.get("/exchange/file/:format/**") { request, context -> Response in
            try await file(context, Form(query: request))
        }
        router.post("/exchange/import") { request, context -> Response in
            let form = try await UploadForm(request, desk.secrets, bytesMax: SheetLimits.fileBytesMax)
            return try preview(form, context.say)
        }
        router.post("/exchange/apply") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            return try apply(form["key"], context.say)
        }
    }

    // MARK: Out

    private func file(_ context: PageContext, _ query: Form) async throws -> Response {
        let words = context.parameters.getCatchAll().map { Place.decoded(String($0)) }
        guard let kind = words.first else { throw HTTPError(.notFound) }
        let name = context.parameters.get("format") ?? ""
        guard let format = try? SheetFile.Format(name: "." + name) else { throw HTTPError(.notFound) }
        let rest = Array(words.dropFirst())
        let bytes = try SheetFile.write(try await sheets(kind, rest, query, context.say), as: format)
        let type =
            format == .csv
            ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        let file = words.map { $0.filter { $0.isASCII && ($0.isLetter || $0.isNumber) } }.joined(separator: "-")
        return Response(
            status: .ok,
            headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(file).\(name)\""],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func sheets(_ kind: String, _ words: [String], _ query: Form, _ say: Wording) async throws -> [Sheet] {
        if let kind = ServerSheets.Kind(rawValue: kind) { return [try await sheet(kind, words, say)] }
        guard let kind = SheetKind(rawValue: kind) else { throw HTTPError(.notFound) }
        let view = try desk.view()
        if let narrowed = try narrowed(kind, words, query, view, say) { return narrowed }
        let tables = TableSheets(try desk.replica(), view, say, now: desk.host.now(), desk.host.cryptography)
        do {
            return try tables.sheets(kind, words)
        } catch is SheetFault, is NameFault, is EditFault {
            throw HTTPError(.notFound)
        }
    }

    /// What a page shows of a table after a search or a filter; `nil` for the whole table.
    private func narrowed(
        _ kind: SheetKind, _ words: [String], _ query: Form, _ view: LocalView, _ say: Wording
    ) throws -> [Sheet]? {
        let sheets = WorkSheets(view: view, wording: say)
        switch (kind, words.count) {
        case (.rewards, 0):
            return [
                sheets.rewards(RewardsView(desk: desk, view: view, say: say, place: RewardPlace(query: query)).entries)
            ]
        case (.paid, 0):
            let place = RewardPlace(query: query)
            let entries = (view.rewardBook()?.entries ?? []).filter {
                place.unit.isEmpty || $0.tenant.rawValue == place.unit
            }
            let payments = PaymentSheet(view, say)
            return [payments.paid(entries, in: Int(place.year)), payments.years(entries)]
        case (.trail, 0):
            return [sheets.trail(TrailView(desk: desk, view: view, say: say, place: TrailPlace(query: query)).found)]
        case (.measures, 1):
            guard let period = view.plan.periods.period(words[0]) else { throw HTTPError(.notFound) }
            let page = MeasuresView(
                desk: desk, view: view, say: say, period: period, department: query["department"] ?? "",
                only: query["only"] ?? "")
            let measure = query["measure"] ?? ""
            return [sheets.measures(page.entries.filter { measure.isEmpty || $0.measure.id == measure }, in: period)]
        case (.records, 1):
            guard let rule = view.plan.writtenCollections.first(where: { $0.id.rawValue == words[0] }) else {
                return nil
            }
            var found = [RecordPlace]()
            if let key = query["key"], let owner = query["of"].flatMap({ try? TenantID($0) }) {
                found = [RecordPlace(tenant: owner, key: key)]
            } else {
                let place = ListPlace(collection: rule.id, query: query)
                found = RecordListView(desk: desk, view: view, say: say, rule: rule, place: place).found
            }
            return [FormSheets(view: view, wording: say).records(of: rule, isForm: false, places: found)]
        case (.ranking, 1), (.components, 2):
            guard query["now"] != nil, let period = view.plan.periods.period(words[0]) else { return nil }
            let figures = FigureSheets(view: view, wording: say)
            guard kind == .components else { return figures.ranking(in: period, published: nil) }
            return [figures.components(in: period, published: nil, of: try? TenantID(words[1]))]
        default: return nil
        }
    }

    /// What only the server knows.
    private func sheet(_ kind: ServerSheets.Kind, _ words: [String], _ say: Wording) async throws -> Sheet {
        let view = try desk.view()
        let sheets = ServerSheets(view: view, wording: say)
        switch kind {
        case .devices: return sheets.devices(try await desk.host.call(AdminDeviceList.self, RPCEmpty()).devices)
        case .notices: return sheets.notices(try await desk.host.call(AdminNoticeList.self, RPCEmpty()).notices)
        case .edits:
            guard (3...4).contains(words.count), let tenant = try? TenantID(words[0]),
                let collection = try? CollectionID(words[1]),
                let record = try? RecordKey(collection: collection, key: words[2])
            else { throw HTTPError(.notFound) }
            let field = words.count == 4 ? try? FieldID(words[3]) : nil
            return sheets.edits(
                try await desk.host.history(of: record, of: tenant, field: field, in: view.plan.id), of: record)
        }
    }

    // MARK: In

    private func preview(_ form: UploadForm, _ say: Wording) throws -> Response {
        let view = try desk.view()
        var page = ExchangeView(desk: desk, view: view, say: say, period: CityPeriod.newest(view))
        guard let file = form.file, !file.name.isEmpty else {
            page.notice = ("bad", say("请先选择文件。", "Choose a file first."))
            return .page(page.page(), status: .unprocessableContent)
        }
        do {
            let format = try SheetFile.Format(name: file.name)
            let (sheets, encoding) = try SheetFile.read(file.bytes, as: format)
            if let encoding, encoding != .utf8 {
                page.notice = (
                    "away",
                    say("文件编码为 \(encoding.rawValue)，已转换。", "The file is in \(encoding.rawValue); it was converted.")
                )
            }
            let note = form.fields["note"] ?? ""
            let found = try look(sheets, form: form.fields["form"] ?? "", note: note, view)
            let key = HexText.of(desk.host.randomBytes(16))
            let held = PendingImport(
                key: key, name: file.name, sheets: sheets, form: form.fields["form"] ?? "", note: note,
                steps: found.steps)
            pending.keep(held, key: key)
            let status: HTTPResponse.Status = found.faults.isEmpty ? .ok : .unprocessableContent
            return .page(page.preview(found, held), status: status)
        } catch let error as SheetError {
            page.notice = ("bad", error.sentence(chinese: say.chinese))
            return .page(page.page(), status: .unprocessableContent)
        }
    }

    private func look(_ sheets: [Sheet], form: String, note: String, _ view: LocalView) throws -> SheetImport {
        let replica = try desk.replica()
        var random = HostRandom(host: desk.host)
        let number = try replica.state().chainNumber.addingReportingOverflow(1).partialValue
        let freshKey = NewKey.make(device: view.principal.device, number: number, random: &random)
        let editing = try Editing(
            view: view, author: desk.host.person, note: note.isEmpty ? nil : note, freshKey: freshKey)
        return SheetImport(
            sheets, editing: editing, freshKey: freshKey, form: form.isEmpty ? nil : try SheetForm(form, in: view.plan))
    }

    private func apply(_ key: String?, _ say: Wording) throws -> Response {
        let view = try desk.view()
        var page = ExchangeView(desk: desk, view: view, say: say, period: CityPeriod.newest(view))
        guard let held = pending.value(key) else {
            page.notice = ("bad", say("预览已过期，请重新选择文件。", "The preview is gone; choose the file again."))
            return .page(page.page(), status: .unprocessableContent)
        }
        let found = try look(held.sheets, form: held.form, note: held.note, view)
        // What came in meanwhile may be in the way: the person looks once more.
        guard found.faults.isEmpty, found.isLike(held.steps) else {
            let fresh = PendingImport(
                key: HexText.of(desk.host.randomBytes(16)), name: held.name, sheets: held.sheets, form: held.form,
                note: held.note, steps: found.steps)
            pending.keep(fresh, key: fresh.key)
            page.notice = ("away", say("预览之后数据有变动，请再核对一次。", "Something changed since the preview; look once more."))
            return .page(page.preview(found, fresh), status: .unprocessableContent)
        }
        var random = HostRandom(host: desk.host)
        _ = try desk.replica().save(found.drafts, now: desk.host.now(), random: &random)
        pending.forget()
        desk.sync.nudge()
        return .seeOther("/exchange?saved=\(found.steps.count)")
    }
}

extension SheetImport {
    /// Whether it would do what was shown; the keys of new records are made anew each time.
    fileprivate func isLike(_ shown: [Step]) -> Bool {
        steps.count == shown.count
            && zip(steps, shown).allSatisfy { one, other in
                one.place == other.place && one.before == other.before && one.after == other.after
            }
    }
}

/// Bytes as hexadecimal digits.
enum HexText {
    static func of(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
