/* Small HTML pages that need nothing from elsewhere. */
#ifndef STANCED_HANDLERS_HTML_H
#define STANCED_HANDLERS_HTML_H

#include <stdbool.h>

#include "handlers/endpoint.h"

/* Text with &, <, > and quotation marks escaped. */
void html_text(struct buffer *buffer, const char *text);

/* The same, with what stands between `backticks` as code. */
void html_prose(struct buffer *buffer, const char *text);

/* What comes before and after a page's content; `title` is plain text. */
void html_begin(struct buffer *buffer, const char *title);
void html_end(struct buffer *buffer);

/* Makes the reply an HTML page that may load only what this service sends. */
void html_reply(struct reply *reply);

/* Whether the client is a browser that shows HTML. */
bool html_wanted(const struct call *call);

#endif
