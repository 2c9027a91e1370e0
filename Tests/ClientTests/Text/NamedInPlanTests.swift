import PlanSyncCore
import Testing

@testable import PlanSyncClient

@Suite("What a person names in the plan")
struct NamedInPlanTests {
    private func fault(_ text: String, _ say: Wording) throws -> String? {
        let plan = try Bench.enrolled().view().plan
        do throws(NameFault) {
            _ = try plan.indicator(named: text)
            return nil
        } catch { return error.sentence(say) }
    }

    @Test("An indicator is found by its name and by its title", arguments: ["i1", "研发中心"])
    func found(text: String) throws {
        #expect(try Bench.enrolled().view().plan.indicator(named: text).id.rawValue == "i1")
    }

    @Test("What nothing is called gets the nearest name, or those that there are")
    func unknown() throws {
        let (zh, en) = (Wording(chinese: true), Wording(chinese: false))
        #expect(try fault("研发中", zh) == "本方案没有指标“研发中”，是不是“研发中心”？")
        #expect(try fault("研发中", en) == "The plan has no indicator '研发中'; did you mean '研发中心'?")
        #expect(try fault("something", zh) == "本方案没有指标“something”；有：i1。")
        #expect(try fault("something", en) == "The plan has no indicator 'something'; it has i1.")
    }

    @Test("A plan without lists says so")
    func noLists() throws {
        let plan = try Bench.enrolled().view().plan
        do throws(NameFault) {
            _ = try plan.list(named: "roster")
            Issue.record("a list that is not there was found")
        } catch {
            #expect(error.sentence(Wording(chinese: true)) == "本方案没有声明清单。")
            #expect(error.sentence(Wording(chinese: false)) == "The plan declares no lists.")
        }
    }
}
