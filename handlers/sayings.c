/* One row a claim: its first affirming actor, and the sources in their order. */
#include "handlers/sayings.h"

#include <stdio.h>

#include "schema/validate_value.h"

static const char before_sql[] =
    "SELECT p.key, said.kinds[1], said.names[1], said.refs[1], said.sources, said.urls FROM ("
    "SELECT DISTINCT q.key FROM (";
static const char behind_sql[] =
    ") q) p CROSS JOIN LATERAL ("
    "SELECT array_agg(a.kind ORDER BY place) AS kinds, array_agg(a.name ORDER BY place) AS names,"
    " array_agg(coalesce(a.ref, a.id::text) ORDER BY place) AS refs,"
    " array_agg(coalesce(w.ref, w.id::text) ORDER BY place) FILTER (WHERE w.url IS NOT NULL) AS sources,"
    " array_agg(w.url ORDER BY place) FILTER (WHERE w.url IS NOT NULL) AS urls"
    " FROM (SELECT s.actor_id, s.source_id, row_number() OVER (ORDER BY s.stated_at NULLS LAST, s.created_at, s.id) AS "
    "place"
    " FROM stance s WHERE s.claim_id = p.key AND s.position = 'affirm'"
    " ORDER BY s.stated_at NULLS LAST, s.created_at, s.id LIMIT 10) AS first"
    " JOIN actor a ON a.id = first.actor_id LEFT JOIN source w ON w.id = first.source_id"
    ") AS said WHERE said.names IS NOT NULL";
_Static_assert(SAYINGS_MOST == 10, "the limit of the statement says it");

enum { COLUMN_CLAIM, COLUMN_KIND, COLUMN_NAME, COLUMN_ACTOR, COLUMN_SOURCES, COLUMN_URLS };

void sayings_plan(struct sayings *sayings, struct arena *arena, struct plan *plan, expand_rows *rows,
                  const void *context, const char *column)
{
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, arena);
    statement_text(&statement, before_sql);
    rows(&statement, context, arena_format(arena, "%s AS key", column));
    statement_text(&statement, behind_sql);
    sayings->of = validate_made(json_object());
    sayings->query = statement_plan(&statement, plan);
}

void sayings_free(struct sayings *sayings)
{
    json_decref(sayings->of);
    sayings->of = NULL;
}

static json_t *text(const struct cell *cell)
{
    return validate_made(json_stringn(cell->bytes, (size_t)cell->length));
}

/* An object with its type, and the address of the record here. */
static json_t *thing(const char *type, const char *plural, const struct cell *name)
{
    json_t *made = validate_made(json_object());
    json_object_set_new(made, "@type", json_string(type));
    json_object_set_new(made, "@id", json_sprintf("/v1/%s/%.*s", plural, name->length, name->bytes));
    return made;
}

static json_t *appearances(const struct row *row)
{
    json_t *list = validate_made(json_array());
    struct array sources = cell_array(&row->cells[COLUMN_SOURCES]);
    struct array urls = cell_array(&row->cells[COLUMN_URLS]);
    struct cell source;
    struct cell url;
    while (array_next(&sources, &source) && array_next(&urls, &url)) {
        json_t *work = thing("CreativeWork", "sources", &source);
        json_object_set_new(work, "url", text(&url));
        json_array_append_new(list, work);
    }
    return list;
}

bool sayings_row(struct sayings *sayings, int query, const struct row *row)
{
    if (sayings->of == NULL || query != sayings->query) {
        return false;
    }
    char id[IDENTITY_TEXT];
    struct identity claim = cell_identity(&row->cells[COLUMN_CLAIM]);
    identity_format(&claim, id);
    json_t *author = thing(cell_is(&row->cells[COLUMN_KIND], "person") ? "Person" : "Organization", "actors",
                           &row->cells[COLUMN_ACTOR]);
    json_object_set_new(author, "name", text(&row->cells[COLUMN_NAME]));
    json_t *said = validate_made(json_object());
    json_object_set_new(said, "author", author);
    json_object_set_new(said, "appearance", appearances(row));
    json_object_set_new(sayings->of, id, said);
    return true;
}

void sayings_add(const struct sayings *sayings, json_t *claim)
{
    const char *id = json_string_value(json_object_get(claim, "id"));
    json_t *said = id == NULL ? NULL : json_object_get(sayings->of, id);
    if (said != NULL) {
        json_object_set(claim, "said", said);
    }
}
