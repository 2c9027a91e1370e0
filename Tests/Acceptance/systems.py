"""The systems of Zhumadian's plan (S2 to S15, S17, S18), each through the built binaries: records, steps, checks, lists.

    systems.py BINARIES DATA ADDRESS FOLDER PLAN.yaml
The daemon runs at ADDRESS over DATA. All records are invented (演示数据). Prints 'all OK' last.
"""
import csv
import sys
import time

from office import Office
from scripted_year import credit_code

PERIOD, END = "201905B", "2019-06-30"
ONE, TWO = "411724", "411728"


class Systems(Office):
    """Two counties, the department, the city, and its finance bureau, in May and June 2019."""

    def play(self):
        began = time.monotonic()
        people = [("city", "city", "supervisor"), ("kjj", "city", "reviewer"), ("finance", "city", "finance"),
                  ("auditor", "city", "auditor"), (ONE, ONE, "approver"), (TWO, TWO, "approver")]
        self.each(lambda who: self.enrol(*who), people)
        self.clerk = "clerk"
        self.enrol(self.clerk, ONE, "editor")
        for system in (self.tasks, self.companies, self.transfer, self.brands, self.products, self.platforms,
                       self.spending, self.technology, self.cooperation, self.finance, self.talent, self.projects,
                       self.rewards, self.public, self.cases, self.assessments):
            before = self.checks
            system()
            print(f"{system.__name__}: {self.checks - before} checks")
        print(f"{self.checks} checks after {time.monotonic() - began:.0f} s")

    # Helpers

    def set(self, machine, record, *fields, note=None, code=0):
        more = ["--note", note] if note else []
        return self.at(machine, "set", record, *fields, *more, code=code)

    def refused(self, machine, record, *fields, saying):
        """An edit or a step that is not taken, with a sentence that holds these words."""
        ended = self.set(machine, record, *fields, code=1)
        self.checks += 1
        assert saying in ended.stderr, (record, fields, ended.stderr)

    def round(self, *machines):
        """Everybody's edits go to the server and come back to everybody."""
        for machine in machines + machines:
            self.at(machine, "sync")

    def faults(self, machine):
        return {f["check"] for f in self.read(machine, "check", PERIOD, code=None)["faults"]}

    def wrong(self, machine, check, record, bad, good):
        """A check that speaks while a record holds something, and is silent once it is corrected."""
        self.set(machine, record, *bad)
        self.equal(f"{check} speaks", check in self.faults(machine), True)
        self.set(machine, record, *good)
        self.equal(f"{check} is silent", check in self.faults(machine), False)

    def listed(self, machine, name, period=PERIOD):
        """A list's rows as {key: cells}, and its groups as {value: count}."""
        found = self.read(machine, "lists", name, period)
        self.equal(f"{name} unclear", found["unclear"], [])
        shares = sum(round(float(g["share"]) * 10) for g in found["groups"])
        self.equal(f"{name} shares", shares in (0, 1000), True)
        return ({r["record"].split("/", 1)[1]: r["cells"] for r in found["rows"]},
                {g["value"]: g["count"] for g in found["groups"]}, found["sums"])

    def value(self, machine, indicator, period=PERIOD):
        rows = self.read(machine, "aggregate", period)["indicators"]
        return next(r for r in rows if r["indicator"] == indicator)["value"]

    # The systems

    def tasks(self):
        """S2: dispatched, signed for, extended, claimed only with all milestones, verified, closed; reminders."""
        task = "tasks/m14"
        self.set("city", f"{ONE}:{task}", "requirement=建立研发平台(演示)", "issued_on=2019-05-06", "due=2019-06-20")
        self.set("city", f"{ONE}:milestones/m14:a", "text=挂牌一家", "due=2019-06-10")
        self.set("city", f"{ONE}:{task}", "state=dispatched")
        self.round("city", ONE)
        # 38 working days: without weekends, and without the holiday of 7 June.
        self.equal("not signed for", self.listed("city", "tasks_unsigned")[0]["m14"][-1], "38")
        self.equal("nor after three working days", self.listed("city", "tasks_unsigned", "201903B")[0], {})
        self.refused(ONE, task, "state=signed", saying="signed_on")
        self.refused(ONE, task, "due=2019-12-31", saying="department")
        self.set(ONE, task, "signed_on=2019-05-08", "person=张三", "state=signed")
        self.set(ONE, task, "state=under_way")
        self.set(ONE, task, "extension_to=2019-07-20", "extension_reason=设备到货推迟", "state=extension_asked")
        self.round(ONE, "city")
        self.equal("signed for", self.listed("city", "tasks_unsigned")[0], {})
        self.refused(ONE, task, "state=under_way", saying="supervisor")
        self.set("city", f"{ONE}:{task}", "extension_decision=同意延期", "due=2019-06-25", "state=under_way")
        self.round("city", ONE)
        self.equal("overdue", list(self.listed("city", "tasks_overdue")[0]), ["m14"])
        self.set(ONE, task, "completed_on=2019-06-25", "state=completion_claimed")
        self.equal("a milestone is not claimed", "task_milestones" in self.faults(ONE), True)
        self.set(ONE, "milestones/m14:a", "done_on=2019-06-05", "state=claimed")
        self.equal("all milestones are claimed", "task_milestones" in self.faults(ONE), False)
        self.round(ONE, "kjj")
        self.set("kjj", f"{ONE}:milestones/m14:a", "state=accepted")
        self.set("kjj", f"{ONE}:{task}", "verified_on=2019-06-28", "state=verified")
        self.round("kjj", "city")
        self.set("city", f"{ONE}:{task}", "state=closed")
        self.set("city", f"{ONE}:reminders/m14:1", "level=blue", "text=请报进展", "issued_on=2019-06-01")
        self.round("city", ONE)
        self.equal("ledger", self.listed("city", "task_ledger")[1], {"closed": 1})
        self.equal("reminder", list(self.listed(ONE, "reminders_open")[0]), ["m14:1"])
        self.set(ONE, "reminders/m14:1", "reply=已完成", "state=replied")
        self.equal("answered", self.listed(ONE, "reminders_open")[0], {})
        self.set(ONE, f"progress/m14:{PERIOD}", "percent=100", "done=挂牌一家", "help_needed=协调用地")
        self.equal("100 % without evidence", "progress_evidence" in self.faults(ONE), True)
        self.set(ONE, "progress/m14:201903B", "percent=60", "done=挂牌一家", "problems=用地")
        self.equal("the text of the last period", "progress_same" in self.faults(ONE), True)
        self.set(ONE, f"progress/m14:{PERIOD}", "done=挂牌两家", "problems=用电")
        self.equal("a new text", {"progress_same", "problems_same", "progress_falls"} & self.faults(ONE), set())
        self.set(ONE, "progress/m13:201903B", "percent=60", "done=完成试制", "problems=资金")
        self.set(ONE, f"progress/m13:{PERIOD}", "percent=50", "done=完成中试", "problems=资金")
        self.equal("falls, and the same problems", {"problems_same", "progress_falls"} - self.faults(ONE), set())
        for one in ("kjj", "fgw", "gxw"):
            self.at("city", "insert", f"{ONE}:{task}", f"lead={one}")
        self.round("city", ONE)
        self.equal("three leads", "task_leads" in self.faults(ONE), True)
        self.at("city", "remove", f"{ONE}:{task}", "lead=gxw")
        self.round("city", ONE)
        self.equal("two leads", "task_leads" in self.faults(ONE), False)
        self.equal("by unit", self.listed("city", "tasks_by_county")[0][ONE], ["1", "1", "0", "1", "1"])
        self.equal("help wanted", list(self.listed(ONE, "help_wanted")[0]), [f"m14:{PERIOD}"])

    def companies(self):
        """S3: applications, certificates on independent tracks, lapse, revocation, renewal, several at once."""
        self.code = credit_code(ONE, 11)
        company = f"companies/{self.code}"
        self.set(ONE, company, "name=演示甲公司", "size=medium", "founded=2010-03-01")
        self.at(ONE, "insert", company, "industry=装备制造")
        self.set(ONE, "attempts/a1", f"company={self.code}", "track=high_tech", "year=2019", "stage=applied")
        self.refused(ONE, "attempts/a1", "stage=pool", saying="reopen")
        self.wrong(ONE, "attempt_failed", "attempts/a1", ["result=failed"], ["reason_failed=研发费用不足(演示)"])
        stranger = f"companies/{credit_code(TWO, 12)}"
        self.wrong(ONE, "company_area", stranger, ["name=演示外县公司", "size=small"], ["since=2019-02-01"])
        for key, year in (("a8", 2018), ("a9", 2020)):
            self.set(ONE, f"attempts/{key}", f"company={self.code}", "track=sme", f"year={year}", "stage=applied")
        self.equal("two open", "attempts_open" in self.faults(ONE), True)
        self.set(ONE, "attempts/a8", "result=withdrawn")
        self.equal("one open", "attempts_open" in self.faults(ONE), False)
        days = {"c1": ("sme", "S2019001", "2019-03-01", "2019-12-31"),
                "c2": ("high_tech", "G2016001", "2016-07-01", "2019-06-30"),
                "c3": ("high_tech", "G2019001", "2019-06-20", "2022-06-19")}
        for key, (track, number, start, end) in days.items():
            self.set(ONE, f"certificates/{key}", f"company={self.code}", f"track={track}", f"number={number}",
                     f"recognised_on={start}", f"valid_from={start}", f"valid_to={end}", "doc_no=演示〔2019〕1号")
        self.wrong(ONE, "cert_high_tech_years", "certificates/c3", ["valid_to=2021-06-19"], ["valid_to=2022-06-19"])
        self.wrong(ONE, "cert_sme_year", "certificates/c1", ["valid_to=2020-02-29"], ["valid_to=2019-12-31"])
        self.wrong(ONE, "cert_founded", "certificates/c2", ["recognised_on=2009-01-01"], ["recognised_on=2016-07-01"])
        self.refused(ONE, "certificates/c1", "state=in_force", saying="reviewer")
        self.round(ONE, "kjj")
        for key in days:
            self.set("kjj", f"{ONE}:certificates/{key}", "state=in_force")
        self.round("kjj", ONE)
        self.equal("recognised, no R&D", "recognised_without_rd" in self.faults(ONE), True)
        self.equal("by unit", self.listed("kjj", "certificates_by_county")[0][ONE], ["2", "1", "2", "0"])
        rows, groups, _ = self.listed(ONE, "certificates_in_force")
        self.equal("three at once", sorted(rows), ["c1", "c2", "c3"])
        self.equal("by track", sorted(groups.values()), [1, 2])
        self.equal("one that lapsed does not count after", self.value(ONE, "g07", "201907B"), "1")
        self.equal("both count on their last day", self.value(ONE, "g07"), "2")
        self.equal("expiring", list(self.listed("kjj", "expiring")[0]), ["c2"])
        self.equal("expiring later", list(self.listed("kjj", "expiring", "201907B")[0]), ["c1"])
        self.equal("small to high", list(self.listed("kjj", "small_to_high")[0]), [self.code])
        self.set("kjj", f"{ONE}:certificates/c3", "state=revoked", note="撤销认定(演示)")
        self.round("kjj", ONE)
        self.equal("revoked", self.value(ONE, "g07", "201907B"), "0")

    def transfer(self):
        """S3: a company that moves: its certificates count in the other county from that day on."""
        self.round("city")
        self.set("city", f"{ONE}:certificates/c3", "state=in_force", note="撤销有误(演示)")
        self.round("city", ONE)
        self.equal("before", self.value("city", "g07", "201907B"), "1")
        self.set(ONE, f"companies/{self.code}", "until=2019-08-01", f"moved_to={TWO}")
        self.set(TWO, f"companies/{self.code}", "name=演示甲公司", "size=medium", "since=2019-08-01")
        self.set(TWO, "certificates/m1", f"company={self.code}", "track=high_tech", "number=G2019001",
                 "recognised_on=2019-06-20", "valid_from=2019-06-20", "valid_to=2022-06-19", "doc_no=演示〔2019〕1号")
        self.round(ONE, TWO, "kjj")
        self.set("kjj", f"{TWO}:certificates/m1", "state=in_force")
        self.round("kjj", "city", ONE, TWO)
        self.equal("here until then", (self.value(ONE, "g07"), self.value(TWO, "g07")), ("2", "0"))
        self.equal("there from then", (self.value(ONE, "g07", "201907B"), self.value(TWO, "g07", "201907B")), ("0", "1"))
        self.equal("once in the city", self.value("city", "g07", "201907B"), "1")
        twice = [f for f in self.read("city", "check", PERIOD, code=None).get("faults", []) if f["check"] == "unique"]
        self.equal("two counties keep one code", len(twice) > 0, True)

    def brands(self):
        """S4: trademarks and brands in force, what ends within 90 days, standards."""
        self.set(ONE, "brands/b1", f"company={self.code}", "kind=trademark", "name=演示", "mark_no=1234567", "class=9",
                 "from=2009-09-01", "to=2019-08-31", "state=granted")
        self.set(ONE, "standards/s1", f"company={self.code}", "no=GB/T 0-2019", "title=演示标准", "kind=national",
                 "role=take_part", "issued=2019-04-01")
        self.equal("ends soon", "brand_ends" in self.faults(ONE), True)
        self.equal("renewals", list(self.listed(ONE, "renewals_due")[0]), ["b1"])
        self.equal("in force", list(self.listed(ONE, "brands_in_force")[0]), ["b1"])
        self.equal("lapsed", self.listed(ONE, "brands_in_force", "201909B")[0], {})
        self.equal("standards", list(self.listed(ONE, "standards_made")[0]), ["s1"])
        self.wrong(ONE, "brand_order", "brands/b1", ["to=2008-01-01"], ["to=2029-08-31"])

    def products(self):
        """S5: generations with their days; the key product that was upgraded counts."""
        product = "products/p1"
        self.set(ONE, product, f"company={self.code}", "name=演示产品", "key_product=yes", "kind=smart")
        self.refused(ONE, product, "state=trial", saying="trial_on")
        self.set(ONE, product, "trial_on=2019-01-10", "state=trial")
        self.wrong(ONE, "product_order", product, ["production_on=2018-01-01"], ["production_on=2019-03-01"])
        self.set(ONE, product, "state=production")
        for key, state in (("p2", "trial"), ("p3", None)):
            self.set(ONE, f"products/{key}", f"company={self.code}", f"name=演示产品{key}", "trial_on=2019-02-01",
                     *([f"state={state}"] if state else ["state=pre_study"]))
        self.equal("three generations", list(self.listed(ONE, "three_generations")[0]), [self.code])
        self.set(ONE, product, "upgraded_on=2019-06-01", "state=upgraded")
        self.equal("counted", self.value(ONE, "g17"), "1")
        self.equal("pipeline", sum(self.listed(ONE, "product_pipeline")[1].values()), 3)

    def platforms(self):
        """S6: a platform that is approved covers its company and counts at its level; revoked it does not."""
        self.equal("uncovered by name", self.listed(ONE, "uncovered")[0][self.code][0], "演示甲公司")
        self.set(ONE, "platforms/f1", f"host={self.code}", "type=engineering_centre", "level=provincial",
                 "approved_on=2019-05-30", "state=applied")
        self.refused(ONE, "platforms/f1", "state=approved", saying="reviewer")
        self.round(ONE, "kjj")
        self.set("kjj", f"{ONE}:platforms/f1", "state=approved")
        self.round("kjj", ONE)
        self.equal("covered", self.listed(ONE, "uncovered")[0], {})
        self.equal("counted", self.value(ONE, "g03"), "1")
        for one in ("机构健全", "队伍合理", "设备精良", "制度完善", "项目前沿", "成果丰富"):
            self.at(ONE, "insert", "platforms/f1", f"requirements={one}")
        self.equal("may go up", list(self.listed(ONE, "upgrade_candidates")[0]), ["f1"])

    def spending(self):
        """S7: by company and project; the projects sum to the whole; the county's own sum differs and is shown."""
        report = f"rd_reports/{self.code}:{PERIOD}"
        self.set(ONE, report, "sales=8000", "rd_spend=120")
        self.set(ONE, "rd_projects/x1", f"report={self.code}:{PERIOD}", "name=演示项目一", "category=labour", "amount=70")
        self.wrong(ONE, "rd_projects_sum", "rd_projects/x2",
                   [f"report={self.code}:{PERIOD}", "name=演示项目二", "category=direct", "amount=40"], ["amount=50"])
        self.wrong(ONE, "rd_tax", report, ["tax_rd=90"], ["tax_rd=110"])
        self.equal("an R&D figure", "recognised_without_rd" in self.faults(ONE), False)
        self.wrong(ONE, "rd_falls", f"rd_reports/{self.code}:201903B", ["sales=9000", "rd_spend=60"], ["sales=4000"])
        self.wrong(ONE, "rd_ratio", report, ["sales=300"], ["sales=8000"])
        self.equal("by unit", self.listed(ONE, "rd_by_county")[0], {ONE: ["1", "8000", "120", "1.5", "1", "1.5"]})
        self.equal("below 2 %", self.listed(ONE, "rd_below")[0][f"{self.code}:{PERIOD}"][-1], "1.5")
        self.equal("without deduction", list(self.listed(ONE, "rd_without_deduction")[0]), [f"{self.code}:{PERIOD}"])
        _, groups, sums = self.listed(ONE, "rd_by_industry")
        self.equal("by field of industry", (groups, sums[1:3]), ({"装备制造": 1}, ["8000", "120"]))
        self.set(ONE, f"values/{PERIOD}", "batch_rd_spend=200", "batch_sales=10000")
        self.round(ONE, "kjj")
        self.set("kjj", f"{ONE}:companies/{self.code}", "batch_from=2018-06-01")
        self.round("kjj", ONE)
        row = next(r for r in self.read(ONE, "aggregate", PERIOD)["indicators"] if r["indicator"] == "g12")
        self.at(ONE, "export", "goal", "g12", PERIOD, "--to", f"{self.folder}/goal.csv")
        with open(f"{self.folder}/goal.csv", encoding="utf-8-sig", newline="") as file:
            self.equal("goal sheet", [r[1:5] for r in csv.reader(file)][-1], [PERIOD, "2", "2", "1.5"])
        self.equal("both ways", (row["value"], row["beside"], row["difference"]), ("1.5", "2", "-0.5"))

    def technology(self):
        """S8: 80 % only where there is neither a rule nor an agreement."""
        record = "transfers/t1"
        self.set(ONE, record, "result=演示成果", f"buyer={self.code}", "value=100", "signed_on=2019-05-05", "state=signed")
        self.wrong(ONE, "transfer_share", record, ["share_basis=neither", "share=70"], ["share=80"])
        self.set(ONE, record, "share_basis=agreement", "share=50")
        self.equal("an agreement stands", "transfer_share" in self.faults(ONE), False)
        self.wrong(ONE, "transfer_order", record, ["landed_on=2019-01-01"], ["landed_on=2019-06-01"])
        self.set(ONE, record, "state=landed")
        self.equal("value", self.listed(ONE, "transfer_contracts")[2][4], "100")

    def cooperation(self):
        """S9: conditions and caps of the co-operation money."""
        record = "cooperation_claims/k1"
        self.set(ONE, record, "rule=r5", "beneficiary=演示公司", "event_date=2019-06-01", "asked=300")
        self.at(ONE, "insert", record, "conditions_met=设立研究院")
        self.equal("not all conditions", "claim_r5" in self.faults(ONE), True)
        for one in ("引进团队", "贡献突出"):
            self.at(ONE, "insert", record, f"conditions_met={one}")
        self.equal("all conditions", "claim_r5" in self.faults(ONE), False)
        self.wrong(ONE, "claim_r4", "cooperation_claims/k2",
                   ["rule=r4", "beneficiary=演示研究院", "asked=400"], ["asked=300"])
        self.wrong(ONE, "claim_lead", "cooperation_claims/k3",
                   ["rule=r6", "beneficiary=演示公司", "alliance=演示联盟", "is_lead_unit=no"], ["is_lead_unit=yes"])
        self.wrong(ONE, "claim_year", "cooperation_claims/k1", ["claimed_on=2020-01-10"], ["claimed_on=2019-07-10"])
        self.equal("by rule", sum(self.listed(ONE, "cooperation_money")[1].values()), 3)

    def finance(self):
        """S10: pools with the loans drawn on them."""
        self.wrong(ONE, "pool_drawn", "finance_pools/q1", ["kind=credit", "size=1000", "drawn=1200", "loss=10"],
                   ["drawn=800"])
        self.set(ONE, "loans/l1", f"company={self.code}", "pool=q1", "amount=3000", "bank=演示银行", "state=agreed")
        self.refused(ONE, "loans/l1", "state=drawn", saying="drawn_on")
        self.set(ONE, "loans/l1", "drawn_on=2019-05-20", "state=drawn")
        self.set(ONE, "guarantees/u1", f"company={self.code}", "institution=演示担保", "amount=500")
        cells = self.listed(ONE, "pools")[0]["q1"]
        self.equal("leverage and loss", cells[4:], ["3000", "3", "1"])

    def talent(self):
        """S11: names are masked in lists and whole for the unit and the department; services; half of the fee."""
        self.set(ONE, "talent/w1", f"company={self.code}", "name=欧阳演示", "kind=high", "start=2019-04-01",
                 "asked_on=2019-06-01")
        self.equal("masked", self.listed(ONE, "services_open")[0]["w1"][0], "欧***")
        self.round(ONE, "kjj", "city", "auditor")
        for machine, wanted in ((ONE, "欧阳演示"), ("kjj", "欧阳演示"), ("city", "欧***"), ("auditor", "欧***")):
            place = "talent/w1" if machine == ONE else f"{ONE}:talent/w1"
            shown = {f["field"]: f["value"] for f in self.read(machine, "show", place)["fields"]}
            self.equal(f"name for {machine}", shown["name"], wanted)
        listed = self.at(ONE, "list", "talent").stdout
        self.equal("masked in the collection", "欧阳演示" in listed, False)
        self.wrong(ONE, "conference_half", "conferences/v1",
                   [f"company={self.code}", "name=演示会议", "organised_by_city=yes", "held_on=2019-06-12",
                    "fee_paid=3000", "subsidy=2000"], ["subsidy=1500"])
        self.wrong(ONE, "conference_city", "conferences/v1", ["organised_by_city=no"], ["organised_by_city=yes"])

    def projects(self):
        """S12: the pipeline; a step needs its day; one that idles asks for an explanation."""
        record = "projects/z1"
        self.set(ONE, record, "name=演示项目", "investor=演示投资", "planned=1.5")
        self.at(ONE, "insert", record, "industry=新材料")
        self.refused(ONE, record, "state=signed", saying="signed_on")
        self.set(ONE, record, "signed_on=2018-05-20", "state=signed")
        self.equal("a year without a start", "project_idle" in self.faults(ONE), True)
        self.wrong(ONE, "project_paid", record, ["paid_in=16000"], ["paid_in=9000"])
        self.set(ONE, record, "started_on=2019-06-10", "state=started")
        self.equal("started", "project_idle" in self.faults(ONE), False)
        self.equal("by industry", self.listed(ONE, "projects_by_industry")[1], {"新材料": 1})

    def rewards(self):
        """S13: the payment list with its total in words; paid, corrected by taking it back."""
        self.round(ONE, TWO, "kjj", "finance")
        self.at(ONE, "rewards", "claim", "r1:c2", code=1)
        rows = self.payments("finance")
        self.equal("half of 3000元", [r for r in rows if r[3] == "r8:v1"][0][9], "0.15")
        self.equal("in words", rows[-1][1].startswith("人民币") and rows[-1][1].endswith("元整"), True)
        total = [r for r in rows if r[0] in ("合计", "Together")][0][9]
        self.equal("total", float(total), sum(float(r[9]) for r in rows[1:-2]) * 10000)
        self.paid()

    def paid(self):
        """S11, S13: a claim is paid in two parts; what was entered stands, and a mistake is a further entry."""
        self.at(ONE, "rewards", "claim", "r8:v1")
        claim = f"{ONE}:conference_claims/r8:v1"
        self.round(ONE, "kjj")
        self.set("kjj", claim, "state=checked")
        self.round("kjj", "city")
        self.set("city", claim, "approved=0.15", "decision_doc=演示〔2019〕9号", "state=approved")
        self.round("city", "finance")
        pay = ("rewards", "pay", "r8:v1", "--day", "2019-06-28")
        self.refused_pay(pay, "0.2", "At most 0.15")
        self.at("finance", *pay, "--amount", "0.1", "--voucher", "演示2019-201")
        entry = self.reward("r8:v1")
        self.equal("partly", (entry["paid"], entry["payable"], entry["state"]), ("0.1", "0.05", "approved"))
        self.equal("says so", "0.05 still to be paid" in entry["sentence"], True)
        self.at("finance", *pay, "--amount", "0.05", "--voucher", "演示2019-202")
        self.equal("settled", self.reward("r8:v1")["state"], "paid")
        first = self.reward("r8:v1")["payments"][0]["record"]
        self.refused("finance", f"{ONE}:{first}", "amount=1", saying="enter a correction")
        self.round("finance", ONE)
        self.refused(ONE, first, "amount=1", saying="another role")
        rows = self.payments("finance", "paid")
        self.equal("one row a payment", [(r[2], r[7], r[9]) for r in rows[1:-2]],
                   [("演示2019-201", "0.1", "壹仟元整"), ("演示2019-202", "0.05", "伍佰元整")])
        self.equal("their total", (rows[-2][7], rows[-1][1]), ("1500", "人民币壹仟伍佰元整"))
        # Entered by hand: the checks say what is wrong, what is empty is filled in, the rest stands.
        slip = f"{ONE}:payments/slip"
        self.set("finance", slip, "conference_claim=r8:v1", "amount=-0.05", "paid_on=2019-06-29")
        self.round("finance", ONE)
        self.equal("a correction of nothing", {"payment_amount", "conference_claims_settled"} - self.faults(ONE), set())
        self.set("finance", slip, f"corrects={first.split('/', 1)[1]}", "reason=标准有误(演示)")
        self.set("finance", claim, "state=approved", note="更正拨付(演示)")
        self.round("finance", ONE)
        self.equal("as it should be", {f for f in self.faults(ONE) if "pay" in f or "settled" in f}, set())
        _, units, whole = self.listed("finance", "payments_made")
        self.equal("paid by unit", (units, whole[5]), ({"正阳县": 3}, "0.1"))
        sums = {(t["rule"], t.get("year")): t["paid"] for t in self.read("finance", "rewards", "totals")["totals"]}
        self.equal("by rule and year", sums["r8", "2019"], "0.1")

    def refused_pay(self, pay, amount, saying):
        ended = self.at("finance", *pay, "--amount", amount, "--voucher", "x", code=1)
        self.checks += 1
        assert saying in ended.stderr, ended.stderr

    def reward(self, key):
        return next(e for e in self.read("finance", "rewards")["rewards"] if e["key"] == key)

    def payments(self, machine, kind="payments"):
        self.at(machine, "export", kind, "2019", "--to", f"{self.folder}/payments.csv")
        with open(f"{self.folder}/payments.csv", encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    def public(self):
        """S14: public platforms and events."""
        self.set(ONE, "public_platforms/g1", "name=演示平台", "kind=testing", "served=12", "opened_on=2019-01-01")
        self.refused(ONE, "public_platforms/g1", "kind=tests", saying="testing")
        self.set(ONE, "events/e1", "series=doctors", "held_on=2019-05-18", "state=held")
        self.refused(ONE, "events/e1", "state=reported", saying="people")
        self.set(ONE, "events/e1", "people=80", "companies=15", "signed_deals=4", "state=reported")
        self.equal("people, companies, deals", self.listed(ONE, "events_of_year")[2][4:7], ["80", "15", "4"])
        self.equal("served", self.listed(ONE, "public_platforms_by_kind")[2][4], "12")

    def cases(self):
        """S15: cases with their days; the parties are masked."""
        record = "ip_cases/i1"
        self.set(ONE, record, "no=演示2019-1", "kind=patent", "party=演示当事人", "received_on=2019-05-01", "state=accepted")
        self.wrong(ONE, "case_order", record, ["decided_on=2019-04-01"], ["decided_on=2019-06-20"])
        self.set(ONE, record, "result=停止侵权(演示)", "state=decided")
        cells = self.listed(ONE, "cases_of_year")[0]["i1"]
        self.equal("party, days", (cells[2], cells[5]), ("演***", "50"))
        self.set(ONE, "ip_cases/i2", "no=演示2019-2", "kind=patent", "received_on=2019-05-02", "decided_on=2019-05-06")
        self.set(ONE, "ip_cases/i3", "no=演示2019-3", "kind=trademark", "received_on=2019-06-01")
        self.equal("median of 4 and 50", self.listed(ONE, "cases_of_year")[2][5], "27")
        self.equal("received, decided, rate", self.listed(ONE, "cases_by_county")[0], {ONE: ["3", "2", "66.67", "27"]})

    def assessments(self):
        """S17: the software proposes, the government decides, with a document."""
        record = f"{ONE}:assessments/2019"
        self.refused("kjj", record, "proposal=先进", "state=proposed", saying="supervisor")
        self.set("city", record, "proposal=先进(演示)", "state=proposed")
        self.refused("city", record, "state=decided", saying="decision")
        self.set("city", record, "decision=先进(演示)", "doc_no=演示[2020]1号", "decided_on=2020-01-20", "state=decided")
        self.set("city", record, "state=published")
        self.round("city", ONE)
        self.equal("decided", self.listed(ONE, "assessments_of_year")[0]["2019"][3], "演示〔2020〕1号")


if __name__ == "__main__":
    Systems(*sys.argv[1:6]).play()
    print("all OK")
