/* Uniform resource identifiers, RFC 3986. */
#ifndef STANCED_SCHEMA_URI_H
#define STANCED_SCHEMA_URI_H

#include <stdbool.h>
#include <stddef.h>

#define URI_MOST 8192 /* bytes; what is longer is not looked at: the parser's stack grows with its input */

/* An absolute URI: a scheme, and something behind it. */
bool uri_valid(const char *text, size_t length);

/* One that a browser can open: http or https, with a host. */
bool uri_is_web(const char *text, size_t length);

#endif
