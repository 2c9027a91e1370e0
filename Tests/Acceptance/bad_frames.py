#!/usr/bin/env python3
"""Sends a server what no client should, and sees that each gets its answer and the server goes on.

usage: bad_frames.py HOST PORT CA_FILE FOLDER TOKEN
"""

import json
import os
import socket
import ssl
import struct
import subprocess
import sys

from plansync_client import Client, RPCError


def check(what, holds):
    if not holds:
        print(f"BAD {what}")
        sys.exit(1)
    print(f"OK  {what}")


def main():
    host, port, ca_file, folder, token = sys.argv[1:6]
    client = Client(host, int(port), os.path.join(folder, "bad"), ca_file)
    client.enrol(token)

    def fresh():
        client.close()
        client.connect()
        client.hello()
        return client

    def answer(payload):
        client.send_frame(payload)
        return json.loads(client.read_frame())

    def closed():
        try:
            client.read_frame()
        except (ConnectionError, ssl.SSLError, OSError):
            return True
        return False

    def request(**more):
        return json.dumps({"jsonrpc": "2.0", "id": 1, **more}).encode()

    for what, header in [("length 0", b"\0\0\0\0"), ("length over the limit", b"\x7f\xff\xff\xff"),
                         ("length with the sign bit", b"\xff\xff\xff\xff"),
                         ("one byte over 8 MiB", struct.pack(">I", 8 * 1024 * 1024 + 1))]:
        fresh().sock.sendall(header)
        message = json.loads(client.read_frame())
        check(f"{what}: one error with id null, then close",
              message["id"] is None and message["error"]["code"] == -32008 and closed())

    fresh().sock.sendall(struct.pack(">I", 100) + b"{")
    client.close()
    check("a truncated frame ends with its connection", True)

    deep = b'{"jsonrpc":"2.0","id":1,"method":"sync.pull","params":' + b"[" * 10_000 + b"]" * 10_000 + b"}"
    for what, payload in [
            ("not UTF-8", b'{"jsonrpc":"2.0","id":1,"method":"\xff\xfe"}'),
            ("duplicate keys", b'{"jsonrpc":"2.0","id":1,"id":2,"method":"server.health"}'),
            ("nesting 10,000 deep", deep),
            ("trailing bytes", request(method="server.health") + b" {}"),
            ("a lone surrogate", b'{"jsonrpc":"2.0","id":1,"method":"\\ud800"}'),
            ("a byte order mark", b"\xef\xbb\xbf" + request(method="server.health")),
            ("a trailing comma", b'{"jsonrpc":"2.0","id":1,"method":"server.health",}')]:
        fresh()
        check(f"{what}: parse error", answer(payload)["error"]["code"] == -32700)
    fresh()
    check("a batch is refused", answer(b"[" + request(method="server.health") + b"]")["error"]["code"] == -32600)
    check("an unknown method", answer(request(method="no.such"))["error"]["code"] == -32601)
    check("params of a wrong type", answer(request(method="sync.pull", params=[1]))["error"]["code"] == -32602)
    wrong = answer(request(method="sync.pull", params={"plan": "zhumadian-2018-25", "limit": "many"}))["error"]
    check("a member of a wrong type is named",
          wrong["code"] == -32602 and wrong["data"]["field"] == "params.limit")
    stranger = answer(request(method="aggregate.get", params={
        "plan": "zhumadian-2018-25", "period": "201905B", "tenants": ["411702"]}))["error"]
    check("another tenant's name in the parameters", stranger["code"] == -32003 and "411702" not in stranger["message"])

    anonymous = Client(host, int(port), os.path.join(folder, "anonymous"), ca_file).connect(anonymous=True)
    anonymous.sock.sendall(struct.pack(">I", 65_537))
    check("64 KiB is the limit without a certificate",
          json.loads(anonymous.read_frame())["error"]["code"] == -32008)
    anonymous.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca_file)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["plansync/1"])
    check("TLS 1.2 is refused", not handshake(context, host, port))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca_file)
    context.set_alpn_protocols(["h2"])
    check("another protocol is refused", not handshake(context, host, port))
    other = os.path.join(folder, "other-ca")
    make = os.path.join(os.path.dirname(__file__), "..", "..", "Certs", "make-dev-ca")
    subprocess.run([make, other, "--tenant", "411724", "--device", "411724.intruder"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    files = sorted(os.path.join(path, name) for path, _, names in os.walk(other) for name in names)
    certificate = next(f for f in files if "intruder" in f and f.endswith((".crt", ".pem")) and "key" not in f)
    key = next(f for f in files if "intruder" in f and "key" in f)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca_file)
    context.set_alpn_protocols(["plansync/1"])
    context.load_cert_chain(certificate, key)
    check("a certificate of another CA gets no answer", not handshake(context, host, port, ask=True))

    fresh()
    try:
        client.pull("zhumadian-2018-25")
        check("a good client still works", True)
    except RPCError:
        check("a good client still works", False)
    print("all OK")


def handshake(context, host, port, ask=False):
    """Whether a handshake succeeds (and, asked, a question is answered)."""
    try:
        with socket.create_connection((host, int(port)), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname=host) as sock:
                if ask:
                    body = b'{"jsonrpc":"2.0","id":1,"method":"server.health","params":{}}'
                    sock.sendall(struct.pack(">I", len(body)) + body)
                    return len(sock.recv(4)) == 4
                return True
    except (ssl.SSLError, OSError):
        return False


if __name__ == "__main__":
    main()
