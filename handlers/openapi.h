/* The API's description, OpenAPI 3.1, derived from the tables that the router and the validator run on. */
#ifndef STANCED_HANDLERS_OPENAPI_H
#define STANCED_HANDLERS_OPENAPI_H

#include "handlers/endpoint.h"

#define OPENAPI_TAG 64 /* bytes of a tag, with its NUL */

/* Writes the document as JSON, on one line. Takes some milliseconds. */
void openapi_write(struct buffer *buffer);

/* The same, written at the first call (which is to be made before there are threads) and kept. */
const char *openapi_text(size_t *ret_length);

/* The tag under which an endpoint stands: what follows /v1/ in its path, or "service". */
const char *openapi_tag(const struct endpoint *endpoint, char ret_text[static OPENAPI_TAG]);

#endif
