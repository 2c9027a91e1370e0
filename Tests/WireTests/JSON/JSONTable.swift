import PlanSyncWire

/// Texts at the edges of JSON, in the spirit of JSONTestSuite.
enum JSONTable {
    static let accepted: [String] = [
        // Structure.
        "[]", "{}", "[[]]", "[{}]", "{\"a\":[]}", "[ ]", "{ }", " [] ", "\n\t\r []\n", "[[],[[]],{}]",
        "{\"a\":{\"b\":{\"c\":null}}}", "[1\n]", "[ 1 , 2 ]", "{ \"a\" : 1 , \"b\" : 2 }", "[null,1,\"1\",{}]",
        "{\"\":0}", "{\"a\":1,\"b\":1}", "[1,null,null,null,2]",
        // Scalars at the root.
        "null", "true", "false", "0", "-0", "\"\"", "\"a\"", " 42 ", "-1.5e-3",
        // Numbers.
        "[0]", "[-0]", "[-0.0]", "[1]", "[-123]", "[123.456789]", "[0e1]", "[0e+1]", "[0E-0]", "[1E22]", "[1e-2]",
        "[20e1]", "[123e45]", "[1.5E+2]", "[-1]", "[9007199254740993]", "[9223372036854775808]", "[1e400]",
        "[12345678901234567890123456789012]",
        // Texts.
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", "[\"\\u0041\\u00e9\\u6c49\"]", "[\"\\uD83D\\uDE00\"]",
        "[\"\\ud83d\\ude00\"]",
        "[\"\\uDBFF\\uDFFF\"]", "[\"\\uFFFF\\uFFFE\\uFDD0\"]", "[\"\u{7F}\"]", "[\"\u{80}\"]", "[\"\u{7FF}\u{800}\"]",
        "[\"\u{D7FF}\u{E000}\"]", "[\"\u{FFFF}\u{10000}\u{10FFFF}\"]", "[\"\u{2028}\u{2029}\"]", "[\"\u{FEFF}\"]",
        "[\"a/b\"]", "[\"\\\\u0000\"]", "[\"污染防治\"]", "[\"12345678\\n12345678\\\"1234567é\"]", "[\"\\u0001\\u001f\"]",
        "{\"\\u0061\":0,\"b\":0}", "{\"污\":\"染\"}", "[\"' // /* */\"]", "[\"[]{},:\"]",
    ]

    static let refused: [(String, JSONError.Reason)] = [
        // Nothing, or not all.
        ("", .unexpectedEnd), (" ", .unexpectedEnd), ("[", .unexpectedEnd), ("{", .unexpectedEnd),
        ("[1", .unexpectedEnd),
        ("[1,", .unexpectedEnd), ("{\"a\"", .unexpectedEnd), ("{\"a\":", .unexpectedEnd), ("{\"a\":1", .unexpectedEnd),
        ("{\"a\":1,", .unexpectedEnd), ("[{}", .unexpectedEnd), ("\"", .unexpectedEnd), ("\"a", .unexpectedEnd),
        ("tru", .unexpectedEnd), ("n", .unexpectedEnd), ("-", .unexpectedEnd), ("1.", .unexpectedEnd),
        ("1e", .unexpectedEnd),
        // Too much.
        ("[]]", .trailingBytes), ("{}}", .trailingBytes), ("[][]", .trailingBytes), ("1 2", .trailingBytes),
        ("[],", .trailingBytes), ("{}#", .trailingBytes), ("{}/**/", .trailingBytes), ("{}\u{0}", .trailingBytes),
        ("nullx", .trailingBytes), ("[]\u{A0}", .trailingBytes),
        // Commas and colons.
        ("[1,]", .trailingComma), ("[\"\",]", .trailingComma), ("{\"a\":0,}", .trailingComma),
        ("[1 ,\n]", .trailingComma),
        ("[,1]", .unexpectedByte), ("[,]", .unexpectedByte), ("[1,,2]", .unexpectedByte),
        ("{,\"a\":0}", .unexpectedByte),
        ("{\"a\":0,,\"b\":0}", .unexpectedByte), ("[1 2]", .unexpectedByte), ("[\"a\" \"b\"]", .unexpectedByte),
        ("{\"a\" 0}", .unexpectedByte), ("{\"a\"::0}", .unexpectedByte), ("{\"a\",0}", .unexpectedByte),
        ("[\"a\":0]", .unexpectedByte), ("{\"a\":}", .unexpectedByte), ("{:0}", .unexpectedByte),
        ("{\"a\":0 \"b\":0}", .unexpectedByte),
        // Brackets.
        ("[}", .unexpectedByte), ("{]", .unexpectedByte), ("[1}", .unexpectedByte), ("{\"a\":1]", .unexpectedByte),
        ("]", .unexpectedByte), ("}", .unexpectedByte), ("{[]:0}", .unexpectedByte), ("{1:0}", .unexpectedByte),
        ("{a:0}", .unexpectedByte), ("{'a':0}", .unexpectedByte), ("{null:0}", .unexpectedByte),
        ("(1)", .unexpectedByte),
        // Words.
        ("True", .unexpectedByte), ("NULL", .unexpectedByte), ("nul1", .unexpectedByte), ("[fals]", .unexpectedByte),
        ("undefined", .unexpectedByte), ("'a'", .unexpectedByte), ("//a\n1", .unexpectedByte),
        ("\u{A0}[]", .unexpectedByte),
        ("\u{C}[]", .unexpectedByte), ("[\u{B}1]", .unexpectedByte), ("\u{0}", .unexpectedByte),
        // Numbers.
        ("[01]", .invalidNumber), ("[-01]", .invalidNumber), ("[00]", .invalidNumber), ("[1.]", .invalidNumber),
        ("[.5]", .invalidNumber), ("[-.5]", .invalidNumber), ("[+1]", .invalidNumber), ("[1.e1]", .invalidNumber),
        ("[1e]", .invalidNumber), ("[1e+]", .invalidNumber), ("[1.5.5]", .invalidNumber), ("[1e5.5]", .invalidNumber),
        ("[1e1e1]", .invalidNumber), ("[--1]", .invalidNumber), ("[-]", .invalidNumber), ("[- 1]", .invalidNumber),
        ("[0x1F]", .invalidNumber), ("[1_000]", .unexpectedByte), ("[1a]", .invalidNumber), ("[1+2]", .invalidNumber),
        ("[0b1]", .invalidNumber), ("[NaN]", .unexpectedByte), ("[Infinity]", .unexpectedByte),
        ("[-Infinity]", .invalidNumber),
        ("[nan]", .unexpectedByte), ("[１]", .unexpectedByte), ("[123456789012345678901234567890123]", .numberTooLong),
        ("[0.0000000000000000000000000000001]", .numberTooLong),
        // Texts.
        ("[\"\\x41\"]", .invalidEscape), ("[\"\\a\"]", .invalidEscape), ("[\"\\'\"]", .invalidEscape),
        ("[\"\\u12\"]", .invalidEscape), ("[\"\\u123g\"]", .invalidEscape), ("[\"\\u{41}\"]", .invalidEscape),
        ("[\"\\U0041\"]", .invalidEscape), ("[\"\\\u{E9}\"]", .invalidEscape), ("[\"\\", .invalidEscape),
        ("[\"\\u00", .invalidEscape), ("[\"\\u+041\"]", .invalidEscape), ("[\"\\\n\"]", .invalidEscape),
        ("[\"\\ud800\"]", .loneSurrogate), ("[\"\\uDFFF\"]", .loneSurrogate), ("[\"\\ud800\\ud800\"]", .loneSurrogate),
        ("[\"\\ude00\\ud83d\"]", .loneSurrogate), ("[\"\\ud83dx\\ude00\"]", .loneSurrogate),
        ("[\"\\ud83d\\n\"]", .loneSurrogate),
        ("[\"\\ud83d\\u0041\"]", .loneSurrogate), ("[\"\\ud83d\\ude0\"]", .loneSurrogate),
        ("{\"\\udc00\":0}", .loneSurrogate),
        ("[\"\\u0000\"]", .nulCharacter), ("[\"a\u{0}\"]", .controlCharacter), ("[\"\n\"]", .controlCharacter),
        ("[\"\t\"]", .controlCharacter), ("[\"\u{1F}\"]", .controlCharacter),
        ("[\"0123456789\u{1B}0123456789\"]", .controlCharacter),
        ("{\"a\r\":0}", .controlCharacter),
        // Encodings and duplicates.
        ("\u{FEFF}{}", .byteOrderMark), ("\u{FEFF}", .byteOrderMark), ("[]\u{FEFF}", .trailingBytes),
        ("{\"a\":0,\"a\":0}", .duplicateKey), ("{\"a\":0,\"b\":0,\"\\u0061\":0}", .duplicateKey),
        ("[{\"x\":{\"\":1,\"\":2}}]", .duplicateKey), ("{\"\\n\":0,\"\\u000A\":0}", .duplicateKey),
        ("{\"\u{1F600}\":0,\"\\ud83d\\ude00\":0}", .duplicateKey), ("{\"/\":0,\"\\/\":0}", .duplicateKey),
    ]

    static let malformed: [[UInt8]] = [
        [0x80], [0xBF], [0xFF], [0xFE], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC3], [0xC3, 0x28],
        [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF], [0xE4, 0xB8], [0xE4, 0x28, 0x80], [0xE4, 0xB8, 0xC0],
        [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0xAF], [0xF0, 0x8F, 0xBF, 0xBF],
        [0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x28, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
        [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80],
    ]
}
