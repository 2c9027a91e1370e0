"""Where targets stand and where they lead, from the figures of `recompute.Book`; see there.

docs/plan-format.md, "indicators" and "forecast".
"""
from datetime import date
from fractions import Fraction

SPANS = {"monthly": 1, "bimonthly": 2, "quarterly": 3, "yearly": 12}


class Outlook:
    """Targets and forecasts; a part of `recompute.Book`."""

    def standing(self, indicator, tenant, period):
        """Target, due, completion, gap, what each period left has to bring, forecast and light of a unit's target."""
        indicator = self.at(indicator, period)
        state, value, _, _ = self.figure(indicator, tenant, period)
        target, due, baseline = self.due(indicator, tenant, period)
        if state in ("not_due", "not_applicable"):
            due = None
        done = gap = needed = None
        if value is not None and target is not None:
            done = self.completion(indicator, value, target, due, baseline)
            at_most = (indicator.get("target") or {}).get("comparison") == "<="
            gap = value - target if at_most else target - value
            left = 12 // SPANS[self.plan["periods"]["type"]] - period.index
            if gap > 0 and left and "denominator" not in indicator:
                needed = gap / left
        return {"state": state, "target": target, "targetFrom": self.target_from(tenant, indicator, period), "due": due, "reported": value, "completion": done, "gap": gap,
                "neededPerPeriod": needed, "forecast": self.forecast(indicator, tenant, period),
                "light": self.light(done)}

    def light(self, done):
        if done is None:
            return "none"
        ahead = Fraction((self.plan.get("forecast") or {}).get("ahead", 1))
        return "behind" if done < 1 else "ahead" if done >= ahead else "on_track"

    def forecast(self, indicator, tenant, period):
        """The line of least squares through the last points, on the deadline; of a flow on the year's last day."""
        rule = self.plan.get("forecast") or {}
        if rule.get("method", "line") != "line":
            return None
        indicator = self.at(indicator, period)
        goal, flow = indicator.get("target") or {}, indicator["kind"] == "flow"
        end = f"{period.year}-12-31"
        if not flow and goal.get("recurrence") != "yearly" and goal:
            end = goal["deadline"]
        points = []
        with self.ranked():
            for point in self.periods:
                if point.end > period.end or (flow and point.year != period.year):
                    continue
                if tenant == "city":
                    value, whole = self.city_whole(indicator, point)
                    value = value if whole else None
                else:
                    value = self.figure(indicator, tenant, point)[1]
                if value is not None:
                    points.append((Fraction(date.fromisoformat(point.end).toordinal()), value))
        points = points[-int(rule.get("points", 3)):]
        if len(points) < 2:
            return None
        day = sum(d for d, _ in points) / len(points)
        mean = sum(v for _, v in points) / len(points)
        below = sum((d - day) ** 2 for d, _ in points)
        slope = sum((d - day) * (v - mean) for d, v in points) / below
        return max(Fraction(0), mean + slope * (date.fromisoformat(end).toordinal() - day))
