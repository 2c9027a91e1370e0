import PlanSyncCore
import PlanSyncTLS

/// Reads signing requests, as text and as DER that is put into PEM.
final class RequestTarget: FuzzTarget {
    func run(_ input: [UInt8]) {
        parse(String(decoding: input, as: UTF8.self))
        parse(PEM.text(of: input, label: "CERTIFICATE REQUEST"))
    }

    private func parse(_ pem: String) {
        guard let key = try? SigningRequest.parse(pem: pem) else { return }
        guard let again = try? PublicKey(spki: key.spki), again == key else {
            finding("The key of a good request does not read back.")
        }
    }
}

/// Reads certificates and all that is taken from them; the same bytes as a key and as a SPIFFE ID.
final class CertificateTarget: FuzzTarget {
    func run(_ input: [UInt8]) {
        if let certificate = try? Certificate(der: input) { read(certificate) }
        let text = String(decoding: input, as: UTF8.self)
        for certificate in (try? Certificate.list(pem: text)) ?? [] { read(certificate) }
        for certificate in (try? Certificate.list(pem: PEM.text(of: input, label: "CERTIFICATE"))) ?? [] {
            read(certificate)
        }
        _ = try? PublicKey(spki: input)
        name(text)
    }

    private func read(_ certificate: Certificate) {
        _ = certificate.serial
        _ = certificate.notBefore
        _ = certificate.notAfter
        _ = certificate.isSigned(by: certificate)
        if let key = try? certificate.publicKey() { _ = key.spki }
        guard let names = try? certificate.uriNames() else { return }
        for name in names {
            if !name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) { finding("A URI name has odd bytes.") }
            self.name(name)
        }
        if let sole = try? certificate.soleSPIFFEURI(), names != [sole] { finding("Another name than the only one.") }
    }

    private func name(_ text: String) {
        guard let name = try? SPIFFEID(text) else { return }
        if name.uri != text { finding("A SPIFFE ID with a second spelling: \(text)") }
    }
}

/// DER in a PEM text.
private enum PEM {
    static func text(of der: [UInt8], label: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var body: [UInt8] = []
        for start in stride(from: 0, to: der.count, by: 3) {
            let group = der[start..<min(start + 3, der.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let isPadding = place > group.count
                body.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)])
            }
            if start % 48 == 45 { body.append(UInt8(ascii: "\n")) }
        }
        return "-----BEGIN \(label)-----\n\(String(decoding: body, as: UTF8.self))\n-----END \(label)-----\n"
    }
}
