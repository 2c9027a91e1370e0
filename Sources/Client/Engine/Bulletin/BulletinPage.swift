// The page of GB/T 9704-2012: A4, 37 mm above and 28 mm at the binding, a type area of 156 × 225 mm with 22 lines of 28
// characters in 3号 (16 pt) 仿宋; title 2号 (22 pt) 小标宋; page numbers 4号 (14 pt) half-width Song with dashes, outside.
// The official fonts are named first and never sent along; a free one stands last.

package import PlanSyncCore

/// A bulletin as a page that a browser prints.
package enum BulletinPage {
    /// The page, complete in itself: no script, nothing from elsewhere.
    package static func html(of bulletin: Bulletin, redHeader: Bool) -> String {
        let line = { (field: BulletinTemplate.Field) in escaped(bulletin.lines[field] ?? "") }
        var page = "<!DOCTYPE html>\n<html lang=\"\(bulletin.isChinese ? "zh-CN" : "en")\">\n<head>\n"
        page += "<meta charset=\"utf-8\">\n<title>\(line(.title))</title>\n<style>\(style)</style>\n</head>\n"
        page += "<body class=\"\(bulletin.form.rawValue)\(redHeader ? " red" : "")\">\n"
        page += head(of: bulletin, line)
        page += "<h1>\(line(.title))</h1>\n"
        if !line(.addressees).isEmpty {
            page += "<p class=\"to\">\(line(.addressees))\(bulletin.isChinese ? "\u{FF1A}" : ":")</p>\n"
        }
        for block in bulletin.blocks { page += html(of: block) }
        if bulletin.form == .notice {
            page += "<div class=\"sign\"><p>\(line(.signature))</p><p>\(escaped(bulletin.date))</p></div>\n"
        }
        page += "<p class=\"standing\">\(escaped(bulletin.standing))</p>\n"
        page += foot(of: bulletin, line)
        return page + "</body>\n</html>\n"
    }

    private static func head(of bulletin: Bulletin, _ line: (BulletinTemplate.Field) -> String) -> String {
        var head = ""
        if !line(.head).isEmpty { head += "<p class=\"head\">\(line(.head))</p>\n" }
        if !line(.number).isEmpty { head += "<p class=\"number\">\(line(.number))</p>\n" }
        if bulletin.form == .brief {
            head += "<p class=\"issue\"><span>\(line(.office))</span><span>\(escaped(bulletin.date))</span></p>\n"
        }
        return head.isEmpty ? "" : "<header>\n\(head)</header>\n"
    }

    private static func foot(of bulletin: Bulletin, _ line: (BulletinTemplate.Field) -> String) -> String {
        guard !line(.copies).isEmpty || !line(.printed).isEmpty else { return "" }
        var foot = "<footer>\n"
        if !line(.copies).isEmpty { foot += "<p>\(line(.copies))</p>\n" }
        if !line(.printed).isEmpty {
            let printed = bulletin.isChinese ? "\(bulletin.date)印发" : bulletin.date
            foot += "<p class=\"issue\"><span>\(line(.printed))</span><span>\(escaped(printed))</span></p>\n"
        }
        return foot + "</footer>\n"
    }

    private static func html(of block: Bulletin.Block) -> String {
        switch block {
        case .heading(let level, let text): "<h\(level + 1)>\(escaped(text))</h\(level + 1)>\n"
        case .paragraph(let text): "<p>\(escaped(text))</p>\n"
        case .table(let rows): table(rows)
        }
    }

    private static func table(_ rows: [[String]]) -> String {
        guard let heads = rows.first else { return "" }
        let columns = rows.map(\.count).max() ?? 0
        func row(_ cells: [String], _ tag: String) -> String {
            let padded = cells + [String](repeating: "", count: max(0, columns - cells.count))
            return "<tr>" + padded.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>\n"
        }
        let body = rows.dropFirst().map { row($0, "td") }.joined()
        return "<table>\n<thead>\n\(row(heads, "th"))</thead>\n<tbody>\n\(body)</tbody>\n</table>\n"
    }

    /// A text without meaning for a browser, and without marks that turn its direction.
    package static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in TextTable.plain(text).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// What stands between the page's style tags; a policy of the page names its hash.
    package static let style = """

        @page { size: A4; margin: 37mm 26mm 35mm 28mm; }
        @page :right { @bottom-right { content: "— " counter(page) " —"; font: 14pt SimSun, "Noto Serif CJK SC", serif;
          vertical-align: top; padding: 7mm 5mm 0 0; } }
        @page :left { @bottom-left { content: "— " counter(page) " —"; font: 14pt SimSun, "Noto Serif CJK SC", serif;
          vertical-align: top; padding: 7mm 0 0 5mm; } }
        * { box-sizing: border-box; }
        body { width: 156mm; margin: 0 auto; color: #000; background: #fff; letter-spacing: -0.2pt;
          font: 16pt/10.227mm FangSong_GB2312, "仿宋_GB2312", FangSong, "仿宋", STFangsong, "Noto Serif CJK SC", serif;
          text-align: justify; word-break: normal; overflow-wrap: anywhere; }
        p { margin: 0; text-indent: 2em; }
        h1 { margin: 20.454mm 0 10.227mm; font: 22pt/12.5mm FZXiaoBiaoSong-B05S, "方正小标宋简体", "小标宋", STZhongsong,
          "Noto Serif CJK SC", serif; text-align: center; text-wrap: balance; break-after: avoid; }
        h2 { margin: 0; text-indent: 2em; font: 16pt/10.227mm SimHei, "黑体", "Noto Sans CJK SC", sans-serif;
          break-after: avoid; }
        h3 { margin: 0; text-indent: 2em; font: 16pt/10.227mm KaiTi_GB2312, "楷体_GB2312", KaiTi, "楷体",
          "Noto Serif CJK SC", serif; break-after: avoid; }
        header { border-bottom: 0.7mm solid #000; padding-bottom: 4mm; }
        header p { text-indent: 0; text-align: center; }
        .notice header { padding-top: 35mm; }
        .head { font: 36pt/1.3 FZXiaoBiaoSong-B05S, "方正小标宋简体", "小标宋", STZhongsong, "Noto Serif CJK SC", serif; }
        .red .head { color: #e60012; }
        .red header { border-color: #e60012; }
        header .issue, footer .issue { display: flex; justify-content: space-between; text-indent: 0; }
        .to { text-indent: 0; }
        table { width: calc(100% - 0.7mm); margin: 5mm 0.35mm; border-collapse: collapse; letter-spacing: 0; }
        th, td { border: 0.35mm solid #000; padding: 1mm 1.5mm; font-size: 12pt; line-height: 1.3; text-align: center; }
        th { font-family: SimHei, "黑体", "Noto Sans CJK SC", sans-serif; font-weight: normal; }
        thead { display: table-header-group; break-inside: avoid; break-after: avoid; }
        tr { break-inside: avoid; }
        tbody tr:first-child { break-after: avoid; }
        tbody tr:last-child { break-before: avoid; }
        .sign { margin-top: 10.227mm; padding-right: 4em; text-align: right; break-inside: avoid; }
        .standing { margin-top: 10.227mm; text-align: left; font-size: 10.5pt; line-height: 1.4;
          overflow-wrap: anywhere; }
        footer { margin-top: 10.227mm; border-top: 0.35mm solid #000; border-bottom: 0.35mm solid #000; font-size: 14pt;
          line-height: 1.6; break-inside: avoid; }
        footer p { padding: 0 1em; text-indent: 0; }
        footer p + p { border-top: 0.25mm solid #000; }
        @media screen { body { width: 210mm; padding: 37mm 26mm 35mm 28mm; box-shadow: 0 0 4mm #bbb; } }

        """
}
