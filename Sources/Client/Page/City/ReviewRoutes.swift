import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// The reports that wait for the city: looked at, answered, and, once they are sealed, amended.
struct ReviewRoutes {
    let desk: Desk

    func add(to router: Router<PageContext>) {
        addQueue(to: router)
        addFigures(to: router)
        addAnswer(to: router)
        addAmendment(to: router)
    }

    private func addQueue(to router: Router<PageContext>) {
        router.get("/review") { request, context -> Response in
            let query = Form(query: request)
            return .page(
                ReviewView(
                    desk: desk, view: try desk.view(), say: context.say, isAll: query["all"] != nil,
                    year: query["year"].flatMap(Int.init)
                ).page())
        }
        router.post("/review") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            let view = try desk.view()
            let picked = form.fields(ReviewView.pick).map(\.name)
            let verdict = Editing.Verdict(rawValue: form["verdict"] ?? "") ?? .accepted
            do {
                guard !picked.isEmpty else {
                    throw PageFault(zh: "请先选择要审核的上报。", en: "Choose the reports first.")
                }
                for (name, digest) in form.fields(ReviewView.seen) where picked.contains(name) {
                    try Self.checkSeen(name, digest, view)
                }
                try desk.review(picked, verdict, reason: form["reason"] ?? "", view)
                return .seeOther("/review")
            } catch {
                let page = ReviewView(
                    desk: desk, view: view, say: context.say, fault: PageSentence.of(error, context.say),
                    picked: Set(picked.map { ReviewView.pick + $0 }), reason: form["reason"] ?? "")
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    private func page(_ context: PageContext) throws -> ReportReview {
        let view = try desk.view()
        return ReportReview(
            desk: desk, view: view, say: context.say, tenant: try CityRoutes.unit(view, context),
            period: try ReportRoutes.period(view, context))
    }

    /// One unit's figures of a period: to look at, and what departments of the city enter for it.
    private func addFigures(to router: Router<PageContext>) {
        router.get("/review/:period/:tenant") { request, context -> Response in
            var page = try page(context)
            let query = Form(query: request)
            if query["saved"] != nil { page.said = context.say("已保存在本机。", "Saved on this machine.") }
            page.amended = query["amended"].map { Amending.sentence($0 == "waiting", context.say) }
            return .page(page.page())
        }
        // What departments of the city enter for a unit, such as official statistics.
        router.post("/review/:period/:tenant") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            var page = try page(context)
            do {
                let isSaved = try desk.fill(page.reference, form)
                return .seeOther(page.address + (isSaved ? "?saved=1" : ""))
            } catch let error as FormError {
                page.typed = form.typed
                page.faults = error.sentences(context.say)
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    /// The answer to one report, from the page with its figures: what was typed there is not lost with it.
    private func addAnswer(to router: Router<PageContext>) {
        router.post("/review/:period/:tenant/answer") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            var page = try page(context)
            let name = "\(page.tenant):\(page.period.id)"
            let verdict = Editing.Verdict(rawValue: form["verdict"] ?? "") ?? .accepted
            page.typed = form.typed
            page.reason = form["reason"] ?? ""
            do {
                let figures = try desk.drafted(page.reference, form.entries, note: form["note"])
                if verdict == .accepted, let figures { throw Self.unsaved(figures, page.view) }
                try Self.checkSeen(name, form[ReviewView.seen] ?? "", page.view)
                try desk.review([name], verdict, reason: page.reason, page.view, with: figures)
                return .seeOther("/review")
            } catch let error as FormError {
                page.faults = error.sentences(context.say)
                return .page(page.page(), status: .unprocessableContent)
            } catch {
                page.fault = PageSentence.of(error, context.say)
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    /// A report is accepted over the figures that it names; others behind them make it a draft again.
    private static func unsaved(_ figures: ChangeDraft, _ view: LocalView) -> PageFault {
        func names(_ say: Wording) -> String {
            figures.operations.compactMap(\.field).map { Names.field($0, of: CollectionRule.values, view, say) }
                .joined(separator: say("、", ", "))
        }
        return PageFault(
            zh: "还没有审核：您填写的部门数据尚未保存（\(names(Wording(chinese: true)))）。请先“保存部门数据”；"
                + "数据有变动的上报须由单位重新上报后再审核。不需要保存的，请恢复原值。",
            en: "Not accepted: figures that you typed are not saved (\(names(Wording(chinese: false)))). Save them "
                + "first; the unit then hands its report in again. Or put back what stood there.")
    }

    /// Changes a figure of a sealed period, with a reason.
    private func addAmendment(to router: Router<PageContext>) {
        router.post("/review/:period/:tenant/amend") { request, context -> Response in
            let form = try await Form(request, desk.secrets)
            var page = try page(context)
            do {
                let isIn = try await desk.amend(
                    page.reference, page.period, "\(form["field"] ?? "")=\(form["value"] ?? "")",
                    reason: form["reason"] ?? "")
                return .seeOther(page.address + "?amended=" + (isIn ? "in" : "waiting") + "#amendments")
            } catch {
                page.typed = [Amending.field: form["field"] ?? "", Amending.value: form["value"] ?? ""]
                page.reason = form["reason"] ?? ""
                page.fault = PageSentence.of(error, context.say)
                return .page(page.page(), status: .unprocessableContent)
            }
        }
    }

    /// A report is answered as it was seen.
    ///
    /// - Throws: ``PageFault`` when it was handed in anew since.
    private static func checkSeen(_ name: String, _ digest: String, _ view: LocalView) throws {
        let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, let unit = view.plan.units.first(where: { $0.id.rawValue == parts[0] }),
            let period = view.plan.periods.period(parts[1])
        else { return }
        guard (view.report(of: period, tenant: unit.id).digest?.value?.shown ?? "") == digest else {
            throw PageFault(
                zh: "\(unit.name.zh)的这份上报在您查看之后又有变动，请重新核对后再审核。",
                en: "\(unit.name.en) has handed in other figures since you looked; look at them again first.")
        }
    }
}

extension Desk {
    /// Answers several reports at once: all of them or, where one cannot be answered, none.
    ///
    /// A report is `UNIT:PERIOD`.
    ///
    /// `figures`: what is saved with it, behind the answers.
    fileprivate func review(
        _ picked: [String], _ verdict: Editing.Verdict, reason: String, _ view: LocalView,
        with figures: ChangeDraft? = nil
    ) throws {
        let editing = try Editing(view: view, author: host.person, note: reason.isEmpty ? nil : reason)
        var faults: [EditFault] = []
        var drafts: [ChangeDraft] = []
        for name in picked {
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            do throws(EditError) {
                drafts.append(try editing.review(parts.first ?? "", parts.last ?? "", verdict))
            } catch {
                for fault in error.faults where !faults.contains(fault) { faults.append(fault) }
            }
        }
        guard faults.isEmpty else { throw EditError(faults) }
        var random = HostRandom(host: host)
        if let figures { drafts.append(figures) }
        _ = try replica().save(drafts, now: host.now(), random: &random)
        sync.nudge()
    }
}
