import Testing

@testable import PlanSyncPage

@Suite("What the page is made of")
struct AssetTests {
    /// Features of browsers that came after the middle of 2020 (Chromium 84), by how they are written.
    private static let young = [
        ":has(", ":is(", ":where(", ":focus-visible", "aspect-ratio", "accent-color", "@layer", "@container",
        "@property",
        "@supports", "inset:", "inset-inline", "content-visibility", "color-mix(", "oklch(", "dvh", "svh", "subgrid",
        "text-wrap", "&:hover", "?.", "??", "||=", "&&=", "replaceAll", ".at(", "structuredClone", "Promise.any",
        "WeakRef", "import(", "Object.hasOwn", ".groupBy", "=>", "async ", "await ", "`",
    ]

    @Test("Style and script use nothing that is younger than the browsers of the offices")
    func old() {
        for asset in Asset.all {
            #expect(Self.young.filter { asset.content.contains($0) } == [], "\(asset.path)")
        }
    }

    @Test("Nothing in them leads to another machine")
    func own() {
        for asset in Asset.all {
            #expect(!asset.content.contains("//") || asset.path.hasSuffix(".js"), "\(asset.path)")
            for word in ["http:", "https:", "url(", "@import", "@font-face", "eval(", "innerHTML", "document.write"] {
                #expect(!asset.content.contains(word), "\(word) in \(asset.path)")
            }
        }
    }
}
