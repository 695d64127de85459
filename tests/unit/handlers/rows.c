/* Big-endian, as PostgreSQL's …send functions write. */
#include "tests/unit/handlers/rows.h"

#include <check.h>
#include <string.h>

#include "schema/moment.h"

#define POSTGRES_EPOCH INT64_C(946684800000000) /* 1970 to 2000 */

static void put(struct made_row *row, const char *bytes, int length)
{
    ck_assert_int_lt(row->count, ROW_CELLS);
    row->cells[row->count++] = (struct cell){bytes, length};
}

static void put_big_endian(struct made_row *row, uint64_t value, int size)
{
    char *bytes = row->bytes[row->count];
    for (int i = 0; i < size; i++) {
        bytes[i] = (char)(value >> (8 * (size - 1 - i)));
    }
    put(row, bytes, size);
}

void row_null(struct made_row *row)
{
    put(row, NULL, -1);
}

void row_text(struct made_row *row, const char *text)
{
    put(row, text, text == NULL ? -1 : (int)strlen(text));
}

void row_integer(struct made_row *row, int32_t number)
{
    put_big_endian(row, (uint32_t)number, 4);
}

void row_count(struct made_row *row, int64_t number)
{
    put_big_endian(row, (uint64_t)number, 8);
}

void row_number(struct made_row *row, double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    put_big_endian(row, bits, 8);
}

void row_boolean(struct made_row *row, bool value)
{
    put_big_endian(row, value, 1);
}

void row_identity(struct made_row *row, const struct identity *id)
{
    char *bytes = row->bytes[row->count];
    memcpy(bytes, id->bytes, sizeof id->bytes);
    put(row, bytes, (int)sizeof id->bytes);
}

void row_moment(struct made_row *row, const char *text)
{
    struct moment moment = {0};
    if (text == NULL) {
        row_null(row);
    } else {
        ck_assert_msg(moment_parse(text, strlen(text), false, &moment), "%s", text);
        row_count(row, moment.micros - POSTGRES_EPOCH);
    }
    row_boolean(row, moment.is_date);
}

void row_empty_array(struct made_row *row)
{
    char *bytes = row->bytes[row->count];
    memset(bytes, 0, 12); /* no dimensions, no NULLs, and no type that anybody looks at */
    put(row, bytes, 12);
}

void row_send(struct made_row *row, struct fixture *fixture, int query)
{
    fixture->call.endpoint->row(&fixture->call, query, &(struct row){row->cells, row->count}, &fixture->reply);
    row->count = 0;
}

void row_send_verdict(struct made_row *row, struct fixture *fixture, const char *pointer, const char *code,
                      const char *kind)
{
    if (pointer == NULL) {
        row_null(row);
    } else {
        row_integer(row, 0);
    }
    row_text(row, pointer);
    row_text(row, code);
    row_text(row, kind);
    row_count(row, 1);
    row_send(row, fixture, fixture_statement_index(fixture, GUARD));
}

void row_send_actor(struct made_row *row, struct fixture *fixture, const char *ref, int version)
{
    struct identity id = identity_of_ref(RECORD_ACTOR, ref, strlen(ref));
    row_identity(row, &id);
    row_text(row, ref);
    row_integer(row, version);
    row_count(row, 0);
    row_count(row, 0);
    row_text(row, "North");
    row_text(row, "state");
    row_empty_array(row);
    for (int i = 0; i < 4; i++) {
        row_null(row);
    }
    row_empty_array(row);
    row_null(row);
    row_text(row, "\001{}");
    row_send(row, fixture, fixture->plan.count - 1);
}
