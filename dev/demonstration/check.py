#!/usr/bin/env python3
"""Checks what PlanSync computed against figures computed here, from the demonstration's raw data alone.

usage: check.py FIGURES.csv TARGETS.csv CERTIFICATES.csv AGGREGATE.json RANKING.json

Nothing of PlanSync is used: the definitions of the indicators are typed again from the plan (sections 二 and
25, weights and paths are the plan file's defaults for May-June), and the arithmetic is Python's Fraction.
"""

import csv
import json
import sys
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CAP = Fraction(12, 10)
HALF = Fraction(1, 2)
LAST_DAY = "2019-06-30"
# indicator: kind, numerator, denominator, target of the city, weight, share due by the third period
INDICATORS = {
    "g02": ("ratio", "lm_enterprises_with_rd_institution", "lm_enterprises", 100, Fraction(9), 1),
    "g03": ("stock", "etrc_provincial", None, 60, Fraction(5), HALF),
    "g07": ("stock", "high_tech", None, 100, Fraction(15), Fraction(1, 4)),
    "g11": ("ratio", "hightech_value_added", "industry_value_added", 20, Fraction(10), 1),
    "g12": ("ratio", "batch_rd_spend", "batch_sales", 2, Fraction(10), 1),
    "g13": ("flow", "patents", None, 1000, Fraction(6), HALF),
    "g14": ("flow", "patents_invention", None, 100, Fraction(4), HALF),
    "g15": ("ratio", "batch_with_trademark", "batch_enterprises", 100, Fraction(5, 2), 1),
    "g16": ("ratio", "batch_with_brand", "batch_enterprises", 100, Fraction(5, 2), 1),
}


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [row for row in csv.reader(file) if row and not row[0].startswith("#")]


def rounded(value, places=2):
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def completion(kind, value, target, baseline, share):
    if kind == "ratio":
        reached = value / target
    elif kind == "flow":
        reached = value / (target * share)
    elif target > baseline:
        reached = (value - baseline) / ((target - baseline) * share)
    else:
        reached = value / target
    return min(max(reached, Fraction(0)), CAP)


def main():
    figures_path, targets_path, certificates_path, aggregate_path, ranking_path = sys.argv[1:6]
    figures = {(unit, element): Fraction(figure) for unit, element, figure, _ in rows(figures_path)}
    typed = dict(figures)
    # Where a unit keeps certificates, those in force on the period's last day count, not the typed figure.
    certificates = rows(certificates_path)
    for unit in {row[0] for row in certificates}:
        in_force = [row for row in certificates if row[0] == unit and row[4] <= LAST_DAY <= row[5]]
        figures[unit, "high_tech"] = Fraction(len(in_force))
    targets = {(u, i): (Fraction(t), Fraction(b or 0)) for u, i, t, b in rows(targets_path)}
    units = sorted({unit for unit, _ in figures})
    faults = []

    def compare(what, expected, found):
        mark = "ok " if expected == found else "BAD"
        print(f"  {mark} {what}: {found}" + ("" if expected == found else f", expected {expected}"))
        if expected != found:
            faults.append(what)

    print("the city's indicators")
    with open(aggregate_path, encoding="utf-8") as file:
        city = {figure["indicator"]: figure for figure in json.load(file)["indicators"]}
    for name, (kind, top, bottom, target, _, _) in INDICATORS.items():
        value = sum(figures[unit, top] for unit in units)
        if bottom:
            value = value * 100 / sum(figures[unit, bottom] for unit in units)
        compare(f"{name} value", rounded(value), rounded(Fraction(city[name]["value"])))
        compare(f"{name} completion", rounded(value / target, 4), rounded(Fraction(city[name]["completion"]), 4))

    difference = sum(figures[unit, "high_tech"] - typed[unit, "high_tech"] for unit in units)
    compare("g07 difference to the typed figures", rounded(difference), rounded(Fraction(city["g07"]["difference"])))

    print("the ranking")
    scores = {}
    for unit in units:
        total = Fraction(0)
        weights = Fraction(0)
        for name, (kind, top, bottom, target, weight, share) in INDICATORS.items():
            goal, baseline = targets.get((unit, name), (Fraction(target), Fraction(0)))
            value = figures[unit, top]
            if bottom:
                value = value * 100 / figures[unit, bottom]
            total += weight * completion(kind, value, goal, baseline, share)
            weights += weight
        scores[unit] = rounded(total * 100 / weights)
    with open(ranking_path, encoding="utf-8") as file:
        ranked = {u["tenant"]: u for u in json.load(file)["units"]}
    for unit in units:
        compare(f"{unit} score", scores[unit], ranked[unit]["score"])
        place = 1 + sum(Fraction(other) > Fraction(scores[unit]) for other in scores.values())
        compare(f"{unit} rank", place, ranked[unit]["rank"])

    print("all figures agree" if not faults else f"{len(faults)} figures differ: {', '.join(faults)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
