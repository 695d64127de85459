/* Matches a target against the paths of the endpoint table, a segment at a time. Literal segments go before variables, so that
   /v1/claims/match could stand beside /v1/claims/{claim}. */
#include "server/router.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "handlers/parameters.h"

#define ENDPOINTS_MOST 256
#define SEGMENTS_MOST 8

static const struct endpoint *sorted[ENDPOINTS_MOST];
static size_t sorted_count;

static const char *const method_names[METHODS] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

/* Literal before variable, at the first segment in which two paths differ. */
static int more_literal(const void *left, const void *right)
{
    const struct endpoint *const *a = left;
    const struct endpoint *const *b = right;
    const char *x = (*a)->path;
    const char *y = (*b)->path;
    for (; *x == *y && *x != '\0'; x++, y++) {
    }
    return (*x == '{') != (*y == '{') ? (*x == '{' ? 1 : -1) : *x - *y;
}

void router_init(void)
{
    size_t count;
    const struct endpoint *const *table = endpoints(&count);
    sorted_count = count < ENDPOINTS_MOST ? count : ENDPOINTS_MOST;
    for (size_t i = 0; i < sorted_count; i++) {
        sorted[i] = table[i];
    }
    qsort(sorted, sorted_count, sizeof sorted[0], more_literal);
}

/* "http://host/path" → "/path": the absolute-form of RFC 9112, 3.2.2. */
static const char *origin_form(const char *target)
{
    if (strncasecmp(target, "http://", 7) != 0 && strncasecmp(target, "https://", 8) != 0) {
        return target;
    }
    const char *path = strpbrk(strstr(target, "//") + 2, "/?");
    return path == NULL ? "/" : path;
}

/* Splits the path, which is changed, at its slashes; decodes every segment. The count, or -1 for a broken one. */
static int split(char *path, const char *ret_segments[static SEGMENTS_MOST])
{
    int count = 0;
    char *rest = path + 1;
    for (;;) {
        if (count == SEGMENTS_MOST) {
            return SEGMENTS_MOST + 1;
        }
        char *segment = rest;
        rest = strchr(segment, '/');
        if (rest != NULL) {
            *rest++ = '\0';
        }
        size_t length;
        if (!percent_decode(segment, false, &length)) {
            return -1;
        }
        ret_segments[count++] = segment;
        if (rest == NULL) {
            return count;
        }
    }
}

static bool path_matches(const char *pattern, const char *const *segments, int count, const char **ret_variables)
{
    int variable = 0;
    for (int i = 0; i < count; i++) {
        if (*pattern++ != '/') {
            return false;
        }
        size_t length = strcspn(pattern, "/");
        if (*pattern == '{') {
            if (*segments[i] == '\0') {
                return false;
            }
            ret_variables[variable++] = segments[i];
        } else if (strncmp(pattern, segments[i], length) != 0 || segments[i][length] != '\0') {
            return false;
        }
        pattern += length;
    }
    return *pattern == '\0';
}

static int method_index(const char *method)
{
    if (strcmp(method, "HEAD") == 0) {
        return METHOD_GET;
    }
    for (int i = 0; i < METHODS; i++) {
        if (strcmp(method, method_names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static const char *allow_of(unsigned methods, struct arena *arena)
{
    const char *list = "OPTIONS";
    for (int i = METHODS - 1; i >= 0; i--) {
        if ((methods >> i & 1U) != 0) {
            list = arena_format(arena, "%s%s, %s", method_names[i], i == METHOD_GET ? ", HEAD" : "", list);
        }
    }
    return list;
}

enum route_outcome router_match(const char *method, const char *target, struct arena *arena, struct route *ret)
{
    char *path = arena_text(arena, origin_form(target));
    char *query = strchr(path, '?');
    if (query != NULL) {
        *query++ = '\0';
    }
    if (*path == '\0') { /* "http://host?query" */
        path = arena_text(arena, "/");
    }
    if (*path != '/') {
        return strcmp(target, "*") == 0 && strcmp(method, "OPTIONS") == 0 ? ROUTE_OPTIONS : ROUTE_BAD_TARGET;
    }
    const char *segments[SEGMENTS_MOST];
    int count = split(path, segments);
    if (count < 0) {
        return ROUTE_BAD_TARGET;
    }
    int wanted = method_index(method);
    unsigned methods = 0;
    for (size_t i = 0; count <= SEGMENTS_MOST && i < sorted_count; i++) {
        const char *variables[PATH_VARIABLES] = {NULL};
        if (!path_matches(sorted[i]->path, segments, count, variables)) {
            continue;
        }
        methods |= 1U << sorted[i]->method;
        if ((int)sorted[i]->method == wanted) {
            *ret = (struct route){.endpoint = sorted[i], .query = query};
            memcpy(ret->path, variables, sizeof variables);
            return ROUTE_FOUND;
        }
    }
    if (methods == 0) {
        return ROUTE_NO_PATH;
    }
    ret->allow = allow_of(methods, arena);
    return strcmp(method, "OPTIONS") == 0 ? ROUTE_OPTIONS : ROUTE_NO_METHOD;
}
