/// A small line without axes, for a row of a table: where a figure has gone.
package struct Sparkline: Sendable {
    private let name: String
    private let title: String
    private let points: [(name: String, figure: ChartFigure?)]

    /// A line through figures, each with the name of its point.
    package init(name: String, title: String, points: [(name: String, figure: ChartFigure?)]) {
        self.name = name
        self.title = title
        self.points = points
    }

    private static let size = (width: 96.0, height: 24.0)

    /// The picture.
    package var picture: Picture {
        let description = points.map { "\($0.name): \($0.figure?.text ?? "–")" }.joined(separator: "; ")
        return SVG.picture(
            name: name, width: Self.size.width, height: Self.size.height, title: title, description: description
        ) { svg in
            let numbers = points.compactMap { $0.figure?.number }
            let least = numbers.min() ?? 0
            let span = max((numbers.max() ?? 0) - least, .leastNonzeroMagnitude)
            let step = (Self.size.width - 12) / Double(max(1, points.count - 1))
            var run: [(x: Double, y: Double)] = []
            var last: (x: Double, y: Double)?
            for (index, point) in points.enumerated() {
                guard let figure = point.figure else {
                    svg.path(run, Palette.main, width: 2)
                    run = []
                    continue
                }
                let share = numbers.count > 1 ? (figure.number - least) / span : 0.5
                let place = (x: 6 + Double(index) * step, y: Self.size.height - 5 - share * (Self.size.height - 10))
                run.append(place)
                last = place
            }
            svg.path(run, Palette.main, width: 2)
            guard let last else { return }
            svg.element(
                "circle",
                [("cx", SVG.number(last.x)), ("cy", SVG.number(last.y)), ("r", "3"), ("fill", Palette.main)])
        }
    }
}
