#!/usr/bin/env python3
"""Loads a running server, and measures what that costs it and another client.

usage: load.py frames|idle|silent|timing N HOST PORT DATA_FOLDER FOLDER PLANSYNCD PID

frames  N malformed frames over real TLS; a well-behaved client's times before and meanwhile
idle    N mutual-TLS connections that say hello and then nothing: memory of the server for each
timing  N questions for what another county has and N for what nobody has: whether their times can be told apart
silent  N sockets that send nothing, or a part of a ClientHello: memory for each, and a good handshake meanwhile
One line of JSON with the figures; ends with 1 when one is over what is promised.
"""

import json
import os
import random
import resource
import select
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Acceptance"))
from plansync_client import Client, RPCError  # noqa: E402

PLAN = "zhumadian-2018-25"


class Bench:
    def __init__(self, host, port, data, folder, program, pid):
        self.host, self.port, self.data, self.folder = host, int(port), data, folder
        self.program, self.pid = program, int(pid)

    def client(self, name, tenant="411724"):
        client = Client(self.host, self.port, os.path.join(self.folder, name), os.path.join(self.data, "ca.crt"))
        if not os.path.exists(client.certificate_file):
            token = subprocess.run(
                [self.program, "token", "--data", self.data, "--tenant", tenant, "--role", "editor"],
                capture_output=True, text=True, check=True, timeout=60).stdout.strip()
            client.enrol(token)
        return client

    def resident(self):
        """The server's memory in bytes: resident, and proportional so that shared pages count once."""
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Rss:"):
                    return int(line.split()[1]) * 1024
        return 0

    def seconds_of_cpu(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def is_alive(self):
        return os.path.exists(f"/proc/{self.pid}")


def percentile(times, share):
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1_000


def malformed(chance):
    """A frame that no server may answer but with an error."""
    good = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "sync.pull", "params": {"plan": PLAN}}).encode()
    kind = chance.randrange(8)
    if kind == 0:
        body = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 200)))
    elif kind == 1:
        body = b"[" * chance.randrange(1, 400)
    elif kind == 2:
        at = chance.randrange(len(good))
        body = good[:at] + bytes([chance.randrange(256)]) + good[at + 1:]
    elif kind == 3:
        body = good[:chance.randrange(1, len(good))]
    elif kind == 4:
        body = b'{"jsonrpc":"2.0","id":1e999,"method":"x"}'
    elif kind == 5:
        body = b'{"a":1,"a":2}'
    elif kind == 6:
        body = b'{"jsonrpc":"2.0","id":1,"method":"' + os.urandom(6).hex().encode() + b'","params":{}}'
    else:
        body = b'[' + good + b']'
    return struct.pack(">I", len(body)) + body


END = json.dumps({"jsonrpc": "2.0", "id": "end", "method": "server.health", "params": {}}).encode()
END = struct.pack(">I", len(END)) + END


class Watch(threading.Thread):
    """A client that asks again and again, and notes how long each answer takes."""

    def __init__(self, bench):
        super().__init__(daemon=True)
        self.client, self.times, self.is_over, self.failure = bench.client("good"), [], False, None

    def run(self):
        try:
            self.client.connect()
            self.client.hello()
            while not self.is_over:
                begin = time.perf_counter()
                self.client.call("server.health", {})
                self.times.append(time.perf_counter() - begin)
                time.sleep(0.002)
        except Exception as error:  # noqa: BLE001
            self.failure = f"{type(error).__name__}: {error}"


def observed(bench, seconds=None, until=None):
    watch = Watch(bench)
    watch.start()
    if until is not None:
        until()
    else:
        time.sleep(seconds)
    watch.is_over = True
    watch.join(20)
    watch.client.close()
    if watch.failure or not watch.times:
        raise RuntimeError(watch.failure or "the good client was never answered")
    return watch.times


def frames(bench, count):
    """Malformed frames from a process of its own, so that the good client's clock is not held up by it."""
    bench.client("bad")
    before = observed(bench, seconds=5)
    memory, cpu, begin = bench.resident(), bench.seconds_of_cpu(), time.monotonic()

    def flood():
        subprocess.run(
            [sys.executable, os.path.abspath(__file__), "flood", str(count), *sys.argv[3:]], check=True)

    during = observed(bench, until=flood)
    seconds = time.monotonic() - begin
    after = observed(bench, seconds=3)
    return {
        "frames": count, "seconds": round(seconds, 1), "framesPerSecond": round(count / seconds),
        "p99BeforeMs": round(percentile(before, 0.99), 2), "p99DuringMs": round(percentile(during, 0.99), 2),
        "p99AfterMs": round(percentile(after, 0.99), 2), "maxDuringMs": round(max(during) * 1_000, 1),
        "memoryGrowthKiB": (bench.resident() - memory) // 1024, "cpuSeconds": round(bench.seconds_of_cpu() - cpu, 1),
    }, bench.is_alive()


def flood(bench, count):
    chance = random.Random(1)
    pool = [malformed(chance) for _ in range(4_000)]
    sent = 0
    client = bench.client("bad")
    while sent < count:
        client.connect(anonymous=sent % 3 == 0)
        client.sock.settimeout(30)
        sent_here = 0
        try:
            # As many as may wait, then their answers; the server may end the connection whenever it likes.
            while sent < count and sent_here < 5_000:
                batch = [pool[chance.randrange(len(pool))] for _ in range(50)]
                # Some of them happen to be notifications, which nobody answers: a good call ends each batch.
                client.sock.sendall(b"".join(batch) + END)
                sent += len(batch)
                sent_here += len(batch)
                while b'"id":"end"' not in client.read_frame():
                    pass
        except (ssl.SSLError, ConnectionError, OSError):
            pass
        client.close()
    return {"sent": sent}, True


def raise_limit(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count + 200:
        raise RuntimeError(f"only {hard} files may be open here; {count + 200} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, count + 1_000), hard))
    return soft


def idle(bench, count):
    raise_limit(count)
    client = bench.client("idle")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["plansync/1"])
    context.load_verify_locations(client.ca_file)
    context.load_cert_chain(client.certificate_file, client.key_file)
    hello = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "session.hello", "params": {"protocol": 1}}).encode()
    # What the first connections bring about once is not each connection's.
    held = [_greeted(bench, context, hello) for _ in range(50)]
    before, begin = bench.resident(), time.monotonic()
    held += [_greeted(bench, context, hello) for _ in range(count)]
    took = time.monotonic() - begin
    time.sleep(2)
    each = (bench.resident() - before) / count
    times = observed(bench, seconds=3)
    alive = sum(not select.select([sock], [], [], 0)[0] for sock in held[:1_000])
    result = {
        "connections": count, "KiBEach": round(each / 1024, 2), "handshakesPerSecond": round(count / took),
        "p99MeanwhileMs": round(percentile(times, 0.99), 2), "stillOpenOf1000": alive,
    }
    return result, each <= 32 * 1024 and alive >= min(1_000, len(held))


def _greeted(bench, context, hello):
    plain = socket.create_connection((bench.host, bench.port), timeout=30)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    secure = context.wrap_socket(plain, server_hostname=bench.host)
    secure.sendall(struct.pack(">I", len(hello)) + hello)
    (length,) = struct.unpack(">I", secure.recv(4))
    while length > 0:
        length -= len(secure.recv(length))
    return secure


def silent(bench, count):
    raise_limit(count)
    bench.client("good")
    observed(bench, seconds=1)
    before, begin = bench.resident(), time.monotonic()
    held = []
    for number in range(count):
        sock = socket.create_connection((bench.host, bench.port), timeout=30)
        if number % 3 == 1:
            sock.send(b"\x16")
        elif number % 3 == 2:
            sock.send(b"\x16\x03\x01\x02\x00")
        held.append(sock)
    took = time.monotonic() - begin
    each = (bench.resident() - before) / count
    begin = time.monotonic()
    client = bench.client("good")
    client.connect()
    client.hello()
    handshake = time.monotonic() - begin
    client.close()
    result = {
        "sockets": count, "seconds": round(took, 1), "KiBEach": round(each / 1024, 2),
        "handshakeMeanwhileMs": round(handshake * 1_000, 1),
    }
    # They end by the server's deadline, and what they held is given back.
    time.sleep(8)
    ended = sum(bool(select.select([sock], [], [], 0)[0]) for sock in held[:1_000])
    result["endedByDeadlineOf1000"] = ended
    return result, each <= 8 * 1024 and handshake <= 1 and ended >= min(1_000, count)


def rank_sum_z(left, right):
    """How many standard deviations the rank sum of Mann and Whitney is off; normal for this many."""
    ordered = sorted([(value, 0) for value in left] + [(value, 1) for value in right])
    ranks = sum(rank for rank, (_, side) in enumerate(ordered, 1) if side == 0)
    n, m = len(left), len(right)
    return (ranks - n * (n + m + 1) / 2) / (n * m * (n + m + 1) / 12) ** 0.5


def timing(bench, count):
    """Asks in turns, so that whatever else the machine does meets both alike."""
    other = bench.client("other", tenant="411721")
    other.connect()
    other.hello()
    revision = other.me["plans"][0]["revision"]
    other.push(PLAN, revision, [other.change(PLAN, revision, [
        {"rec": ["values", "201905B"], "field": "etrc_provincial", "do": "set", "value": "4"}])])
    client = bench.client("good")
    client.connect()
    client.hello()
    times = {"theirs": [], "nobody's": []}
    # A county that is there and has it; one that is not there.
    for number in range(count):
        # As fast as the budgets of calls allow: what is refused would be measured alike.
        for what, tenant in (("theirs", "411721"), ("nobody's", "411799")):
            while True:
                begin = time.perf_counter()
                try:
                    client.call("history.get", {"plan": PLAN, "tenant": tenant, "rec": ["values", "201905B"]})
                except RPCError as error:
                    if error.code == -32007:
                        time.sleep(error.data["retryAfterMs"] / 1_000)
                        continue
                    if error.code != -32003:
                        raise
                times[what].append(time.perf_counter() - begin)
                break
    client.close()
    z = rank_sum_z(times["theirs"], times["nobody's"])
    return {
        "questions": count, "z": round(z, 2),
        "medianTheirsUs": round(percentile(times["theirs"], 0.5) * 1_000, 1),
        "medianNobodysUs": round(percentile(times["nobody's"], 0.5) * 1_000, 1),
    }, abs(z) < 3.3


def main():
    what, count = sys.argv[1], int(sys.argv[2])
    bench = Bench(*sys.argv[3:9])
    result, holds = {"frames": frames, "idle": idle, "silent": silent, "timing": timing, "flood": flood}[what](bench, count)
    if what != "flood":
        print(json.dumps({"load": what, **result, "holds": holds}), flush=True)
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
