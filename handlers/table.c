/* From cells to JSON, by the type of the field that the column is of. What does not fit is handed on as a text, so that the
   validator says what is wrong with it. */
#include "handlers/table.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "handlers/csv.h"
#include "handlers/parameter_value.h"
#include "schema/encode.h"
#include "schema/pointer.h"
#include "schema/unicode.h"
#include "schema/validate_value.h"

static const char mark[] = "\xEF\xBB\xBF"; /* UTF-8's byte order mark, which spreadsheets put in front */

void table_init(struct table *table, size_t longest, const struct record *type, struct arena *arena,
                struct arena *scratch, struct faults *faults, table_take *take, void (*done)(void *context),
                void *context)
{
    *table = (struct table){.arena = arena,
                            .scratch = scratch,
                            .faults = faults,
                            .type = type,
                            .take = take,
                            .done = done,
                            .context = context};
    csv_reader_init(&table->reader, longest);
}

void table_free(struct table *table)
{
    csv_reader_free(&table->reader);
}

static const char *cell_of(const struct csv_row *row, size_t index, size_t *ret_length)
{
    size_t start = index == 0 ? 0 : row->ends[index - 1];
    *ret_length = row->ends[index] - start;
    return row->text + start;
}

static const char *place(struct table *table, const char *column)
{
    return pointer_text(&(struct pointer){.name = column}, table->scratch);
}

static void refuse(struct table *table, const char *pointer, const char *code, const char *detail)
{
    faults_add(table->faults, pointer, code, "%s", detail);
    table->malformed = true;
}

static bool known(const char *name)
{
    bool found = strcmp(name, "type") == 0;
    for (int i = 0; i < ENCODE_OWN; i++) {
        found = found || strcmp(name, encode_own[i]) == 0;
    }
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        found = found || record_field(records[kind], name) != NULL;
    }
    return found;
}

static void take_column(struct table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i], name) == 0) {
            refuse(table, place(table, name), "duplicate", "Two columns have this name.");
        }
    }
    if (!known(name)) {
        refuse(table, place(table, name), "unknown_field",
               "The first line names the columns, and no record has this field.");
    }
    table->columns[table->column_count++] = name;
}

static void take_columns(struct table *table, const struct csv_row *row)
{
    size_t count = row->count < TABLE_COLUMNS_MOST ? row->count : TABLE_COLUMNS_MOST;
    table->columns = arena_alloc(table->arena, count * sizeof *table->columns);
    for (size_t i = 0; i < count; i++) {
        size_t length;
        const char *cell = cell_of(row, i, &length);
        size_t skipped = i == 0 && length >= 3 && memcmp(cell, mark, 3) == 0 ? 3 : 0;
        if (!unicode_valid(cell, length) || memchr(cell, '\0', length) != NULL) {
            refuse(table, "", "invalid_utf8", "The first line names the columns, and is not UTF-8.");
            continue;
        }
        take_column(table, arena_copy(table->arena, cell + skipped, length - skipped));
    }
    table->type_column = 0;
    while (table->type_column < table->column_count && strcmp(table->columns[table->type_column], "type") != 0) {
        table->type_column++;
    }
    if (row->count > count) {
        refuse(table, "", "too_many", "There are more columns than any record has fields.");
    }
    if (table->type_column == table->column_count && table->type == NULL) {
        refuse(table, "/type", "required", "A column `type`, or ?type=, says which kind of record a line is.");
    }
}

static json_t *text_json(struct table *table, const char *column, const char *cell, size_t length)
{
    if (memchr(cell, '\0', length) != NULL) {
        faults_add(table->faults, place(table, column), "nul_character", "The cell has a NUL character.");
        return NULL;
    }
    json_t *text = json_stringn(cell, length);
    if (text == NULL) {
        faults_add(table->faults, place(table, column), "invalid_utf8", "The cell is not UTF-8.");
    }
    return text;
}

static json_t *parsed_json(struct table *table, const char *column, const char *cell, size_t length)
{
    size_t before = table->faults->count;
    json_t *value = validate_parse(cell, length, table->faults);
    for (size_t i = before; i < table->faults->count; i++) {
        table->faults->list[i].pointer = place(table, column);
    }
    return value;
}

static json_t *number_json(struct table *table, const char *column, const char *cell, size_t length)
{
    double number;
    if (!value_number(arena_copy(table->scratch, cell, length), length, false, &number)) {
        return text_json(table, column, cell, length);
    }
    bool whole = number == trunc(number) && fabs(number) < 1e15;
    return validate_made(whole ? json_integer((json_int_t)number) : json_real(number));
}

static json_t *boolean_json(struct table *table, const char *column, const char *cell, size_t length)
{
    bool yes = length == 4 && strncasecmp(cell, "true", 4) == 0;
    bool no = length == 5 && strncasecmp(cell, "false", 5) == 0;
    return yes || no ? json_boolean(yes) : text_json(table, column, cell, length);
}

/* The value of a cell that is not empty; NULL with a fault. */
static json_t *cell_json(struct table *table, const struct record *record, const char *column, const char *cell,
                         size_t length)
{
    const struct field *field = record_field(record, column);
    if (field != NULL && ((field->flags & FIELD_MANY) != 0 || field->type == FIELD_OBJECT)) {
        return parsed_json(table, column, cell, length);
    }
    if (strcmp(column, "version") == 0 ||
        (field != NULL && (field->type == FIELD_INTEGER || field->type == FIELD_NUMBER))) {
        return number_json(table, column, cell, length);
    }
    if (field != NULL && field->type == FIELD_BOOLEAN) {
        return boolean_json(table, column, cell, length);
    }
    size_t guard = csv_guard(cell, length);
    return text_json(table, column, cell + guard, length - guard);
}

/* What only the service writes is not read, unless it is to be taken over. */
static bool ignored(const struct table *table, const char *column)
{
    return strcmp(column, "type") == 0 ||
           (!table->keep &&
            (strcmp(column, "version") == 0 || strcmp(column, "created_at") == 0 || strcmp(column, "updated_at") == 0));
}

static const struct record *type_of(struct table *table, const struct csv_row *row)
{
    size_t length = 0;
    const char *cell = table->type_column < row->count && table->type_column < table->column_count
                           ? cell_of(row, table->type_column, &length)
                           : "";
    if (length == 0 && table->type != NULL) {
        return table->type;
    }
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        if (strlen(records[kind]->name) == length && memcmp(records[kind]->name, cell, length) == 0) {
            return records[kind];
        }
    }
    faults_add(table->faults, "/type", length == 0 ? "required" : "not_in_vocabulary",
               "`type` is one of actor, source, claim, stance and review.");
    return NULL;
}

static void take_record(struct table *table, const struct csv_row *row)
{
    const struct record *record = type_of(table, row);
    size_t before = table->faults->count + table->faults->omitted;
    if (row->count > table->column_count) {
        faults_add(table->faults, "", "too_many", "The line has %zu cells for %zu columns.", row->count,
                   table->column_count);
    }
    if (record == NULL) {
        return;
    }
    json_t *body = validate_made(json_object());
    for (size_t i = 0; i < row->count && i < table->column_count; i++) {
        size_t length;
        const char *cell = cell_of(row, i, &length);
        json_t *value = length == 0 || ignored(table, table->columns[i])
                            ? NULL
                            : cell_json(table, record, table->columns[i], cell, length);
        if (value != NULL) {
            json_object_set_new(body, table->columns[i], value);
        }
    }
    if (table->faults->count + table->faults->omitted > before) {
        json_decref(body);
        return;
    }
    table->take(table->context, row->line, record, body);
}

static void take_row(void *context, const struct csv_row *row)
{
    struct table *table = context;
    table->faults->line = row->line;
    if (row->fault != CSV_WHOLE) {
        refuse(table, NULL, row->fault == CSV_TOO_LONG ? "too_long" : "malformed", csv_fault_text(row->fault));
        table->headless = table->headless || table->columns == NULL;
    } else if (table->headless) {
        return; /* what is wrong with the first line would only be said again */
    } else if (table->columns == NULL) {
        take_columns(table, row);
        table->headless = table->malformed;
    } else {
        take_record(table, row);
    }
    table->done(table->context);
    arena_reset(table->scratch);
}

void table_feed(struct table *table, const char *bytes, size_t length)
{
    csv_feed(&table->reader, bytes, length, take_row, table);
}

void table_end(struct table *table)
{
    csv_end(&table->reader, take_row, table);
}
