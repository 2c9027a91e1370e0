// sqlite3_config is variadic, so Swift cannot call it. Declared here rather than included: GRDB's own module holds
// sqlite3.h.
int sqlite3_config(int option, ...);

// Takes SQLite's counting of all memory away (SQLITE_CONFIG_MEMSTATUS, 9): it holds one lock over every allocation of
// the process. Gives SQLITE_MISUSE once SQLite is in use.
static inline int plansync_sqlite_count_no_memory(void) { return sqlite3_config(9, 0); }
