/// Horizontal bars, one below the other, with the figure behind each: units compared.
package struct BarChart: Sendable {
    /// A bar.
    package struct Bar: Sendable {
        /// Its name.
        package let name: String
        /// Its figure; `nil`: none, for the reason in ``note``.
        package let figure: ChartFigure?
        /// A word behind the figure.
        package let note: String
        /// Whether it is drawn darker than the others.
        package let isMarked: Bool

        package init(name: String, figure: ChartFigure?, note: String = "", isMarked: Bool = false) {
            self.name = name
            self.figure = figure
            self.note = note
            self.isMarked = isMarked
        }
    }

    private let name: String
    private let title: String
    private let unit: String
    private let bars: [Bar]
    private let mark: (name: String, figure: ChartFigure)?

    /// A chart; `mark`: a line across all bars, such as the target.
    package init(
        name: String, title: String, unit: String, bars: [Bar], mark: (name: String, figure: ChartFigure)? = nil
    ) {
        self.name = name
        self.title = title
        self.unit = unit
        self.bars = bars
        self.mark = mark
    }

    private static let rowHeight = 26.0
    private static let plotWidth = 420.0
    private static let noteWidth = 150.0

    /// The picture.
    package var picture: Picture {
        let left = min(260, max(60, (bars.map { SVG.width($0.name) }.max() ?? 0) + 12))
        let top = mark == nil ? 12.0 : 30.0
        let height = top + Double(bars.count) * Self.rowHeight + 40
        let width = left + Self.plotWidth + Self.noteWidth
        let scale = AxisScale(bars.compactMap { $0.figure?.number } + (mark.map { [$0.figure.number] } ?? []))
        return SVG.picture(name: name, width: width, height: height, title: title, description: description) { svg in
            let bottom = height - 40
            for tick in scale.ticks {
                let x = left + scale.share(tick.value) * Self.plotWidth
                svg.line((x, top), (x, bottom))
                svg.label(tick.text, x, bottom + 16, .middle, fill: Palette.muted, size: 12)
            }
            svg.label(unit, left + Self.plotWidth, bottom + 33, .end, fill: Palette.muted, size: 12)
            let zero = left + scale.share(0) * Self.plotWidth
            for (index, bar) in bars.enumerated() {
                draw(bar, at: top + Double(index) * Self.rowHeight, left: left, zero: zero, scale, in: &svg)
            }
            svg.line((zero, top), (zero, bottom), Palette.muted)
            if let mark {
                let x = left + scale.share(mark.figure.number) * Self.plotWidth
                svg.line((x, top - 6), (x, bottom), Palette.target, width: 2, dash: "6 3")
                svg.label("\(mark.name) \(mark.figure.text)", x, top - 10, .middle, fill: Palette.target, size: 12)
            }
        }
    }

    private func draw(
        _ bar: Bar, at y: Double, left: Double, zero: Double, _ scale: AxisScale, in svg: inout SVG
    ) {
        let baseline = y + Self.rowHeight / 2 + 4.5
        svg.label(bar.name, left - 8, baseline, .end, bold: bar.isMarked)
        guard let figure = bar.figure else {
            svg.label(bar.note.isEmpty ? "–" : bar.note, zero + 6, baseline, fill: Palette.muted)
            return
        }
        let end = left + scale.share(figure.number) * Self.plotWidth
        let fill = bar.isMarked ? Palette.main : Palette.soft
        svg.box(min(zero, end), y + 4, abs(end - zero), Self.rowHeight - 8, fill: fill, radius: 2)
        let text = bar.note.isEmpty ? figure.text : "\(figure.text)  \(bar.note)"
        svg.label(text, max(zero, end) + 6, baseline, bold: bar.isMarked)
    }

    private var description: String {
        var parts = bars.map { bar in
            "\(bar.name): \(bar.figure.map { "\($0.text) \(unit)" } ?? "–")"
                + (bar.note.isEmpty ? "" : " (\(bar.note))")
        }
        if let mark { parts.append("\(mark.name): \(mark.figure.text) \(unit)") }
        return parts.joined(separator: "; ")
    }
}
