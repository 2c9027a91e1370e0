import PlanSyncClient
import PlanSyncTLS

/// Signs with the key in the home folder.
struct KeySigner: DeviceSigner {
    let key: PrivateKey

    func sign(_ message: [UInt8]) throws -> [UInt8] { try key.sign(message) }
}
