#!/usr/bin/env python3
"""Kills a client again and again while it sends what it has saved, then looks for what was lost or done twice.

usage: client_storm.py PLANSYNC HOME SEED EDITS

The home is enrolled. EDITS changes of +1 to a counter are saved offline; `plansync sync` is killed at moments that the
seed decides until it once ends by itself. Then the counter must equal the number of edits.
"""

import json
import random
import signal
import subprocess
import sys


def main():
    binary, home, seed, edits = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    print(f"seed {seed}")

    def plansync(*arguments):
        return subprocess.run(
            [binary, *arguments, "--home", home, "--author", "storm", "--lang", "en"], capture_output=True, text=True,
            check=False)

    for _ in range(edits):
        saved = plansync("add", "values/201905B", "patents=1")
        if saved.returncode != 0:
            raise SystemExit(saved.stderr)
    kills = 0
    while kills < 200:
        process = subprocess.Popen(
            [binary, "sync", "--home", home, "--author", "storm"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            # Early kills are the interesting ones; later ones get longer so that it comes to an end.
            process.wait(timeout=chance.uniform(0.01, 0.06) + kills * 0.002)
            if process.returncode == 0:
                break
            raise SystemExit(f"sync ended with {process.returncode}")
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
    plansync("sync")
    shown = json.loads(plansync("show", "values/201905B", "--json").stdout)
    counter = next(field["value"] for field in shown["fields"] if field["field"] == "patents")
    pending = json.loads(plansync("status", "--json").stdout)["pending"]
    print(f"{kills} kills, counter {counter} after {edits} edits, {pending} pending")
    sys.exit(0 if kills >= 5 and counter == str(edits) and pending == 0 else 1)


if __name__ == "__main__":
    main()
