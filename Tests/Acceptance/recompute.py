"""Works out a plan's figures from its file and the exported cells alone: an independent computation.

Knows docs/plan-format.md and nothing of the program. Exact: fractions throughout.
    recompute.py PLAN.yaml CELLS.jsonl PERIOD     prints the city's figures and the units' scores
Scores have every component: targets, reports in time, milestones, stretch; years the mean and the final state.
"""
import calendar
import json
import sys
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

import yaml

from recompute_language import MISSING, UNDEFINED, lack, parse
from recompute_score import Judgement, printed
from recompute_targets import Outlook

SPANS = {"monthly": 1, "bimonthly": 2, "quarterly": 3, "yearly": 12}


class Period:
    def __init__(self, year, month, span, name):
        self.year, self.name, self.index = year, name, (month - 1) // span + 1
        last = month + span - 1
        self.start = f"{year}-{month:02}-01"
        self.end = f"{year}-{last:02}-{calendar.monthrange(year, last)[1]}"
        self.ends_year = last == 12


class Book(Judgement, Outlook):
    def __init__(self, plan_file, cells_file):
        with open(plan_file, encoding="utf-8") as file:
            self.plan = yaml.load(file, Loader=yaml.BaseLoader)
        self.units = [t["id"] for t in self.plan["tenants"] if t["id"] != "city"]
        self.groups = {t["id"]: t.get("group") for t in self.plan["tenants"]}
        self.elements = {e["id"]: e for e in self.plan["elements"]}
        self.indicators = {i["id"]: i for i in self.plan["indicators"]}
        self.collections = {c["id"]: c for c in self.plan.get("collections", [])}
        self.records, self.moments = {}, {}
        with open(cells_file, encoding="utf-8") as file:
            for line in file:
                cell = json.loads(line)
                collection, key = cell["record"].split("/", 1)
                record = self.records.setdefault((cell["tenant"], collection), {}).setdefault(key, {})
                if cell["value"] is not None:
                    record[cell["field"]] = cell["value"]
                self.moments[cell["tenant"], cell["record"], cell["field"]] = cell["at"]
        self.periods = self.calendar()
        self.trees, self.known, self.basis = {}, {}, "reported"

    def calendar(self):
        rule = self.plan["periods"]
        span, found = SPANS[rule["type"]], []
        for year in range(2000, 2100):
            for month in range(1, 13, span):
                name = {"monthly": f"{year}{month:02}", "bimonthly": f"{year}{month:02}B",
                        "quarterly": f"{year}Q{(month - 1) // 3 + 1}", "yearly": str(year)}[rule["type"]]
                if found or name == rule["first"]:
                    found.append(Period(year, month, span, name))
                if name == rule["last"]:
                    return found
        raise ValueError("periods")

    def period(self, name):
        return next(p for p in self.periods if p.name == name)

    def before(self, period):
        place = self.periods.index(period)
        return self.periods[place - 1] if place else None

    def in_year(self, period):
        return [p for p in self.periods if p.year == period.year and p.index <= period.index]

    def kept(self, tenant, collection):
        all_of = self.records.get((tenant, collection), {})
        return {k: f for k, f in sorted(all_of.items())
                if f.get("record:state") != "deleted" and any(n != "record:state" for n in f)}

    def accepted(self, tenant, period):
        return self.kept(tenant, "submissions").get(period, {}).get("state") == "accepted"

    # Expressions

    def tree(self, text):
        if text not in self.trees:
            self.trees[text] = parse(text)
        return self.trees[text]

    def value(self, node, tenant, period, record=None, raw=False):
        def inner(other):
            return self.value(other, tenant, period, record, raw)

        kind = node[0]
        if kind in ("num", "text", "flag"):
            return node[1]
        if kind == "name":
            return self.name(node[1], tenant, period, record, raw)
        if kind == "missing":
            return inner(node[1]) is MISSING
        if kind == "not":
            found = inner(node[1])
            return not found if isinstance(found, bool) else found
        if kind in ("and", "or"):
            decisive = kind == "or"
            sides = [inner(node[1]), inner(node[2])]
            if any(side is decisive for side in sides):
                return decisive
            return lack(sides) or (not decisive)
        if kind == "cmp":
            one, other = inner(node[2]), inner(node[3])
            gap = lack([one, other])
            if gap:
                return gap
            return {"=": one == other, "!=": one != other}[node[1]] if node[1] in ("=", "!=") else {
                "<": lambda: one < other, "<=": lambda: one <= other, ">": lambda: one > other,
                ">=": lambda: one >= other}[node[1]]()
        if kind == "in":
            one, members = inner(node[1]), [inner(m) for m in node[2]]
            gap = lack([one] + members)
            if gap:
                return gap
            return any(m in members for m in one) if isinstance(one, list) else one in members
        if kind == "arith":
            one, other = inner(node[2]), inner(node[3])
            gap = lack([one, other])
            if gap:
                return gap
            if node[1] == "/":
                return one / other if other else UNDEFINED
            return {"+": one + other, "-": one - other, "*": one * other}[node[1]]
        if kind == "call":
            return self.call(node[1], node[2], tenant, period, record, raw)
        return self.fold(node, tenant, period, record)

    def call(self, word, arguments, tenant, period, record, raw):
        if word == "previous" and record is not None:
            return self.earlier(arguments[0], tenant, record, raw)
        if word == "previous":
            last = self.before(period)
            return self.value(arguments[0], tenant, last, record, raw) if last else MISSING
        if word == "year_to_date":
            found = [self.value(arguments[0], tenant, p, record, True) for p in self.in_year(period)]
            return lack(found) or sum(found, Fraction(0))
        found = [self.value(a, tenant, period, record, raw) for a in arguments]
        if word == "either":
            return next((f for f in found if f is not MISSING), MISSING)
        gap = lack(found)
        if gap:
            return gap
        if word == "size":
            return Fraction(len(found[0]))
        if word in ("least", "greatest"):
            return (min if word == "least" else max)(found)
        if word == "slice":
            text, first, last = found
            return text[int(first) - 1:int(last)]
        if word in ("days_between", "workdays_between"):
            start, end = (date.fromisoformat(one) for one in found)
            return Fraction((end - start).days if word == "days_between" else self.workdays(start, end))
        raise NotImplementedError(word)

    def earlier(self, argument, tenant, record, raw):
        """What an expression comes to for the same record of the period before."""
        collection, key, _ = record
        kinds = self.collections[collection]["key"]
        parts = key.split(":", len(kinds) - 1)
        last = self.before(self.period(parts[kinds.index("period")]))
        if last is None:
            return MISSING
        parts[kinds.index("period")] = last.name
        other = self.kept(tenant, collection).get(":".join(parts))
        if other is None:
            return MISSING
        return self.value(argument, tenant, last, (collection, ":".join(parts), other), raw)

    def workdays(self, start, end):
        """The working days after a day up to another, one by one."""
        if end < start:
            return -self.workdays(end, start)
        free, worked = (self.days(self.plan["periods"].get(key, [])) for key in ("holidays", "workdays"))
        days = [start + timedelta(days=n + 1) for n in range((end - start).days)]
        return sum(1 for day in days if day in worked or (day.weekday() < 5 and day not in free))

    @staticmethod
    def days(spans):
        found = set()
        for span in spans:
            ends = [date.fromisoformat(one) for one in span.split("/")]
            found |= {ends[0] + timedelta(days=n) for n in range((ends[-1] - ends[0]).days + 1)}
        return found

    def name(self, text, tenant, period, record, raw):
        if text.startswith("unit."):
            return self.unit(text[5:], tenant)
        built_in = {"period.id": period.name, "period.start": period.start, "period.end": period.end,
                    "period.year": Fraction(period.year), "period.index": Fraction(period.index),
                    "year.start": f"{period.year}-01-01", "year.end": f"{period.year}-12-31"}
        if text in built_in:
            return built_in[text]
        if record is not None:
            return self.field(text, tenant, record)
        if text in self.elements:
            element = self.elements[text]
            if element.get("basis") == "increment" and not raw:
                found = [self.element(text, tenant, p) for p in self.in_year(period)]
                return lack(found) or sum(found, Fraction(0))
            return self.element(text, tenant, period)
        parts = self.parts(self.indicators[text], tenant, period)
        return parts["value"]

    def unit(self, part, tenant):
        found = next(t for t in self.plan["tenants"] if t["id"] == tenant)
        name = found["name"]
        words = {"id": tenant, "code": found.get("code"), "group": found.get("group") if tenant != "city" else None,
                 "name": name if isinstance(name, str) else name.get("zh") or name.get("en")}
        return MISSING if words[part] is None else words[part]

    def element(self, text, tenant, period):
        if self.basis == "accepted" and not self.accepted(tenant, period.name):
            return MISSING
        found = self.kept(tenant, "values").get(period.name, {}).get(text)
        return MISSING if found is None else Fraction(found)

    def field(self, text, tenant, record):
        collection, key, fields = record
        rule = self.collections[collection]
        if text == "key":
            return key
        first, _, rest = text.partition(".")
        if first == "key":
            kinds = rule.get("key", ["name"])
            part_name, _, more = rest.partition(".")
            parts = key.split(":", len(kinds) - 1)
            part = parts[kinds.index(part_name)]
            return self.follow(part, part_name, more, tenant) if more else part
        field = next(f for f in rule["fields"] if f["id"] == first)
        found = fields.get(first)
        if found is None:
            return MISSING
        if rest:
            return self.follow(found, field["to"], rest, tenant)
        return Fraction(found) if field["type"] in ("amount", "count") else found

    def follow(self, key, collection, rest, tenant):
        target = self.kept(tenant, collection).get(key)
        if target is None and self.collections[collection].get("published") == "true":
            target = self.kept("city", collection).get(key)
        return MISSING if target is None else self.field(rest, tenant, (collection, key, target))

    def fold(self, node, tenant, period, record):
        _, word, target, condition, each, by = node
        collection, _, field = target.partition(".")
        if word == "exists":
            unclear = False
            for key, fields in self.kept(tenant, collection).items():
                other = (collection, key, fields)
                if self.field(field, tenant, other) != record[1]:
                    continue
                holds = True if condition is None else self.value(condition, tenant, period, other)
                if holds is True:
                    return True
                unclear = unclear or holds is MISSING
            return MISSING if unclear else False
        if self.basis == "accepted" and tenant != "city" and not self.accepted(tenant, period.name):
            return MISSING
        all_of = self.kept(tenant, collection)
        if by is not None:
            all_of = {k: f for k, f in all_of.items() if self.field(by, tenant, (collection, k, f)) == record[1]}
        if word == "count_given" and not all_of:
            return MISSING
        chosen = [(collection, key, fields) for key, fields in all_of.items()
                  if condition is None or self.value(condition, tenant, period, (collection, key, fields)) is True]
        if word in ("count", "count_given"):
            return Fraction(len(chosen))
        found = [self.field(field, tenant, one) if each is None else self.value(each, tenant, period, one)
                 for one in chosen]
        if word in ("sum_given", "median") and not chosen:
            return MISSING
        if lack(found):
            return lack(found)
        if word == "median":
            return median(found)
        return Fraction(len(set(found))) if word == "count_distinct" else sum(found, Fraction(0))

    # Indicators

    def parts(self, indicator, tenant, period):
        top = self.value(self.tree(indicator["numerator"]), tenant, period)
        found = {"top": top, "bottom": None, "missing": top is MISSING, "value": top}
        if "denominator" in indicator:
            bottom = self.value(self.tree(indicator["denominator"]), tenant, period)
            found["bottom"] = bottom
            found["missing"] = found["missing"] or bottom is MISSING
            found["value"] = self.quotient(indicator, top, bottom)
        return found

    @staticmethod
    def quotient(indicator, top, bottom):
        gap = lack([top, bottom])
        if gap:
            return gap
        scale = {"%": 100, "‰": 1000}.get(indicator.get("unit"), 1)
        return top * scale / bottom if bottom else UNDEFINED

    def row(self, tenant, indicator, period):
        """What was entered as a unit's target: the year's record, and over it the versions up to the period."""
        kept, found = self.kept(tenant, "targets"), {}
        for begin in [str(period.year)] + [p.name for p in self.in_year(period)]:
            found.update(kept.get(f"{indicator['id']}:{begin}", {}))
        return found

    def target_from(self, tenant, indicator, period):
        """From which period on the target stands; None for the beginning."""
        kept, found, typed = self.kept(tenant, "targets"), None, False
        for begin in [str(period.year)] + [p.name for p in self.in_year(period)]:
            if "target" in kept.get(f"{indicator['id']}:{begin}", {}):
                found, typed = (None if begin == str(period.year) else begin), True
        if typed:
            return found
        changes = [c for c in indicator.get("changes", []) if {"target", "units"} & set(c) and c["from"] <= period.name]
        return changes[-1]["from"] if changes else None

    def at(self, indicator, period):
        """An indicator with the terms that hold in a period."""
        found = dict(indicator)
        for change in indicator.get("changes", []):
            if self.periods.index(self.period(change["from"])) <= self.periods.index(period):
                found.update(change)
        return found

    def due(self, indicator, tenant, period):
        """Target, what of it is due, and the baseline; (None, None, 0) where nothing is asked."""
        row, indicator = self.row(tenant, indicator, period), self.at(indicator, period)
        goal = indicator.get("target") or None
        target, baseline = row.get("target"), Fraction(row.get("baseline", 0))
        if target is None and tenant in indicator.get("units", {}) and goal:
            if goal.get("recurrence") == "yearly" or goal["deadline"][:4] == str(period.year):
                target = indicator["units"][tenant]
        if target is None and "denominator" in indicator and goal:
            target = goal["value"]
        if target is None:
            return None, None, baseline
        target = Fraction(target)
        count = 12 // SPANS[self.plan["periods"]["type"]]
        path = [Fraction(p) for p in indicator.get("path", [])] or [Fraction(n + 1, count) for n in range(count)]
        share = path[period.index - 1]
        if not share:
            return target, None, baseline
        if "denominator" in indicator:
            return target, target, baseline
        if indicator["kind"] == "flow":
            return target, target * share, baseline
        return target, target if target <= baseline else baseline + (target - baseline) * share, baseline

    def completion(self, indicator, value, target, due, baseline):
        if due is None:
            return None
        if (indicator.get("target") or {}).get("comparison") == "<=":
            return target / value if value > 0 else Fraction(self.plan["ranking"].get("completion_cap", 1))
        if indicator["kind"] in ("stock", "cumulative") and target > baseline:
            return max(Fraction(0), (value - baseline) / (due - baseline))
        return max(Fraction(0), value / due) if due else None

    def figure(self, indicator, tenant, period):
        """State, value and completion of an indicator in a unit; remembered, as nothing changes in a book."""
        place = (indicator["id"], tenant, period.name, self.basis)
        if place not in self.known:
            self.known[place] = self.figure_anew(indicator, tenant, period)
        return self.known[place]

    def figure_anew(self, indicator, tenant, period):
        indicator = self.at(indicator, period)
        if self.row(tenant, indicator, period).get("applies") is False:
            return "not_applicable", None, None, None
        if indicator.get("calendar") == "yearly" and not period.ends_year:
            return "not_due", None, None, None
        parts = self.parts(indicator, tenant, period)
        target, due, baseline = self.due(indicator, tenant, period)
        if parts["missing"]:
            return "missing", None, None, due
        if parts["value"] is UNDEFINED:
            return "undefined", None, None, due
        done = None if target is None else self.completion(indicator, parts["value"], target, due, baseline)
        return "known", parts["value"], done, due

    def city(self, indicator, period):
        """The sum over the units, and of records also the city's own."""
        return self.city_whole(indicator, period)[0]

    def city_whole(self, indicator, period):
        """The city's figure, and whether nothing is missing in it."""
        place = (indicator["id"], "city", period.name, self.basis)
        if place not in self.known:
            self.known[place] = self.city_anew(indicator, period)
        return self.known[place]

    def city_anew(self, indicator, period):
        indicator = self.at(indicator, period)
        if indicator.get("calendar") == "yearly" and not period.ends_year:
            return None, True
        tenants = [t for t in self.units if self.row(t, indicator, period).get("applies") is not False]
        texts = [indicator["numerator"]] + ([indicator["denominator"]] if "denominator" in indicator else [])
        if all(self.records_alone(self.tree(text)) for text in texts):
            tenants.append("city")
        top = bottom = None
        whole = True
        for tenant in tenants:
            parts = self.parts(indicator, tenant, period)
            whole = whole and not parts["missing"]
            if parts["missing"] or parts["top"] is UNDEFINED or parts["bottom"] is UNDEFINED:
                continue
            top = (top or 0) + parts["top"]
            if parts["bottom"] is not None:
                bottom = (bottom or 0) + parts["bottom"]
        if top is None:
            return None, whole
        found = top if "denominator" not in indicator else self.quotient(indicator, top, bottom or Fraction(0))
        return (None if found is UNDEFINED else found), whole

    def records_alone(self, node):
        names, folds = [], []

        def walk(part):
            if part[0] == "fold":
                folds.append(part)
            elif part[0] == "name":
                if not part[1].startswith(("period.", "year.")):
                    names.append(part[1])
            else:
                for inner in part[1:]:
                    for one in inner if isinstance(inner, list) else [inner]:
                        if isinstance(one, tuple):
                            walk(one)
        walk(node)
        return bool(folds) and not names


if __name__ == "__main__":
    book = Book(sys.argv[1], sys.argv[2])
    now = book.period(sys.argv[3])
    for name, rule in book.indicators.items():
        total = book.city(rule, now)
        print(name, "-" if total is None else printed(total, 4))
    for unit in book.units:
        found = book.score(unit, now)
        parts = [f"{n}={'-' if p['score'] is None else printed(p['score'], 4)}" for n, p in found["parts"].items()]
        print(unit, found["printed"] or "-", *parts, f"stretch={printed(found['stretch'], 4)}")
