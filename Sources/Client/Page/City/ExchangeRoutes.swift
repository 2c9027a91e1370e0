import HTTPTypes
import Hummingbird
import NIOCore
import PlanSyncClient
import PlanSyncCore
import PlanSyncSheets

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
                    context.say("已保存 \(count) 个字段,联网后自动上报。", "\(count) fields are saved; they are sent by themselves.")
                )
            }
            return .page(page.page())
        }
        router.get("/exchange/file/:format/**") { request, context -> Response in
            try file(context, Form(query: request))
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

    private func file(_ context: PageContext, _ query: Form) throws -> Response {
        let words = context.parameters.getCatchAll().map { Place.decoded(String($0)) }
        guard let kind = words.first else { throw HTTPError(.notFound) }
        let name = context.parameters.get("format") ?? ""
        guard let format = try? SheetFile.Format(name: "." + name) else { throw HTTPError(.notFound) }
        let rest = Array(words.dropFirst())
        let sheets = try work(kind, rest, query, context.say) ?? sheets(kind, rest, context.say)
        let bytes = try SheetFile.write(sheets, as: format)
        let type =
            format == .csv
            ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        let file = words.map { $0.filter { $0.isASCII && ($0.isLetter || $0.isNumber) } }.joined(separator: "-")
        return Response(
            status: .ok,
            headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(file).\(name)\""],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// What people work through, as its page shows it; `nil` for another kind.
    private func work(_ kind: String, _ words: [String], _ query: Form, _ say: Wording) throws -> [Sheet]? {
        let view = try desk.view()
        let sheets = WorkSheets(view: view, wording: say)
        switch (kind, words.count) {
        case ("rewards", 0):
            let page = RewardsView(desk: desk, view: view, say: say, place: RewardPlace(query: query))
            return [sheets.rewards(page.entries)]
        case ("paid", 0):
            let place = RewardPlace(query: query)
            let entries = (view.rewardBook()?.entries ?? []).filter {
                place.unit.isEmpty || $0.tenant.rawValue == place.unit
            }
            let payments = PaymentSheet(view, say)
            return [payments.paid(entries, in: Int(place.year)), payments.years(entries)]
        case ("trail", 0):
            let page = TrailView(desk: desk, view: view, say: say, place: TrailPlace(query: query))
            return [sheets.trail(page.found)]
        case ("measures", 1):
            guard let period = view.plan.periods.period(words[0]) else { throw HTTPError(.notFound) }
            let page = MeasuresView(
                desk: desk, view: view, say: say, period: period, department: query["department"] ?? "",
                only: query["only"] ?? "")
            return [sheets.measures(page.entries, in: period)]
        default: return nil
        }
    }

    private func sheets(_ kind: String, _ words: [String], _ say: Wording) throws -> [Sheet] {
        let view = try desk.view()
        let figures = FigureSheets(view: view, wording: say)
        let period = words.first.flatMap { view.plan.periods.period($0) }
        switch (kind, words.count) {
        case ("figures", 1):
            guard let period else { throw HTTPError(.notFound) }
            return figures.figures(in: period, basis: .reported)
        case ("ranking", 1):
            guard let period else { throw HTTPError(.notFound) }
            return figures.ranking(
                in: period, published: view.publishedRanking(of: period.id.rawValue, desk.host.cryptography))
        case ("goal", 2):
            guard let indicator = view.plan.indicators.first(where: { $0.id.rawValue == words[0] }),
                let period = view.plan.periods.period(words[1])
            else { throw HTTPError(.notFound) }
            return GoalSheets(view, say).sheets(indicator, in: period)
        case ("history", 0): return [figures.history(try desk.replica().outbox())]
        case ("values", 1): return try form(["values"] + words, isForm: false, view, say)
        case ("records", 1): return try form(words, isForm: false, view, say)
        case ("template", 1...2): return try form(words, isForm: true, view, say)
        default: throw HTTPError(.notFound)
        }
    }

    private func form(_ words: [String], isForm: Bool, _ view: LocalView, _ say: Wording) throws -> [Sheet] {
        let forms = FormSheets(view: view, wording: say)
        switch try SheetForm(words.joined(separator: "/"), in: view.plan) {
        case .values(let period): return [forms.values(of: period, isForm: isForm)]
        case .records(let id): return view.plan.collection(id).map { [forms.records(of: $0, isForm: isForm)] } ?? []
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
                    say("文件编码为 \(encoding.rawValue),已转换。", "The file is in \(encoding.rawValue); it was converted.")
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
            page.notice = ("bad", say("预览已过期,请重新选择文件。", "The preview is gone; choose the file again."))
            return .page(page.page(), status: .unprocessableContent)
        }
        let found = try look(held.sheets, form: held.form, note: held.note, view)
        // What came in meanwhile may be in the way: the person looks once more.
        guard found.faults.isEmpty, found.isLike(held.steps) else {
            let fresh = PendingImport(
                key: HexText.of(desk.host.randomBytes(16)), name: held.name, sheets: held.sheets, form: held.form,
                note: held.note, steps: found.steps)
            pending.keep(fresh, key: fresh.key)
            page.notice = ("away", say("预览之后数据有变动,请再核对一次。", "Something changed since the preview; look once more."))
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
