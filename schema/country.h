/* Country codes, ISO 3166-1 alpha-2. */
#ifndef STANCED_SCHEMA_COUNTRY_H
#define STANCED_SCHEMA_COUNTRY_H

#include <stdbool.h>
#include <stddef.h>

/* One of the officially assigned codes, in upper case; or XK, which is user-assigned but what everyone uses for Kosovo. */
bool country_valid(const char *text, size_t length);

#endif
