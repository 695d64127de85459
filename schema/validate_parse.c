/* A first pass over the bytes for what has to be bounded before anything is built from them; then jansson. */
#include "schema/validate_parse.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/unicode.h"

/* What jansson finds, by its own codes, in the API's words. What is not listed is malformed. */
static const struct {
    enum json_error_code found;
    const char *code;
    const char *sentence;
} meanings[] = {
    {json_error_premature_end_of_input, "truncated", "The JSON ends before it is complete"},
    {json_error_end_of_input_expected, "malformed", "Something follows the end of the JSON"},
    {json_error_null_character, "nul_character", "A string has a NUL character (\\u0000)"},
    {json_error_null_byte_in_key, "nul_character", "A key has a NUL character (\\u0000)"},
    {json_error_duplicate_key, "duplicate_key", "An object has the same key twice"},
    {json_error_numeric_overflow, "number_out_of_range", "A number does not fit 64-bit integers or double precision"},
    {json_error_invalid_utf8, "invalid_utf8", "The text is not UTF-8"},
    {json_error_stack_overflow, "too_deep", "Arrays and objects are nested too deeply"},
};

/* Adds a fault with the place of a byte, as an editor would say it. */
static void fault_at(struct faults *faults, const char *code, const char *sentence, const char *bytes, size_t at)
{
    size_t line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at; i++) {
        if (bytes[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    size_t column = unicode_length(bytes + start, at - start) + 1;
    if (line > 1) {
        faults_add(faults, "", code, "%s, at line %zu, column %zu.", sentence, line, column);
    } else { /* bodies in one line are common, and lines of an import have a number of their own */
        faults_add(faults, "", code, "%s, at column %zu.", sentence, column);
    }
}

/* The byte behind the string that begins at `at`, or one past `length` for a string that does not end. */
static size_t string_end(const char *bytes, size_t length, size_t at)
{
    for (at++; at < length && bytes[at] != '"'; at++) {
        at += bytes[at] == '\\';
    }
    return at < length ? at + 1 : length + 1;
}

/* Depth and number of arrays and objects, whatever else is wrong: jansson's memory and stack follow from them. ret_open: the text ends
   inside one of them, or inside a string. */
static bool bounded(const char *bytes, size_t length, struct faults *faults, bool *ret_open)
{
    int depth = 0;
    size_t nodes = 0;
    size_t at = 0;
    while (at < length) {
        size_t next = bytes[at] == '"' ? string_end(bytes, length, at) : at + 1;
        if (bytes[at] == ']' || bytes[at] == '}') {
            depth -= depth > 0;
        } else if (bytes[at] == '[' || bytes[at] == '{') {
            depth++;
            nodes++;
        }
        if (depth > BODY_DEPTH_MOST) {
            fault_at(faults, "too_deep", "Arrays and objects are nested more than 32 levels deep", bytes, at);
            return false;
        }
        if (nodes > BODY_NODES_MOST) {
            fault_at(faults, "too_many", "There are more arrays and objects than any record has", bytes, at);
            return false;
        }
        at = next;
    }
    *ret_open = depth > 0 || at > length;
    return true;
}
_Static_assert(BODY_DEPTH_MOST == 32, "the sentence above says it");

/* The first byte that is no UTF-8, or `length`. */
static size_t invalid_at(const char *bytes, size_t length)
{
    size_t at = 0;
    size_t size;
    while (at < length && unicode_next(bytes + at, length - at, &size) >= 0) {
        at += size;
    }
    return at;
}

static void fault_of_jansson(struct faults *faults, const json_error_t *error, const char *bytes, size_t length,
                             bool open)
{
    if (json_error_code(error) == json_error_out_of_memory) {
        fputs("stanced: out of memory\n", stderr);
        abort();
    }
    /* One character back: it has read what it complains of. */
    size_t at = error->position > 0 ? (size_t)error->position - 1 : 0;
    at = at < length ? at : length - 1;
    if (open && at + 1 >= length) { /* a word or an escape that is cut in the middle is a wrong one to jansson */
        fault_at(faults, "truncated", "The JSON ends before it is complete", bytes, length);
        return;
    }
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (meanings[i].found == json_error_code(error)) {
            fault_at(faults, meanings[i].code, meanings[i].sentence, bytes, at);
            return;
        }
    }
    bool surrogate = strncmp(error->text, "invalid Unicode", strlen("invalid Unicode")) == 0;
    fault_at(faults, "malformed", surrogate ? "An escape is one half of a surrogate pair" : "This is not JSON", bytes,
             at);
}

json_t *validate_parse(const char *bytes, size_t length, struct faults *faults)
{
    size_t start = 0;
    while (start < length && bytes[start] != '\0' && strchr(" \t\r\n", bytes[start]) != NULL) {
        start++;
    }
    if (start == length) {
        faults_add(faults, "", "empty", "There is nothing but white space where JSON is expected.");
        return NULL;
    }
    size_t invalid = invalid_at(bytes, length);
    if (invalid < length) {
        fault_at(faults, "invalid_utf8", "The text is not UTF-8", bytes, invalid);
        return NULL;
    }
    const char *nul = memchr(bytes, '\0', length);
    if (nul != NULL) {
        fault_at(faults, "nul_character", "There is a NUL character", bytes, (size_t)(nul - bytes));
        return NULL;
    }
    bool open = false;
    if (!bounded(bytes, length, faults, &open)) {
        return NULL;
    }
    json_error_t error;
    json_t *json = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (json == NULL) {
        fault_of_jansson(faults, &error, bytes, length, open);
    }
    return json;
}
