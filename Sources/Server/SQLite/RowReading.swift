import GRDB
import PlanSyncCore

// GRDB's subscripts end the process when a column holds NULL or another kind of value than was asked for. A damaged
// database is no reason to die, so everything here is read with an error instead.

extension Row {
    /// A text.
    ///
    /// - Throws: ``SQLiteStoreError/damagedValue(column:)``.
    func text(_ column: String) throws(SQLiteStoreError) -> String {
        guard let text = try optionalText(column) else { throw .damagedValue(column: column) }
        return text
    }

    /// A text, or `nil` for NULL.
    ///
    /// - Throws: ``SQLiteStoreError/damagedValue(column:)`` for anything else.
    func optionalText(_ column: String) throws(SQLiteStoreError) -> String? {
        switch (self[column] as DatabaseValue?)?.storage {
        case .string(let text): return text
        case .null: return nil
        default: throw .damagedValue(column: column)
        }
    }

    /// A whole number.
    ///
    /// - Throws: ``SQLiteStoreError/damagedValue(column:)``.
    func whole(_ column: String) throws(SQLiteStoreError) -> Int64 {
        guard let number = try optionalWhole(column) else { throw .damagedValue(column: column) }
        return number
    }

    /// A whole number, or `nil` for NULL.
    ///
    /// - Throws: ``SQLiteStoreError/damagedValue(column:)`` for anything else.
    func optionalWhole(_ column: String) throws(SQLiteStoreError) -> Int64? {
        switch (self[column] as DatabaseValue?)?.storage {
        case .int64(let number): return number
        case .null: return nil
        default: throw .damagedValue(column: column)
        }
    }

    /// A number that counts something.
    ///
    /// - Throws: ``SQLiteStoreError/damagedValue(column:)``, also when it is below 0.
    func count(_ column: String) throws(SQLiteStoreError) -> UInt64 {
        guard let count = UInt64(exactly: try whole(column)) else { throw .damagedValue(column: column) }
        return count
    }

    /// Yes or no.
    ///
    /// - Throws: ``SQLiteStoreError/damagedValue(column:)``.
    func flag(_ column: String) throws(SQLiteStoreError) -> Bool { try whole(column) != 0 }

    /// A moment.
    ///
    /// - Throws: ``SQLiteStoreError/damagedValue(column:)``.
    func moment(_ column: String) throws(SQLiteStoreError) -> Timestamp {
        Timestamp(milliseconds: try whole(column))
    }

    /// A moment, or `nil` for NULL.
    ///
    /// - Throws: ``SQLiteStoreError/damagedValue(column:)`` for anything else.
    func optionalMoment(_ column: String) throws(SQLiteStoreError) -> Timestamp? {
        try optionalWhole(column).map { Timestamp(milliseconds: $0) }
    }

    /// Bytes.
    ///
    /// - Throws: ``SQLiteStoreError/damagedValue(column:)``.
    func bytes(_ column: String) throws(SQLiteStoreError) -> [UInt8] {
        guard let bytes = try optionalBytes(column) else { throw .damagedValue(column: column) }
        return bytes
    }

    /// Bytes, or `nil` for NULL.
    ///
    /// - Throws: ``SQLiteStoreError/damagedValue(column:)`` for a number.
    func optionalBytes(_ column: String) throws(SQLiteStoreError) -> [UInt8]? {
        switch (self[column] as DatabaseValue?)?.storage {
        case .blob(let data): return Array(data)
        case .string(let text): return Array(text.utf8)
        case .null: return nil
        default: throw .damagedValue(column: column)
        }
    }
}
