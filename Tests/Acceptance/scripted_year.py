"""2019 of Zhumadian's plan through the built binaries, every figure compared with an independent computation.

    scripted_year.py BINARIES DATA ADDRESS FOLDER PLAN.yaml
The daemon runs at ADDRESS over DATA. All figures are invented (演示数据). Prints 'all OK' last.
"""
import csv
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from recompute import Book, printed, ranks

BINARIES, DATA, ADDRESS, FOLDER, PLAN = sys.argv[1:6]
PLAN_ID = "zhumadian-2018-25"
PERIODS = ["201901B", "201903B", "201905B", "201907B", "201909B", "201911B"]
LATE, MISSING, RETURNED = "411726", "zmd-jkq", "411722"
COUNTED = {"g03": 6, "g04": 6, "g07": 9, "g08": 2, "g10": 4, "g13": 60, "g14": 12, "g17": 3}
checks = 0


def run(program, *arguments, code=0):
    """Runs a program; with a code, that is what it has to end with."""
    ended = subprocess.run([f"{BINARIES}/{program}", *arguments], capture_output=True, text=True, timeout=120)
    assert code is None or ended.returncode == code, (program, arguments, ended.returncode, ended.stdout, ended.stderr)
    return ended


def at(machine, *arguments, code=0):
    return run("plansync", *arguments, "--home", f"{FOLDER}/home-{machine}", "--lang", "en", "--author", machine,
               code=code)


def read(machine, *arguments, code=0):
    return json.loads(at(machine, *arguments, "--json", code=code).stdout)


def daemon(*arguments):
    return run("plansyncd", *arguments, "--data", DATA).stdout.strip()


def equal(what, one, other):
    global checks
    checks += 1
    assert one == other, f"{what}: the program says {one}, the computation {other}"


def close(what, shown, exact):
    """Compares a figure with six digits with an exact one."""
    global checks
    checks += 1
    if shown is None or exact is None:
        assert shown is None and exact is None, f"{what}: {shown} and {exact}"
        return
    assert abs(Fraction(shown) - exact) <= Fraction(1, 2 * 10**6), f"{what}: {shown} and {float(exact)}"


def enrol(machine, tenant, role):
    token = daemon("token", "--tenant", tenant, "--role", role)
    at(machine, "enrol", ADDRESS, token)


def write(name, rows):
    path = Path(FOLDER) / name
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return str(path)


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


with ThreadPoolExecutor(2) as both:
    book = None
    began = time.monotonic()
    run("plansyncd", "plan", "check", PLAN)
    sys.stdout.reconfigure(line_buffering=True)
    import yaml
    with open(PLAN, encoding="utf-8") as file:
        units = [t["id"] for t in yaml.load(file, Loader=yaml.BaseLoader)["tenants"] if t["id"] != "city"]
    assert len(units) == 13

    def each(action, some=None):
        """Does something for every unit, two at a time."""
        return list(both.map(action, some or units))

    # Everybody enrols; the city enters the targets of the units.
    each(lambda who: enrol(*who), [("city", "city", "supervisor"), ("kjj", "city", "reviewer"),
                                   ("finance", "city", "finance"), ("second", "411724", "approver")]
         + [(u, u, "approver") for u in units])
    rows = [["tenant", "key", "target", "baseline", "applies"]]
    for n, unit in enumerate(units):
        for indicator, target in COUNTED.items():
            rows.append([unit, f"{indicator}:2019", target + n % 3, 0 if indicator in ("g13", "g14") else n % 2, ""])
        if unit.startswith("zmd"):
            rows.append([unit, "g09:2019", "", "", "no"])
    at("city", "import", write("targets.csv", rows), "--as", "targets")
    at("city", "sync")
    each(lambda u: at(u, "sync"))

    def figures(n, unit, place):
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

    def report(unit, period, place, more=()):
        at(unit, "set", f"values/{period}", *figures(units.index(unit), unit, place), *more)
        # A soft fault is explained once, as a clerk would.
        found = read(unit, "check", period, code=None)
        for fault in found["faults"]:
            if fault["blocking"]:
                assert fault["strength"] == "soft", fault
                at(unit, "set", fault["explain"], "text=演示数据:已与台账逐项核对")
        at(unit, "submit", period)
        at(unit, "sync", code=None)

    def compare(period):
        """All figures of a period on the city's device against those of the exported cells."""
        global book
        cells = f"{FOLDER}/cells-{period}.jsonl"
        at("city", "export", "cells", "--to", cells)
        book = Book(PLAN, cells)
        now = book.period(period)
        for row in read("city", "aggregate", period)["indicators"]:
            rule = book.indicators[row["indicator"]]
            close(f"{period} city {row['indicator']}", row["value"], book.city(rule, now))
        ranking = read("city", "rank", period)["units"]
        equal(f"{period} units", sorted(u["tenant"] for u in ranking), sorted(units))
        scores = {}
        for unit in ranking:
            tenant = unit["tenant"]
            goals, extra = book.goals(tenant, now)
            shares = {c["id"]: Fraction(c["share"]) for c in book.plan["ranking"]["components"]}
            total, given = Fraction(0), Fraction(0)
            for part in unit["components"]:
                if part["id"] == "targets":
                    close(f"{period} {tenant} targets", part["score"], goals)
                    for entry in part["entries"]:
                        figure = entry["figure"]
                        state, value, done, _ = book.figure(book.indicators[figure["indicator"]], tenant, now)
                        place = f"{period} {tenant} {figure['indicator']}"
                        equal(f"{place} state", figure["state"], state)
                        close(place, figure["value"], value)
                        close(f"{place} completion", figure["completion"], done)
                    score = goals
                else:
                    score = None if part["score"] is None else Fraction(part["score"])
                if score is not None:
                    total += shares[part["id"]] * score
                    given += shares[part["id"]]
            close(f"{period} {tenant} stretch", unit["stretch"], extra)
            scores[tenant] = printed(total / given + extra, 2)
            equal(f"{period} {tenant} score", unit["score"], scores[tenant])
        for group in sorted({book.groups[u] for u in units}):
            members = {u: scores[u] for u in units if book.groups[u] == group}
            wanted = ranks(members)
            for unit in ranking:
                if unit["tenant"] in members:
                    equal(f"{period} {unit['tenant']} rank", unit["rank"], wanted[unit["tenant"]])

    for place, period in enumerate(PERIODS):
        daemon("period", "open", PLAN_ID, period, "--reason", "补报 2019 年演示数据")
        # The departments' figures come as one table for all units.
        rows = [["element", *units]]
        official = {"rd_expenditure": lambda n: 800 + 31 * n, "gdp": lambda n: 90000 + 700 * n,
                    "lm_enterprises": lambda n: 7 + n % 4, "hightech_value_added": lambda n: (place + 1) * (150 + 9 * n),
                    "industry_value_added": lambda n: (place + 1) * 1000, "main_crop_area": lambda n: 1000 + 10 * n,
                    "batch_enterprises": lambda n: 5 + n % 2}
        for element, figure in official.items():
            rows.append([element, *[figure(n) for n in range(13)]])
        at("city", "import", write(f"official-{period}.csv", rows), "--as", f"values/{period}")
        at("city", "sync")
        punctual = [u for u in units if u != LATE and not (u == MISSING and place == 2)]
        each(lambda u: at(u, "sync", code=None), punctual)
        if place == 0:
            # Two machines of one county, both offline.
            at("second", "sync")
            at("second", "set", f"values/{period}", "etrc_provincial=9")
        each(lambda u: report(u, period, place), punctual)
        if place == 0:
            at("second", "sync", code=None)
            at("city", "sync", code=None)
            waiting = [c for c in read("city", "conflicts", code=None)["conflicts"] if c["state"] == "open"]
            equal("conflicts", len(waiting), 1)
            at("city", "conflicts", "resolve", waiting[0]["id"], "--value", "7", "--reason", "与批文核对为7个")
            at("city", "sync")
            at("411724", "sync", code=None)
            shown = {f["field"]: f["value"] for f in read("411724", "show", f"values/{period}")["fields"]}
            equal("decided", shown["etrc_provincial"], "7")
        if place == 1:
            at("city", "sync", code=None)
            at("city", "review", "return", RETURNED, period, "--reason", "专利数与统计局不符,请核实")
            at("city", "sync")
            at(RETURNED, "sync", code=None)
            at(RETURNED, "set", f"values/{period}", "patents=21")
            at(RETURNED, "submit", period)
            at(RETURNED, "sync", code=None)
            at("city", "sync", code=None)
            at("city", "review", "accept", RETURNED, period)
            at("city", "sync")
        daemon("period", "close", PLAN_ID, period, "--reason", "截止")
        at(LATE, "sync", code=None)
        report(LATE, period, place)
        at("city", "sync", code=None)
        compare(period)

    # Companies and their certificates; the department recognises them, and the counts follow.
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
        at(tenant, "set", f"companies/{code}", f"name=演示公司{tenant}", "size=medium", "revenue=12000")
    for tenant, key, code, track, number, day in certificates:
        at(tenant, "set", f"certificates/{key}", f"company={code}", f"track={track}", f"number={number}",
           f"recognised_on={day}", f"valid_from={day}", "doc_no=演示〔2019〕1号")
    # R&D by company beside the county's own sums.
    at("411724", "set", f"rd_reports/{giant}:201911B", "sales=5400", "rd_spend=123.5")
    # A conference, an institution and an alliance.
    at("411728", "set", "conferences/v1", f"company={again}", "name=演示会议", "organised_by_city=yes",
       "held_on=2019-10-12", "fee_paid=2500")
    at("411702", "set", "cooperation_claims/y1", "rule=r4", "beneficiary=演示研究院", "event_date=2019-06-03",
       "approval_doc=演示〔2019〕2号", "asked=280")
    at("411702", "set", "cooperation_claims/y2", "rule=r6", "beneficiary=演示公司", "alliance=演示联盟",
       "is_lead_unit=yes", "event_date=2019-06-04", "approval_doc=演示〔2019〕3号", "asked=50")
    each(lambda u: at(u, "sync", code=None), ["411724", "411721", "411728", "411702"])
    at("kjj", "sync", code=None)
    for tenant, key, *_ in certificates:
        at("kjj", "set", f"{tenant}:certificates/{key}", "state=in_force")
    for key in ("y1", "y2"):
        at("kjj", "set", f"411702:cooperation_claims/{key}", "state=checked")
    at("kjj", "set", f"411724:companies/{giant}", "batch_from=2018-06-01")
    at("kjj", "sync")
    at("city", "sync", code=None)
    at("city", "set", "411702:cooperation_claims/y1", "decided=260", "decision_doc=演示〔2019〕4号", "state=approved")
    at("city", "sync")

    # Two machines of one county claim the same, both offline: the second is refused and keeps its text.
    for machine in ("411724", "second"):
        at(machine, "sync", code=None)
    for machine in ("411724", "second"):
        at(machine, "rewards", "claim", "r1:c1", "--note", f"由{machine}申请")
    at("411724", "rewards", "claim", "r2:c2")
    at("411724", "sync")
    refused = at("second", "sync", code=None)
    equal("second claim", refused.returncode, 4)
    waiting = at("second", "attention", code=None)
    text = waiting.stdout + waiting.stderr
    equal("its sentence", "The same was claimed before" in text and "reward_claims/r1:c1" in text, True)
    # What is not due cannot be claimed; the sentence says why.
    at("411728", "sync", code=None)
    renewal = at("411728", "rewards", "claim", "r1:c6", code=None)
    equal("renewal", renewal.returncode != 0 and "not the first time" in renewal.stderr, True)
    at("kjj", "sync")
    at("kjj", "set", "411724:reward_claims/r1:c1", "state=checked")
    at("finance", "sync", code=None)
    payment = ["paid=15", "paid_on=2019-12-20", "voucher=演示2019-114", "state=paid"]
    equal("not yet", at("finance", "set", "411724:reward_claims/r1:c1", *payment, code=None).returncode, 1)
    at("kjj", "sync")
    at("city", "sync")
    at("city", "set", "411724:reward_claims/r1:c1", "approved=15", "decision_doc=演示〔2019〕5号", "state=approved")
    at("city", "sync")
    at("finance", "sync")
    at("finance", "set", "411724:reward_claims/r1:c1", *payment)
    at("finance", "sync")
    at("city", "sync")
    compare("201911B")
    listed = read("city", "rewards", "--year", "2019")
    due = book.rewards(book.period("201911B"))
    for entry in listed["rewards"]:
        close(f"due {entry['key']}", entry["due"], due[entry["rule"], entry["tenant"], entry["key"].split(":", 1)[1]])
    found = {entry["key"]: (entry["due"], entry.get("claimed"), entry.get("paid")) for entry in listed["rewards"]}
    equal("rewards", found, {
        "r1:c1": ("15", "15", "15"), "r2:c2": ("15", "15", None), "r3:c3": ("50", None, None),
        "r1:c4": ("0", None, None), "r1:c6": ("0", None, None), "r4:y1": ("260", "280", None),
        "r6:y2": ("50", "50", None), "r8:v1": ("0.125", None, None)})
    sentence = next(e["sentence"] for e in listed["rewards"] if e["key"] == "r2:c2")
    equal("explained", "30 万元 less 15 万元 (r1, certificates/c1, 2019-05-20, 15 paid): 15 万元 due" in sentence, True)

    # Sealed: what comes later is kept apart, until the city takes it.
    for period in PERIODS[:2]:
        daemon("period", "finalise", PLAN_ID, period, "--force", "--reason", "通报,逐县审核从略")
    before = read("city", "aggregate", PERIODS[0])["indicators"]
    at("411723", "set", f"values/{PERIODS[0]}", "patents=25", "--note", "漏报")
    at("411723", "sync", code=None)
    at("city", "sync", code=None)
    equal("sealed", read("city", "aggregate", PERIODS[0])["indicators"], before)
    late = [c for c in read("city", "conflicts", code=None)["conflicts"] if c["state"] == "late"]
    equal("late", len(late), 1)
    at("city", "conflicts", "resolve", late[0]["id"], "--take", "theirs", "--reason", "证据充分,予以更正")
    at("city", "sync", code=None)
    totals = {i["indicator"]: i["value"] for i in read("city", "aggregate", PERIODS[0])["indicators"]}
    cells = f"{FOLDER}/cells-amended.jsonl"
    at("city", "export", "cells", "--to", cells)
    book = Book(PLAN, cells)
    close("amended", totals["g13"], book.city(book.indicators["g13"], book.period(PERIODS[0])))
    equal("amended indeed", totals["g13"] != {i["indicator"]: i["value"] for i in before}["g13"], True)
    print(f"{checks} figures agree after {time.monotonic() - began:.0f} s")
print("all OK")
