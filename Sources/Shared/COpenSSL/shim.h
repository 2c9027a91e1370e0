#pragma once
// What Swift cannot import from OpenSSL: function-like macros, typed stacks and
// variadic functions, each as one inline function without any decision in it.
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <time.h>

// Options (64-bit shifts are not imported).
static const uint64_t shim_OP_NO_TICKET = SSL_OP_NO_TICKET;
static const uint64_t shim_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
static const uint64_t shim_OP_NO_COMPRESSION = SSL_OP_NO_COMPRESSION;
static const uint64_t shim_OP_CIPHER_SERVER_PREFERENCE = SSL_OP_CIPHER_SERVER_PREFERENCE;
static const uint64_t shim_OP_IGNORE_UNEXPECTED_EOF = SSL_OP_IGNORE_UNEXPECTED_EOF;

// Control macros of a context.
static inline int shim_SSL_CTX_set_min_proto_version(SSL_CTX *c, int v) {
    return (int)SSL_CTX_set_min_proto_version(c, v);
}
static inline int shim_SSL_CTX_set_max_proto_version(SSL_CTX *c, int v) {
    return (int)SSL_CTX_set_max_proto_version(c, v);
}
static inline int shim_SSL_CTX_get_min_proto_version(SSL_CTX *c) { return (int)SSL_CTX_get_min_proto_version(c); }
static inline int shim_SSL_CTX_get_max_proto_version(SSL_CTX *c) { return (int)SSL_CTX_get_max_proto_version(c); }
static inline int shim_SSL_CTX_set1_groups_list(SSL_CTX *c, const char *l) {
    return (int)SSL_CTX_set1_groups_list(c, l);
}
static inline long shim_SSL_CTX_set_mode(SSL_CTX *c, long m) { return SSL_CTX_set_mode(c, m); }
static inline long shim_SSL_CTX_get_mode(SSL_CTX *c) { return SSL_CTX_get_mode(c); }
static inline long shim_SSL_CTX_set_session_cache_mode(SSL_CTX *c, long m) {
    return SSL_CTX_set_session_cache_mode(c, m);
}
static inline long shim_SSL_CTX_get_session_cache_mode(SSL_CTX *c) { return SSL_CTX_get_session_cache_mode(c); }
static inline long shim_SSL_CTX_set_max_cert_list(SSL_CTX *c, long m) { return SSL_CTX_set_max_cert_list(c, m); }
static inline long shim_SSL_CTX_get_max_cert_list(SSL_CTX *c) { return SSL_CTX_get_max_cert_list(c); }
static inline int shim_SSL_CTX_add1_chain_cert(SSL_CTX *c, X509 *x) { return (int)SSL_CTX_add1_chain_cert(c, x); }

// Control macros of a connection.
static inline int shim_SSL_set_tlsext_host_name(SSL *s, const char *n) { return (int)SSL_set_tlsext_host_name(s, n); }
static inline void shim_SSL_set_msg_callback_arg(SSL *s, void *a) { SSL_set_msg_callback_arg(s, a); }

// BIOs.
static inline void shim_BIO_clear_retry_flags(BIO *b) { BIO_clear_retry_flags(b); }
static inline void shim_BIO_set_retry_read(BIO *b) { BIO_set_retry_read(b); }
static inline long shim_BIO_get_mem_data(BIO *b, char **p) { return BIO_get_mem_data(b, p); }

// Keys.
static inline EVP_PKEY *shim_EVP_EC_gen(const char *group) { return EVP_EC_gen(group); }
static inline EVP_PKEY *shim_ED25519_gen(void) { return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"); }

// Typed stacks.
static inline int shim_sk_X509_num(const STACK_OF(X509) *s) { return sk_X509_num(s); }
static inline X509 *shim_sk_X509_value(const STACK_OF(X509) *s, int i) { return sk_X509_value(s, i); }
static inline STACK_OF(X509) *shim_sk_X509_new(void) { return sk_X509_new_null(); }
static inline int shim_sk_X509_push(STACK_OF(X509) *s, X509 *x) { return sk_X509_push(s, x); }
static inline void shim_sk_X509_free(STACK_OF(X509) *s) { sk_X509_free(s); }
static inline int shim_sk_SSL_CIPHER_num(const STACK_OF(SSL_CIPHER) *s) { return sk_SSL_CIPHER_num(s); }
static inline const SSL_CIPHER *shim_sk_SSL_CIPHER_value(const STACK_OF(SSL_CIPHER) *s, int i) {
    return sk_SSL_CIPHER_value(s, i);
}
static inline void shim_sk_SSL_CIPHER_free(STACK_OF(SSL_CIPHER) *s) { sk_SSL_CIPHER_free(s); }
static inline int shim_GENERAL_NAMES_num(const GENERAL_NAMES *s) { return sk_GENERAL_NAME_num(s); }
static inline GENERAL_NAME *shim_GENERAL_NAMES_value(const GENERAL_NAMES *s, int i) {
    return sk_GENERAL_NAME_value(s, i);
}
static inline int shim_GENERAL_NAMES_push(GENERAL_NAMES *s, GENERAL_NAME *n) { return sk_GENERAL_NAME_push(s, n); }
static inline int shim_EXTENDED_KEY_USAGE_push(EXTENDED_KEY_USAGE *s, ASN1_OBJECT *o) {
    return sk_ASN1_OBJECT_push(s, o);
}

// Extensions whose structures hold unions or macros-only types.
static inline int shim_X509_add_ext(X509 *x, int nid, void *value, int critical) {
    return X509_add1_ext_i2d(x, nid, value, critical, X509V3_ADD_DEFAULT);
}
static inline const unsigned char *shim_GENERAL_NAME_uri(const GENERAL_NAME *n, int *length) {
    if (n->type != GEN_URI) {
        return NULL;
    }
    *length = ASN1_STRING_length(n->d.uniformResourceIdentifier);
    return ASN1_STRING_get0_data(n->d.uniformResourceIdentifier);
}
