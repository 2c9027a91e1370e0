package import PlanSyncCore

/// What the driver wants of whoever holds the connection.
package enum Outgoing: Sendable, Equatable {
    /// Send this frame; its length is not yet in front of it.
    case frame([UInt8])
    /// Say this to the person.
    case progress(SyncProgress)
    /// Call ``SyncDriver/pauseEnded(now:)`` after this many milliseconds.
    case wait(milliseconds: Int)
    /// Everything was pushed and pulled; from now on notifications come in.
    case watching(SyncSummary)
    /// Everything was pushed and pulled.
    case finished(SyncSummary)
    /// It went no further; what was done until then counts.
    case stopped(SyncFault, SyncSummary)
}

/// A step of a synchronisation, for a person to read.
package enum SyncProgress: Sendable, Equatable {
    /// The server answered the hello.
    case greeted(server: String)
    /// A plan's document came in.
    case planStored(PlanID, revision: UInt64)
    /// Changes were answered.
    case pushed(changes: Int)
    /// A page came in.
    case pulled(PlanID, cells: Int, more: Bool)
    /// The server's history is another one; everything is pulled anew, and what it lacks is offered again.
    case epochChanged(reoffered: Int)
    /// Pending changes got other numbers.
    case renumbered(Int)
    /// Changes are gone on both sides: they are declared, not retried.
    case missing(UInt64)
    /// The cells here are not what the server says they are; what differs is fetched anew.
    case damaged(PlanID)
    /// Damaged cells were put right.
    case repaired(PlanID, cells: Int)
    /// Also after a snapshot the cells are not what the server says they are.
    case irreparable(PlanID)
    /// The device is out of service; what it held was handed in, and its data is removed.
    case retired(handedIn: UInt64)
    /// The cursor no longer holds; a snapshot is pulled.
    case snapshot(PlanID)
    /// The server asked to wait.
    case waiting(milliseconds: Int)
}
