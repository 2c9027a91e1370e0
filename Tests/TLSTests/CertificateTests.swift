import Foundation
import PlanSyncTLS
import Testing

@Suite("Certificates")
struct CertificateTests {
    @Test("Issued certificates pass `openssl verify -x509_strict` for their purpose and no other")
    func verifyByCommand() throws {
        let all = try Installation()
        try withFolder { folder in
            func write(_ text: String, _ name: String) throws {
                try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
            }
            try write(all.authority.certificate.pem(), "ca.pem")
            try write(all.server.pem(), "server.pem")
            try write(all.device.pem(), "device.pem")
            func verify(_ purpose: String, _ file: String, _ more: [String] = []) throws -> (code: Int32, text: String)
            {
                try openssl(
                    [
                        "verify", "-x509_strict", "-check_ss_sig", "-attime", "\(testTime)", "-no-CApath",
                        "-no-CAstore", "-CAfile", "ca.pem", "-purpose", purpose,
                    ] + more + [file], in: folder)
            }
            for (purpose, file) in [("sslserver", "server.pem"), ("sslclient", "device.pem")] {
                let answer = try verify(purpose, file)
                #expect(answer.code == 0, "\(answer.text)")
            }
            #expect(try verify("any", "ca.pem").code == 0)
            #expect(try verify("sslclient", "server.pem").code != 0)
            #expect(try verify("sslserver", "device.pem").code != 0)
            #expect(try verify("sslserver", "server.pem", ["-verify_hostname", "localhost"]).code == 0)
            #expect(try verify("sslserver", "server.pem", ["-verify_ip", "127.0.0.1"]).code == 0)
            let text = try openssl(["x509", "-in", "device.pem", "-noout", "-text"], in: folder).text
            #expect(text.contains("X509v3 Subject Alternative Name: critical"))
            #expect(text.contains("X509v3 Basic Constraints: critical"))
            #expect(text.contains("TLS Web Client Authentication"))
        }
    }

    @Test("A certificate tells its dates, its serial, its key and its one name")
    func properties() throws {
        let all = try Installation(deviceKind: .ed25519)
        #expect(all.device.notBefore == testTime - 100 * day)
        #expect(all.device.notAfter == testTime + 90 * day)
        #expect(all.device.serial.count == 32)
        #expect(all.device.serial != all.server.serial)
        #expect(try all.device.publicKey() == all.deviceKey.publicKey)
        #expect(try all.device.soleSPIFFEURI() == "spiffe://plan.example/tenant/a/device/d1")
        #expect(all.device.isSigned(by: all.authority.certificate))
        #expect(!all.device.isSigned(by: try Installation().authority.certificate))
        #expect(try Certificate(der: all.device.der) == all.device)
        #expect(try Certificate(pem: all.device.pem()) == all.device)
        #expect(all.device.sha256 == Digest.sha256(all.device.der))
    }

    @Test("Dates before 1950 and after 2049 survive, whatever form ASN.1 gives them")
    func farDates() throws {
        let key = try PrivateKey.generate()
        let far = try CertificateAuthority.create(name: "far", notBefore: -86_400 * 9_000, notAfter: 4_102_444_800)
        #expect(far.certificate.notBefore == -86_400 * 9_000)
        #expect(far.certificate.notAfter == 4_102_444_800)
        #expect(throws: TLSError.self) {
            try far.issueDevice(publicKey: key.publicKey, uri: "spiffe://x/y", notBefore: 10, notAfter: 10)
        }
    }

    @Test("A certificate cut off anywhere, or with a byte more, is refused without a crash")
    func cutOff() throws {
        let der = try Installation().device.der
        for count in 0..<der.count {
            #expect(throws: TLSError.self) { try Certificate(der: Array(der.prefix(count))) }
        }
        #expect(throws: TLSError.self) { try Certificate(der: der + [0]) }
        #expect(throws: TLSError.self) { try Certificate(der: [UInt8](repeating: 0x30, count: 20_000)) }
    }

    @Test("A changed byte never gives a crash, and never the same certificate")
    func changedBytes() throws {
        let all = try Installation()
        for index in all.device.der.indices {
            var der = all.device.der
            der[index] ^= 0x41
            guard let changed = try? Certificate(der: der) else { continue }
            _ = try? changed.soleSPIFFEURI()
            _ = changed.notAfter
            _ = changed.serial
            _ = try? changed.publicKey()
            #expect(!changed.isSigned(by: all.authority.certificate) || changed == all.device)
        }
    }

    @Test("A bundle gives all its certificates in order, and a broken one none")
    func bundle() throws {
        let all = try Installation()
        let text = try all.server.pem() + "\n# a remark\n" + all.authority.certificate.pem()
        #expect(try Certificate.list(pem: text) == [all.server, all.authority.certificate])
        #expect(throws: TLSError.self) { try Certificate.list(pem: text + "-----BEGIN CERTIFICATE-----\nAAAA\n") }
        #expect(throws: TLSError.self) { try Certificate.list(pem: "nothing") }
    }

    @Test(
        "A URI name with a NUL, a blank or nothing in it is refused",
        arguments: ["spiffe://x/tenant/a\0.evil/device/d", "spiffe://x/a b", ""])
    func uriWithBadBytes(name: String) throws {
        let certificate = try certificate(subjectNames: [name])
        #expect(throws: TLSError.self) { try certificate.uriNames() }
        #expect(throws: TLSError.self) { try certificate.soleSPIFFEURI() }
    }

    @Test("Two URI names, none, or one of another scheme are no identity")
    func uriCount() throws {
        let two = try certificate(subjectNames: ["spiffe://x/a", "spiffe://x/b"])
        #expect(throws: TLSError.nameCount(2)) { try two.soleSPIFFEURI() }
        let other = try certificate(subjectNames: ["https://x/a"])
        #expect(throws: TLSError.self) { try other.soleSPIFFEURI() }
        let none = try Installation().authority.certificate
        #expect(throws: TLSError.nameCount(0)) { try none.soleSPIFFEURI() }
        let one = try certificate(subjectNames: ["spiffe://x/a"])
        #expect(try one.soleSPIFFEURI() == "spiffe://x/a")
    }

    @Test(
        "Names that would not stand in a certificate are refused when it is issued",
        arguments: ["a,URI:spiffe://evil", "a b", "-a", "a..b", "", "a\0b", "*.*.b"])
    func badHostNames(name: String) throws {
        let all = try Installation()
        #expect(throws: TLSError.nameNotUsable(name)) {
            try all.authority.issueServer(
                publicKey: all.serverKey.publicKey, dnsNames: [name], ipAddresses: [], uri: nil, notBefore: 0,
                notAfter: 1)
        }
    }

    @Test("A CA takes no certificate that is not a CA's, and no key that is not its own")
    func wrongCA() throws {
        let all = try Installation()
        let other = try Installation()
        #expect(throws: TLSError.keyNotOfCertificate) {
            try CertificateAuthority(certificatePEM: all.authority.certificate.pem(), keyPEM: other.authority.key.pem())
        }
        #expect(throws: TLSError.self) {
            try CertificateAuthority(certificatePEM: all.server.pem(), keyPEM: all.serverKey.pem())
        }
        let again = try CertificateAuthority(
            certificatePEM: all.authority.certificate.pem(), keyPEM: all.authority.key.pem())
        #expect(again.certificate == all.authority.certificate)
    }

    /// A certificate with these URI names, written byte by byte; its signature is nobody's.
    private func certificate(subjectNames: [String]) throws -> Certificate {
        func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
            content.count < 128
                ? [tag, UInt8(content.count)] + content
                : [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
        }
        let names = der(0x30, subjectNames.flatMap { der(0x86, Array($0.utf8)) })
        let subjectName = der(0x30, [0x06, 0x03, 0x55, 0x1D, 0x11] + der(0x04, names))
        let algorithm: [UInt8] = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
        let time = der(0x17, Array("260101000000Z".utf8))
        let body =
            [0xA0, 0x03, 0x02, 0x01, 0x02] + der(0x02, [1]) + algorithm + der(0x30, []) + der(0x30, time + time)
            + der(0x30, []) + (try PrivateKey.generate().publicKey.spki) + der(0xA3, der(0x30, subjectName))
        return try Certificate(der: der(0x30, der(0x30, body) + algorithm + der(0x03, [0, 1, 2, 3])))
    }
}
