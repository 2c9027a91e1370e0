// Charts are drawn with shapes and presentation attributes alone: no script, no style attribute, nothing from outside,
// so that they stand under the strictest content security policy, on paper, and in a file of their own.

/// A picture as SVG markup that only this module makes: whoever holds one may put it into a page as it is.
package struct Picture: Sendable, Equatable {
    /// The markup, from `<svg` to `</svg>`.
    package let markup: String

    fileprivate init(_ markup: String) { self.markup = markup }
}

/// Writes SVG; every text is escaped.
struct SVG {
    private(set) var text = ""

    /// A picture with its text alternative; `name` makes the names of its parts unique on a page.
    ///
    /// `hasLinks`: whether parts of it lead elsewhere; then it is a group rather than one image (WAI-ARIA 1.2, img).
    static func picture(
        name: String, width: Double, height: Double, title: String, description: String, hasLinks: Bool = false,
        _ body: (inout SVG) -> Void
    ) -> Picture {
        var svg = SVG()
        let id = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" })
        svg.open(
            "svg",
            [
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("viewBox", "0 0 \(Self.number(width)) \(Self.number(height))"),
                ("width", Self.number(width)), ("height", Self.number(height)), ("role", hasLinks ? "group" : "img"),
                ("class", "chart"), ("aria-labelledby", "\(id)-title \(id)-desc"),
                ("font-family", "inherit"), ("font-size", "13"),
            ])
        svg.element("title", [("id", "\(id)-title")], title)
        svg.element("desc", [("id", "\(id)-desc")], description)
        body(&svg)
        svg.close("svg")
        return Picture(svg.text)
    }

    mutating func open(_ name: String, _ attributes: [(String, String)] = []) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
        text += ">"
    }

    mutating func close(_ name: String) { text += "</\(name)>" }

    mutating func element(_ name: String, _ attributes: [(String, String)] = [], _ content: String = "") {
        open(name, attributes)
        text += Self.escaped(content)
        close(name)
    }

    // MARK: Shapes

    /// Where a text stands beside its point.
    enum Anchor: String {
        case start, middle, end
    }

    mutating func label(
        _ content: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, fill: String = Palette.ink,
        size: Double? = nil, bold: Bool = false
    ) {
        var attributes = [
            ("x", Self.number(x)), ("y", Self.number(y)), ("text-anchor", anchor.rawValue), ("fill", fill),
        ]
        if let size { attributes.append(("font-size", Self.number(size))) }
        if bold { attributes.append(("font-weight", "600")) }
        element("text", attributes, content)
    }

    mutating func line(
        _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), _ stroke: String = Palette.grid,
        width: Double = 1, dash: String? = nil
    ) {
        var attributes = [
            ("x1", Self.number(from.x)), ("y1", Self.number(from.y)), ("x2", Self.number(to.x)),
            ("y2", Self.number(to.y)), ("stroke", stroke), ("stroke-width", Self.number(width)),
        ]
        if let dash { attributes.append(("stroke-dasharray", dash)) }
        element("line", attributes)
    }

    mutating func box(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, fill: String, stroke: String? = nil,
        radius: Double = 0
    ) {
        var attributes = [
            ("x", Self.number(x)), ("y", Self.number(y)), ("width", Self.number(max(0, width))),
            ("height", Self.number(max(0, height))), ("fill", fill),
        ]
        if radius > 0 { attributes.append(("rx", Self.number(radius))) }
        if let stroke { attributes.append(("stroke", stroke)) }
        element("rect", attributes)
    }

    mutating func path(_ points: [(x: Double, y: Double)], _ stroke: String, width: Double, dash: String? = nil) {
        guard points.count > 1 else { return }
        let places = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
        var attributes = [
            ("points", places), ("fill", "none"), ("stroke", stroke), ("stroke-width", Self.number(width)),
        ]
        if let dash { attributes.append(("stroke-dasharray", dash)) }
        element("polyline", attributes)
    }

    // MARK: Texts

    /// A coordinate with one digit after the point.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let tenths = Int((value * 10).rounded())
        let part = abs(tenths % 10)
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10)" + (part == 0 ? "" : ".\(part)")
    }

    static func escaped(_ text: String) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            // No XML has the others.
            case let control where control.value < 0x20 && ![9, 10, 13].contains(control.value): safe += "\u{FFFD}"
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    /// About how wide a text is, in the unit of the picture.
    static func width(_ text: String, size: Double = 13) -> Double {
        text.reduce(0) { sum, character in
            sum + ((character.unicodeScalars.first?.value ?? 0) >= 0x1100 ? 1 : 0.56)
        } * size
    }
}

/// The colours of charts: told apart also without colour by their lightness, by marks and by words.
///
/// Ink on paper has a contrast of 13, the muted ink of 5.6 (WCAG 2.2 asks for 4.5; for shapes for 3).
enum Palette {
    static let ink = "#1f2933"
    static let muted = "#5b6672"
    static let grid = "#d5dbe1"
    static let paper = "#ffffff"
    static let main = "#1d5fa7"
    static let soft = "#a9c6e6"
    static let path = "#8a5a00"
    static let target = "#b3261e"
    /// From the best to the last: dark to light, with the ink that reads on each.
    static let ranks: [(fill: String, ink: String)] = [
        ("#0b3d75", paper), ("#1d5fa7", paper), ("#7fb0e0", ink), ("#bcd7f1", ink), ("#e6f0fa", ink),
    ]
}
