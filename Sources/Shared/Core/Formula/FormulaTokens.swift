/// A word, number, text or sign of a formula.
struct FormulaToken: Equatable {
    enum Kind: Equatable {
        case word(String)
        case text(String)
        case sign(String)
        case end
        case bad(String)
    }

    let kind: Kind
    let offset: Int

    /// The tokens of a formula, with one of the kind `end` behind them.
    static func all(of text: String) -> [FormulaToken] {
        let characters = Array(text)
        var tokens: [FormulaToken] = []
        var position = 0
        while position < characters.count {
            let character = characters[position]
            if character.isWhitespace {
                position += 1
                continue
            }
            let start = position
            let kind: Kind
            if isWord(character) {
                while position < characters.count, isWord(characters[position]) { position += 1 }
                kind = .word(String(characters[start..<position]))
            } else if character == "\"" || character == "'" {
                position += 1
                while position < characters.count, characters[position] != character { position += 1 }
                kind =
                    position < characters.count
                    ? .text(String(characters[start + 1..<position])) : .bad("The text that begins here is not closed.")
                position += 1
            } else {
                let pair = String(characters[start..<min(start + 2, characters.count)])
                let sign = ["<=", ">=", "!=", "=="].contains(pair) ? pair : String(character)
                position += sign.count
                kind = signs.contains(sign) ? .sign(sign) : .bad(badSign(sign))
            }
            tokens.append(FormulaToken(kind: kind, offset: start))
        }
        return tokens + [FormulaToken(kind: .end, offset: characters.count)]
    }

    private static let signs: Set<String> = ["+", "-", "*", "/", "(", ")", ",", "=", "!=", "<", "<=", ">", ">="]

    private static func badSign(_ sign: String) -> String {
        if sign == "==" { return "'==' is not known here; write '='." }
        if sign == "!" { return "'!' is not known here; write 'not' or '!='." }
        let isLetter = sign.contains { $0.isLetter }
        return "'\(sign)' is not expected here" + (isLetter ? "; put a text in quotation marks." : ".")
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_" || character == ".")
    }

    /// The token as it is named in a sentence.
    var shown: String {
        switch kind {
        case .word(let word): "'\(word)'"
        case .text(let text): "\"\(text.prefix(24))\""
        case .sign(let sign): "'\(sign)'"
        case .end: "the end"
        case .bad: "this"
        }
    }
}
