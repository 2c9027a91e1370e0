extension Asset {
    /// What the pages with charts need besides.
    static let cityStyles = """
        .split { display: flex; flex-wrap: wrap; gap: 14px; align-items: stretch; }
        .split > .card { flex: 1 1 380px; min-width: 0; }
        svg.chart { max-width: 100%; height: auto; display: block; }
        svg.chart a:hover rect { stroke: #f0a500; stroke-width: 3; }
        input[type=file] { max-width: 340px; }
        @media print { .split { display: block; } svg.chart { page-break-inside: avoid; } }
        """
}
