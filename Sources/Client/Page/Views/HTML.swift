// Markup that cannot be injected into: text and the values of attributes are escaped when they are put in, the names
// of elements and attributes are ours, and there is no way to put markup in from a string.

package import PlanSyncCharts

/// A piece of a page.
package struct HTML: Sendable {
    /// The markup.
    package private(set) var text: String

    private init(markup: String) { text = markup }

    /// Nothing.
    package static let empty = HTML(markup: "")

    /// A text, escaped.
    package init(_ text: some StringProtocol) {
        self.text = ""
        self.text.reserveCapacity(text.utf8.count + 16)
        HTML.escape(text, into: &self.text)
    }

    /// A whole document.
    package static func document(_ root: HTML) -> HTML { HTML(markup: "<!DOCTYPE html>\n" + root.text) }

    /// Some pieces one after the other.
    package init(_ pieces: [HTML]) {
        text = ""
        for piece in pieces { text += piece.text }
    }

    /// A picture, whose texts were escaped when it was drawn.
    package init(_ picture: Picture) { text = picture.markup }

    fileprivate init(_ name: StaticString, _ attributes: [Attribute], _ content: HTML?) {
        text = "<\(name)"
        for attribute in attributes {
            guard let value = attribute.value else { continue }
            text += " \(attribute.name)"
            guard !value.isEmpty || !attribute.isFlag else { continue }
            text += "=\""
            HTML.escape(value, into: &text)
            text += "\""
        }
        text += ">"
        guard let content else { return }
        text += content.text
        text += "</\(name)>"
    }

    private static func escape(_ source: some StringProtocol, into target: inout String) {
        for scalar in source.unicodeScalars {
            switch scalar {
            case "&": target += "&amp;"
            case "<": target += "&lt;"
            case ">": target += "&gt;"
            case "\"": target += "&quot;"
            case "'": target += "&#39;"
            // Marks that turn the direction of what follows, and control characters, are shown as what they are not.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
                "\u{2066}"..."\u{2069}":
                target += "\u{FFFD}"
            default: target.unicodeScalars.append(scalar)
            }
        }
    }
}

/// A name of an attribute with its value.
package struct Attribute: Sendable {
    let name: StaticString
    let value: String?
    let isFlag: Bool

    /// An attribute; `nil` leaves it out.
    package init(_ name: StaticString, _ value: String?) {
        self.name = name
        self.value = value
        isFlag = false
    }

    private init(flag name: StaticString, _ isSet: Bool) {
        self.name = name
        value = isSet ? "" : nil
        isFlag = true
    }

    /// One that is there or not.
    package static func flag(_ name: StaticString, _ isSet: Bool = true) -> Attribute { Attribute(flag: name, isSet) }
    package static func `class`(_ names: String?) -> Attribute { Attribute("class", names) }
    package static func id(_ name: String) -> Attribute { Attribute("id", name) }
    package static func href(_ place: String) -> Attribute { Attribute("href", place) }
    package static func name(_ name: String) -> Attribute { Attribute("name", name) }
    package static func value(_ value: String) -> Attribute { Attribute("value", value) }
    package static func type(_ type: String) -> Attribute { Attribute("type", type) }
}

/// Puts pieces together; texts among them are escaped.
@resultBuilder
package enum HTMLBuilder {
    package static func buildExpression(_ piece: HTML) -> HTML { piece }
    package static func buildExpression(_ text: String) -> HTML { HTML(text) }
    package static func buildExpression(_ pieces: [HTML]) -> HTML { HTML(pieces) }
    package static func buildBlock(_ pieces: HTML...) -> HTML { HTML(pieces) }
    package static func buildOptional(_ piece: HTML?) -> HTML { piece ?? .empty }
    package static func buildEither(first piece: HTML) -> HTML { piece }
    package static func buildEither(second piece: HTML) -> HTML { piece }
    package static func buildArray(_ pieces: [HTML]) -> HTML { HTML(pieces) }
}

/// An element with its content.
package func element(
    _ name: StaticString, _ attributes: Attribute..., @HTMLBuilder content: () -> HTML
) -> HTML {
    HTML(name, attributes, content())
}

/// An element without content, such as `input`.
package func void(_ name: StaticString, _ attributes: Attribute...) -> HTML { HTML(name, attributes, nil) }
