import PlanSyncCore
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    @Test("Names of the grammar are taken as they are", arguments: ["a", "0", "city", "a.b_c:d-e", "9z"])
    func takes(name: String) throws {
        #expect(try TenantID(name).rawValue == name)
    }

    @Test("A name has at most 64 bytes")
    func length() throws {
        let longest = String(repeating: "a", count: 64)
        #expect(try DeviceID(longest).rawValue == longest)
        #expect(throws: IdentifierError.tooLong(maximum: 64)) { try DeviceID(longest + "a") }
        #expect(throws: IdentifierError.empty) { try DeviceID("") }
    }

    @Test(
        "A bad byte is named with its place",
        arguments: [
            ("A", 0), (".a", 0), ("-a", 0), ("_a", 0), (":a", 0), ("aB", 1), ("a b", 1), ("ab/", 2), ("a县", 1),
            ("a\u{0}", 1), ("aé", 1), ("ab\n", 2), ("a,b", 1), ("a=b", 1), ("a|b", 1),
        ])
    func refuses(name: String, offset: Int) {
        #expect(throws: IdentifierError.badByte(offset: offset)) { try PlanID(name) }
    }

    @Test("A record's key may have capitals and 128 bytes, but begins with a letter or digit")
    func recordKeys() throws {
        let collection = try CollectionID("companies")
        #expect(try RecordKey(collection: collection, key: "91350100M000100Y43").description.hasPrefix("companies/9"))
        #expect(try RecordKey(collection: collection, key: String(repeating: "A", count: 128)).key.count == 128)
        #expect(throws: IdentifierError.tooLong(maximum: 128)) {
            try RecordKey(collection: collection, key: String(repeating: "A", count: 129))
        }
        #expect(throws: IdentifierError.badByte(offset: 0)) { try RecordKey(collection: collection, key: ":a") }
    }

    @Test("Every fault has a sentence that tells the place as people count")
    func sentences() {
        #expect(IdentifierError.badByte(offset: 0).sentence.hasPrefix("Character 1 "))
        #expect(IdentifierError.tooLong(maximum: 64).sentence.contains("64"))
        #expect(!IdentifierError.empty.sentence.isEmpty)
    }
}

@Suite("SPIFFE IDs")
struct SPIFFEIDTests {
    @Test("A name reads back as it was written")
    func roundTrip() throws {
        let name = try SPIFFEID(trustDomain: "plansync.zmd", tenant: TenantID("xiping"), device: DeviceID("xiping.ab"))
        #expect(name.uri == "spiffe://plansync.zmd/tenant/xiping/device/xiping.ab")
        #expect(try SPIFFEID(name.uri) == name)
    }

    @Test(
        "Anything but the one form is refused",
        arguments: [
            "", "spiffe://", "http://d/tenant/a/device/b", "SPIFFE://d/tenant/a/device/b",
            "spiffe://d/tenant/a/device/b/", "spiffe://d/tenant/a/device", "spiffe://d/tenant//device/b",
            "spiffe://d/tenant/../device/b", "spiffe://d/device/b/tenant/a", "spiffe://d/tenant/a/device/b?x=1",
            "spiffe://d/tenant/a/device/b#x", "spiffe://d/tenant/A/device/b", "spiffe://d/tenant/%61/device/b",
            "spiffe://d//tenant/a/device/b",
        ])
    func refuses(text: String) {
        #expect(throws: SPIFFEIDError.form) { try SPIFFEID(text) }
    }

    @Test(
        "A trust domain with a port, a user, capitals or nothing is refused", arguments: ["d:1", "u@d", "D", "", "d县"])
    func trustDomains(domain: String) {
        #expect(throws: SPIFFEIDError.trustDomain) { try SPIFFEID("spiffe://\(domain)/tenant/a/device/b") }
        #expect(throws: SPIFFEIDError.trustDomain) {
            try SPIFFEID(trustDomain: domain, tenant: .city, device: DeviceID("b"))
        }
    }

    @Test("A name longer than 512 bytes is refused")
    func length() {
        let domain = String(repeating: "d", count: 500)
        #expect(throws: SPIFFEIDError.form) { try SPIFFEID("spiffe://\(domain)/tenant/a/device/b") }
    }
}
