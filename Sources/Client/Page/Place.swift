import PlanSyncClient
import PlanSyncCore

/// Addresses of the page's places, and keys in them.
enum Place {
    /// Where a record is edited: a report's form, or a card.
    static func of(_ record: RecordKey, tenant: TenantID, _ view: LocalView) -> String {
        let place = RecordPlace(tenant: tenant, key: record.key)
        return record.collection == CollectionRule.values ? report(place, view) : of(record.collection, place, view)
    }

    /// The report of a unit and period.
    static func report(_ place: RecordPlace, _ view: LocalView) -> String {
        view.principal.role.isOfCity
            ? "/review/\(encoded(place.key))/\(place.tenant)" : "/report/\(encoded(place.key))"
    }

    /// The card of a record.
    static func of(_ collection: CollectionID, _ place: RecordPlace, _ view: LocalView) -> String {
        let owner = place.tenant == view.principal.tenant ? "" : "?tenant=\(place.tenant)"
        return "/record/\(collection)/\(encoded(place.key))\(owner)"
    }

    /// The history of a record.
    static func history(of collection: CollectionID, _ place: RecordPlace) -> String {
        "/history/\(place.tenant)/\(collection)/\(encoded(place.key))"
    }

    /// The same place, which then says that something was saved.
    static func saved(_ address: String) -> String { address + (address.contains("?") ? "&" : "?") + "saved=1" }

    /// A key as a part of an address (RFC 3986, section 2).
    static func encoded(_ key: String) -> String {
        var text = ""
        for byte in key.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: ":"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    /// A part of an address as a key.
    static func decoded(_ part: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return "" }
            rest = rest.dropFirst(2)
            bytes.append(decoded)
        }
        return String(validating: bytes, as: UTF8.self) ?? ""
    }
}
