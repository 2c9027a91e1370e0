import Hummingbird
import NIOCore
import PlanSyncClient

/// What is known of one request beside its bytes.
struct PageContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The language that the person chose.
    var say = Wording(chinese: true)

    /// Bytes of a form; files have a limit of their own.
    static let formBytesMax = 1_048_576

    init(source: Source) { coreContext = .init(source: source) }
}
