import Foundation
import FoundationXML
import Testing

@testable import PlanSyncCharts

@Suite("Charts")
struct ChartsTests {
    private let nasty = "<script>alert('x')</script>&\"\u{0}"

    /// The elements and texts of a picture that parses.
    private final class Reading: NSObject, XMLParserDelegate {
        var names: [String: Int] = [:]
        var attributes: [String: Set<String>] = [:]
        var texts = ""

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes found: [String: String] = [:]
        ) {
            names[name, default: 0] += 1
            for (key, value) in found { attributes[key, default: []].insert(value) }
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) { texts += text }
    }

    private func read(_ svg: String) throws -> Reading {
        let reading = Reading()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reading
        try #require(parser.parse(), "\(svg)")
        return reading
    }

    private func figure(_ text: String) throws -> ChartFigure { try #require(ChartFigure(text)) }

    private func charts(_ text: String) throws -> [String] {
        let five = try figure("5")
        return [
            BarChart(
                name: text, title: text, unit: text,
                bars: [.init(name: text, figure: five, note: text), .init(name: text, figure: nil, note: text)],
                mark: (text, five)
            ).picture.markup,
            LineChart(
                name: text, title: text, unit: text, points: [text, text],
                actual: .init(name: text, figures: [nil, five]), path: .init(name: text, figures: [five, five]),
                target: (text, five)
            ).picture.markup,
            TileGrid(
                name: text, title: text,
                tiles: [
                    .init(name: text, place: .init(column: 1, row: 1), rank: (1, 2), note: text, link: text),
                    .init(name: text, place: nil, rank: nil, note: text),
                ], words: (text, text, text)
            ).picture.markup,
            ProgressBar(name: text, title: text, percent: five, due: five, words: (text, text, text)).picture.markup,
        ]
    }

    @Test("Whatever stands in a name is text, and nothing in a picture needs more than the strictest policy")
    func escaping() throws {
        for svg in try charts(nasty) {
            let reading = try read(svg)
            #expect(reading.names["script"] == nil && reading.texts.contains("<script>alert('x')</script>&\""))
            #expect(reading.attributes.keys.allSatisfy { $0 != "style" && !$0.hasPrefix("on") && $0 != "xlink:href" })
            #expect(reading.names["style"] == nil && reading.names["foreignObject"] == nil)
        }
    }

    @Test("Every picture has a name and a text alternative, under names of its own")
    func alternatives() throws {
        for svg in try charts("图 一") {
            let reading = try read(svg)
            #expect(reading.names["title"] == 1 && reading.names["desc"] == 1)
            // A picture hides from a screen reader what stands in it, also its links; a group does not.
            #expect(reading.attributes["role"] == [reading.names["a"] == nil ? "img" : "group"])
            let ids = try #require(reading.attributes["aria-labelledby"]?.first).split(separator: " ")
            #expect(Set(ids.map(String.init)) == reading.attributes["id"])
        }
    }

    @Test(
        "Axes have round numbers around what they show",
        arguments: [
            ([0.0, 10], ["0", "2", "4", "6", "8", "10"]),
            ([0, 0.0047], ["0", "0.001", "0.002", "0.003", "0.004", "0.005"]),
            ([-3, 7], ["-4", "-2", "0", "2", "4", "6", "8"]), ([30_000, 120_000], ["0", "50000", "100000", "150000"]),
            ([], ["0", "1"]), ([0, 0], ["0", "1"]), ([0, 1], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        ])
    func axes(numbers: [Double], texts: [String]) {
        let scale = AxisScale(numbers)
        #expect(scale.ticks.map(\.text) == texts)
        for number in numbers { #expect(scale.least <= number && number <= scale.greatest) }
    }

    @Test(
        "Figures far out, and none at all, still make a picture", arguments: ["1e14", "-1e14", "0.000000000001", "0"])
    func extremes(text: String) throws {
        let figure = try figure(text)
        let bars = BarChart(name: "a", title: "a", unit: "", bars: [.init(name: "a", figure: figure)]).picture.markup
        _ = try read(bars)
        let line = LineChart(name: "a", title: "a", unit: "", points: [], actual: .init(name: "a", figures: [figure]))
            .picture.markup
        _ = try read(line)
        #expect(ChartFigure("nan") == nil && ChartFigure("inf") == nil && ChartFigure("一") == nil)
    }

    @Test("A line is broken where there is no figure, and marks tell lines apart without colour")
    func lines() throws {
        let figures = [try figure("1"), try figure("2"), nil, try figure("3"), try figure("4")]
        let svg = LineChart(
            name: "a", title: "a", unit: "家", points: ["1", "2", "3", "4", "5"],
            actual: .init(name: "实际", figures: figures),
            path: .init(name: "应完成", figures: figures.map { _ in ChartFigure("2") })
        ).picture.markup
        let reading = try read(svg)
        #expect(reading.names["polyline"] == 3)
        // One mark more of each kind, in the legend.
        #expect(reading.names["circle"] == 5 && reading.names["polygon"] == 6)
    }

    @Test("Ranks go from dark to light, and inks can be read on them")
    func contrast() throws {
        func luminance(_ colour: String) throws -> Double {
            let value = try #require(UInt32(colour.dropFirst(), radix: 16))
            let parts = [16, 8, 0].map { shift -> Double in
                let part = Double((value >> UInt32(shift)) & 0xFF) / 255
                return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        func contrast(_ one: String, _ other: String) throws -> Double {
            let values = [try luminance(one), try luminance(other)].sorted()
            return (values[1] + 0.05) / (values[0] + 0.05)
        }
        let shades = try (1...5).map { try luminance(TileGrid.colours($0, of: 5).0) }
        #expect(shades == shades.sorted())
        for place in 1...5 {
            let colours = TileGrid.colours(place, of: 5)
            #expect(try contrast(colours.0, colours.1) >= 4.5)
        }
        for ink in [Palette.ink, Palette.muted, Palette.main, Palette.path, Palette.target] {
            #expect(try contrast(ink, Palette.paper) >= 4.5)
        }
        #expect(TileGrid.colours(1, of: 1).0 == Palette.ranks[0].fill)
    }

    @Test(
        "A long name stands in two lines: broken at a blank near its middle or, without blanks, in its middle",
        arguments: [
            ("驿城区", ["驿城区"]), ("市城乡一体化示范区", ["市城乡一体化示范区"]),
            ("省级高新技术产业开发示范区", ["省级高新技术产", "业开发示范区"]), ("Xiping County", ["Xiping County"]),
            ("Economic Development Zone", ["Economic", "Development Zone"]),
        ])
    func lines(name: String, lines: [String]) { #expect(TileGrid.lines(of: name) == lines) }

    @Test("Tiles lie where the plan says; the others follow below; none lies on another")
    func tiles() throws {
        let tiles = (0..<9).map { index in
            TileGrid.Tile(
                name: "\(index)", place: index < 3 ? .init(column: index % 2, row: 0) : nil, rank: (index + 1, 9),
                note: "")
        }
        let svg = TileGrid(name: "a", title: "a", tiles: tiles, words: ("a", "b", "c")).picture.markup
        let places = svg.split(separator: "<rect ").dropFirst().prefix(9).map { $0.prefix { $0 != "w" } }
        #expect(Set(places).count == 9)
    }
}
