extension Asset {
    /// What the pages with charts need besides.
    static let cityStyles = """
        .split { display: flex; flex-wrap: wrap; gap: 14px; align-items: stretch; }
        .split > .card { flex: 1 1 380px; min-width: 0; }
        svg.chart { max-width: 100%; height: auto; display: block; }
        svg.chart a:hover rect { stroke: #f0a500; stroke-width: 3; }
        td details { margin: 0; } td details form { margin: 8px 0; white-space: normal; }
        a.whole { white-space: nowrap; }
        input.days { width: 84px; } .totals { margin-bottom: 14px; }
        .paper { max-width: 860px; padding: 28px 48px; font-family: "Noto Serif CJK SC", SimSun, serif; }
        .paper .centre { text-align: center; } .paper .right { text-align: right; }
        .paper p { margin: 8px 0; } .paper p.indent { text-indent: 2em; }
        .paper h3 { font-size: 15px; margin: 16px 0 6px; }
        code { font-family: Consolas, "DejaVu Sans Mono", monospace; font-size: 13px; overflow-wrap: anywhere; }
        input[type=file] { max-width: 340px; }
        """
}
