import FoundationEssentials
import GRDB

/// A number for a column; numbers of the contract fit, others are moved to the edge.
func signed(_ number: UInt64) -> Int64 { Int64(clamping: number) }

/// A number from a column.
func unsigned(_ number: Int64) -> UInt64 { UInt64(clamping: number) }

/// Bytes for a column.
func blob(_ bytes: [UInt8]) -> Data { Data(bytes) }

/// Bytes from a column.
func bytes(_ data: Data) -> [UInt8] { [UInt8](data) }

/// Bytes from a column that may be empty.
func optionalBytes(_ data: Data?) -> [UInt8]? { data.map { [UInt8]($0) } }
