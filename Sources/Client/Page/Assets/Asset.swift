/// A file that the page consists of beside its pages.
struct Asset: Sendable {
    let path: String
    let type: String
    let content: String

    static let stylesheet = Asset(
        path: "/page.css", type: "text/css; charset=utf-8", content: styles + "\n" + cityStyles + "\n" + paperStyles)
    static let script = Asset(path: "/page.js", type: "text/javascript; charset=utf-8", content: code)
    static let all = [stylesheet, script]

    /// Whether a path is one of them; nothing else is ever read by a path.
    static func isOne(_ path: String) -> Bool { all.contains { $0.path == path } }
}
