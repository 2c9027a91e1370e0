#!/usr/bin/env python3
"""Floods a server in one way or another, and looks whether others are served.

usage: overload.py descriptors|ccs|empty|fairness HOST PORT DATA_FOLDER FOLDER PLANSYNCD
"""

import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from plansync_client import Client, RPCError

PLAN = "zhumadian-2018-25"


def check(what, holds):
    if not holds:
        print(f"BAD {what}")
        sys.exit(1)
    print(f"OK  {what}")


class Flood:
    def __init__(self, host, port, data, folder, program):
        self.host, self.port, self.data, self.folder, self.program = host, int(port), data, folder, program

    def open(self, name, tenant="411724"):
        client = Client(self.host, self.port, os.path.join(self.folder, name), os.path.join(self.data, "ca.crt"))
        if not os.path.exists(client.certificate_file):
            token = subprocess.run(
                [self.program, "token", "--data", self.data, "--tenant", tenant, "--role", "editor"],
                capture_output=True, text=True, check=True, timeout=30).stdout.strip()
            client.enrol(token)
        client.connect()
        client.hello()
        return client

    def descriptors(self):
        inside = self.open("inside")
        held = []
        for _ in range(400):
            sock = socket.socket()
            sock.settimeout(5)
            sock.connect((self.host, self.port))
            held.append(sock)
        begin = time.monotonic()
        for _ in range(20):
            inside.call("server.health", {})
        check(f"who is inside is served in {time.monotonic() - begin:.3f} s", time.monotonic() - begin < 2)
        for sock in held:
            sock.close()
        begin = time.monotonic()
        self.open("inside")
        check(f"it accepts again after {time.monotonic() - begin:.3f} s", time.monotonic() - begin < 5)

    def ccs(self):
        good = self.open("good")
        for record in (b"\x14\x03\x03\x00\x01\x01", b"\x15\x03\x03\x00\x02\x01\x5a"):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.set_alpn_protocols(["plansync/1"])
            context.load_verify_locations(os.path.join(self.data, "ca.crt"))
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            machine = context.wrap_bio(incoming, outgoing, server_hostname=self.host)
            try:
                machine.do_handshake()
            except ssl.SSLWantReadError:
                pass
            sock = socket.create_connection((self.host, self.port), timeout=10)
            sock.sendall(outgoing.read())
            sent, ended = 0, False
            try:
                while sent < 10_000:
                    sock.sendall(record * 50)
                    sent += 50
                # What the server had to say, and then its end.
                while sock.recv(65_536):
                    pass
                ended = True
            except (ConnectionError, BrokenPipeError):
                ended = True
            except socket.timeout:
                pass
            check(f"a flood of records of type {record[0]} was ended", ended)
            good.call("server.health", {})
            check("another connection is served", True)

    def empty(self):
        """Records of no byte, sealed with the connection's own keys (RFC 8446, 5.4 and 7.3), which no library sends."""
        good = self.open("good")
        keys = os.path.join(self.folder, "keys")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_alpn_protocols(["plansync/1"])
        context.load_verify_locations(os.path.join(self.data, "ca.crt"))
        context.set_ciphers("ECDHE+AESGCM")
        context.keylog_filename = keys
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        machine = context.wrap_bio(incoming, outgoing, server_hostname=self.host)
        sock = socket.create_connection((self.host, self.port), timeout=10)
        while True:
            try:
                machine.do_handshake()
                break
            except ssl.SSLWantReadError:
                sock.sendall(outgoing.read())
                incoming.write(sock.recv(65_536))
        sock.sendall(outgoing.read())
        name, _, bits = machine.cipher()
        check(f"the suite is {name}", "GCM" in name)
        with open(keys, encoding="ascii") as file:
            secret = next(bytes.fromhex(line.split()[2]) for line in file if line.startswith("CLIENT_TRAFFIC_SECRET_0"))
        digest = hashes.SHA384() if name.endswith("384") else hashes.SHA256()

        def expand(label, length):
            info = struct.pack(">HB", length, len(label) + 6) + b"tls13 " + label + b"\0"
            return HKDFExpand(digest, length, info).derive(secret)

        seal, nonce = AESGCM(expand(b"key", bits // 8)), int.from_bytes(expand(b"iv", 12), "big")
        number = [0]

        def record(content):
            inner = content + b"\x17"
            header = struct.pack(">BHH", 23, 0x0303, len(inner) + 16)
            sealed = seal.encrypt((nonce ^ number[0]).to_bytes(12, "big"), inner, header)
            number[0] += 1
            return header + sealed

        frame = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "server.health", "params": {}}).encode()
        frame = struct.pack(">I", len(frame)) + frame
        # A few of them harm nobody; that this is answered shows that the records are right.
        for _ in range(5):
            sock.sendall(record(b""))
        sock.sendall(record(frame))
        answer = b""
        while b'"ok"' not in answer:
            incoming.write(sock.recv(65_536))
            try:
                answer += machine.read(65_536)
            except ssl.SSLWantReadError:
                pass
        check("a few empty records are no harm", True)
        sent, ended = 0, False
        try:
            while sent < 100_000:
                sock.sendall(b"".join(record(b"") for _ in range(100)))
                sent += 100
            while sock.recv(65_536):
                pass
            ended = True
        except (ConnectionError, BrokenPipeError):
            ended = True
        except socket.timeout:
            pass
        check(f"a flood of empty records was ended after {sent} at most", ended and sent < 100_000)
        good.call("server.health", {})
        check("another connection is served", True)

    def fairness(self):
        quiet = self.open("quiet", tenant="411721")
        loud = [self.open(f"loud{number}") for number in range(6)]
        refused, stop = [0], threading.Event()

        def pour(client):
            """More than may wait, without reading on the way."""
            try:
                while not stop.is_set():
                    for number in range(200):
                        frame = json.dumps({
                            "jsonrpc": "2.0", "id": number, "method": "sync.pull",
                            "params": {"plan": PLAN}}).encode()
                        client.sock.sendall(struct.pack(">I", len(frame)) + frame)
                    for _ in range(200):
                        answer = json.loads(client.read_frame())
                        error = answer.get("error")
                        if error:
                            if error["code"] != -32007 or error["data"]["retryAfterMs"] < 1:
                                raise RuntimeError(str(error))
                            refused[0] += 1
            except OSError:
                pass

        threads = [threading.Thread(target=pour, args=(client,), daemon=True) for client in loud]
        for thread in threads:
            thread.start()
        times = []
        revision = quiet.me["plans"][0]["revision"]
        for number in range(20):
            change = quiet.change(PLAN, revision, [
                {"rec": ["values", "201905B"], "field": "etrc_provincial", "do": "set", "value": str(number)}])
            begin = time.monotonic()
            result = quiet.push(PLAN, revision, [change])
            times.append(time.monotonic() - begin)
            check(f"change {number} of the quiet county: {result['results'][0]['outcome']}", len(result["results"]) == 1)
        stop.set()
        check(f"the loud county was told to come back {refused[0]} times", refused[0] > 0)
        check(f"the quiet county waited {max(times):.3f} s at most", max(times) < 5)


def main():
    flood = Flood(*sys.argv[2:7])
    {"descriptors": flood.descriptors, "ccs": flood.ccs, "empty": flood.empty, "fairness": flood.fairness}[sys.argv[1]]()
    print("all OK")


if __name__ == "__main__":
    try:
        main()
    except (RPCError, OSError, ValueError, RuntimeError) as error:
        print(f"BAD {type(error).__name__}: {error}")
        sys.exit(1)
