"""The built binaries as the offices of one city use them, and comparisons with the independent computation.

Everything that is compared was worked out by `recompute.py` from the plan file and `plansync export cells` alone.
"""
import csv
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from recompute import Book
from recompute_score import printed, ranks


class Office:
    """One plan, its daemon at an address, and the machines of its people."""

    def __init__(self, binaries, data, address, folder, plan_file):
        sys.stdout.reconfigure(line_buffering=True)
        self.binaries, self.data, self.address, self.folder, self.plan_file = \
            binaries, data, address, folder, plan_file
        self.checks = 0
        self.book = None
        self.both = ThreadPoolExecutor(2)
        self.run("plansyncd", "plan", "check", plan_file)
        self.cells_number = 0
        self.read_cells(None)

    def read_cells(self, file):
        if file is None:
            file = f"{self.folder}/no-cells.jsonl"
            Path(file).write_text("", encoding="utf-8")
        self.book = Book(self.plan_file, file)
        self.plan, self.units = self.book.plan, self.book.units
        self.plan_id = self.plan["plan"]["id"]

    # Commands

    def run(self, program, *arguments, code=0):
        """Runs a program; with a code, that is what it has to end with."""
        ended = subprocess.run([f"{self.binaries}/{program}", *arguments], capture_output=True, text=True, timeout=120)
        told = (program, arguments, ended.returncode, ended.stdout, ended.stderr)
        assert code is None or ended.returncode == code, told
        return ended

    def at(self, machine, *arguments, code=0):
        home = f"{self.folder}/home-{machine}"
        return self.run("plansync", *arguments, "--home", home, "--lang", "en", "--author", machine, code=code)

    def read(self, machine, *arguments, code=0):
        return json.loads(self.at(machine, *arguments, "--json", code=code).stdout)

    def daemon(self, *arguments, code=0):
        return self.run("plansyncd", *arguments, "--data", self.data, code=code).stdout.strip()

    def enrol(self, machine, tenant, role):
        token = self.daemon("token", "--tenant", tenant, "--role", role)
        self.at(machine, "enrol", self.address, token)

    def each(self, action, some):
        """Does something for every one, two at a time."""
        return list(self.both.map(action, some))

    def sync(self, *machines, code=None):
        self.each(lambda machine: self.at(machine, "sync", code=code), machines)

    def write(self, name, rows):
        path = Path(self.folder) / name
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return str(path)

    # Comparisons

    def equal(self, what, one, other):
        self.checks += 1
        assert one == other, f"{what}: the program says {one}, the computation {other}"

    def close(self, what, shown, exact):
        """Compares a figure with six digits with an exact one."""
        self.checks += 1
        if shown is None or exact is None:
            assert shown is None and exact is None, f"{what}: {shown} and {exact}"
            return
        assert abs(Fraction(shown) - exact) <= Fraction(1, 2 * 10**6), f"{what}: {shown} and {float(exact)}"

    def fresh_book(self, machine="city"):
        """Reads the cells that the city's machine holds now."""
        self.cells_number += 1
        cells = f"{self.folder}/cells-{self.cells_number}.jsonl"
        self.at(machine, "export", "cells", "--to", cells)
        self.read_cells(cells)
        return self.book

    def compare(self, period):
        """All figures of a period as they are now: the city's, each unit's, its target, its score and its rank."""
        book = self.fresh_book()
        now = book.period(period)
        for row in self.read("city", "aggregate", period)["indicators"]:
            rule = book.indicators[row["indicator"]]
            self.close(f"{period} city {row['indicator']}", row["value"], book.city(rule, now))
        self.targets(period)
        scores = self.scores(period, self.read("city", "rank", period)["units"])
        for unit in self.units:
            given, late = book.report(unit, now)
            moments = book.days_late(unit, now)
            if given and moments is not None:
                self.equal(f"{period} {unit} days late", late, moments)
        return scores

    def targets(self, period):
        """Where the targets of each unit and of the city stand, and where they lead."""
        book, now = self.book, self.book.period(period)
        for row in self.read("city", "targets", period)["targets"]:
            rule, behind = book.indicators[row["indicator"]], []
            self.close(f"{period} city {rule['id']} forecast", row["forecast"], book.forecast(rule, "city", now))
            self.equal(f"{period} {rule['id']} units", [u["tenant"] for u in row["units"]], self.units)
            for unit in row["units"]:
                found = book.standing(rule, unit["tenant"], now)
                place = f"{period} {unit['tenant']} {rule['id']}"
                for name in ("target", "due", "reported", "completion", "gap", "neededPerPeriod", "forecast"):
                    self.close(f"{place} {name}", unit[name], found[name])
                for name in ("state", "light", "targetFrom"):
                    self.equal(f"{place} {name}", unit.get(name), found[name])
                if found["light"] == "behind":
                    behind.append(unit["tenant"])
            self.equal(f"{period} {rule['id']} behind", row["behind"], behind)

    def course(self, period, indicator, unit):
        """An indicator's course over the periods so far."""
        rule = self.book.indicators[indicator]
        for row in self.read("city", "targets", period, "--indicator", indicator, "--tenant", unit)["course"]:
            found = self.book.standing(rule, unit, self.book.period(row["period"]))
            for name in ("due", "reported", "completion", "forecast"):
                self.close(f"{indicator} of {unit} in {row['period']} {name}", row[name], found[name])

    def scores(self, period, shown, over=None):
        """The units of a ranking against the book: every component, and the ranks within each group."""
        book, now = self.book, self.book.period(period)
        self.equal(f"{period} units", sorted(u["tenant"] for u in shown), sorted(self.units))
        found = {unit["tenant"]: self.score(period, now, unit, over) for unit in shown}
        for group in sorted({book.groups[u] for u in self.units}):
            members = {u: s for u, s in found.items() if book.groups[u] == group and s is not None}
            wanted = ranks(members)
            for unit in shown:
                if book.groups[unit["tenant"]] == group:
                    self.equal(f"{period} {unit['tenant']} rank", unit["rank"], wanted.get(unit["tenant"]))
        return found

    def score(self, period, now, unit, over):
        book, tenant = self.book, unit["tenant"]
        wanted = book.score(tenant, now, over)
        self.equal(f"{period} {tenant} components", [p["id"] for p in unit["components"]], list(wanted["parts"]))
        for part in unit["components"]:
            exact = wanted["parts"][part["id"]]
            self.close(f"{period} {tenant} {part['id']}", part["score"], exact["score"])
            self.close(f"{period} {tenant} {part['id']} points", part["points"], exact["points"])
            if exact["tally"]:
                self.close(f"{period} {tenant} {part['id']} achieved", part["achieved"], exact["tally"][0])
                self.close(f"{period} {tenant} {part['id']} expected", part["expected"], exact["tally"][1])
            for entry in part["entries"]:
                self.entry(f"{period} {tenant}", entry["figure"], tenant, now)
                rule = book.at(book.indicators[entry["figure"]["indicator"]], now)
                self.close(f"{period} {tenant} {rule['id']} weight", entry["weight"], Fraction(rule["weight"]))
                self.equal(f"{period} {tenant} {rule['id']} target from", entry["figure"].get("targetFrom"),
                           book.target_from(tenant, rule, now))
        self.close(f"{period} {tenant} stretch", unit["stretch"], wanted["stretch"])
        self.equal(f"{period} {tenant} not reported", "submissions" in unit["missing"], wanted["not_reported"])
        self.equal(f"{period} {tenant} score", unit["score"], wanted["printed"])
        return wanted["printed"]

    def entry(self, what, figure, tenant, now):
        with self.book.ranked():
            state, value, done, _ = self.book.figure(self.book.indicators[figure["indicator"]], tenant, now)
        place = f"{what} {figure['indicator']}"
        self.equal(f"{place} state", figure["state"], state)
        self.close(place, figure["value"], value)
        self.close(f"{place} completion", figure["completion"], done)

    def published(self, period, *state):
        """The published ranking against the book; gives the printed scores."""
        return self.scores(period, self.read("city", "rank", period, *state)["units"], over=True)

    def year(self, year, scores):
        """The year-end against the book: means of the printed scores, final completion, results, ranks."""
        book = self.book
        wanted = book.year_end(int(year), scores)
        shown = self.read("city", "yearend", year)["units"]
        self.equal(f"{year} units", sorted(u["tenant"] for u in shown), sorted(self.units))
        last = [p for p in book.periods if p.year == int(year)][-1]
        for unit in shown:
            tenant, exact = unit["tenant"], wanted[unit["tenant"]]
            for period in unit["periods"]:
                own = scores.get(period["period"], {}).get(tenant)
                self.equal(f"{year} {tenant} {period['period']}", period["score"], own)
            self.close(f"{year} {tenant} mean", unit["mean"], exact["mean"])
            self.close(f"{year} {tenant} final", unit["final"], exact["final"])
            self.equal(f"{year} {tenant} result", unit["score"], exact["printed"])
            entries = {e["figure"]["indicator"]: e for e in unit["entries"]}
            self.equal(f"{year} {tenant} targets", sorted(entries), sorted(exact["entries"]))
            for name, entry in entries.items():
                self.close(f"{year} {tenant} {name} counted", entry["counted"], exact["entries"][name][1])
                self.entry(f"{year} {tenant}", entry["figure"], tenant, last)
        for group in sorted({book.groups[u] for u in self.units}):
            results = {u: e["printed"] for u, e in wanted.items() if book.groups[u] == group and e["printed"]}
            for unit in shown:
                if book.groups[unit["tenant"]] == group:
                    self.equal(f"{year} {unit['tenant']} rank", unit["rank"], ranks(results).get(unit["tenant"]))

    def explained(self, period, tenants):
        """From each score down: its exact value, and that every figure and record below names who changed it how.

        Of each unit one of the changes is looked up in the server's journal, where its signature holds.
        """
        now = self.book.period(period)
        answers = self.each(lambda tenant: self.read("city", "explain", "score", period, tenant), tenants)
        for tenant, found in zip(tenants, answers):
            exact = self.book.score(tenant, now)["total"]
            self.equal(f"{period} {tenant} exactly", found["exact"] and Fraction(found["exact"]), exact)
            changes = []
            for part in found["components"]:
                below = [part] + part["entries"]
                changes += [change for source in below for change in self.traces(tenant, source)]
            for entry in found["bonus"]:
                changes += self.traces(tenant, entry)
            if changes:
                self.signed(tenant, *changes[-1])

    def traces(self, tenant, source):
        """What a part of a score was read from, each with the change that wrote it: (record, field, change)."""
        found = []
        for given in source.get("inputs", []):
            if given.get("rev"):
                found.append((f"values/{given['period']}", given["element"], given))
        for record in source.get("records", []):
            found += [(record["record"], change["field"], change) for change in record["changes"]]
        for record, field, change in found:
            self.checks += 1
            assert change.get("author") and change.get("rev"), (tenant, record, field, change)
        return found

    def signed(self, tenant, record, field, change):
        answer = self.read("city", "history", f"{tenant}:{record}", field)
        entries = [e for e in answer["operations"] if e["id"] == change["rev"]]
        self.equal(f"{tenant} {record} {field} {change['rev']} in the journal", len(entries), 1)
        self.equal(f"{tenant} {record} {field} signature", entries[0]["signature"], True)
