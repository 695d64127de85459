/* `stanced key`: keys are made, listed and revoked on the command line, by whoever may speak to the database. */
#ifndef STANCED_SERVER_KEY_COMMAND_H
#define STANCED_SERVER_KEY_COMMAND_H

#include "server/settings.h"

/* `words` come behind "key". The exit status. */
int key_command(const struct settings *settings, int count, char **words);

#endif
