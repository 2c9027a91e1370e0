// Makes a scanner that speaks no application protocol of its own offer the one of PlanSync: the server turns away
// whoever offers none, and would hide from the scanner what it is to be scanned for. For LD_PRELOAD.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

SSL *SSL_new(SSL_CTX *context) {
    static const unsigned char offer[] = "\x0aplansync/1";
    SSL *(*make)(SSL_CTX *) = (SSL * (*)(SSL_CTX *)) dlsym(RTLD_NEXT, "SSL_new");
    int (*set)(SSL *, const unsigned char *, unsigned) =
        (int (*)(SSL *, const unsigned char *, unsigned))dlsym(RTLD_DEFAULT, "SSL_set_alpn_protos");
    SSL *session = make ? make(context) : NULL;
    if (session && set) set(session, offer, sizeof offer - 1);
    return session;
}
