import FoundationEssentials
import GRDB

/// A number for a column; numbers of the contract fit, others are moved to the edge.
func signed(_ number: UInt64) -> Int64 { Int64(clamping: number) }

/// A number from a column.
func unsigned(_ number: Int64) -> UInt64 { UInt64(clamping: number) }

/// Bytes for a column.
func blob(_ bytes: [UInt8]) -> Data { Data(bytes) }

// GRDB's subscripts end the process when a column holds NULL or another kind of value than was asked for; a damaged
// file is read with an error instead.
extension Row {
    /// A whole number.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``.
    func whole(_ column: String) throws(ReplicaError) -> Int64 {
        guard case .int64(let number)? = (self[column] as DatabaseValue?)?.storage else { throw .damaged(column) }
        return number
    }

    /// A number that counts something.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``.
    func count(_ column: String) throws(ReplicaError) -> UInt64 { unsigned(try whole(column)) }

    /// Yes or no.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``.
    func flag(_ column: String) throws(ReplicaError) -> Bool { try whole(column) != 0 }

    /// A text.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``.
    func text(_ column: String) throws(ReplicaError) -> String {
        guard let text = try optionalText(column) else { throw .damaged(column) }
        return text
    }

    /// A text, or `nil` for NULL.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)`` for anything else.
    func optionalText(_ column: String) throws(ReplicaError) -> String? {
        switch (self[column] as DatabaseValue?)?.storage {
        case .string(let text): return text
        case .null: return nil
        default: throw .damaged(column)
        }
    }

    /// Bytes.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)``.
    func blob(_ column: String) throws(ReplicaError) -> [UInt8] {
        guard let bytes = try optionalBlob(column) else { throw .damaged(column) }
        return bytes
    }

    /// Bytes, or `nil` for NULL.
    ///
    /// - Throws: ``ReplicaError/damaged(_:)`` for anything else.
    func optionalBlob(_ column: String) throws(ReplicaError) -> [UInt8]? {
        switch (self[column] as DatabaseValue?)?.storage {
        case .blob(let data): return [UInt8](data)
        case .null: return nil
        default: throw .damaged(column)
        }
    }
}
