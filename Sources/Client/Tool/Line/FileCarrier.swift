import PlanSyncClient
import PlanSyncCore
import PlanSyncTLS
import PlanSyncWire

/// Brings files to the server and back, piece by piece; a cut loses at most the piece that was on its way.
struct FileCarrier {
    /// A file that waits, with a field that names it.
    private struct Waiting {
        let plan: PlanID
        let file: LocalAttachment

        var place: BlobPlace {
            BlobPlace(
                plan: plan, tenant: file.place.tenant, record: file.place.record, field: file.place.field,
                hash: file.attachment.hash)
        }
    }

    private static let pieceBytes = Limits.blobChunkBytesMax * Limits.blobChunksMax

    let line: EnrolledLine
    let say: Wording

    // MARK: Sending

    /// Sends the files that are here and not known to be on the server; gives how many were refused.
    ///
    /// - Throws: ``ToolError``, the replica's errors.
    func send() async throws -> Int {
        let waiting = try Self.waiting(line.replica, line.shelf)
        if waiting.isEmpty { return 0 }
        return try await line.talk(language: say.code) { caller, hello, _ in
            var refused = 0
            for file in waiting {
                do {
                    if try await send(file, &caller) {
                        try line.replica.noteSent(file.file.attachment.hash, of: file.place.tenant, epoch: hello.epoch)
                    }
                } catch let error as RPCError where error.code != .internalError {
                    // The field does not name it there yet: a conflict, or an edit of a sealed period.
                    if error.code == .notFound { continue }
                    refused += 1
                    Console.message(TextTable.plain("\(file.file.attachment.name): \(sentence(error))"))
                }
            }
            return refused
        }
    }

    /// How many files this device holds that the server is not known to have.
    ///
    /// - Throws: the replica's errors.
    static func waitingCount(_ replica: Replica, _ shelf: FileShelf) throws -> Int {
        try waiting(replica, shelf).count
    }

    /// The files that this device holds and may send, each once.
    private static func waiting(_ replica: Replica, _ shelf: FileShelf) throws -> [Waiting] {
        let sent = try replica.sentFiles(epoch: try replica.state().epoch)
        var seen: Set<[String]> = []
        var found: [Waiting] = []
        for plan in try replica.plans() {
            let view = try replica.view(of: plan.id)
            for file in view.attachments where view.canSend(file.place) {
                let hash = file.attachment.hash
                guard !(sent[file.place.tenant]?.contains(hash) ?? false), shelf.has(hash),
                    seen.insert([file.place.tenant.rawValue, hash]).inserted
                else { continue }
                found.append(Waiting(plan: plan.id, file: file))
            }
        }
        return found
    }

    /// Sends one file from where the server stands; gives whether the server has the whole then.
    private func send(_ waiting: Waiting, _ caller: inout Caller) async throws -> Bool {
        let attachment = waiting.file.attachment
        var standing = try await caller.call(BlobOffer.self, waiting.place)
        if standing.isComplete { return true }
        guard let content = try line.shelf.content(of: attachment) else {
            Console.message(
                TextTable.plain(
                    say(
                        "\(attachment.name)：本机保存的副本已损坏，请重新添加。",
                        "\(attachment.name): the copy that is kept here is damaged; attach the file again.")))
            return false
        }
        var shown = -1
        while !standing.isComplete {
            guard let offset = Int(exactly: standing.received), offset < content.count else {
                throw ToolError.sync(.protocolBroken("blob.put"))
            }
            shown = tell(attachment, offset, shown, say("上传", "sending"))
            let bytes = Array(content.dropFirst(offset).prefix(Self.pieceBytes))
            let params = BlobPut.Params(place: waiting.place, offset: standing.received, bytes: bytes)
            standing = try await caller.call(BlobPut.self, params)
        }
        _ = tell(attachment, content.count, shown, say("上传", "sending"))
        return true
    }

    // MARK: Fetching

    /// A file's content, from the shelf or from the server; what comes is kept on the shelf.
    ///
    /// - Throws: ``ToolError``, the replica's errors.
    func fetch(_ file: LocalAttachment, of plan: PlanID) async throws -> [UInt8] {
        if let content = try line.shelf.content(of: file.attachment) { return content }
        let place = Waiting(plan: plan, file: file).place
        return try await line.talk(language: say.code) { caller, hello, _ in
            var content = try line.shelf.part(place.hash)
            var shown = -1
            while true {
                let answer = try await caller.call(
                    BlobGet.self, BlobGet.Params(place: place, offset: UInt64(content.count)))
                guard answer.size <= UInt64(Attachment.bytesMax) else {
                    throw ToolError.sync(.protocolBroken("blob.get"))
                }
                if answer.chunks.bytes.isEmpty { break }
                try line.shelf.append(answer.chunks.bytes, hash: place.hash)
                content += answer.chunks.bytes
                shown = tell(file.attachment, content.count, shown, say("下载", "fetching"))
            }
            guard Attachment.hex(Digest.sha256(content)) == place.hash else {
                line.shelf.dropPart(place.hash)
                throw ToolError.fileDamaged(file.attachment.name)
            }
            try line.shelf.finishPart(place.hash)
            try line.replica.noteSent(place.hash, of: place.tenant, epoch: hello.epoch)
            return content
        }
    }

    // MARK: Telling

    /// Says how far a file is, at most once for each tenth of it; gives the tenth that was said.
    private func tell(_ attachment: Attachment, _ count: Int, _ shown: Int, _ verb: String) -> Int {
        let tenth = count * 10 / max(1, attachment.size)
        if tenth > shown { Console.message(TextTable.plain("\(verb) \(attachment.name) \(tenth * 10)%")) }
        return max(tenth, shown)
    }

    private func sentence(_ error: RPCError) -> String {
        switch error.reason {
        case "quota":
            say("本单位的附件空间已满，请删除不用的附件或请市级扩容。", "The unit's room for files is full. \(error.message)")
        case "attachment_content": AttachmentFault.content(type: "").sentence(chinese: say.chinese)
        default: say("服务器没有接受：\(error.message)", "The server did not take it: \(error.message)")
        }
    }
}
