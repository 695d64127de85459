/* A first pass over the bytes for what has to be bounded before anything is built from them; then jansson. */
#include "schema/validate_parse.h"

#include <stdbool.h>
#include <string.h>

/* Where in the text a byte is, as an editor would say it: columns count bytes. */
static void fault_at(struct faults *faults, const char *bytes, size_t at, const char *code, const char *what)
{
    size_t line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at; i++) {
        if (bytes[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    if (memchr(bytes + at, '\n', 0) == NULL && line == 1) {
        faults_add(faults, "", code, "%s, at column %zu.", what, at - start + 1);
    } else {
        faults_add(faults, "", code, "%s, at line %zu, column %zu.", what, line, at - start + 1);
    }
}

/* Depth and number of arrays and objects, without regard to whether the rest is JSON. False with the fault added. */
static bool bounds_hold(const char *bytes, size_t length, struct faults *faults)
{
    int depth = 0;
    size_t nodes = 0;
    bool in_string = false;
    for (size_t i = 0; i < length; i++) {
        if (in_string) {
            i += bytes[i] == '\\';
            in_string = i >= length || bytes[i] != '"' || bytes[i - 1] == '\\';
            continue;
        }
        switch (bytes[i]) {
        case '"':
            in_string = true;
            break;
        case '[':
        case '{':
            if (++depth > BODY_DEPTH_MOST) {
                fault_at(faults, bytes, i, "too_deep", "Arrays and objects are nested more than 32 deep");
                return false;
            }
            if (++nodes > BODY_NODES_MOST) {
                fault_at(faults, bytes, i, "too_many", "There are more arrays and objects than any record has");
                return false;
            }
            break;
        case ']':
        case '}':
            depth--;
            break;
        default:
            break;
        }
    }
    return true;
}

static bool only_white_space(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\n' && bytes[i] != '\r') {
            return false;
        }
    }
    return true;
}
