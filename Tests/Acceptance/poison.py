#!/usr/bin/env python3
"""Lets a daemon die over one and the same change, and looks whether it is set aside at the third try.

usage: poison.py PLANSYNCD DATA FOLDER

The death comes at the first write to the database that the change brings: a tracer kills the daemon there.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time

from kill_storm import PLAN, Daemon
from plansync_client import Client, RPCError


def check(what, holds):
    if not holds:
        print(f"BAD {what}")
        sys.exit(1)
    print(f"OK  {what}")


def wait_for(what, holds):
    deadline = time.monotonic() + 30
    while not holds():
        check(what, time.monotonic() < deadline)
        threading.Event().wait(0.02)


def signed_on(data):
    """How many sign-ons the audit log tells of; its own writes are over then."""
    count = 0
    folder = os.path.join(data, "audit")
    for entry in os.listdir(folder):
        with open(os.path.join(folder, entry), encoding="utf-8") as file:
            count += sum(json.loads(line)["event"] == "signed_on" for line in file if line.endswith("\n"))
    return count


class Trap:
    """A tracer that kills the daemon at its second write at a place: the first one notes what is being decided."""

    def __init__(self, pid):
        self.process = subprocess.Popen(
            ["strace", "-f", "-p", str(pid), "-e", "trace=pwrite64", "-e",
             "inject=pwrite64:signal=SIGKILL:when=2"], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "attached" in line:
                break
        else:
            print("UNABLE no process can be traced here")
            sys.exit(0)
        # What it writes must be taken, or it stands still.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()


def main():
    binary, data, folder = sys.argv[1:4]
    daemon = Daemon(binary, data)
    clients = []
    for name, tenant in (("one", "411724"), ("other", "411721")):
        token = subprocess.run(
            [binary, "token", "--data", data, "--tenant", tenant, "--role", "editor"], check=True,
            capture_output=True, text=True).stdout.strip()
        client = Client("127.0.0.1", daemon.port, os.path.join(folder, name), os.path.join(data, "ca.crt"))
        client.enrol(token)
        clients.append(client)
    one, other = clients

    def greet(client, inc=None):
        known = signed_on(data)
        client.close()
        client.connect()
        client.hello(inc)
        wait_for("the audit log tells of the sign-on", lambda: signed_on(data) > known)

    def figure(value):
        return [{"rec": ["values", "201905B"], "field": "etrc_provincial", "do": "set", "value": value}]

    greet(one)
    inc = one.inc
    poison = one.change(PLAN, 1, figure("7"))
    after_poison = one.n, one.head
    for death in (1, 2):
        if death == 2:
            greet(one, inc)
        Trap(daemon.process.pid)
        try:
            one.push(PLAN, 1, [poison])
            check("a dead server answers nothing", False)
        except OSError:
            pass
        check(f"death {death} was by the tracer", daemon.process.wait(30) == -signal.SIGKILL)
        daemon.start()
    greet(other)
    results = other.push(PLAN, 1, [other.change(PLAN, 1, figure("5"))])["results"]
    check(f"another device's change is {results[0]['ops'][0]['outcome']}", results[0]["ops"][0]["outcome"] == "applied")
    greet(one, inc)
    results = one.push(PLAN, 1, [poison])["results"]
    told = results[0]["ops"][0]
    check(f"the change is set aside at the third try: {told}",
          told["outcome"] == "rejected" and told["reason"] == "set_aside")
    one.n, one.head = after_poison
    results = one.push(PLAN, 1, [one.change(PLAN, 1, figure("8"))])["results"]
    check(f"the device's next change is {results[0]['ops'][0]['outcome']}", results[0]["ops"][0]["outcome"] == "applied")
    cells, _ = one.pull(PLAN)
    check("the figure is the next change's", [cell["value"] for cell in cells if cell["field"] == "etrc_provincial"] == ["8"])
    daemon.kill()
    print("all OK")


if __name__ == "__main__":
    try:
        main()
    except (RPCError, OSError, ValueError) as error:
        print(f"BAD {type(error).__name__}: {error}")
        sys.exit(1)
