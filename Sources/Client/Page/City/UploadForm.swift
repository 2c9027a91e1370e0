// A form that brings a file (RFC 7578). The body is read whole, within the limit of a file of sheets, and cut at its
// boundary; what is not exactly of the form is refused.

import HTTPTypes
import Hummingbird
import NIOCore
import PlanSyncClient

/// What a form with a file brought.
struct UploadForm: Sendable {
    /// A file.
    struct File: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    /// Bytes around a file: boundaries, heads, the other fields.
    static let frameBytesMax = 65_536
    private static let partsMax = 32
    private static let headBytesMax = 4_096

    private(set) var fields: [String: String] = [:]
    private(set) var file: File?

    /// Reads a form and checks that it is one of ours.
    ///
    /// - Throws: ``PageFault``; Hummingbird's error for one that is too large.
    init(_ request: Request, _ secrets: PageSecrets, bytesMax: Int) async throws {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: bytesMax + Self.frameBytesMax)
        } catch is NIOTooManyBytesError {
            throw HTTPError(.contentTooLarge)
        }
        try self.init(Array(buffer: body), type: request.headers[.contentType] ?? "")
        guard let token = fields["token"], PageSecrets.isEqual(token, secrets.formToken) else {
            throw PageFault(
                zh: "表单已过期，请返回后重新打开本页再提交。", en: "The form is out of date; open the page anew and send it again.")
        }
    }

    /// Reads a body of this type.
    ///
    /// - Throws: ``PageFault``.
    init(_ body: [UInt8], type: String) throws(PageFault) {
        guard let boundary = Self.boundary(of: type) else { throw Self.malformed }
        let mark = Array("--\(boundary)".utf8)
        guard body.starts(with: mark) else { throw Self.malformed }
        var position = mark.count
        for _ in 0..<Self.partsMax {
            if Self.has([0x2D, 0x2D], in: body, at: position) { return }
            guard Self.has([13, 10], in: body, at: position) else { throw Self.malformed }
            position += 2
            guard let headEnd = Self.find([13, 10, 13, 10], in: body, from: position, within: Self.headBytesMax),
                let partEnd = Self.find([13, 10] + mark, in: body, from: headEnd + 2, within: body.count)
            else { throw Self.malformed }
            let content = headEnd + 4 <= partEnd ? Array(body[(headEnd + 4)..<partEnd]) : []
            take(head: String(decoding: body[position..<headEnd], as: UTF8.self), content)
            position = partEnd + 2 + mark.count
        }
        throw Self.malformed
    }

    private mutating func take(head: String, _ content: [UInt8]) {
        let line = head.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("content-disposition:") }
        guard let line, let name = Self.parameter("name", of: line) else { return }
        if let file = Self.parameter("filename", of: line) {
            self.file = File(name: file, bytes: content)
        } else {
            fields[name] = String(decoding: content, as: UTF8.self)
        }
    }

    private static let malformed = PageFault(
        zh: "上传的内容不完整，请重新选择文件再试。", en: "The upload is not complete; choose the file again.")

    private static func boundary(of type: String) -> String? {
        let parts = type.split(separator: ";").map { $0.drop { $0 == " " } }
        guard parts.first?.lowercased() == "multipart/form-data",
            let part = parts.first(where: { $0.lowercased().hasPrefix("boundary=") })
        else { return nil }
        let boundary = part.dropFirst(9).filter { $0 != "\"" }
        let isPlain = boundary.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        return (1...70).contains(boundary.utf8.count) && isPlain ? String(boundary) : nil
    }

    /// A quoted parameter of a header; browsers write quotation marks within as `%22`.
    private static func parameter(_ name: String, of line: Substring) -> String? {
        guard let start = line.firstRange(of: "; \(name)=\"") else { return nil }
        return String(line[start.upperBound...].prefix { $0 != "\"" })
    }

    private static func has(_ pattern: [UInt8], in body: [UInt8], at position: Int) -> Bool {
        body.dropFirst(position).starts(with: pattern)
    }

    private static func find(_ pattern: [UInt8], in body: [UInt8], from start: Int, within limit: Int) -> Int? {
        guard let first = pattern.first else { return nil }
        var position = start
        let end = min(body.count - pattern.count, start + limit)
        while position <= end {
            guard let found = body[position...end].firstIndex(of: first) else { return nil }
            if body[found..<(found + pattern.count)].elementsEqual(pattern) { return found }
            position = found + 1
        }
        return nil
    }
}
