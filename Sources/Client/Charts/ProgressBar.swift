/// How far a target is, with a mark where it should be by now.
package struct ProgressBar: Sendable {
    private let name: String
    private let title: String
    private let percent: ChartFigure?
    private let due: ChartFigure?
    private let words: (done: String, due: String, none: String)

    /// A bar; both figures are in percent of the whole target.
    package init(
        name: String, title: String, percent: ChartFigure?, due: ChartFigure?,
        words: (done: String, due: String, none: String)
    ) {
        self.name = name
        self.title = title
        self.percent = percent
        self.due = due
        self.words = words
    }

    private static let width = 180.0
    private static let height = 18.0
    /// Beyond the whole, so that more than all is seen as more.
    private static let greatest = 125.0

    /// The picture.
    package var picture: Picture {
        SVG.picture(
            name: name, width: Self.width + 56, height: Self.height, title: title, description: description
        ) { svg in
            func x(_ share: Double) -> Double { min(max(0, share), Self.greatest) / Self.greatest * Self.width }
            svg.box(0, 3, x(100), 12, fill: "#e9edf1", stroke: Palette.grid, radius: 2)
            if let percent {
                let isBehind = due.map { percent.number < $0.number } ?? false
                svg.box(0, 3, x(percent.number), 12, fill: isBehind ? Palette.path : Palette.main, radius: 2)
            }
            if let due { svg.line((x(due.number), 0), (x(due.number), Self.height), Palette.ink, width: 2) }
            let text = percent.map { "\($0.text)%" } ?? words.none
            svg.label(text, Self.width + 52, 14, .end, fill: percent == nil ? Palette.muted : Palette.ink)
        }
    }

    private var description: String {
        let done = percent.map { "\(words.done) \($0.text)%" } ?? words.none
        return due.map { "\(done); \(words.due) \($0.text)%" } ?? done
    }
}
