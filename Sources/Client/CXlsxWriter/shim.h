#include <xlsxwriter.h>

// The system's header has it for GNU sources only.
extern int memfd_create(const char *name, unsigned int flags);
