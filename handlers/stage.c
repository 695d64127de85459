/* PostgreSQL's binary COPY (its manual, COPY, "Binary Format"): big-endian numbers, each field behind its length. */
#include "handlers/stage.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/array.h"

#define STAGE_LIMIT ((size_t)64 * 1024 * 1024) /* far above what STAGE_BYTES and the longest line add up to */
#define COLUMNS 9
#define EPOCH_MICROSECONDS INT64_C(946684800000000) /* 2000-01-01, from which PostgreSQL counts */

static const char signature[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* with its NUL: no flags, no extension */

static void put_short(struct buffer *rows, int value)
{
    uint16_t wire = htons((uint16_t)value);
    buffer_put(rows, &wire, sizeof wire);
}

/* An integer, or the length of what comes next. */
static void put_size(struct buffer *rows, int64_t value)
{
    uint32_t wire = htonl((uint32_t)value);
    buffer_put(rows, &wire, sizeof wire);
}

static void put_long(struct buffer *rows, int64_t value)
{
    uint64_t wire = htobe64((uint64_t)value);
    put_size(rows, sizeof wire);
    buffer_put(rows, &wire, sizeof wire);
}

static void put_text(struct buffer *rows, const char *text)
{
    if (text == NULL) {
        put_size(rows, -1);
        return;
    }
    put_size(rows, (int64_t)strlen(text));
    buffer_text(rows, text);
}

static void put_moment(struct buffer *rows, const int64_t *micros)
{
    if (micros == NULL) {
        put_size(rows, -1);
    } else {
        put_long(rows, *micros - EPOCH_MICROSECONDS);
    }
}

static void begin(struct stage *stage)
{
    buffer_put(&stage->rows, signature, sizeof signature);
    array_begin(&stage->reference_kinds);
    array_begin(&stage->reference_ids);
}

void stage_init(struct stage *stage)
{
    *stage = (struct stage){0};
    buffer_init(&stage->rows, STAGE_LIMIT);
    buffer_init(&stage->reference_kinds, STAGE_LIMIT);
    buffer_init(&stage->reference_ids, STAGE_LIMIT);
    begin(stage);
}

void stage_free(struct stage *stage)
{
    buffer_free(&stage->rows);
    buffer_free(&stage->reference_kinds);
    buffer_free(&stage->reference_ids);
    roster_free(&stage->referred);
}

void stage_add(struct stage *stage, const struct staged *staged)
{
    struct buffer *rows = &stage->rows;
    put_short(rows, COLUMNS);
    put_long(rows, staged->line);
    put_text(rows, records[staged->kind]->name);
    put_size(rows, sizeof staged->id.bytes);
    buffer_put(rows, staged->id.bytes, sizeof staged->id.bytes);
    put_text(rows, staged->ref);
    put_size(rows, staged->version == 0 ? -1 : 4);
    if (staged->version != 0) {
        put_size(rows, staged->version);
    }
    put_moment(rows, staged->created_at);
    put_moment(rows, staged->updated_at);
    put_size(rows, 1);
    buffer_char(rows, staged->once ? 1 : 0);
    put_size(rows, (int64_t)staged->length + 1);
    buffer_char(rows, 1); /* the version of jsonb's own form */
    buffer_put(rows, staged->document, staged->length);
    stage->count++;
    if (stage->first[staged->kind] == 0) {
        stage->first[staged->kind] = staged->line;
    }
    stage->last[staged->kind] = staged->line;
}

void stage_refer(struct stage *stage, enum record_kind kind, const struct identity *id)
{
    if (roster_enter(&stage->referred, kind, id, 1) == 0) {
        char text[IDENTITY_TEXT];
        identity_format(id, text);
        array_optional(&stage->reference_kinds, records[kind]->name);
        array_optional(&stage->reference_ids, text);
    }
}

struct stage_mark stage_mark(const struct stage *stage)
{
    return (struct stage_mark){stage->rows.length, stage->count};
}

void stage_rewind(struct stage *stage, struct stage_mark mark)
{
    stage->rows.length = mark.length;
    stage->count = mark.count;
}

bool stage_full(const struct stage *stage)
{
    return stage->rows.length >= STAGE_BYTES || stage->count >= STAGE_LINES;
}

void stage_seal(struct stage *stage)
{
    put_short(&stage->rows, -1);
    array_end(&stage->reference_kinds);
    array_end(&stage->reference_ids);
    if (stage->rows.overflowed || stage->reference_kinds.overflowed || stage->reference_ids.overflowed) {
        abort(); /* a fault of the program: lines are bounded, and so is what is collected */
    }
}

void stage_clear(struct stage *stage)
{
    buffer_clear(&stage->rows);
    buffer_clear(&stage->reference_kinds);
    buffer_clear(&stage->reference_ids);
    roster_free(&stage->referred);
    stage->count = 0;
    begin(stage);
}
