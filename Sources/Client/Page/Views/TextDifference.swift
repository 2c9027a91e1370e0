/// What was added to a text and what was taken out, by characters as a person counts them.
struct TextDifference {
    /// A run of characters of one kind.
    struct Run: Equatable {
        enum Kind: Equatable { case same, added, removed }

        let kind: Kind
        var text: String
    }

    /// Longer texts are shown as replaced in the middle.
    private static let charactersMax = 4_000

    let runs: [Run]

    init(from old: String, to new: String) {
        var (old, new) = (Array(old), Array(new))
        var (head, tail): ([Character], [Character]) = ([], [])
        while let one = old.first, one == new.first {
            head.append(one)
            old.removeFirst()
            new.removeFirst()
        }
        while let one = old.last, one == new.last {
            tail.insert(one, at: 0)
            old.removeLast()
            new.removeLast()
        }
        var runs: [Run] = []
        func add(_ kind: Run.Kind, _ text: some Sequence<Character>) {
            let text = String(text)
            guard !text.isEmpty else { return }
            if runs.last?.kind == kind {
                runs[runs.count - 1].text += text
            } else {
                runs.append(Run(kind: kind, text: text))
            }
        }
        add(.same, head)
        if old.count + new.count > Self.charactersMax {
            add(.removed, old)
            add(.added, new)
        } else {
            var removed: Set<Int> = []
            var added: Set<Int> = []
            for step in new.difference(from: old) {
                switch step {
                case .remove(let offset, _, _): removed.insert(offset)
                case .insert(let offset, _, _): added.insert(offset)
                }
            }
            var (left, right) = (0, 0)
            while left < old.count || right < new.count {
                if removed.contains(left), left < old.count {
                    add(.removed, [old[left]])
                    left += 1
                } else if right < new.count {
                    add(added.contains(right) ? .added : .same, [new[right]])
                    if !added.contains(right) { left += 1 }
                    right += 1
                } else {
                    left += 1
                }
            }
        }
        add(.same, tail)
        self.runs = runs
    }
}
