import COpenSSL

/// AES-256-GCM by the system's OpenSSL.
enum AuthenticatedCipher {
    static let keyBytes = 32
    static let nonceBytes = 12
    static let tagBytes = 16
    /// Far more than a cursor ever has.
    static let messageBytesMax = 16_777_216

    /// The ciphertext and its tag; `nil` for lengths that do not fit.
    static func seal(_ message: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard let cipher = start(message.count, key: key, nonce: nonce) else { return nil }
        defer { EVP_CIPHER_CTX_free(cipher) }
        var sealed = [UInt8](repeating: 0, count: message.count + tagBytes)
        var count: Int32 = 0
        guard EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            feed(context, { EVP_EncryptUpdate(cipher, nil, &count, $0, $1) }),
            feed(message, { EVP_EncryptUpdate(cipher, &sealed, &count, $0, $1) })
        else { return nil }
        var rest: [UInt8] = [0]
        var tag = [UInt8](repeating: 0, count: tagBytes)
        guard EVP_EncryptFinal_ex(cipher, &rest, &count) == 1,
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), &tag) == 1
        else { return nil }
        sealed.replaceSubrange(message.count..., with: tag)
        return sealed
    }

    /// The message; `nil` unless key, nonce, context and every byte are the same as when it was sealed.
    static func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8], context: [UInt8]) -> [UInt8]? {
        guard sealed.count >= tagBytes, let cipher = start(sealed.count, key: key, nonce: nonce) else { return nil }
        defer {
            EVP_CIPHER_CTX_free(cipher)
            // A refused one is an ordinary answer: it must leave no error for the next call.
            ERR_clear_error()
        }
        let ciphertext = Array(sealed.dropLast(tagBytes))
        var tag = Array(sealed.suffix(tagBytes))
        var message = [UInt8](repeating: 0, count: ciphertext.count + tagBytes)
        var count: Int32 = 0
        guard EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1,
            feed(context, { EVP_DecryptUpdate(cipher, nil, &count, $0, $1) }),
            feed(ciphertext, { EVP_DecryptUpdate(cipher, &message, &count, $0, $1) })
        else { return nil }
        var rest: [UInt8] = [0]
        guard EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), &tag) == 1,
            EVP_DecryptFinal_ex(cipher, &rest, &count) == 1
        else { return nil }
        return Array(message.prefix(ciphertext.count))
    }

    private static func start(_ count: Int, key: [UInt8], nonce: [UInt8]) -> OpaquePointer? {
        guard (try? OpenSSL.start()) != nil, key.count == keyBytes, nonce.count == nonceBytes,
            count <= messageBytesMax
        else { return nil }
        ERR_clear_error()
        return EVP_CIPHER_CTX_new()
    }

    /// Gives bytes to OpenSSL, unless there are none.
    private static func feed(_ bytes: [UInt8], _ update: (UnsafePointer<UInt8>?, Int32) -> Int32) -> Bool {
        guard !bytes.isEmpty else { return true }
        guard let count = Int32(exactly: bytes.count) else { return false }
        return bytes.withUnsafeBufferPointer { update($0.baseAddress, count) } == 1
    }
}
