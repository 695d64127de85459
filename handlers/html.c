/* The frame of HTML pages, and escaping. */
#include "handlers/html.h"

#include <string.h>

static void put_char(struct buffer *buffer, char byte)
{
    switch (byte) {
    case '&':
        buffer_text(buffer, "&amp;");
        break;
    case '<':
        buffer_text(buffer, "&lt;");
        break;
    case '>':
        buffer_text(buffer, "&gt;");
        break;
    case '"':
        buffer_text(buffer, "&quot;");
        break;
    default:
        buffer_char(buffer, byte);
        break;
    }
}

void html_text(struct buffer *buffer, const char *text)
{
    for (; *text != '\0'; text++) {
        put_char(buffer, *text);
    }
}

void html_prose(struct buffer *buffer, const char *text)
{
    bool code = false;
    for (; *text != '\0'; text++) {
        if (*text == '`') {
            buffer_text(buffer, code ? "</code>" : "<code>");
            code = !code;
        } else {
            put_char(buffer, *text);
        }
    }
    buffer_text(buffer, code ? "</code>" : "");
}

void html_begin(struct buffer *buffer, const char *title)
{
    buffer_text(buffer, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    html_text(buffer, title);
    buffer_text(buffer,
                "</title>\n<style>\n"
                "body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }\n"
                "code { font-family: ui-monospace, monospace; font-size: .93em; }\n"
                "table { border-collapse: collapse; width: 100%; }\n"
                "th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px "
                "solid #8884; }\n"
                "summary { cursor: pointer; padding: .25rem 0; }\n"
                ".method { display: inline-block; min-width: 4.5rem; font-weight: 600; }\n"
                "@media (prefers-color-scheme: dark) { :root { color-scheme: dark; } }\n"
                "</style>\n</head>\n<body>\n");
}

void html_end(struct buffer *buffer)
{
    buffer_text(buffer, "</body>\n</html>\n");
}

void html_reply(struct reply *reply)
{
    reply->status = 200;
    reply->type = "text/html; charset=utf-8";
    reply_header(reply, "Content-Security-Policy",
                 "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; "
                 "style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    reply_header(reply, "X-Content-Type-Options", "nosniff");
}

bool html_wanted(const struct call *call)
{
    return call->head.accept != NULL && strstr(call->head.accept, "text/html") != NULL;
}
