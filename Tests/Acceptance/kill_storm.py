#!/usr/bin/env python3
"""Kills the daemon again and again while clients push, then looks for what was lost or done twice.

usage: kill_storm.py PLANSYNCD DATA FOLDER SEED KILLS CLIENTS

Each client adds 1 to a counter and sets a figure, one change a push, and sends a change again until it is answered.
Afterwards every acknowledged change must stand in the history exactly once, the counter must equal the number of
adds, and the journal must be dense.
"""

import os
import random
import signal
import subprocess
import sys
import threading

from plansync_client import Client, RPCError, change_id

PLAN = "zhumadian-2018-25"
RECORD = ["values", "201905B"]


class Daemon:
    """The process under fire."""

    def __init__(self, binary, data):
        self.binary, self.data, self.port = binary, data, 0
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on"):
            raise SystemExit(f"the daemon does not start: {line!r}")
        self.port = int(line.rsplit(":", 1)[1])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Pusher(threading.Thread):
    """One client: the next change only after the last was answered."""

    def __init__(self, index, client, seed):
        super().__init__(daemon=True)
        self.client, self.random = client, random.Random(seed * 1000 + index)
        self.index, self.acknowledged, self.sent = index, [], 0
        self.stopping = threading.Event()

    def run(self):
        pending = None
        inc = None
        while True:
            if pending is None and self.stopping.is_set():
                return
            try:
                self.client.connect()
                self.client.hello(inc)
                inc = self.client.inc
                if pending is not None and self.client.n >= pending["n"]:
                    # The server took it before it died; the answer was lost. The head is the change itself.
                    pass
                while pending is not None or not self.stopping.is_set():
                    if pending is None:
                        pending = self.next_change()
                        self.sent += 1
                    results = self.client.push(PLAN, 1, [pending])["results"]
                    self.acknowledged.append((pending["id"], results[0]["seq"], results[0]["outcome"]))
                    pending = None
                return
            except (OSError, ConnectionError):
                self.client.close()
            except RPCError as error:
                raise SystemExit(f"client {self.index}: {error.code} {error.reason} {error}") from error

    def next_change(self):
        if self.random.random() < 0.7:
            op = {"rec": RECORD, "field": "patents", "do": "add", "value": "1"}
        else:
            op = {"rec": ["contacts", f"c{self.index}"], "field": "phone", "do": "set",
                  "value": str(self.random.randrange(10**8))}
        identity = change_id(lambda count: self.random.randbytes(count))
        return self.client.change(PLAN, 1, [op], author=f"client {self.index}", id=identity)


def main():
    binary, data, folder, seed, kills, clients = sys.argv[1:7]
    seed, kills, clients = int(seed), int(kills), int(clients)
    chance = random.Random(seed)
    print(f"seed {seed}")
    daemon = Daemon(binary, data)
    pushers = []
    for index in range(clients):
        token = subprocess.run(
            [binary, "token", "--data", data, "--tenant", "411724", "--role", "editor"], check=True,
            capture_output=True, text=True).stdout.strip()
        client = Client("127.0.0.1", daemon.port, os.path.join(folder, f"storm{index}"), os.path.join(data, "ca.crt"))
        client.enrol(token)
        pushers.append(Pusher(index, client, seed))
    for pusher in pushers:
        pusher.start()
    pause = threading.Event()
    for _ in range(kills):
        pause.wait(chance.uniform(0.05, 0.6))
        daemon.kill()
        daemon.start()
    pause.wait(0.5)
    for pusher in pushers:
        pusher.stopping.set()
    for pusher in pushers:
        pusher.join(60)
        if pusher.is_alive():
            raise SystemExit(f"client {pusher.index} does not come to an end")

    reader = pushers[0].client
    reader.close()
    reader.connect()
    reader.hello()
    history = []
    keys = [RECORD] + [["contacts", f"c{index}"] for index in range(clients)]
    for key in keys:
        history += reader.call("history.get", {"plan": PLAN, "tenant": "411724", "rec": key})["operations"]
    ids = [entry["id"] for entry in history]
    acknowledged = [entry for pusher in pushers for entry in pusher.acknowledged]
    cells, _ = reader.pull(PLAN)
    counter = next(cell["value"] for cell in cells if cell["field"] == "patents")
    adds = sum(entry["field"] == "patents" for entry in history)
    daemon.kill()

    faults = []
    if len(ids) != len(set(ids)):
        faults.append("a change stands twice")
    lost = [identity for identity, _, _ in acknowledged if identity not in set(ids)]
    if lost:
        faults.append(f"{len(lost)} acknowledged changes are lost")
    if int(counter) != adds:
        faults.append(f"the counter shows {counter} after {adds} adds")
    if sorted(entry["seq"] for entry in history) != list(range(1, len(history) + 1)):
        faults.append("the journal is not dense")
    places = {entry["id"]: entry["seq"] for entry in history}
    if any(places.get(identity) != seq for identity, seq, _ in acknowledged):
        faults.append("an answer names another place than the journal")
    if len(acknowledged) < kills * 2:
        faults.append(f"only {len(acknowledged)} changes were acknowledged: the run proves too little")
    print(f"{kills} kills, {len(acknowledged)} acknowledged, {len(history)} in the journal, counter {counter}")
    for fault in faults:
        print(f"BAD {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
