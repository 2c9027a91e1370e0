"""2019 of Zhumadian's plan through the built binaries, every figure compared with an independent computation.

    scripted_year.py BINARIES DATA ADDRESS FOLDER PLAN.yaml
The daemon runs at ADDRESS over DATA. All figures are invented (演示数据). Prints 'all OK' last.
"""
import sys
import time

from office import Office

PERIODS = ["201901B", "201903B", "201905B", "201907B", "201909B", "201911B"]
LATE, MISSING, RETURNED, OBJECTING = "411726", "zmd-jkq", "411722", "411725"
COUNTED = {"g03": 6, "g04": 6, "g07": 9, "g08": 2, "g10": 4, "g13": 60, "g14": 12, "g17": 3}
# Milestones by their key: the day, the period in which units claim it, that in which the department accepts.
MILESTONES = {"m08:a": ("2019-02-20", 0, 0), "m10:b": ("2019-06-15", 2, 3), "m14:c": ("2019-10-31", 4, 4),
              "m25:d": ("2019-12-20", 5, 5)}


def credit_code(area, number):
    """A credit code with right check digits (GB 32100-2015, GB 11714); nobody's."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = f"91{area}MA{number:06d}"
    organisation = body[8:]
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weights = [3, 7, 9, 10, 5, 8, 4, 2]
    check = 11 - sum(w * digits.index(c) for w, c in zip(weights, organisation)) % 11
    body += {10: "X", 11: "0"}.get(check, str(check))
    weights = [3**n % 31 for n in range(17)]
    return body + alphabet[(31 - sum(w * alphabet.index(c) for w, c in zip(weights, body)) % 31) % 31]


class Year(Office):
    """The year 2019."""

    def play(self):
        began = time.monotonic()
        assert len(self.units) == 13
        self.prepare()
        self.ranked_scores = {}
        for place, period in enumerate(PERIODS):
            self.period(place, period)
        self.recognise()
        self.claim()
        self.pay()
        self.seal()
        self.amend()
        print(f"{self.checks} figures agree after {time.monotonic() - began:.0f} s")

    def prepare(self):
        """Everybody enrols; the city enters the targets of the units and dispatches milestones."""
        people = [("city", "city", "supervisor"), ("kjj", "city", "reviewer"), ("finance", "city", "finance"),
                  ("second", "411724", "approver")] + [(u, u, "approver") for u in self.units]
        self.each(lambda who: self.enrol(*who), people)
        rows = [["tenant", "key", "target", "baseline", "applies"]]
        for n, unit in enumerate(self.units):
            for indicator, target in COUNTED.items():
                baseline = 0 if indicator in ("g13", "g14") else n % 2
                rows.append([unit, f"{indicator}:2019", target + n % 3, baseline, ""])
            if unit.startswith("zmd"):
                rows.append([unit, "g09:2019", "", "", "no"])
        self.at("city", "import", self.write("targets.csv", rows), "--as", "targets")
        # Versions: higher from July on and again from November; without a target of its own; not asked for any more.
        rows = [["tenant", "key", "target", "baseline", "applies"], [self.units[1], "g13:201907B", 90, "", ""],
                [self.units[1], "g13:201911B", 96, "", ""], [self.units[2], "g07:201905B", 14, 3, ""],
                [self.units[3], "g12:201909B", "1.5", "", ""], [self.units[5], "g10:201907B", "", "", "no"],
                [self.units[5], "g10:201911B", "", "", "yes"]]
        self.at("city", "import", self.write("versions.csv", rows), "--as", "targets")
        rows = [["tenant", "key", "text", "due"]]
        for unit in self.units:
            rows += [[unit, key, f"演示节点{key}", due] for key, (due, _, _) in MILESTONES.items()]
        self.at("city", "import", self.write("milestones.csv", rows), "--as", "milestones")
        self.at("city", "sync")
        self.sync(*self.units, code=0)

    def figures(self, n, unit, place):
        """What a unit types in the period at a place in the year; a county that skips a figure leaves it missing."""
        fill = {"etrc_provincial": 1 + (n + place) % 4, "etc_provincial": n % 3 + place // 2,
                "high_tech": 2 + n % 5 + place // 2, "academician": n % 2, "ip_advantage": 1 + n % 3,
                "lm_enterprises_with_rd_institution": 3 + n % 4, "etrc_national": 0, "etc_national": n % 2,
                "batch_rd_spend": f"{(place + 1) * (20 + n)}.5", "batch_sales": (place + 1) * (1000 + 37 * n),
                "patents": (place + 1) * (8 + n), "patents_invention": (place + 1) * (1 + n % 2),
                "batch_with_trademark": 4 + n % 2, "batch_with_brand": 3 + n % 2, "new_products": place // 2,
                "improved_seed_area": 900 + 10 * n}
        if n == 4:
            del fill["ip_advantage"]
        if unit.startswith("zmd"):
            del fill["improved_seed_area"]
        return [f"{field}={value}" for field, value in fill.items()]

    def report(self, unit, period, place):
        n = self.units.index(unit)
        self.at(unit, "set", f"values/{period}", *self.figures(n, unit, place))
        for key, (due, claimed, _) in MILESTONES.items():
            # Every fourth unit is a milestone behind.
            if claimed == place and (n + place) % 4 != 3:
                self.at(unit, "set", f"milestones/{key}", f"done_on={due}", "state=claimed")
        # A soft fault is explained once, as a clerk would.
        for fault in self.read(unit, "check", period, code=None)["faults"]:
            if fault["blocking"]:
                assert fault["strength"] == "soft", fault
                self.at(unit, "set", fault["explain"], "text=演示数据:已与台账逐项核对")
        self.at(unit, "submit", period)
        self.at(unit, "sync", code=None)

    def period(self, place, period):
        self.daemon("period", "open", self.plan_id, period, "--reason", "补报 2019 年演示数据")
        self.official(place, period)
        punctual = [u for u in self.units if u != LATE and not (u == MISSING and place == 2)]
        self.sync(*punctual)
        if place == 0:
            # Two machines of one county, both offline.
            self.at("second", "sync")
            self.at("second", "set", f"values/{period}", "etrc_provincial=9")
        self.each(lambda unit: self.report(unit, period, place), punctual)
        if place == 0:
            self.decide(period)
        if place == 1:
            self.give_back(period)
        self.accept_milestones(place)
        self.daemon("period", "close", self.plan_id, period, "--reason", "截止")
        self.at(LATE, "sync", code=None)
        self.report(LATE, period, place)
        self.at("city", "sync", code=None)
        live = self.compare(period)
        self.publish(place, period)
        if place == 2:
            self.object(period)
        elif place != 2:
            self.equal(f"{period} published as it stands", self.ranked_scores[period], live)

    def official(self, place, period):
        """The departments' figures come as one table for all units."""
        rows = [["element", *self.units]]
        official = {"rd_expenditure": lambda n: 800 + 31 * n, "gdp": lambda n: 90000 + 700 * n,
                    "lm_enterprises": lambda n: 7 + n % 4, "hightech_value_added": lambda n: (place + 1) * (150 + 9 * n),
                    "industry_value_added": lambda n: (place + 1) * 1000, "main_crop_area": lambda n: 1000 + 10 * n,
                    "batch_enterprises": lambda n: 5 + n % 2}
        for element, figure in official.items():
            rows.append([element, *[figure(n) for n in range(13)]])
        self.at("city", "import", self.write(f"official-{period}.csv", rows), "--as", f"values/{period}")
        self.at("city", "sync")

    def decide(self, period):
        for machine in ("second", "city"):
            self.at(machine, "sync", code=None)
        waiting = [c for c in self.read("city", "conflicts", code=None)["conflicts"] if c["state"] == "open"]
        self.equal("conflicts", len(waiting), 1)
        self.at("city", "conflicts", "resolve", waiting[0]["id"], "--value", "7", "--reason", "与批文核对为7个")
        self.at("city", "sync")
        self.at("411724", "sync", code=None)
        shown = {f["field"]: f["value"] for f in self.read("411724", "show", f"values/{period}")["fields"]}
        self.equal("decided", shown["etrc_provincial"], "7")

    def give_back(self, period):
        self.at("city", "sync", code=None)
        self.at("city", "review", "return", RETURNED, period, "--reason", "专利数与统计局不符,请核实")
        self.at("city", "sync")
        self.at(RETURNED, "sync", code=None)
        self.at(RETURNED, "set", f"values/{period}", "patents=21")
        self.at(RETURNED, "submit", period)
        self.at(RETURNED, "sync", code=None)
        self.at("city", "sync", code=None)
        self.at("city", "review", "accept", RETURNED, period)
        self.at("city", "sync")

    def accept_milestones(self, place):
        """The department accepts what was claimed, all but one unit's; the city cancels one."""
        self.at("city", "sync", code=None)
        self.fresh_book()
        rows = [["tenant", "key", "state"]]
        for key, (_, _, accepted) in MILESTONES.items():
            for n, unit in enumerate(self.units):
                state = self.book.kept(unit, "milestones")[key].get("state")
                if accepted == place and state == "claimed" and n != 5:
                    rows.append([unit, key, "accepted"])
        if len(rows) > 1:
            self.at("city", "import", self.write(f"accepted-{place}.csv", rows), "--as", "milestones")
        if place == 3:
            self.at("city", "set", f"{self.units[7]}:milestones/m14:c", "state=cancelled", "--note", "任务合并")
        self.at("city", "sync")

    def publish(self, place, period):
        """The preliminary ranking: as the computation has it, and the same on a county's machine."""
        self.at("city", "rank", "publish", period)
        self.at("city", "sync", code=None)
        self.ranked_scores[period] = self.published(period, "--preliminary")
        unit = self.units[place]
        self.at(unit, "sync", code=None)
        told = self.read(unit, "rank", period, "--preliminary")["units"]
        self.equal(f"{period} told", {u["tenant"]: u["score"] for u in told}, self.ranked_scores[period])

    def object(self, period):
        """A county objects, the city finds it right and corrects the figure, and the ranking is published again."""
        self.at(OBJECTING, "sync", code=None)
        self.at(OBJECTING, "set", f"objections/{period}:a", "item=发明专利申请", "facts=受理通知书见附件(演示数据)")
        self.at(OBJECTING, "sync", code=None)
        self.at("city", "sync", code=None)
        self.at("city", "set", f"{OBJECTING}:values/{period}", "patents_invention=7", "--note", "异议成立")
        self.at("city", "set", f"{OBJECTING}:objections/{period}:a", "answer=属实,予以更正", "state=upheld")
        self.at("city", "sync", code=None)
        before = self.ranked_scores[period]
        self.compare(period)
        self.publish(PERIODS.index(period), period)
        changed = [u for u in self.units if before[u] != self.ranked_scores[period][u]]
        self.equal("only its own score changed", changed, [OBJECTING])

    def recognise(self):
        """Companies and their certificates; the department recognises them, and the counts follow."""
        giant, leader, again = (credit_code(area, n) for n, area in enumerate(("411724", "411721", "411728"), 1))
        certificates = [
            ("411724", "c1", giant, "high_tech", "GR201941000001", "2019-05-20"),
            ("411724", "c2", giant, "little_giant", "XJR2019001", "2019-07-10"),
            ("411721", "c3", leader, "leader", "LT2019001", "2019-03-15"),
            ("411721", "c4", leader, "high_tech", "GR201941000002", "2019-08-01"),
            ("411728", "c5", again, "high_tech", "GR201841000003", "2018-04-01"),
            ("411728", "c6", again, "high_tech", "GR201941000004", "2019-09-01"),
        ]
        for tenant, code in (("411724", giant), ("411721", leader), ("411728", again)):
            self.at(tenant, "set", f"companies/{code}", f"name=演示公司{tenant}", "size=medium", "revenue=12000")
        for tenant, key, code, track, number, day in certificates:
            self.at(tenant, "set", f"certificates/{key}", f"company={code}", f"track={track}", f"number={number}",
                    f"recognised_on={day}", f"valid_from={day}", "doc_no=演示〔2019〕1号")
        # R&D by company beside the county's own sums.
        self.at("411724", "set", f"rd_reports/{giant}:201911B", "sales=5400", "rd_spend=123.5")
        # A conference, an institution and an alliance.
        self.at("411728", "set", "conferences/v1", f"company={again}", "name=演示会议", "organised_by_city=yes",
                "held_on=2019-10-12", "fee_paid=2500")
        self.at("411702", "set", "cooperation_claims/y1", "rule=r4", "beneficiary=演示研究院", "event_date=2019-06-03",
                "approval_doc=演示〔2019〕2号", "asked=280")
        self.at("411702", "set", "cooperation_claims/y2", "rule=r6", "beneficiary=演示公司", "alliance=演示联盟",
                "is_lead_unit=yes", "event_date=2019-06-04", "approval_doc=演示〔2019〕3号", "asked=50")
        self.sync("411724", "411721", "411728", "411702")
        self.at("kjj", "sync", code=None)
        for tenant, key, *_ in certificates:
            self.at("kjj", "set", f"{tenant}:certificates/{key}", "state=in_force")
        for key in ("y1", "y2"):
            self.at("kjj", "set", f"411702:cooperation_claims/{key}", "state=checked")
        self.at("kjj", "set", f"411724:companies/{giant}", "batch_from=2018-06-01")
        self.at("kjj", "sync")
        self.at("city", "sync", code=None)
        self.at("city", "set", "411702:cooperation_claims/y1", "decided=260", "decision_doc=演示〔2019〕4号",
                "state=approved")
        self.at("city", "sync")

    def claim(self):
        """Two machines of one county claim the same, both offline: the second is refused and keeps its text."""
        machines = ("411724", "second")
        for machine in machines:
            self.at(machine, "sync", code=None)
        for machine in machines:
            self.at(machine, "rewards", "claim", "r1:c1", "--note", f"由{machine}申请")
        self.at("411724", "rewards", "claim", "r2:c2")
        self.at("411724", "sync")
        refused = self.at("second", "sync", code=None)
        self.equal("second claim", refused.returncode, 4)
        waiting = self.at("second", "attention", code=None)
        text = waiting.stdout + waiting.stderr
        self.equal("its sentence", "The same was claimed before" in text and "reward_claims/r1:c1" in text, True)
        # What is not due cannot be claimed; the sentence says why.
        self.at("411728", "sync", code=None)
        renewal = self.at("411728", "rewards", "claim", "r1:c6", code=None)
        self.equal("renewal", renewal.returncode != 0 and "not the first time" in renewal.stderr, True)

    def pay(self):
        """Checked, approved, paid in parts, each by its role; then what is due and paid against the computation."""
        claim, record = "r1:c1", "411724:reward_claims/r1:c1"
        self.at("kjj", "sync")
        self.at("kjj", "set", record, "state=checked")
        self.at("finance", "sync", code=None)
        self.enrol("cashier", "city", "finance")
        early = self.pay_out("finance", claim, "15", "演示2019-114", code=1)
        self.equal("not yet", "not before" in early.stderr, True)
        self.at("kjj", "sync")
        self.at("city", "sync")
        self.at("city", "set", record, "approved=15", "decision_doc=演示〔2019〕5号", "state=approved")
        self.at("city", "sync")
        for machine in ("finance", "cashier"):
            self.at(machine, "sync")
        more = self.pay_out("finance", claim, "15.5", "演示2019-1", code=1)
        self.equal("too much", "At most 15" in more.stderr, True)
        # Two cashiers, both offline: both payments stay, and together they are too much.
        self.pay_out("finance", claim, "10", "演示2019-114")
        self.pay_out("cashier", claim, "10", "演示2019-115")
        for machine in ("finance", "cashier", "finance"):
            self.at(machine, "sync")
        entry = self.reward("finance", claim)
        self.equal("both stay", sorted(p["voucher"] for p in entry["payments"]), ["演示2019-114", "演示2019-115"])
        self.equal("too much together", (entry["paid"], entry["payable"]), ("20", "-5"))
        twice = next(p["record"] for p in entry["payments"] if p["voucher"] == "演示2019-115")
        changed = self.at("cashier", "set", f"411724:{twice}", "amount=5", code=1)
        self.equal("is not changed", "enter a correction" in changed.stderr, True)
        self.equal("nor deleted", self.at("cashier", "delete", f"411724:{twice}", code=1).returncode, 1)
        wrong = twice.split("/", 1)[1]
        self.equal("why", "needs a reason" in self.pay_out(
            "finance", claim, "-5", "演示2019-116", "--corrects", wrong, code=1).stderr, True)
        self.pay_out("finance", claim, "-5", "演示2019-116", "--corrects", wrong, "--note", "多拨,冲回(演示)")
        for machine in ("finance", "city"):
            self.at(machine, "sync")
        entry = self.reward("city", claim)
        self.equal("settled", (entry["paid"], entry["payable"], entry["state"]), ("15", "0", "paid"))
        self.compare("201911B")
        self.compare_rewards()

    def pay_out(self, machine, key, amount, voucher, *more, code=0):
        return self.at(machine, "rewards", "pay", key, "--tenant", "411724", f"--amount={amount}", "--day", "2019-12-20",
                       "--voucher", voucher, *more, code=code)

    def reward(self, machine, key):
        return next(e for e in self.read(machine, "rewards")["rewards"] if e["key"] == key)

    def compare_rewards(self):
        """What is due and paid, by reward, and by rule and year, against the computation."""
        listed = self.read("city", "rewards", "--year", "2019")
        due, paid = self.book.rewards(self.book.period("201911B")), self.book.payments()
        for entry in listed["rewards"]:
            place = entry["rule"], entry["tenant"], entry["key"].split(":", 1)[1]
            self.close(f"due {entry['key']}", entry["due"], due[place])
            self.close(f"paid {entry['key']}", entry.get("paid", "0"), sum(a for _, a in paid.get(place, [])))
        found = {e["key"]: (e["due"], e.get("claimed"), e.get("paid")) for e in listed["rewards"]}
        self.equal("rewards", found, {
            "r1:c1": ("15", "15", "15"), "r2:c2": ("15", "15", None), "r3:c3": ("50", None, None),
            "r1:c4": ("0", None, None), "r1:c6": ("0", None, None), "r4:y1": ("260", "280", None),
            "r6:y2": ("50", "50", None), "r8:v1": ("0.125", None, None)})
        years = {(t["rule"], t.get("year")): t["paid"] for t in self.read("city", "rewards", "totals")["totals"]}
        for place, amount in self.book.paid_by_year().items():
            self.close(f"paid in {place}", years[place], amount)
        sentence = next(e["sentence"] for e in listed["rewards"] if e["key"] == "r2:c2")
        for wanted in ("30 万元 less 15 万元 already paid (r1, certificates/c1, 2019-05-20", "15 万元 due",
                       "payment 演示2019-114 of 10 on 2019-12-20"):
            self.equal(f"explained: {wanted}", wanted in sentence, True)

    def seal(self):
        """All periods are sealed, as they come out then; from their scores and the state of the targets the year."""
        book = self.fresh_book()
        for period in PERIODS:
            self.daemon("period", "finalise", self.plan_id, period, "--force", "--reason", "通报,逐县审核从略")
        self.at("city", "sync", code=None)
        for period in PERIODS:
            # By the cells from before the seal: the sealed ranking is reproducible from its inputs.
            self.book = book
            self.ranked_scores[period] = self.published(period, "--frozen")
        self.year("2019", self.ranked_scores)
        self.explained("201911B", self.units)
        self.course("201911B", "g13", "411724")
        self.sync("411724", "zmd-jkq")
        for unit in ("411724", "zmd-jkq"):
            own = next(u for u in self.read(unit, "yearend", "2019")["units"] if u["tenant"] == unit)
            end = book.year_end(2019, self.ranked_scores)[unit]
            self.equal(f"{unit} year offline", own["score"], end["printed"])

    def amend(self):
        """What comes after the seal is kept apart, until the city takes it; the sealed ranking stays."""
        first = PERIODS[0]
        before = self.read("city", "aggregate", first)["indicators"]
        self.at("411723", "set", f"values/{first}", "patents=25", "--note", "漏报")
        self.at("411723", "sync", code=None)
        self.at("city", "sync", code=None)
        self.equal("sealed", self.read("city", "aggregate", first)["indicators"], before)
        late = [c for c in self.read("city", "conflicts", code=None)["conflicts"] if c["state"] == "late"]
        self.equal("late", len(late), 1)
        self.at("city", "conflicts", "resolve", late[0]["id"], "--take", "theirs", "--reason", "证据充分,予以更正")
        self.at("city", "sync", code=None)
        totals = {i["indicator"]: i["value"] for i in self.read("city", "aggregate", first)["indicators"]}
        book = self.fresh_book()
        self.close("amended", totals["g13"], book.city(book.indicators["g13"], book.period(first)))
        self.equal("amended indeed", totals["g13"] != {i["indicator"]: i["value"] for i in before}["g13"], True)
        frozen = self.read("city", "rank", first, "--frozen")["units"]
        self.equal("still as sealed", {u["tenant"]: u["score"] for u in frozen}, self.ranked_scores[first])
        now = {u["tenant"]: u["score"] for u in self.read("city", "rank", first)["units"]}
        changed = [u for u in self.units if now[u] != self.ranked_scores[first][u]]
        self.equal("what it would be now", changed, ["411723"])


if __name__ == "__main__":
    Year(*sys.argv[1:6]).play()
    print("all OK")
