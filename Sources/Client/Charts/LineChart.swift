/// A figure from period to period, beside the path that it should take, and the target.
package struct LineChart: Sendable {
    private let name: String
    private let title: String
    private let unit: String
    private let points: [String]
    private let actual: Line
    private let path: Line?
    private let target: (name: String, figure: ChartFigure)?

    /// A line with a name; where there is no figure it is broken.
    package struct Line: Sendable {
        /// Its name.
        package let name: String
        /// Its figures, one for each point or fewer.
        package let figures: [ChartFigure?]

        package init(name: String, figures: [ChartFigure?]) {
            self.name = name
            self.figures = figures
        }
    }

    /// A chart over these points, such as periods.
    package init(
        name: String, title: String, unit: String, points: [String], actual: Line, path: Line? = nil,
        target: (name: String, figure: ChartFigure)? = nil
    ) {
        self.name = name
        self.title = title
        self.unit = unit
        self.points = points
        self.actual = actual
        self.path = path
        self.target = target
    }

    private static let size = (width: 620.0, height: 280.0)
    private static let plot = (left: 64.0, top: 40.0, right: 600.0, bottom: 232.0)

    /// The picture.
    package var picture: Picture {
        let lines = [actual] + (path.map { [$0] } ?? [])
        let numbers = lines.flatMap { $0.figures.compactMap { $0?.number } } + (target.map { [$0.figure.number] } ?? [])
        let scale = AxisScale(numbers)
        return SVG.picture(
            name: name, width: Self.size.width, height: Self.size.height, title: title, description: description
        ) { svg in
            frame(scale, in: &svg)
            if let target {
                let y = place(0, target.figure.number, scale).y
                svg.line((Self.plot.left, y), (Self.plot.right, y), Palette.target, width: 1.5, dash: "8 4")
            }
            if let path { draw(path, Palette.path, dash: "3 3", isDiamond: true, scale, in: &svg) }
            draw(actual, Palette.main, dash: nil, isDiamond: false, scale, in: &svg)
            if let last = actual.figures.indices.last(where: { actual.figures[$0] != nil }),
                let figure = actual.figures[last]
            {
                let end = place(last, figure.number, scale)
                let beside = path.flatMap { $0.figures.indices.contains(last) ? $0.figures[last] : nil }
                let isBelow = (beside?.number ?? figure.number) > figure.number
                svg.label(figure.text, end.x, end.y + (isBelow ? 19 : -9), .middle, fill: Palette.main, bold: true)
            }
            legend(in: &svg)
        }
    }

    private func frame(_ scale: AxisScale, in svg: inout SVG) {
        for tick in scale.ticks {
            let y = place(0, tick.value, scale).y
            svg.line((Self.plot.left, y), (Self.plot.right, y))
            svg.label(tick.text, Self.plot.left - 8, y + 4, .end, fill: Palette.muted, size: 12)
        }
        svg.label(unit, Self.plot.left - 8, Self.plot.top - 14, .end, fill: Palette.muted, size: 12)
        // Names that would run into each other are left out, never the last.
        let widest = points.map { SVG.width($0, size: 12) }.max() ?? 1
        let room = (Self.plot.right - Self.plot.left) / Double(max(1, points.count))
        let every = max(1, Int(((widest + 8) / room).rounded(.up)))
        for (index, point) in points.enumerated() where (points.count - 1 - index) % every == 0 {
            let x = place(index, 0, scale).x
            svg.label(point, x, Self.plot.bottom + 18, .middle, fill: Palette.muted, size: 12)
        }
    }

    private func place(_ index: Int, _ value: Double, _ scale: AxisScale) -> (x: Double, y: Double) {
        let room = (Self.plot.right - Self.plot.left) / Double(max(1, points.count))
        let height = Self.plot.bottom - Self.plot.top
        return (Self.plot.left + (Double(index) + 0.5) * room, Self.plot.bottom - scale.share(value) * height)
    }

    private func draw(
        _ line: Line, _ stroke: String, dash: String?, isDiamond: Bool, _ scale: AxisScale, in svg: inout SVG
    ) {
        var run: [(x: Double, y: Double)] = []
        for (index, figure) in line.figures.prefix(points.count).enumerated() {
            guard let figure else {
                svg.path(run, stroke, width: 2, dash: dash)
                run = []
                continue
            }
            run.append(place(index, figure.number, scale))
        }
        svg.path(run, stroke, width: 2, dash: dash)
        for (index, figure) in line.figures.prefix(points.count).enumerated() {
            guard let figure else { continue }
            mark(place(index, figure.number, scale), stroke, isDiamond: isDiamond, in: &svg)
        }
    }

    private func mark(_ at: (x: Double, y: Double), _ fill: String, isDiamond: Bool, in svg: inout SVG) {
        if isDiamond {
            let points = [(at.x, at.y - 4), (at.x + 4, at.y), (at.x, at.y + 4), (at.x - 4, at.y)]
            let places = points.map { "\(SVG.number($0.0)),\(SVG.number($0.1))" }.joined(separator: " ")
            svg.element("polygon", [("points", places), ("fill", Palette.paper), ("stroke", fill)])
        } else {
            svg.element("circle", [("cx", SVG.number(at.x)), ("cy", SVG.number(at.y)), ("r", "4"), ("fill", fill)])
        }
    }

    private func legend(in svg: inout SVG) {
        var x = Self.plot.left + 20
        let y = Self.size.height - 12
        func entry(_ name: String, _ stroke: String, _ dash: String?, _ isDiamond: Bool?) {
            svg.line((x, y - 4), (x + 26, y - 4), stroke, width: 2, dash: dash)
            if let isDiamond { mark((x + 13, y - 4), stroke, isDiamond: isDiamond, in: &svg) }
            svg.label(name, x + 32, y, size: 12)
            x += 32 + SVG.width(name, size: 12) + 24
        }
        entry(actual.name, Palette.main, nil, false)
        if let path { entry(path.name, Palette.path, "3 3", true) }
        if let target { entry("\(target.name) \(target.figure.text)", Palette.target, "8 4", nil) }
    }

    private var description: String {
        var parts = points.enumerated().map { index, point in
            let figure = actual.figures.indices.contains(index) ? actual.figures[index] : nil
            return "\(point): \(figure.map { "\($0.text) \(unit)" } ?? "–")"
        }
        if let target { parts.append("\(target.name): \(target.figure.text) \(unit)") }
        return "\(actual.name). " + parts.joined(separator: "; ")
    }
}
