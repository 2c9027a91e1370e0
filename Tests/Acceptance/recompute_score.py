"""Scores, years and rewards from the figures of `recompute.Book`; see there.

docs/plan-format.md, "ranking" and "rewards".
"""
from contextlib import contextmanager
from datetime import datetime, timedelta
from fractions import Fraction

from recompute_language import MISSING, measure


class Judgement:
    """What a plan makes of its figures; a part of `recompute.Book`."""

    @contextmanager
    def ranked(self):
        """Within it only those figures and records count that the plan ranks by."""
        self.basis = self.plan["ranking"].get("basis", "reported")
        try:
            yield
        finally:
            self.basis = "reported"

    def goals(self, tenant, period):
        """The component of kind `indicators`: score out of 100, or None when nothing is due; and the stretch points."""
        with self.ranked():
            return self.goals_ranked(tenant, period)

    def goals_ranked(self, tenant, period):
        ranking = self.plan["ranking"]
        cap = Fraction(ranking.get("completion_cap", 1))
        weights, points, extra = Fraction(0), Fraction(0), Fraction(0)
        indicators = [self.at(i, period) for i in self.indicators.values()]
        stretch = [i for i in indicators if i.get("stretch") == "true"]
        for indicator in indicators:
            state, _, done, due = self.figure(indicator, tenant, period)
            if indicator.get("stretch") == "true":
                if done is not None:
                    extra += Fraction(ranking.get("stretch_max", 0)) / len(stretch) * min(done, Fraction(1))
                continue
            weight = Fraction(indicator.get("weight", 0))
            if due is None or not weight or state in ("not_applicable", "not_due"):
                continue
            weights += weight
            points += weight * min(done or Fraction(0), cap)
        return (points * 100 / weights if weights else None), extra

    def is_over(self, period):
        return self.kept("city", "periods").get(period.name, {}).get("state") in ("closed", "final")

    def report(self, tenant, period):
        """Whether a report was ever handed in, and how many days after the close of its period."""
        cells = self.kept(tenant, "submissions").get(period.name, {})
        given = "days_late" in cells or cells.get("state", "draft") != "draft"
        return given, int(cells.get("days_late", 0))

    def days_late(self, tenant, period):
        """The same from the moments alone, while the period is closed and not sealed: the first day counts as one."""
        handed_in = self.kept(tenant, "submissions").get(period.name, {}).get("handed_in")
        if handed_in is None or self.kept("city", "periods").get(period.name, {}).get("state") != "closed":
            return None
        closed = moment(self.moments["city", f"periods/{period.name}", "state"])
        past = moment(handed_in) - closed
        return 0 if past < timedelta(0) else past // timedelta(days=1) + 1

    def timeliness(self, component, tenant, period, over):
        """The credit of the report: due once it is there, and for all when the period is over."""
        given, late = self.report(tenant, period)
        if not given:
            return (Fraction(0), Fraction(1)) if over else None
        steps = component.get("credit", [{"days_late": "0", "credit": "1"}])
        found = next((s for s in steps if "days_late" not in s or late <= int(s["days_late"])), {"credit": "0"})
        return Fraction(found["credit"]), Fraction(1)

    def milestones(self, component, tenant, period):
        """Achieved of expected; nothing without the formulas, or where nothing is expected."""
        if "expected" not in component:
            return None
        with self.ranked():
            expected = self.value(self.tree(component["expected"]), tenant, period)
            achieved = self.value(self.tree(component["achieved"]), tenant, period)
        if not isinstance(expected, Fraction) or expected <= 0:
            return None
        return min(max(achieved, Fraction(0)) if isinstance(achieved, Fraction) else Fraction(0), expected), expected

    def score(self, tenant, period, over=None):
        """A unit's score with every component; `over`: as if the period were closed, as when a ranking is published."""
        over = self.is_over(period) if over is None else over
        goals, extra = self.goals(tenant, period)
        parts, due = {}, {}
        for component in self.plan["ranking"]["components"]:
            kind = component["kind"]
            if kind == "indicators":
                parts[component["id"]] = {"score": goals, "tally": None}
            else:
                tally = self.timeliness(component, tenant, period, over) if kind == "timeliness" \
                    else self.milestones(component, tenant, period)
                parts[component["id"]] = {"score": tally and tally[0] * 100 / tally[1], "tally": tally}
            if parts[component["id"]]["score"] is not None:
                due[component["id"]] = Fraction(self.share(component, period))
        whole = sum(due.values())
        for name, part in parts.items():
            part["points"] = part["score"] * due[name] / whole if name in due else Fraction(0)
        total = sum((p["points"] for p in parts.values()), extra) if due else None
        places = int(self.plan["ranking"].get("decimals", 2))
        given, _ = self.report(tenant, period)
        judged = any(c["kind"] == "timeliness" for c in self.plan["ranking"]["components"])
        return {"parts": parts, "stretch": extra, "total": total, "not_reported": judged and over and not given,
                "printed": None if total is None else printed(total, places)}

    def share(self, component, period):
        """The share of a component in a period: of the newest change that names it, else its own."""
        found = component["share"]
        for change in self.plan["ranking"].get("changes", []):
            if self.periods.index(self.period(change["from"])) <= self.periods.index(period):
                found = change["shares"].get(component["id"], found)
        return found

    def year_end(self, year, scores):
        """Each unit's year: `scores` are the printed ones by period and unit; a period without a ranking counts 0."""
        rule = self.plan["ranking"]["year_end"]
        periods = [p for p in self.periods if p.year == year]
        places, found = int(self.plan["ranking"].get("decimals", 2)), {}
        for tenant in self.units:
            own = [Fraction(scores[p.name][tenant] or 0) if p.name in scores else Fraction(0) for p in periods
                   if p.name not in scores or scores[p.name][tenant] is not None]
            mean = sum(own, Fraction(0)) / len(own) if own else None
            final, entries = self.final(tenant, periods[-1], Fraction(rule.get("cap", 1)))
            sides = [(mean, Fraction(rule["periods"])), (final, Fraction(rule["final"]))]
            sides = [(value, share) for value, share in sides if value is not None]
            total = sum(v * s for v, s in sides) / sum(s for _, s in sides) if sides else None
            found[tenant] = {"mean": mean, "final": final, "entries": entries,
                             "printed": None if total is None else printed(total, places)}
        return found

    def final(self, tenant, last, cap):
        """How far the targets of the year are on its last day, out of 100, and each by its indicator."""
        weights, points, entries = Fraction(0), Fraction(0), {}
        if not last.ends_year:
            return None, entries
        with self.ranked():
            for name, indicator in self.indicators.items():
                indicator = self.at(indicator, last)
                weight = Fraction(indicator.get("weight", 0))
                if indicator.get("stretch") == "true" or not weight:
                    continue
                state, value, done, _ = self.figure(indicator, tenant, last)
                if state == "not_applicable" or self.due(indicator, tenant, last)[0] is None:
                    continue
                counted = min(done or Fraction(0), cap)
                entries[name] = (value, counted)
                weights, points = weights + weight, points + weight * counted
        return (points * 100 / weights if weights else None), entries

    # Rewards

    def rewards(self, at):
        """What is due by rule and record: {(rule, tenant, key): amount}; conditions are judged at a period's end."""
        rules = [r for r in self.plan.get("rewards", {}).get("rules", []) if "of" in r]
        events = []
        for rule in rules:
            for tenant in [t["id"] for t in self.plan["tenants"]]:
                for key, fields in self.kept(tenant, rule["of"]).items():
                    record = (rule["of"], key, fields)
                    day = fields.get(rule["day"])
                    who = self.value(self.tree(rule["recipient"]), tenant, at, record)
                    if self.value(self.tree(rule["where"]), tenant, at, record) is not True or not day \
                            or who is MISSING:
                        continue
                    amount = self.reward_amount(rule, tenant, at, record)
                    holds = "while" not in rule or self.value(self.tree(rule["while"]), tenant, at, record)
                    events.append((day, -amount if amount is not MISSING else 0, rule, tenant, key, who, holds, amount))
        events.sort(key=lambda e: (e[0], e[1], e[2]["id"], e[3], e[4]))
        first, spent, due = {}, {}, {}
        settings = self.plan["rewards"]["settings"]
        for day, _, rule, tenant, key, who, holds, amount in events:
            matter, place = rule.get("matter", rule["id"]), (rule["id"], tenant, key)
            due[place] = Fraction(0)
            if rule.get("once") == "true" and first.setdefault((matter, who), (tenant, key)) != (tenant, key):
                continue
            newer = [r for r in rules if r.get("matter", r["id"]) == matter and rule.get("from", "") < r.get("from", "")
                     <= day <= r.get("until", "9999")]
            if day < rule.get("from", "") or day > rule.get("until", "9999") or newer:
                continue
            if holds is not True or amount is MISSING:
                continue
            scope = settings["dedup_scope"] if "group" in rule else "matter"
            pool = (matter if scope == "matter" else rule["group"], day[:4] if scope == "year" else "", who)
            assert settings["on_lower_paid"] == "deduct"
            due[place] = max(Fraction(0), amount - spent.get(pool, Fraction(0)))
            spent[pool] = spent.get(pool, Fraction(0)) + due[place]
        return due

    def payments(self):
        """Every payment as (rule, tenant, record): [(day, amount)], from the claims' own records of payments."""
        found = {}
        for claims in self.plan["rewards"]["claims"]:
            place = claims.get("payments")
            if not place:
                continue
            for tenant in self.units:
                for fields in self.kept(tenant, place["collection"]).values():
                    claim = fields.get(place["claim"])
                    if claim is None or place["amount"] not in fields:
                        continue
                    kept = self.kept(tenant, claims["collection"]).get(claim, {})
                    rule, key = claim.split(":", 1) if ":" in claim else (kept.get("rule"), claim)
                    found.setdefault((rule, tenant, key), []).append(
                        (fields.get(place["day"]), Fraction(fields[place["amount"]])))
        return found

    def paid_by_year(self):
        """{(rule, year): amount}, by the day of the payment."""
        sums = {}
        for (rule, _, _), payments in self.payments().items():
            for day, amount in payments:
                sums[rule, day[:4]] = sums.get((rule, day[:4]), Fraction(0)) + amount
        return sums

    def reward_amount(self, rule, tenant, at, record):
        amount = rule["amount"]
        if amount["type"] == "fixed":
            return Fraction(amount["value"])
        found = self.value(self.tree(amount["of"]), tenant, at, record)
        if found is MISSING:
            return MISSING
        field = next((f for f in self.collections[rule["of"]]["fields"] if f["id"] == amount["of"]), None)
        found *= measure(field["unit"])[1] / measure(amount["unit"])[1]
        return min(found, Fraction(amount["max"])) if amount["type"] == "cap" else found * Fraction(amount["share"]) / 100


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def printed(value, places):
    """Rounded half up, with that many digits."""
    scaled = value * 10**places
    whole = (abs(scaled) * 2 + 1) // 2 * (1 if value >= 0 else -1)
    text = f"{abs(whole):0{places + 1}d}"
    return ("-" if whole < 0 else "") + (f"{text[:-places]}.{text[-places:]}" if places else text)


def ranks(scores):
    """Ranks of printed scores: equal ones share a rank, the next is skipped."""
    return {t: 1 + sum(Fraction(o) > Fraction(s) for o in scores.values()) for t, s in scores.items()}
