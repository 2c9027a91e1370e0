extension Asset {
    /// How a page comes out of a printer: black on white, without what only a screen needs, rows whole.
    static let paperStyles = """
        @page { margin: 15mm 14mm; }
        @media print {
          header.top, nav, button, .button, .sticky, .skip, .pages, .search, .history, details, td form,
          form.row, input[type=file], .badge, .files { display: none !important; }
          body { background: #fff; color: #000; font-size: 10pt; line-height: 1.35; }
          .frame, .split { display: block; } main { padding: 0; max-width: none; }
          .on-paper { display: block; font-size: 9pt; border-bottom: 1px solid #000; margin: 0 0 8pt;
            padding: 0 0 3pt; }
          h1 { font-size: 15pt; margin: 0 0 6pt; } h2 { font-size: 12pt; margin: 10pt 0 4pt; page-break-after: avoid; }
          .card, .scroll, .tasks, .number-link { border: 0; padding: 0; border-radius: 0; overflow: visible; }
          .cards { grid-template-columns: repeat(3, 1fr); gap: 4pt 12pt; } .big { font-size: 14pt; }
          table { font-size: 9pt; } th, td { padding: 2.5pt 4pt; border-color: #888; }
          thead { display: table-header-group; break-inside: avoid; break-after: avoid; }
          tr, svg.chart { break-inside: avoid; } tbody tr:first-child { break-after: avoid; }
          tbody th { min-width: 8em; }
          input, select, textarea { border: 0 !important; padding: 0; background: none; -webkit-appearance: none; }
          input.number { width: 70pt; } td.fill { width: auto !important; } textarea { min-height: 0; }
          ::placeholder { color: transparent; }
          a { color: inherit; text-decoration: none; } .notice { border: 1px solid #888; padding: 4pt 8pt; }
          td svg.chart { min-width: 0; }
        }
        """
}
