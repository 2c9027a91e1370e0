/// What the cell `record:state` says.
public enum RecordState {
    /// The record stands, or was restored.
    public static let active = "active"
    /// The record was deleted.
    public static let deleted = "deleted"
}
