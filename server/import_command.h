/* The command line's import. */
#ifndef STANCED_SERVER_IMPORT_COMMAND_H
#define STANCED_SERVER_IMPORT_COMMAND_H

#include "server/settings.h"

/* `words` are what stands behind "import": options --NAME=VALUE, and a file. Returns the exit status. */
int import_command(const struct settings *settings, int count, char **words);

#endif
