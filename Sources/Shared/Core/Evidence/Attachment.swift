/// A file that stands as evidence in a record: its content's hash, its size and its name.
///
/// It travels as a member of a set, `HASH SIZE NAME`, so that files merge as members do; the content is fetched by
/// its hash.
public struct Attachment: Hashable, Sendable {
    /// The SHA-256 of the content, 64 digits of lower-case hexadecimal.
    public let hash: String
    /// The content's length in bytes.
    public let size: Int
    /// The file's name for people, with its type as the ending.
    public let name: String

    /// Characters of a name.
    public static let nameCountMax = 120
    /// Characters of a member: a hash, a size of at most 10 digits, a name, two spaces.
    static let memberCountMax = 64 + 10 + nameCountMax + 2
    /// Bytes of a file, whatever the plan allows.
    public static let bytesMax = 64 * 1_024 * 1_024

    /// Makes an attachment of a content.
    ///
    /// - Throws: ``AttachmentFault`` for a name that cannot stand.
    public init(
        content: [UInt8], name: String, _ cryptography: any Cryptography
    ) throws(AttachmentFault) {
        try self.init(hash: Self.hex(cryptography.sha256(content)), size: content.count, name: name)
    }

    /// Reads a member of a set; the spelling is unique: what is read is written back as it was.
    ///
    /// - Throws: ``AttachmentFault``.
    public init(member: String) throws(AttachmentFault) {
        let parts = member.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let size = Int(parts[1]), String(size) == parts[1] else { throw .form }
        try self.init(hash: String(parts[0]), size: size, name: String(parts[2]))
    }

    private init(hash: String, size: Int, name: String) throws(AttachmentFault) {
        guard Self.isHash(hash), size >= 0, size <= 9_999_999_999 else { throw .form }
        if size == 0 { throw .empty }
        let isName =
            !name.isEmpty && name.count <= Self.nameCountMax && name.first != "." && name.first != " "
            && name.last != " " && name.unicodeScalars.allSatisfy(Self.canStandInName)
        guard isName else { throw .name }
        self.hash = hash
        self.size = size
        self.name = name
    }

    /// The member of the set.
    public var member: String { "\(hash) \(size) \(name)" }

    /// The ending of the name in lower case, without its point; empty for none.
    public var type: String {
        guard let point = name.lastIndex(of: ".") else { return "" }
        return name[name.index(after: point)...].lowercased()
    }

    /// Whether a text is a whole hash.
    public static func isHash(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// The hexadecimal of some bytes.
    public static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            for digit in [Int(byte >> 4), Int(byte & 15)] where digits.indices.contains(digit) {
                text.append(digits[digit])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    // A name is shown, and offered as the name of a file: nothing in it may steer a terminal, turn the reading
    // direction, or lead into another folder.
    private static func canStandInName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: !"/\\:*?\"<>|".unicodeScalars.contains(scalar)
        }
    }
}

/// Why a file cannot stand as evidence; with a sentence that says what to do.
public enum AttachmentFault: Error, Sendable, Equatable {
    /// The member is not `HASH SIZE NAME`.
    case form
    /// The file is empty.
    case empty
    /// The name cannot be kept.
    case name
    /// The file's type is not one of the field's.
    case type(String, allowed: [String])
    /// The content is not of the type that the name says.
    case content(type: String)
    /// The file is too large.
    case tooLarge(bytes: Int, maximum: Int)
    /// The field holds as many files as it may.
    case tooMany(maximum: Int)

    /// The stable machine word.
    public var reason: String {
        switch self {
        case .form: "attachment_form"
        case .empty: "attachment_empty"
        case .name: "attachment_name"
        case .type: "attachment_type"
        case .content: "attachment_content"
        case .tooLarge: "attachment_too_large"
        case .tooMany: "attachment_too_many"
        }
    }

    /// One sentence for a person.
    public func sentence(chinese: Bool) -> String {
        switch self {
        case .form:
            chinese
                ? "附件请用 plansync attach 添加（格式：哈希 大小 文件名）。"
                : "Files are put in by 'plansync attach' (the form is HASH SIZE NAME)."
        case .empty: chinese ? "文件是空的。" : "The file is empty."
        case .name:
            chinese
                ? "文件名最多 \(Attachment.nameCountMax) 个字，不能以点开头，不能含 / \\ : * ? \" < > | 或不可见字符。"
                : "A file's name has at most \(Attachment.nameCountMax) characters, no point at its beginning, none of "
                    + "/ \\ : * ? \" < > | and no invisible ones."
        case .type(let type, let allowed):
            chinese
                ? "不接受“\(type)”类型的文件，可用类型：\(allowed.joined(separator: "、"))。"
                : "Files of the type '\(type)' are not taken here; these are: \(allowed.joined(separator: ", "))."
        case .content(let type):
            chinese
                ? "文件内容不是 \(type) 格式，请用原程序另存后再添加。"
                : "The content is not that of a \(type) file; save it again in the program that made it."
        case .tooLarge(let bytes, let maximum):
            chinese
                ? "文件有 \(Self.mebibytes(bytes)) MB，上限 \(Self.mebibytes(maximum)) MB，请压缩或拆分。"
                : "The file has \(Self.mebibytes(bytes)) MB; at most \(Self.mebibytes(maximum)) MB are taken here. "
                    + "Compress or split it."
        case .tooMany(let maximum):
            chinese ? "这一项最多 \(maximum) 个附件。" : "At most \(maximum) files stand in this field."
        }
    }

    /// Bytes as MB with one digit, rounded up, so that what is over a limit never looks like the limit.
    private static func mebibytes(_ bytes: Int) -> String {
        let tenths = bytes / 104_858 + (bytes % 104_858 == 0 ? 0 : 1)
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
