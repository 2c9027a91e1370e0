package import PlanSyncCore

/// The language in which a person is spoken to.
package struct Wording: Sendable, Equatable {
    /// Whether it is Chinese; English otherwise.
    package let chinese: Bool

    package init(chinese: Bool) { self.chinese = chinese }

    /// The language of a locale's name such as `zh_CN.UTF-8`; English for an unknown one.
    package init(locale: String) { chinese = locale.lowercased().hasPrefix("zh") }

    /// The one of two sentences that is in the language.
    package func callAsFunction(_ zh: String, _ en: String) -> String { chinese ? zh : en }

    /// A name of the plan.
    package func callAsFunction(_ name: Plan.LocalText) -> String { chinese ? name.zh : name.en }

    /// The word on the wire: `zh` or `en`.
    package var code: String { chinese ? "zh" : "en" }
}
