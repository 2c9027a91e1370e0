// A form that a person filled in: many fields of one record at once, as one change. What was not touched is not
// edited, though it may have changed behind the form meanwhile.

package import PlanSyncCore

/// One field of a form.
package struct FormEntry: Sendable {
    /// The field.
    package let field: FieldID
    /// What it showed when the form was made.
    package let was: String
    /// What the person left in it.
    package let text: String

    package init(field: FieldID, was: String, text: String) {
        self.field = field
        self.was = was
        self.text = text
    }
}

/// What is wrong with a form, by field where it is a field's.
package struct FormError: Error, Sendable {
    /// Each fault with its field.
    package let faults: [(field: FieldID?, fault: EditFault)]
}

extension Editing {
    /// What stands between the members of a set in a form.
    package static let memberSeparator: Character = "、"

    /// Makes one change of all fields that the person has changed; `nil` when there is none.
    ///
    /// - Throws: ``FormError`` with every fault.
    package func fill(_ record: String, _ entries: [FormEntry]) throws(FormError) -> ChangeDraft? {
        let touched = entries.filter { $0.text != $0.was }
        guard !touched.isEmpty else { return nil }
        let reference: RecordReference
        do throws(EditError) {
            reference = try self.reference(record, .set)
        } catch {
            throw FormError(faults: error.faults.map { (nil, $0) })
        }
        var faults: [(field: FieldID?, fault: EditFault)] = []
        var operations: [Operation] = []
        for entry in touched {
            do throws(EditFault) {
                for (action, typed) in steps(entry, reference) {
                    let others = action == .insert || action == .remove ? [] : operations
                    operations.append(try operation(action, typed, reference, besides: others))
                }
            } catch {
                faults.append((entry.field, error))
            }
        }
        if let fault = stepFault(operations, reference) { faults.append((reference.collection.workflow?.field, fault)) }
        guard faults.isEmpty else { throw FormError(faults: faults) }
        do throws(EditError) {
            return try draft(operations, [], reference)
        } catch {
            throw FormError(faults: error.faults.map { (nil, $0) })
        }
    }

    /// What has to be done for a field to become what was typed.
    private func steps(_ entry: FormEntry, _ reference: RecordReference) -> [(Operation.Action, String)] {
        let name = entry.field.rawValue
        guard let rule = reference.collection.field(entry.field), rule.merge == .members else {
            return entry.text.isEmpty ? [(.clear, name)] : [(.set, "\(name)=\(entry.text)")]
        }
        let (before, after) = (Self.members(entry.was), Self.members(entry.text))
        return before.filter { !after.contains($0) }.map { (.remove, "\(name)=\($0)") }
            + after.filter { !before.contains($0) }.map { (.insert, "\(name)=\($0)") }
    }

    /// The members that a text lists.
    static func members(_ text: String) -> [String] {
        var found: [String] = []
        for part in text.split(whereSeparator: { $0 == memberSeparator || $0 == "\n" }) {
            var name = part
            while let first = name.first, first.isWhitespace { name.removeFirst() }
            while let last = name.last, last.isWhitespace { name.removeLast() }
            if !name.isEmpty, !found.contains(String(name)) { found.append(String(name)) }
        }
        return found
    }

    /// A value as a form shows it.
    package static func formText(_ value: FieldValue?) -> String {
        guard let value else { return "" }
        if case .members(let members) = value { return members.sorted().joined(separator: String(memberSeparator)) }
        return value.shown
    }
}
