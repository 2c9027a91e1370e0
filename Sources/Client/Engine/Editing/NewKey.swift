package import PlanSyncCore

/// Keys for records that have no natural one: `DEVICE-N-CHANCE`, so that two machines never make the same.
package enum NewKey {
    /// A key made of the device's own part of its name, of the number that its next change has, and of chance.
    package static func make(
        device: DeviceID, number: UInt64, random: inout some RandomNumberGenerator
    ) -> String {
        let chance = String(UInt16.random(in: 0x1000...0xFFFF, using: &random), radix: 16)
        let own = device.rawValue.split(separator: ".").last.map(String.init) ?? device.rawValue
        return "\(own)-\(number)-\(chance)"
    }
}
