"""A PlanSync client written from docs/protocol.md alone: the standard library, and cryptography for the key.

It keeps the chain of its changes (inc, n, prev), makes the canonical bytes and signs each push. It has no outbox:
whoever uses it decides what to send again.
"""

import base64
import hashlib
import json
import os
import socket
import ssl
import struct
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class RPCError(Exception):
    """An error answer: its code, reason and data."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.code = error["code"]
        self.data = error.get("data") or {}
        self.reason = self.data.get("reason")


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def change_id(random=os.urandom, now=None):
    """A UUID version 7 as 22 characters of base64url."""
    millis = int((time.time() if now is None else now) * 1000)
    tail = bytearray(random(10))
    tail[0] = 0x70 | tail[0] & 0x0F
    tail[2] = 0x80 | tail[2] & 0x3F
    return b64(millis.to_bytes(6, "big") + bytes(tail))


def canonical_bytes(change, plan, revision):
    """The bytes of a change that are hashed: each field as a 4-byte length and its bytes, in a fixed order."""

    def compact(value):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    fields = [
        change["id"], str(change["inc"]), str(change["n"]), change["prev"], plan, str(revision),
        change.get("tenant", ""), change["at"], change["author"], change.get("note", ""),
    ]
    for op in change["ops"]:
        base = op.get("base", "")
        fields += [op["rec"][0], op["rec"][1], op.get("field", ""), op["do"]]
        fields.append(compact(op["value"]) if "value" in op else "")
        fields.append(compact(base) if isinstance(base, list) else base)
        fields.append(compact(op["shown"]) if "shown" in op else "")
    encoded = [field.encode() for field in fields]
    return b"".join(struct.pack(">I", len(field)) + field for field in encoded)


class Client:
    """One device: its key and certificate in a folder, one connection at a time."""

    def __init__(self, host, port, folder, ca_file):
        self.host, self.port, self.folder, self.ca_file = host, port, folder, ca_file
        self.sock = None
        self.last_id = 0
        self.notifications = []
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.key_file = os.path.join(folder, "key")
        self.certificate_file = os.path.join(folder, "certificate")

    # -- connection

    def connect(self, anonymous=False):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["plansync/1"])
        context.load_verify_locations(self.ca_file)
        if not anonymous:
            context.load_cert_chain(self.certificate_file, self.key_file)
        plain = socket.create_connection((self.host, self.port), timeout=20)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = context.wrap_socket(plain, server_hostname=self.host)
        return self

    def close(self):
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def send_frame(self, payload):
        self.sock.sendall(struct.pack(">I", len(payload)) + payload)

    def read_frame(self):
        (length,) = struct.unpack(">I", self._read(4))
        return self._read(length)

    def _read(self, count):
        data = b""
        while len(data) < count:
            part = self.sock.recv(count - len(data))
            if not part:
                raise ConnectionError("closed by the server")
            data += part
        return data

    def call(self, method, params):
        """Calls a method and waits for its answer; notifications that come first are kept."""
        self.last_id += 1
        request = {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}
        self.send_frame(json.dumps(request, ensure_ascii=False).encode())
        while True:
            raw = self.read_frame()
            message = json.loads(raw)
            if "method" in message:
                self.notifications.append(message)
            elif message["id"] == self.last_id:
                if "error" in message:
                    raise RPCError(message["error"])
                self.last_answer = raw
                return message["result"]

    def wait_notification(self):
        while not self.notifications:
            message = json.loads(self.read_frame())
            if "method" in message:
                self.notifications.append(message)
        return self.notifications.pop(0)

    # -- identity

    def enrol(self, token):
        """Makes a key, checks the CA against the token, and turns the token into a certificate."""
        with open(self.ca_file, "rb") as file:
            ca = x509.load_pem_x509_certificate(file.read())
        version, ca_hash, _ = token.split(".")
        if version != "ps1" or b64(ca.fingerprint(hashes.SHA256())) != ca_hash:
            raise ValueError("the token was made by another server")
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "plansync device")])
        csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
        self.connect(anonymous=True)
        result = self.call(
            "enrol.request", {"token": token, "csr": csr.public_bytes(serialization.Encoding.PEM).decode()})
        self.close()
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        with open(os.open(self.key_file, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(pem)
        with open(self.certificate_file, "w", encoding="ascii") as file:
            file.write(result["certificate"])
        return result

    def hello(self, inc=None):
        params = {"protocol": 1, "client": "independent", "language": "en"}
        if inc is not None:
            params["inc"] = inc
        self.me = self.call("session.hello", params)
        self.inc, self.n, self.head = self.me["inc"], self.me["lastN"], self.me["head"]
        return self.me

    # -- changes

    def change(self, plan, revision, ops, author="independent", tenant=None, note=None, id=None):
        """The next change of the chain."""
        change = {
            "id": id or change_id(), "inc": self.inc, "n": self.n + 1, "prev": self.head,
            "at": "2019-07-01T08:00:00.000Z", "author": author, "ops": ops,
        }
        if tenant:
            change["tenant"] = tenant
        if note:
            change["note"] = note
        self.n += 1
        self.head = b64(hashlib.sha256(canonical_bytes(change, plan, revision)).digest())
        return change

    def push(self, plan, revision, changes):
        with open(self.key_file, "rb") as file:
            key = serialization.load_pem_private_key(file.read(), None)
        digest = hashlib.sha256(canonical_bytes(changes[-1], plan, revision)).digest()
        signature = key.sign(digest, ec.ECDSA(hashes.SHA256()))
        return self.call("sync.push", {
            "plan": plan, "planRevision": revision, "changes": changes, "signature": b64(signature)})

    def pull(self, plan, cursor=None, limit=None):
        """All cells after a cursor, page by page, and the new cursor."""
        cells = []
        while True:
            params = {"plan": plan}
            if cursor:
                params["cursor"] = cursor
            if limit:
                params["limit"] = limit
            page = self.call("sync.pull", params)
            cells += page["cells"]
            cursor = page["cursor"]
            if not page["more"]:
                return cells, cursor
