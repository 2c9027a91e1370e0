/* Takes power-loss safety away from under a program: loaded before SQLite (LD_PRELOAD), it turns the statement
 * that asks for synchronous=FULL into one that asks for NORMAL, as a careless library set-up does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

struct sqlite3;
struct sqlite3_stmt;
typedef int (*prepare_v3)(struct sqlite3 *, const char *, int, unsigned, struct sqlite3_stmt **, const char **);

int sqlite3_prepare_v3(struct sqlite3 *db, const char *sql, int length, unsigned flags, struct sqlite3_stmt **statement,
                       const char **tail)
{
    static const char full[] = "PRAGMA synchronous = FULL";
    static const char normal[] = "PRAGMA synchronous = NORMAL";
    prepare_v3 real = (prepare_v3)dlsym(RTLD_NEXT, "sqlite3_prepare_v3");
    if (sql != NULL && strncmp(sql, full, sizeof full - 1) == 0) {
        const char *unused;
        int code = real(db, normal, -1, flags, statement, &unused);
        if (tail != NULL) *tail = sql + strlen(sql);
        return code;
    }
    return real(db, sql, length, flags, statement, tail);
}
