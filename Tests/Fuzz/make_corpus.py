#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets that take binary input: make_corpus.py FOLDER."""
import datetime
import os
import io
import struct
import sys
import zipfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DER = serialization.Encoding.DER
PEM = serialization.Encoding.PEM


def save(folder, target, name, data):
    os.makedirs(os.path.join(folder, target), exist_ok=True)
    with open(os.path.join(folder, target, name), "wb") as file:
        file.write(data)


def certificate(key, names, days=90):
    now = datetime.datetime(2026, 11, 23)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "seed")])
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(4711).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(False, None), True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), True)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest)


def workbook(method, data):
    """A small .xlsx file; stored ones let the fuzzer reach the XML."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = "<Relationship Id='%s' Type='" + office + "/%s' Target='%s'/>"
    parts = {
        "_rels/.rels": "<Relationships>" + relation % ("a", "officeDocument", "xl/workbook.xml") + "</Relationships>",
        "xl/workbook.xml": "<workbook><workbookPr date1904='0'/><sheets><sheet name='s' id='b'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships>" + relation % ("b", "worksheet", "sheet.xml")
        + relation % ("c", "sharedStrings", "t.xml") + relation % ("d", "styles", "st.xml") + "</Relationships>",
        "xl/t.xml": "<sst><si><t>a</t></si><si><r><t>b</t></r></si></sst>",
        "xl/st.xml": "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy-mm'/></numFmts>"
        "<cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='9'/></cellXfs></styleSheet>",
        "xl/sheet.xml": "<worksheet><sheetData>" + data + "</sheetData></worksheet>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return file.getvalue()


def main(folder):
    rows = ("<row r='1'><c r='A1' t='s'><v>1</v></c><c r='B1' s='1'><v>43617.5</v></c><c s='2'><v>4.1E-2</v></c></row>"
            "<row><c t='inlineStr'><is><t>x_x000D_</t></is></c><c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c></row>")
    for name, method in (("stored", zipfile.ZIP_STORED), ("packed", zipfile.ZIP_DEFLATED)):
        save(folder, "xlsx", name + ".xlsx", workbook(method, rows))
    save(folder, "csv", "quoted.csv", "\ufeff\"a\",\"b\"\"\n\"\r\n'=1,－2;\t\n".encode())
    save(folder, "csv", "chinese.csv", "县区,数\n正阳县,4.1\n".encode("gb18030"))
    keys = {
        "p256": ec.generate_private_key(ec.SECP256R1()), "p384": ec.generate_private_key(ec.SECP384R1()),
        "p521": ec.generate_private_key(ec.SECP521R1()), "ed25519": ed25519.Ed25519PrivateKey.generate(),
        "rsa": rsa.generate_private_key(65537, 2048),
    }
    spiffe = x509.UniformResourceIdentifier("spiffe://plan.example/tenant/a/device/d1")
    for name, key in keys.items():
        digest = None if name == "ed25519" else hashes.SHA256()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "device")])
        request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, digest)
        save(folder, "csr", name + ".pem", request.public_bytes(PEM))
        save(folder, "csr", name + ".der", request.public_bytes(DER))
        made = certificate(key, [spiffe])
        save(folder, "certificate", name + ".der", made.public_bytes(DER))
        save(folder, "certificate", name + ".pem", made.public_bytes(PEM))
        save(folder, "certificate", name + ".spki",
             key.public_key().public_bytes(DER, serialization.PublicFormat.SubjectPublicKeyInfo))
    key = keys["p256"]
    save(folder, "certificate", "two.der", certificate(key, [spiffe, spiffe]).public_bytes(DER))
    save(folder, "certificate", "none.der", certificate(key, []).public_bytes(DER))
    save(folder, "certificate", "mixed.der", certificate(
        key, [x509.DNSName("a.example"), spiffe, x509.RFC822Name("a@b.example")]).public_bytes(DER))
    save(folder, "certificate", "name.txt", spiffe.value.encode())

    def field(text):
        data = text.encode()
        return struct.pack(">I", len(data)) + data

    head = ["AZPjb4wAcACAAAAAAAAAAQ", "1", "1", "", "plan", "1", "", "2019-07-01T08:00:00.000Z", "王芳", "新"]
    base = "AZPjb4wAcACAAAAAAAAAAA"
    operations = {
        "set": ["values", "201905B", "figure", "set", '"4"', base, '"3"'],
        "flag": ["projects", "p1", "done", "set", "true", "", ""],
        "remove": ["projects", "p1", "who", "remove", '"a"', '["' + base + '"]', ""],
        "delete": ["projects", "p1", "", "delete", "", base, '["story=x","who=y"]'],
        "escaped": ["projects", "p1", "story", "set", '"a\\n\\"\\\\\\u001f"', "", ""],
    }
    for name, operation in operations.items():
        save(folder, "change", name, b"".join(field(text) for text in head + operation))
    save(folder, "change", "value", b'["a","b"]')

    def frame(data):
        return struct.pack(">I", len(data)) + data

    save(folder, "frames", "two", b"\x03\x00" + frame(b"{}") + frame(b'{"a":1}'))
    save(folder, "frames", "zero", b"\x01\x00" + frame(b"{}") + frame(b""))
    save(folder, "frames", "large", b"\x07\x0b" + frame(b"x" * 12))
    save(folder, "frames", "cut", b"\x00\x00" + frame(b"abcdef")[:-2])


if __name__ == "__main__":
    main(sys.argv[1])
