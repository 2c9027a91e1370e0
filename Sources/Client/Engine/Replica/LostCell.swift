package import PlanSyncCore

/// A value that this device has seen and that the server lost when it went back to a backup.
///
/// The device that entered it sends it again by itself; when that machine is gone, a person enters it anew.
package struct LostCell: Sendable, Equatable {
    /// Its number in the list, by which a person names it.
    package let position: Int64
    /// The plan.
    package let plan: PlanID
    /// The place.
    package let key: CellKey
    /// The value that was seen.
    package let value: FieldValue?
    /// The change that wrote it.
    package let rev: ChangeID
    /// The device that wrote it.
    package let by: DeviceID
    /// The person that wrote it.
    package let author: String
    /// That person's clock.
    package let at: Timestamp
    /// The epoch in which the server had it.
    package let epoch: String
    /// The value that stands there now.
    package let current: FieldValue?
}
