/* Brackets, strings and commas: nothing else of JSON has to be known to tell where an item ends. Whether it is JSON is for those to say who
   take it. */
#include "handlers/elements.h"

#include <string.h>

#define NAME_MOST 32

void elements_init(struct elements *elements, size_t longest)
{
    *elements = (struct elements){0};
    buffer_init(&elements->item, longest);
    buffer_init(&elements->name, NAME_MOST);
}

void elements_free(struct elements *elements)
{
    buffer_free(&elements->item);
    buffer_free(&elements->name);
}

static void give(struct elements *elements, elements_take *take, void *context)
{
    if (elements->item.length > 0 || elements->item.overflowed) {
        take(context, ++elements->count, elements->item.overflowed ? NULL : elements->item.data, elements->item.length);
    }
    buffer_clear(&elements->item);
    elements->item.overflowed = false;
}

static void keep(struct elements *elements, char byte)
{
    bool blank = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
    bool begun = elements->item.length > 0;
    if (!elements->item.overflowed && (begun || !blank)) {
        buffer_char(&elements->item, byte);
    }
}

static bool holds_items(const struct elements *elements)
{
    static const char *const names[] = {"@graph", "dataFeedElement", "itemListElement"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (elements->name.data != NULL && strcmp(elements->name.data, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* A bracket that opens. False when it opens an array of items, and so belongs to none. */
static bool open_bracket(struct elements *elements, char byte)
{
    int depth = elements->depth++;
    if (depth == 0 && byte == '[') {
        elements->item_depth = 1;
        return false;
    }
    if (depth == 1 && elements->item_depth == 0 && byte == '[' && holds_items(elements)) {
        elements->item_depth = 2;
        elements->found = true;
        buffer_clear(&elements->item); /* what stands around the items says nothing of them */
        elements->item.overflowed = false;
        return false;
    }
    return true;
}

/* A bracket that closes. False when it closes an array of items. */
static bool close_bracket(struct elements *elements, elements_take *take, void *context)
{
    elements->depth -= elements->depth > 0;
    if (elements->item_depth > 0 && elements->depth == elements->item_depth - 1) {
        give(elements, take, context);
        elements->item_depth = 0;
        return false;
    }
    return true;
}

static void take_string(struct elements *elements, char byte)
{
    if (elements->escaped) {
        elements->escaped = false;
    } else if (byte == '\\') {
        elements->escaped = true;
    } else if (byte == '"') {
        elements->string = false;
        elements->naming = false;
        return;
    }
    if (elements->naming) {
        buffer_char(&elements->name, byte);
    }
}

static void take_byte(struct elements *elements, char byte, elements_take *take, void *context)
{
    if (elements->string) {
        keep(elements, byte);
        take_string(elements, byte);
        return;
    }
    bool kept = true;
    bool closed = false;
    switch (byte) {
    case '"':
        elements->string = true;
        elements->naming = elements->depth == 1 && elements->item_depth == 0;
        if (elements->naming) {
            buffer_clear(&elements->name);
            elements->name.overflowed = false;
        }
        break;
    case '[':
    case '{':
        kept = open_bracket(elements, byte);
        break;
    case ']':
    case '}':
        kept = close_bracket(elements, take, context);
        closed = kept && elements->depth == 0;
        break;
    case ',':
        if (elements->item_depth > 0 && elements->depth == elements->item_depth) {
            give(elements, take, context);
            kept = false;
        }
        break;
    default:
        break;
    }
    if (kept) {
        keep(elements, byte);
    }
    if (closed) {              /* a document has ended */
        if (elements->found) { /* whose items were handed on */
            buffer_clear(&elements->item);
            elements->item.overflowed = false;
        }
        give(elements, take, context);
        elements->found = false;
    }
}

void elements_feed(struct elements *elements, const char *bytes, size_t length, elements_take *take, void *context)
{
    for (size_t i = 0; i < length; i++) {
        take_byte(elements, bytes[i], take, context);
    }
}

void elements_end(struct elements *elements, elements_take *take, void *context)
{
    if (!elements->found || elements->depth > 0) {
        give(elements, take, context);
    }
    if (elements->depth > 0) { /* an array or an object that goes on: nothing says so but this */
        take(context, ++elements->count, "[", 1);
    }
}
