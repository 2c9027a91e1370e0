import CZip
import PlanSyncClient

/// The archive that an .xlsx file is, read with limits on what it unpacks to.
final class ZipArchive {
    /// Parts of an archive.
    static let partsMax = 1_000
    /// Bytes that all parts read unpack to.
    static let unpackedBytesMax = 64 * 1_024 * 1_024
    /// How many times as many bytes as it has packed a part may unpack to.
    static let ratioMax = 100
    /// Bytes below which no ratio is asked for: empty rows pack well.
    static let ratioFreeBytes = 256 * 1_024

    private let archive: OpaquePointer
    // The library reads the archive's bytes where they lie.
    private let memory: UnsafeMutableRawBufferPointer
    private var unpacked = 0

    /// Opens an archive that is in memory.
    ///
    /// - Throws: ``SheetError``.
    init(_ bytes: [UInt8]) throws(SheetError) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
        memory.copyBytes(from: bytes)
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let source = zip_source_buffer_create(memory.baseAddress, UInt64(bytes.count), 0, &error) else {
            memory.deallocate()
            throw .damaged("zip")
        }
        guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
            let isOther = zip_error_code_zip(&error) == ZIP_ER_NOZIP
            let reason = zip_error_strerror(&error).map { String(cString: $0) } ?? "zip"
            zip_source_free(source)
            memory.deallocate()
            throw isOther ? .noArchive : .damaged(reason)
        }
        self.archive = archive
        self.memory = memory
        guard zip_get_num_entries(archive, 0) <= Int64(Self.partsMax) else { throw .tooMuch(.parts) }
    }

    deinit {
        zip_discard(archive)
        memory.deallocate()
    }

    /// Whether it has a part of this name.
    func has(_ name: String) -> Bool { zip_name_locate(archive, name, ZIP_FL_NOCASE) >= 0 }

    /// Unpacks a part, piece by piece.
    ///
    /// - Throws: ``SheetError``, what the taker throws.
    func unpack(_ name: String, _ take: ([UInt8]) throws(SheetError) -> Void) throws(SheetError) {
        let index = zip_name_locate(archive, name, ZIP_FL_NOCASE)
        guard index >= 0 else { throw .damaged(name) }
        var status = zip_stat_t()
        zip_stat_init(&status)
        guard zip_stat_index(archive, UInt64(index), 0, &status) == 0 else { throw .damaged(name) }
        if status.encryption_method != UInt16(ZIP_EM_NONE) { throw .oldOrLocked }
        guard let file = zip_fopen_index(archive, UInt64(index), 0) else { throw .damaged(name) }
        defer { zip_fclose(file) }
        var part = [UInt8](repeating: 0, count: 65_536)
        var own = 0
        let packed = Int(clamping: status.comp_size)
        while true {
            let count = zip_fread(file, &part, UInt64(part.count))
            guard count >= 0 else { throw .damaged(name) }
            if count == 0 { return }
            own += Int(count)
            unpacked += Int(count)
            let isBomb = own > Self.ratioFreeBytes && own / Self.ratioMax > packed
            if isBomb || unpacked > Self.unpackedBytesMax { throw .tooMuch(.unpackedBytes) }
            try take(Array(part.prefix(Int(count))))
        }
    }
}
