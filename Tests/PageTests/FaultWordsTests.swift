import PlanSyncClient
import PlanSyncCore
import Testing

@testable import PlanSyncPage

@Suite("What the page says of faults")
struct FaultWordsTests {
    private static let faults: [EditFault] = [
        .value(field: "rd", .converts(typed: "3亿", value: "30000", unit: "万元")), .digitsLost(field: "code", "9.1E17"),
        .value(field: "company", .notAKey("x", CollectionRule.values)), .valueTooLong(field: "text", bytesMax: 65_536),
        .lowerStage(field: "stage", stands: "认定"), .notYourGate(field: "stage", isOfCity: true),
        .checksFail("201905B", count: 2), .notSubmitted("411724", "201905B", .draft), .collectionOfConflicts,
        .recordDeleted("companies/1"), .returnNeedsReason, .reopenNeedsReason, .reasonMissing, .authorMissing,
    ]

    @Test("No command and no name for machines stands in a sentence of the page", arguments: [true, false])
    func commands(chinese: Bool) {
        for fault in Self.faults {
            let said = FaultWords.of(fault, Wording(chinese: chinese))
            #expect(!said.contains("plansync") && !said.contains("--"), "\(said)")
            #expect(!said.contains("field") && !said.contains("字段"), "\(said)")
        }
    }

    @Test("A figure in another unit is offered converted")
    func converted() {
        let said = FaultWords.of(Self.faults[0], Wording(chinese: true))
        #expect(said == "“3亿”换算为 30000 万元；如无误，请改填 30000。")
    }

    @Test("A table without a head is told what to choose on the page")
    func noForm() {
        #expect(FaultWords.of(ImportFault.noForm, Wording(chinese: true)).contains("“内容”"))
    }
}
