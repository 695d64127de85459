/* Leads from records that were merged to those that they became. */
#include "handlers/moved.h"

#include <string.h>

#include "handlers/array.h"
#include "handlers/merge_sql.h"
#include "handlers/parameter_value.h"
#include "handlers/sql.h"
#include "schema/encode.h"

#define TEXT_LIMIT ((size_t)1024 * 1024) /* far more than a request line comes to */

static const char renamed_sql[] = "SELECT merged.id, merged.into_id FROM merged WHERE merged.id = ANY ($1::uuid[])";

struct pair {
    struct identity from, into;
};

struct moved {
    int query;          /* that asks; -1 for none */
    bool looked;        /* at what the path names */
    struct pair *pairs; /* room for every id that the parameters name */
    size_t count;
    const char *into; /* what the path's record became: a ref or an id; NULL for nothing */
};

/* The parameter by which an argument names records that can be merged; NULL where it does not. */
static const struct parameter *naming(const struct call *call, const struct argument *argument)
{
    for (size_t i = 0; i < call->endpoint->parameter_count; i++) {
        const struct parameter *parameter = &call->endpoint->parameters[i];
        if (parameter->type == PARAMETER_REFERENCES && strcmp(parameter->name, argument->name) == 0) {
            return merge_sql_of(records[parameter->field->target]) != NULL ? parameter : NULL;
        }
    }
    return NULL;
}

static struct moved *moved_of(struct call *call)
{
    if (call->moved == NULL) {
        call->moved = arena_alloc(call->arena, sizeof *call->moved);
    }
    call->moved->query = -1;
    call->moved->count = 0;
    return call->moved;
}

/* Of an item that was checked. */
static struct identity id_of(const struct parameter *parameter, const struct item *item)
{
    struct identity id = {{0}};
    (void)identity_resolve(parameter->field->target, item->text, item->length, &id);
    return id;
}

/* Appends the ids that the argument names. Returns how many. */
static size_t put_ids(struct call *call, const struct argument *argument, struct buffer *ids)
{
    const struct parameter *parameter = naming(call, argument);
    if (parameter == NULL) {
        return 0;
    }
    const char *rest = argument->value;
    struct item item;
    size_t count = 0;
    for (; value_next(call->arena, &rest, &item); count++) {
        char text[IDENTITY_TEXT];
        struct identity id = id_of(parameter, &item);
        identity_format(&id, text);
        array_optional(ids, text);
    }
    return count;
}

void moved_plan(struct call *call, struct plan *plan)
{
    if (call->moved != NULL) { /* when it was planned before */
        *call->moved = (struct moved){.query = -1};
    }
    if (call->endpoint->method != METHOD_GET || call->argument_count == 0) {
        return;
    }
    struct buffer ids __attribute__((cleanup(buffer_free)));
    buffer_init(&ids, TEXT_LIMIT);
    array_begin(&ids);
    size_t count = 0;
    for (size_t i = 0; i < call->argument_count; i++) {
        count += put_ids(call, &call->arguments[i], &ids);
    }
    array_end(&ids);
    if (count > 0) {
        struct moved *moved = moved_of(call);
        moved->pairs = arena_alloc(call->arena, count * sizeof *moved->pairs);
        moved->query = plan->count;
        query_value(plan_query(plan, renamed_sql), arena_copy(call->arena, ids.data, ids.length));
    }
}

bool moved_row(struct call *call, int query, const struct row *row)
{
    struct moved *moved = call->moved;
    if (moved == NULL || query != moved->query) {
        return false;
    }
    if (!moved->looked) {
        moved->pairs[moved->count++] = (struct pair){cell_identity(&row->cells[0]), cell_identity(&row->cells[1])};
        return true;
    }
    const struct cell *ref = &row->cells[1];
    struct identity id = cell_identity(&row->cells[0]);
    char *text = arena_alloc(call->arena, IDENTITY_TEXT);
    identity_format(&id, text);
    moved->into = cell_null(ref) ? text : arena_copy(call->arena, ref->bytes, (size_t)ref->length);
    return true;
}

static const struct pair *pair_of(const struct moved *moved, const struct identity *id)
{
    for (size_t i = 0; i < moved->count; i++) {
        if (memcmp(&moved->pairs[i].from, id, sizeof *id) == 0) {
            return &moved->pairs[i];
        }
    }
    return NULL;
}

/* The argument's list with ids of what its items became. */
static struct argument renamed(struct call *call, const struct argument *argument)
{
    const struct parameter *parameter = naming(call, argument);
    struct argument made = *argument;
    if (parameter == NULL) {
        return made;
    }
    struct buffer list __attribute__((cleanup(buffer_free)));
    buffer_init(&list, TEXT_LIMIT);
    const char *rest = argument->value;
    struct item item;
    while (value_next(call->arena, &rest, &item)) {
        struct identity id = id_of(parameter, &item);
        const struct pair *pair = pair_of(call->moved, &id);
        char text[IDENTITY_TEXT];
        identity_format(pair != NULL ? &pair->into : &id, text);
        buffer_text(&list, list.length > 0 ? "," : "");
        buffer_text(&list, text);
    }
    made.value = arena_copy(call->arena, list.data, list.length);
    made.length = list.length;
    return made;
}

bool moved_renamed(struct call *call)
{
    const struct moved *moved = call->moved;
    if (moved == NULL || moved->looked || moved->count == 0) {
        return false;
    }
    struct argument *arguments = arena_alloc(call->arena, call->argument_count * sizeof *arguments);
    for (size_t i = 0; i < call->argument_count; i++) {
        arguments[i] = renamed(call, &call->arguments[i]);
    }
    call->sent = call->sent != NULL ? call->sent : call->arguments;
    call->arguments = arguments;
    return true;
}

bool moved_possible(const struct endpoint *endpoint)
{
    return endpoint->record != NULL && !endpoint->keeps_merged && strchr(endpoint->path, '{') != NULL &&
           merge_sql_of(endpoint->record) != NULL;
}

bool moved_look(struct call *call, const struct reply *reply, struct plan *plan)
{
    struct identity id;
    /* a version is one of just the record that is named */
    if (reply->status != problem_kinds[PROBLEM_NOT_FOUND].status || !moved_possible(call->endpoint) ||
        call_argument(call, "version") != NULL ||
        !identity_resolve(call->endpoint->record->kind, call->path[0], strlen(call->path[0]), &id)) {
        return false;
    }
    struct moved *moved = moved_of(call);
    char *text = arena_alloc(call->arena, IDENTITY_TEXT);
    identity_format(&id, text);
    moved->looked = true;
    moved->query = plan->count = 0;
    query_value(plan_query(plan, sql_of(call->endpoint->record)->moved), text);
    return true;
}

/* The target as it was sent, with another name for the record. */
static const char *location_of(struct call *call, const char *into)
{
    const char *target = call->target;
    const char *path = strstr(target, "/v1/"); /* in absolute form a host stands before it */
    const char *name = strchr(call->endpoint->path, '{');
    size_t segments = 0;
    for (const char *at = call->endpoint->path; at < name; at++) {
        segments += *at == '/';
    }
    const char *start = path == NULL ? target : path;
    for (const char *at = start; segments > 0 && *at != '\0'; at++) {
        segments -= *at == '/';
        name = at + 1;
    }
    size_t before = (size_t)(name - start);
    return arena_format(call->arena, "%.*s%s%s", (int)before, start, into, name + strcspn(name, "/?"));
}

bool moved_finish(struct call *call, struct reply *reply)
{
    if (call->moved == NULL || !call->moved->looked) {
        return false;
    }
    if (call->moved->into == NULL) {
        return true;
    }
    const char *location = location_of(call, call->moved->into);
    reply_problem(call, reply, PROBLEM_MERGED,
                  arena_format(call->arena, "It was merged into %.200s.", call->moved->into));
    reply_header(reply, "Location", location);
    return true;
}
