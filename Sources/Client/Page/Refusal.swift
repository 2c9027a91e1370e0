import HTTPTypes
import Hummingbird
import PlanSyncClient
import PlanSyncCore

/// Why a request gets nothing of the page.
enum Refusal: Equatable {
    case host, origin, method, form, stranger, notFound, tooLarge
    case failed(String)

    private var status: HTTPResponse.Status {
        switch self {
        case .host: .misdirectedRequest
        case .origin, .form: .forbidden
        case .method: .methodNotAllowed
        case .stranger: .unauthorized
        case .notFound: .notFound
        case .tooLarge: .contentTooLarge
        case .failed: .unprocessableContent
        }
    }

    private func sentence(_ say: Wording) -> String {
        switch self {
        case .host: say("请用启动时显示的地址打开本页。", "Open the page at the address that was printed.")
        case .origin: say("这个请求不是从本页发出的，已拒绝。", "This request did not come from the page itself.")
        case .method: say("不支持这种请求。", "Requests of this kind are not served.")
        case .form:
            say("表单已过期，请返回后重新打开本页再提交。", "The form is out of date; go back, open the page anew and send it again.")
        case .stranger:
            say(
                "请用 plansync page 启动时显示的完整地址打开本页（地址里含有本次的口令）。",
                "Open the page at the whole address that 'plansync page' printed; the key is a part of it.")
        case .notFound: say("没有这一页。", "There is no such page.")
        case .tooLarge: say("提交的内容太大。", "What was sent is too large.")
        case .failed(let sentence): sentence
        }
    }

    /// The page that says so; without anything of the data.
    static func response(_ refusal: Refusal, _ say: Wording) -> Response {
        let body = Layout.bare(say, title: say("未能完成", "Not done")) {
            element("p", .class("notice bad")) { refusal.sentence(say) }
            element("p") { element("a", .href("/")) { say("返回首页", "To the first page") } }
        }
        return .page(body, status: refusal.status)
    }
}

/// The sentence for an error.
enum PageSentence {
    /// What a person reads; never the error's own description.
    static func of(_ error: any Error, _ say: Wording) -> String {
        switch error {
        case let error as PageFault: error.sentence(say)
        case let error as EditError: FaultWords.of(error, say)
        case let error as EditFault: FaultWords.of(error, say)
        case let error as SheetError: error.sentence(chinese: say.chinese)
        case let error as ReplicaError: error.sentence(chinese: say.chinese)
        default:
            say(
                "出了意外，没有保存。请重试；若仍不行，请把操作步骤告诉管理员。",
                "Something unexpected happened, and nothing was saved. Try again, or tell the administrator."
            )
        }
    }
}

extension Response {
    /// A page.
    static func page(_ page: HTML, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.text)))
    }

    /// Sends the browser on, so that a form is not sent twice.
    static func seeOther(_ place: String) -> Response {
        Response(status: .seeOther, headers: [.location: place])
    }
}
