import Hummingbird
import NIOCore
import PlanSyncClient

/// What a form of the page brought.
struct Form: Sendable {
    private let values: [String: String]

    /// Reads a form and checks that it is one of ours.
    ///
    /// - Throws: ``PageFault`` for a form without the token; Hummingbird's error for one that is too large.
    init(_ request: Request, _ secrets: PageSecrets) async throws {
        let body = try await request.body.collect(upTo: PageContext.formBytesMax)
        values = Self.read(String(buffer: body))
        guard let token = values["token"], PageSecrets.isEqual(token, secrets.formToken) else {
            throw PageFault(
                zh: "表单已过期，请返回后重新打开本页再提交。", en: "The form is out of date; open the page anew and send it again.")
        }
    }

    /// The part of an address behind the question mark.
    init(query request: Request) { values = Self.read(request.uri.query ?? "") }

    private static func read(_ text: String) -> [String: String] {
        (try? URLEncodedFormDecoder().decode([String: String].self, from: text)) ?? [:]
    }

    /// A field's text without the blanks around it; `nil` for a field that is not there.
    subscript(name: String) -> String? {
        guard let value = values[name] else { return nil }
        var text = Substring(value)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        // Browsers end the lines of a text area with two characters.
        return text.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n")
    }

    /// The fields whose names begin so, without the beginning, in order.
    func fields(_ beginning: String) -> [(name: String, text: String)] {
        values.keys.filter { $0.hasPrefix(beginning) }.sorted().compactMap { key in
            self[key].map { (String(key.dropFirst(beginning.count)), $0) }
        }
    }

    /// A number from 1 for a page of a list.
    var page: Int { max(1, min(1_000_000, Int(self["page"] ?? "") ?? 1)) }
}
