#!/usr/bin/env python3
"""Revokes devices and looks at what becomes of their connections.

usage: certificate_life.py STORY HOST PORT DATA_FOLDER FOLDER PLANSYNCD
"""

import json
import os
import subprocess
import sys
import time

from plansync_client import Client, RPCError

PLAN = "zhumadian-2018-25"
SECONDS_MAX = 1.0


def check(what, holds):
    if not holds:
        print(f"BAD {what}")
        sys.exit(1)
    print(f"OK  {what}")


class Story:
    def __init__(self, host, port, data, folder, program):
        self.host, self.port, self.data, self.folder, self.program = host, int(port), data, folder, program

    def operate(self, *arguments):
        done = subprocess.run([self.program, *arguments, "--data", self.data], capture_output=True, text=True, timeout=30)
        check(f"plansyncd {' '.join(arguments[:2])}: {done.stderr.strip()}", done.returncode == 0)
        return done.stdout.strip()

    def device(self, name, tenant="411724", role="editor"):
        client = Client(self.host, self.port, os.path.join(self.folder, name), os.path.join(self.data, "ca.crt"))
        if not os.path.exists(client.certificate_file):
            client.enrol(self.operate("token", "--tenant", tenant, "--role", role))
        return client

    def open(self, name, **more):
        client = self.device(name, **more)
        client.connect()
        client.hello()
        return client

    def ends_in_time(self, client, since):
        """Whether the server ends the connection by itself."""
        client.sock.settimeout(10)
        try:
            while True:
                frame = client.read_frame()
                print("    before the end:", frame[:200])
        except (ConnectionError, OSError):
            return time.monotonic() - since

    def is_refused(self, client):
        client.close()
        client.connect()
        greeted = client.call("session.hello", {"protocol": 1})
        try:
            client.call("sync.pull", {"plan": PLAN})
        except RPCError as error:
            return "tenant" not in greeted and error.code == -32010 and error.reason == "certificate_revoked"
        return False

    def revocation(self):
        victim, witness = self.open("victim"), self.open("witness")
        second = self.open("victim")
        name = victim.me["device"]
        since = time.monotonic()
        self.operate("device", "revoke", name)
        for client, which in ((victim, "first"), (second, "second")):
            took = self.ends_in_time(client, since)
            check(f"the {which} live connection ended after {took:.3f} s, the command included", took <= SECONDS_MAX)
        check("a new connection is refused", self.is_refused(victim))
        check("another device of the county goes on", witness.call("plan.get", {"plan": PLAN})["plan"] == PLAN)
        lines = [json.loads(line) for line in self.audit()]
        check("the cuts left their lines", sum(line["event"] == "cut" and line["device"] == name for line in lines) == 2)
        check("the refusal left one line", sum(
            line["event"] == "refused" and line["reason"] == "revoked" for line in lines) == 1)

    def still_revoked(self):
        check("after kill -9 a new connection is refused", self.is_refused(self.device("victim")))
        self.operate("audit", "verify")

    def supervisor(self):
        victim, city = self.open("victim"), self.open("city", tenant="city", role="supervisor")
        editor = self.open("editor")
        try:
            editor.call("admin.device.revoke", {"device": victim.me["device"]})
            check("an editor cannot revoke", False)
        except RPCError as error:
            check("an editor cannot revoke", error.code == -32002)
        listed = city.call("admin.device.list", {})["devices"]
        check("the supervisor sees the devices", victim.me["device"] in [row["device"] for row in listed])
        since = time.monotonic()
        city.call("admin.device.revoke", {"device": victim.me["device"]})
        took = self.ends_in_time(victim, since)
        check(f"the live connection ended after {took:.3f} s", took <= SECONDS_MAX)
        check("a new connection is refused", self.is_refused(victim))
        # Its own device: the answer still comes.
        city.call("admin.device.revoke", {"device": city.me["device"]})
        took = self.ends_in_time(city, time.monotonic())
        check("a supervisor that revokes itself is answered, and then cut", took <= SECONDS_MAX)

    def audit(self):
        time.sleep(0.3)
        folder = os.path.join(self.data, "audit")
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                yield from file


def main():
    story = Story(*sys.argv[2:7])
    {"revocation": story.revocation, "still-revoked": story.still_revoked, "supervisor": story.supervisor}[sys.argv[1]]()
    print("all OK")


if __name__ == "__main__":
    try:
        main()
    except (RPCError, OSError, ValueError) as error:
        print(f"BAD {type(error).__name__}: {error}")
        sys.exit(1)
