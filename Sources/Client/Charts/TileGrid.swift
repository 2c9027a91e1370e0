/// Units as tiles that lie about as on the map, dark for the first rank and light for the last.
package struct TileGrid: Sendable {
    /// A tile.
    package struct Tile: Sendable {
        /// Its unit's name.
        package let name: String
        /// Where it lies, from 0; `nil`: after the others.
        package let place: Place?
        /// Its rank among so many; `nil`: not ranked.
        package let rank: (place: Int, of: Int)?
        /// The line below the name: the rank and the score, in words.
        package let note: String
        /// Where a click leads; empty: nowhere.
        package let link: String

        package init(name: String, place: Place?, rank: (place: Int, of: Int)?, note: String, link: String = "") {
            self.name = name
            self.place = place
            self.rank = rank
            self.note = note
            self.link = link
        }
    }

    /// A place on the grid.
    package struct Place: Hashable, Sendable {
        /// From the west.
        package let column: Int
        /// From the north.
        package let row: Int

        package init(column: Int, row: Int) {
            self.column = column
            self.row = row
        }
    }

    private let name: String
    private let title: String
    private let tiles: [Tile]
    private let words: (first: String, last: String, none: String)

    /// A grid; `words`: what the ends of the scale and a unit without a rank are called.
    package init(
        name: String, title: String, tiles: [Tile], words: (first: String, last: String, none: String)
    ) {
        self.name = name
        self.title = title
        self.tiles = tiles
        self.words = words
    }

    private static let tile = (width: 112.0, height: 64.0, gap: 6.0)
    private static let columnsMax = 12
    private static let rowsMax = 24

    /// The picture.
    package var picture: Picture {
        let placed = places()
        let columns = (placed.map(\.column).max() ?? 0) + 1
        let rows = (placed.map(\.row).max() ?? 0) + 1
        let step = (x: Self.tile.width + Self.tile.gap, y: Self.tile.height + Self.tile.gap)
        let width = max(Double(columns) * step.x, 420)
        let height = Double(rows) * step.y + 34
        return SVG.picture(
            name: name, width: width, height: height, title: title, description: description,
            hasLinks: tiles.contains { !$0.link.isEmpty }
        ) { svg in
            for (tile, place) in zip(tiles, placed) {
                draw(tile, Double(place.column) * step.x, Double(place.row) * step.y, in: &svg)
            }
            legend(at: height - 14, in: &svg)
        }
    }

    /// Where each tile lies: as asked where that is free, else the next free place below.
    private func places() -> [Place] {
        var taken: Set<Place> = []
        var found: [Int: Place] = [:]
        for (index, tile) in tiles.enumerated() {
            guard let place = tile.place, (0..<Self.columnsMax).contains(place.column),
                (0..<Self.rowsMax).contains(place.row), taken.insert(place).inserted
            else { continue }
            found[index] = place
        }
        let width = max(5, (taken.map(\.column).max() ?? 0) + 1)
        var next = Place(column: 0, row: taken.isEmpty ? 0 : (taken.map(\.row).max() ?? 0) + 1)
        return tiles.indices.map { index in
            if let place = found[index] { return place }
            let free = next
            next =
                free.column + 1 < width
                ? Place(column: free.column + 1, row: free.row) : Place(column: 0, row: free.row + 1)
            return free
        }
    }

    private func draw(_ tile: Tile, _ x: Double, _ y: Double, in svg: inout SVG) {
        let isLink = !tile.link.isEmpty
        if isLink { svg.open("a", [("href", tile.link)]) }
        let colours = tile.rank.map { Self.colours($0.place, of: $0.of) } ?? (Palette.paper, Palette.ink)
        svg.box(
            x + 1, y + 1, Self.tile.width - 2, Self.tile.height - 2, fill: colours.0,
            stroke: tile.rank == nil ? Palette.muted : colours.0, radius: 6)
        let middle = x + Self.tile.width / 2
        let lines = Self.lines(of: tile.name)
        let widest = lines.map { SVG.width($0, size: 14) }.max() ?? 0
        let size = max(8, min(lines.count > 1 ? 11 : 14, 14 * (Self.tile.width - 10) / max(1, widest)))
        for (number, line) in lines.enumerated() {
            let height = lines.count > 1 ? 18 + Double(number) * 13 : 27
            svg.label(line, middle, y + height, .middle, fill: colours.1, size: size, bold: true)
        }
        svg.label(tile.note, middle, y + (lines.count > 1 ? 51 : 47), .middle, fill: colours.1, size: 12)
        if isLink { svg.close("a") }
    }

    /// A name in one line where it fits, else in two: at a blank near the middle or, without blanks, in the middle.
    static func lines(of name: String) -> [String] {
        guard SVG.width(name, size: 11) > tile.width - 10 else { return [name] }
        let blanks = name.indices.filter { name[$0] == " " }
        let middle = name.index(name.startIndex, offsetBy: (name.count + 1) / 2)
        let nearest = blanks.min {
            abs(name.distance(from: middle, to: $0)) < abs(name.distance(from: middle, to: $1))
        }
        guard let cut = nearest else { return [String(name[..<middle]), String(name[middle...])] }
        return [String(name[..<cut]), String(name[name.index(after: cut)...])]
    }

    /// The colours of a rank among so many: five shades.
    static func colours(_ place: Int, of count: Int) -> (String, String) {
        let last = Palette.ranks.count - 1
        let share = count > 1 ? Double(place - 1) / Double(count - 1) : 0
        let index = min(last, max(0, Int((share * Double(last)).rounded())))
        return (Palette.ranks[index].fill, Palette.ranks[index].ink)
    }

    private func legend(at y: Double, in svg: inout SVG) {
        svg.label(words.first, 2, y, fill: Palette.muted, size: 12)
        var x = 2 + SVG.width(words.first, size: 12) + 8
        for colour in Palette.ranks {
            svg.box(x, y - 11, 24, 13, fill: colour.fill, stroke: Palette.muted)
            x += 26
        }
        svg.label(words.last, x + 6, y, fill: Palette.muted, size: 12)
        x += 6 + SVG.width(words.last, size: 12) + 24
        guard tiles.contains(where: { $0.rank == nil }) else { return }
        svg.box(x, y - 11, 24, 13, fill: Palette.paper, stroke: Palette.muted)
        svg.label(words.none, x + 30, y, fill: Palette.muted, size: 12)
    }

    private var description: String { tiles.map { "\($0.name): \($0.note)" }.joined(separator: "; ") }
}
