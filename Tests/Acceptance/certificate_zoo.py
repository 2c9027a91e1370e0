#!/usr/bin/env python3
"""Shows a server certificates that it must not take, and after each sees that a good client is served.

Most are signed with the server's own authority key, as only a thief of that key or a fault in issuing could: what
protects then is what the server checks itself.

usage: certificate_zoo.py HOST PORT DATA_FOLDER FOLDER TOKEN
"""

import datetime
import json
import os
import socket
import ssl
import struct
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from plansync_client import Client, RPCError

PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
NOW = datetime.datetime.utcnow()
DAY = datetime.timedelta(days=1)


def check(what, holds):
    if not holds:
        print(f"BAD {what}")
        sys.exit(1)
    print(f"OK  {what}")


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


def names_der(*uris):
    """A SubjectAlternativeName in DER, which no library would make."""
    body = b"".join(b"\x86" + bytes([len(uri)]) + uri for uri in uris)
    return b"\x30" + bytes([len(body)]) + body


class Zoo:
    def __init__(self, data, folder, device, device_key):
        self.folder = folder
        with open(os.path.join(data, "ca.crt"), "rb") as file:
            self.authority = x509.load_pem_x509_certificate(file.read())
        with open(os.path.join(data, "ca.key"), "rb") as file:
            self.authority_key = serialization.load_pem_private_key(file.read(), None)
        self.device, self.device_key = device, device_key
        self.uri = device.extensions.get_extension_for_class(
            x509.SubjectAlternativeName).value.get_values_for_type(x509.UniformResourceIdentifier)[0]

    def make(self, *, key=None, uris=None, names=None, usage=ExtendedKeyUsageOID.CLIENT_AUTH, is_ca=False, begin=-DAY,
             end=30 * DAY, issuer=None, issuer_key=None, subject=None):
        """A certificate like a device's, but for what is given."""
        issuer = issuer or self.authority
        issuer_key = issuer_key or self.authority_key
        builder = (
            x509.CertificateBuilder().subject_name(subject or x509.Name([])).issuer_name(issuer.subject)
            .public_key((key or self.device_key).public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(NOW + begin).not_valid_after(NOW + end)
            .add_extension(x509.BasicConstraints(is_ca, None), True)
            .add_extension(x509.KeyUsage(not is_ca, False, False, False, False, is_ca, is_ca, False, False), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key((key or self.device_key).public_key()), False)
            .add_extension(self.key_name(issuer, issuer_key), False))
        if usage:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), False)
        if names is not None:
            builder = builder.add_extension(
                x509.UnrecognizedExtension(ObjectIdentifier("2.5.29.17"), names), True)
        elif uris is None:
            uris = [self.uri]
        if uris:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri) for uri in uris]), True)
        return builder.sign(issuer_key, hashes.SHA256())

    @staticmethod
    def key_name(issuer, issuer_key):
        """The issuer's key as the issuer's certificate calls it, unless another key signs in its name."""
        name = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        if issuer.public_key().public_numbers() == issuer_key.public_key().public_numbers():
            return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(name)
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())

    def animals(self):
        """Name, key and chain of each."""
        mine, uri = self.device_key, self.uri
        other_tenant = uri.replace("/tenant/411724/", "/tenant/411721/")
        stranger = new_key()
        common = [x509.NameAttribute(NameOID.COMMON_NAME, "link")]
        yield "expired", mine, [self.make(begin=-60 * DAY, end=-DAY)]
        yield "not yet valid", mine, [self.make(begin=10 * DAY, end=60 * DAY)]
        fake_key = new_key()
        fake = self.make(key=fake_key, subject=self.authority.subject, is_ca=True, usage=None, uris=[],
                         issuer_key=fake_key)
        yield "another authority of the same name", mine, [self.make(issuer_key=fake_key)]
        yield "another authority of the same name, sent with it", mine, [self.make(issuer_key=fake_key), fake]
        yield "made for servers", mine, [self.make(usage=ExtendedKeyUsageOID.SERVER_AUTH)]
        yield "made for signing code", mine, [self.make(usage=ExtendedKeyUsageOID.CODE_SIGNING)]
        yield "an authority as a device", mine, [self.make(is_ca=True, subject=x509.Name(common))]
        yield "our authority itself", self.authority_key, [self.authority]
        yield "two names", mine, [self.make(uris=[uri, other_tenant])]
        yield "the same name twice", mine, [self.make(uris=[uri, uri])]
        yield "no name", mine, [self.make(uris=[], subject=x509.Name(common))]
        yield "a NUL in the name", mine, [self.make(names=names_der(uri.encode() + b"\0x"))]
        yield "a NUL in the trust domain", mine, [
            self.make(names=names_der(uri.encode().replace(b"/tenant", b"\0.example/tenant", 1)))]
        yield "an empty list of names", mine, [self.make(names=b"\x30\x00")]
        yield "names that do not parse", mine, [self.make(names=b"\x30\x7f\x86")]
        yield "another trust domain", mine, [self.make(uris=[uri.replace("spiffe://", "spiffe://evil-")])]
        yield "upper case", mine, [self.make(uris=[uri.replace("/tenant/", "/TENANT/")])]
        yield "a slash at the end", mine, [self.make(uris=[uri + "/"])]
        yield "dots in the path", mine, [self.make(uris=[uri.replace("/device/", "/device/x/../")])]
        yield "another tenant, the device's own key", mine, [self.make(uris=[other_tenant])]
        yield "the city, the device's own key", mine, [
            self.make(uris=[uri.replace("/tenant/411724/", "/tenant/city/")])]
        yield "a device that nobody enrolled", stranger, [self.make(key=stranger, uris=[uri + "x"])]
        yield "the device's name, another key", stranger, [self.make(key=stranger)]
        yield "another tenant, signed by a device", stranger, [
            self.make(key=stranger, uris=[other_tenant], issuer=self.device, issuer_key=mine), self.device]
        yield "self-signed", mine, [self.make(issuer_key=mine)]
        links, issuer, issuer_key = [], self.authority, self.authority_key
        for number in range(4):
            key = new_key()
            link = self.make(key=key, subject=x509.Name(
                [x509.NameAttribute(NameOID.COMMON_NAME, f"link {number}")]), is_ca=True, usage=None, uris=[],
                issuer=issuer, issuer_key=issuer_key)
            links.insert(0, link)
            issuer, issuer_key = link, key
            if number in (0, 3):
                yield f"a chain with {number + 1} between", mine, [
                    self.make(issuer=issuer, issuer_key=issuer_key)] + links
        for size in (20, 100, 1_000):
            bulk = links[:1] * (size * 1_000 // len(links[0].public_bytes(DER)))
            yield f"a good certificate and {size} KB of others", mine, [self.make()] + bulk

    def save(self, key, chain):
        files = [os.path.join(self.folder, name) for name in ("zoo.key", "zoo.chain")]
        with open(files[0], "wb") as file:
            file.write(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        with open(files[1], "wb") as file:
            file.write(b"".join(link.public_bytes(PEM) for link in chain))
        return files


def ask(host, port, ca_file, key_file, chain_file):
    """What a connection with this certificate comes to: the answers to a hello and to two questions, or a failure."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["plansync/1"])
    context.load_verify_locations(ca_file)
    try:
        context.load_cert_chain(chain_file, key_file)
    except ssl.SSLError as error:
        return "the client's own library refuses it: " + str(error.reason), []
    answers = []
    try:
        with socket.create_connection((host, port), timeout=20) as plain:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with context.wrap_socket(plain, server_hostname=host) as secure:
                for number, (method, params) in enumerate([
                        ("session.hello", {"protocol": 1}), ("plan.get", {"plan": "zhumadian-2018-25"}),
                        ("sync.pull", {"plan": "zhumadian-2018-25"})]):
                    frame = json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()
                    secure.sendall(struct.pack(">I", len(frame)) + frame)
                    answers.append(json.loads(read_frame(secure)))
        return "answered", answers
    except (ssl.SSLError, ConnectionError, OSError) as error:
        return f"{type(error).__name__} {getattr(error, 'reason', '') or error}", answers


def read_frame(sock):
    def read(count):
        data = b""
        while len(data) < count:
            part = sock.recv(count - len(data))
            if not part:
                raise ConnectionError("closed by the server")
            data += part
        return data

    (length,) = struct.unpack(">I", read(4))
    return read(length)


def main():
    host, port, data, folder, token = sys.argv[1:6]
    ca_file = os.path.join(data, "ca.crt")
    client = Client(host, int(port), os.path.join(folder, "good"), ca_file)
    client.enrol(token)
    with open(client.certificate_file, "rb") as file:
        device = x509.load_pem_x509_certificate(file.read())
    with open(client.key_file, "rb") as file:
        key = serialization.load_pem_private_key(file.read(), None)
    zoo = Zoo(data, folder, device, key)

    def is_served():
        client.close()
        client.connect()
        return client.hello().get("tenant") == "411724"

    check("a good client is served", is_served())
    # What the zoo changes is what keeps it out: the same with nothing changed is let in.
    end, answers = ask(host, int(port), ca_file, *zoo.save(key, [zoo.make()]))
    check(f"a certificate of the zoo without a fault is served: {end}", end == "answered" and "tenant" in answers[0]["result"])
    count = 0

    def lines_of_log():
        folder_of_log = os.path.join(data, "audit")
        lines = []
        for entry in sorted(os.listdir(folder_of_log)):
            with open(os.path.join(folder_of_log, entry), encoding="utf-8") as file:
                lines += [json.loads(line) for line in file if line.endswith("\n")]
        return lines

    served = 1

    def refusals():
        """The lines of the audit log about certificates that are not served, up to the last sign-on of the good client.

        Lines are written in the order of what happened, a moment later.
        """
        deadline = time.monotonic() + 20
        while True:
            lines = lines_of_log()
            good = [line for line in lines if line["event"] == "signed_on" and not line.get("reason")]
            if len(good) >= served:
                return [line for line in lines
                        if line["event"] == "refused" or line["event"] == "signed_on" and line.get("reason")]
            check("the audit log tells of the good client within 20 seconds", time.monotonic() < deadline)

    # The good client, and the certificate without a fault.
    served += 1
    known = len(refusals())
    for name, its_key, chain in zoo.animals():
        end, answers = ask(host, int(port), ca_file, *zoo.save(its_key, chain))
        greeted = answers[0].get("result", {}) if answers else {}
        is_nobody = "tenant" not in greeted and "plans" not in greeted
        is_refused = all("error" in answer for answer in answers[1:])
        codes = [answer["error"]["code"] for answer in answers[1:] if "error" in answer]
        check(f"{name}: {end} {codes or ''}".rstrip(), is_nobody and is_refused)
        check(f"{name}: a good client is served after it", is_served())
        served += 1
        lines = refusals()[known:]
        known += len(lines)
        reached = not end.startswith("the client's own library")
        check(f"{name}: one line in the audit log, {[line.get('reason') for line in lines]}",
              len(lines) == (1 if reached else 0) and all(line.get("reason") for line in lines))
        count += 1
    client.close()
    print(f"{count} certificates, all OK")


if __name__ == "__main__":
    try:
        main()
    except (RPCError, OSError, ValueError) as error:
        print(f"BAD {type(error).__name__}: {error}")
        sys.exit(1)
