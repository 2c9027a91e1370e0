import PlanSyncCore
import PlanSyncServer
import PlanSyncWire

/// Hands the lines of an input, a frame each, to a server of two counties.
///
/// The input's first byte says who speaks. Every answer must be a message; none may be `internal`; no county may read
/// what only another one, or the city for itself, has written. After each input the store is as it was.
final class DispatcherTarget: FuzzTarget {
    /// Stands in everything that the neighbour and the city wrote for themselves.
    static let mark = "ZQXMARK"

    private let bench: DispatcherBench

    init() {
        do { bench = try DispatcherBench() } catch { finding("The dispatcher's bench: \(error)") }
    }

    func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        do { try bench.begin() } catch { finding("The bench cannot begin: \(error)") }
        defer { bench.end() }
        let speaker = DispatcherBench.speakers[Int(first) % DispatcherBench.speakers.count]
        var session = bench.session(of: speaker)
        for line in input.dropFirst().split(separator: UInt8(ascii: "\n")).prefix(24) {
            for frame in bench.run(Array(line), &session) { check(frame, to: speaker, line) }
        }
    }

    private func check(_ frame: [UInt8], to speaker: DispatcherBench.Speaker, _ line: ArraySlice<UInt8>) {
        let text = String(decoding: frame, as: UTF8.self)
        guard let message = try? IncomingMessage(frame: frame, limits: .document) else {
            finding("An answer that is no message: \(text)")
        }
        if case .failure(_, let error) = message, error.code == .internalError {
            finding("internal, to \(String(decoding: line, as: UTF8.self))")
        }
        if !speaker.seesAll, text.contains(Self.mark) { finding("\(speaker) reads of others: \(text)") }
    }
}
