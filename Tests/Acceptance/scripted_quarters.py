"""Two quarters of the invented plan Harbour Bay, through the same programs and against the same computation.

    scripted_quarters.py BINARIES DATA ADDRESS FOLDER PLAN.yaml
The daemon runs at ADDRESS over DATA. Everything in it is invented. Prints 'all OK' last.
"""
import sys
import time

from office import Office

QUARTERS = ["2024Q1", "2024Q2"]
LATE = "westquay"


class Quarters(Office):
    """The first half of 2024."""

    def play(self):
        began = time.monotonic()
        people = [("city", "city", "supervisor"), ("works", "city", "reviewer"), ("treasury", "city", "finance")]
        self.each(lambda who: self.enrol(*who), people + [(u, u, "approver") for u in self.units])
        self.stations()
        self.ranked_scores = {}
        for place, period in enumerate(QUARTERS):
            self.quarter(place, period)
        self.seal()
        print(f"{self.checks} figures agree after {time.monotonic() - began:.0f} s")

    def stations(self):
        """Each town keeps its pumping stations; one of each has no pump."""
        for n, unit in enumerate(self.units):
            for number in range(2 + n):
                self.at(unit, "set", f"stations/s{number}", f"place=Quay {number} of {unit}")
            for number in range(1 + n):
                self.at(unit, "set", f"pumps/s{number}:a", f"station=s{number}", f"serial={unit}-{number}",
                        f"in_service_from=2024-0{1 + 3 * (number % 2)}-15")
            self.at(unit, "sync")

    def laboratory(self, place, period):
        rows = [["element", *self.units]]
        figures = {"samples": lambda n: 120 + 10 * n, "samples_clean": lambda n: 112 + 9 * n + place,
                   "households": lambda n: 400 + 50 * n}
        for element, figure in figures.items():
            rows.append([element, *[figure(n) for n in range(len(self.units))]])
        self.at("city", "import", self.write(f"lab-{period}.csv", rows), "--as", f"values/{period}")
        self.at("city", "sync", code=None)

    def repair(self, unit, place):
        """Three repairs of each town in a quarter: one accepted, one finished, one dropped."""
        n = self.units.index(unit)
        for number in range(3):
            key = f"r{place}{number}"
            self.at(unit, "set", f"repairs/{key}", f"street=Lane {number}", "state=digging")
            if number == 2:
                self.at(unit, "set", f"repairs/{key}", "state=dropped", "--note", "The street is closed.")
            else:
                self.at(unit, "set", f"repairs/{key}", f"metres={210 + 60 * n + 35 * place + number}.5",
                        f"finished_on=2024-0{2 + 3 * place}-20", "state=finished")

    def report(self, unit, place, period):
        n = self.units.index(unit)
        self.at(unit, "sync", code=None)
        self.repair(unit, place)
        self.at(unit, "set", f"values/{period}", f"running_cost={8000 + 900 * n + 400 * place}.25",
                "remarks=Pumps overhauled.")
        for fault in self.read(unit, "check", period, code=None)["faults"]:
            assert not fault["blocking"], fault
        self.at(unit, "submit", period)
        self.at(unit, "sync", code=None)

    def accept(self, period, place, units):
        self.at("city", "sync", code=None)
        rows = [["tenant", "key", "state"]] + [[unit, f"r{place}0", "accepted"] for unit in units]
        self.at("city", "import", self.write(f"repairs-{period}-{len(units)}.csv", rows), "--as", "repairs")
        for unit in units:
            self.at("city", "review", "accept", unit, period)
        self.at("city", "sync", code=None)

    def quarter(self, place, period):
        self.daemon("period", "open", self.plan_id, period, "--reason", "invented figures of 2024")
        self.laboratory(place, period)
        punctual = [u for u in self.units if u != LATE]
        self.each(lambda unit: self.report(unit, place, period), punctual)
        # What is not accepted does not count, and is named.
        self.at("city", "sync", code=None)
        self.compare(period)
        self.accept(period, place, punctual)
        self.daemon("period", "close", self.plan_id, period, "--reason", "over")
        self.report(LATE, place, period)
        if place == 0:
            self.accept(period, place, [LATE])
        else:
            self.at("city", "sync", code=None)
        self.compare(period)
        self.at("city", "rank", "publish", period)
        self.at("city", "sync", code=None)
        self.ranked_scores[period] = self.published(period, "--preliminary")
        self.letter(period)

    def letter(self, period):
        """The bulletin says what was ranked."""
        text = self.at("city", "bulletin", period, "--date", "2024-08-01", "--to", "-").stdout
        for unit, score in self.ranked_scores[period].items():
            name = next(t["name"]["en"] for t in self.plan["tenants"] if t["id"] == unit)
            line = next(line for line in text.splitlines() if name in line)
            self.equal(f"{period} {unit} in the letter", score in line, True)

    def seal(self):
        book = self.fresh_book()
        for period in QUARTERS:
            self.daemon("period", "finalise", self.plan_id, period, "--force", "--reason", "no appeals")
        self.at("city", "sync", code=None)
        for period in QUARTERS:
            self.book = book
            self.ranked_scores[period] = self.published(period, "--frozen")
        # Two quarters without a ranking count 0, and what is missing at the year's end as well.
        self.year("2024", self.ranked_scores)
        idle = self.read("city", "lists", "idle_stations", "2024Q2")
        self.equal("one station of each town has no pump", [r["tenant"] for r in idle["rows"]], self.units)
        self.explained("2024Q2", self.units)


if __name__ == "__main__":
    Quarters(*sys.argv[1:6]).play()
    print("all OK")
