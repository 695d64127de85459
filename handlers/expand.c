/* Expansion: each target is encoded once, however many records name it. */
#include "handlers/expand.h"

#include <stdlib.h>
#include <string.h>

#include "handlers/sql.h"
#include "schema/columns.h"
#include "schema/encode.h"

void expand_init(struct expansions *expansions)
{
    *expansions = (struct expansions){0};
    buffer_init(&expansions->texts, REPLY_LIMIT);
    buffer_init(&expansions->ends, REPLY_LIMIT);
}

void expand_free(struct expansions *expansions)
{
    roster_free(&expansions->roster);
    buffer_free(&expansions->texts);
    buffer_free(&expansions->ends);
    expansions->count = 0;
}

void expand_plan(struct expansions *expansions, struct arena *arena, struct plan *plan, const struct record *record,
                 const struct field *field, expand_rows *rows, const void *context)
{
    if (expansions->count == EXPANSIONS_MOST) {
        abort(); /* a fault of the program */
    }
    const struct record *target = records[field->target];
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, arena);
    buffer_format(&statement.sql, "SELECT %s FROM %s t WHERE t.id IN (SELECT ", sql_of(target)->columns, target->name);
    if (field->table != NULL) {
        buffer_format(&statement.sql, "l.target_id FROM %s l WHERE l.%s_id IN (SELECT p.key FROM (", field->table,
                      record->name);
        rows(&statement, context, "t.id AS key");
        statement_text(&statement, ") p))");
    } else {
        struct column columns[COLUMNS_OF_FIELD];
        (void)columns_of_field(record, field, columns);
        statement_text(&statement, "p.key FROM (");
        rows(&statement, context, arena_format(arena, "t.%s AS key", columns[0].name));
        statement_text(&statement, ") p)");
    }
    expansions->list[expansions->count].field = field;
    expansions->list[expansions->count++].query = statement_plan(&statement, plan);
}

bool expand_row(struct expansions *expansions, int query, const struct row *row)
{
    const struct field *field = NULL;
    for (int i = 0; i < expansions->count; i++) {
        if (expansions->list[i].query == query) {
            field = expansions->list[i].field;
        }
    }
    if (field == NULL) {
        return false;
    }
    struct identity id = cell_identity(&row->cells[0]);
    size_t number = expansions->ends.length / sizeof(size_t) + 1;
    if (roster_enter(&expansions->roster, field->target, &id, number) == 0) {
        encode_record(&expansions->texts, records[field->target], row, 0);
        size_t end = expansions->texts.length;
        buffer_put(&expansions->ends, &end, sizeof end);
    }
    return true;
}

/* Where the text of the record with this number ends; 0 for what stands before the first. */
static size_t end_of(const struct expansions *expansions, size_t number)
{
    size_t end = 0;
    if (number > 0) {
        memcpy(&end, expansions->ends.data + (number - 1) * sizeof end, sizeof end);
    }
    return end;
}

void expand_put(void *context, struct buffer *buffer, const struct field *field, const struct identity *id)
{
    const struct expansions *expansions = context;
    size_t number = roster_find(&expansions->roster, field->target, id);
    if (expansions->texts.overflowed || expansions->ends.overflowed) {
        buffer->overflowed = true; /* the reply would be no smaller */
    } else if (number == 0) {
        buffer_text(buffer, "{\"id\":");
        encode_identity(buffer, id);
        buffer_char(buffer, '}');
    } else {
        size_t start = end_of(expansions, number - 1);
        buffer_put(buffer, expansions->texts.data + start, end_of(expansions, number) - start);
    }
}
