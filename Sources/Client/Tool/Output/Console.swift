import Glibc
import PlanSyncClient
import PlanSyncWire

/// Where results and messages go: results on stdout, messages on stderr.
enum Console {
    /// A line of the result.
    static func line(_ text: String) { print(text) }

    /// A table of the result.
    static func table(_ table: TextTable) {
        for line in table.lines { print(line) }
    }

    /// The result as one JSON value.
    static func json(_ body: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(reserving: 4_096)
        writer.object(body)
        print(String(decoding: writer.bytes, as: UTF8.self))
    }

    /// Brings what was printed to whoever reads it.
    static func flush() { fflush(nil) }

    /// A message for the person.
    static func message(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = Glibc.write(STDERR_FILENO, line, line.count)
    }
}
