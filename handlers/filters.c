/* Generates the filters of every record's lists, once, at start. */
#include "handlers/filters.h"

#include <stdlib.h>
#include <string.h>

#include "handlers/example.h"
#include "schema/columns.h"

#define SQL_LIMIT ((size_t)8192)

static struct {
    struct parameter filters[FILTERS_MOST];
    size_t count;
    const char *search;
    struct field own[3]; /* what stands before the fields, described as if it were fields */
} of_record[RECORD_KINDS];

static const struct field created = {
    .name = "created_at",
    .type = FIELD_TIME,
    .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_INDEX,
    .help = "When the record was made.",
    .example = "\"2024-10-21\"",
};
static const struct field updated = {
    .name = "updated_at",
    .type = FIELD_TIME,
    .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_INDEX,
    .help = "When the record was last written.",
    .example = "\"2024-10-21\"",
};

static const struct {
    enum parameter_test test;
    const char *suffix;
    const char *help; /* behind the field's; of TEST_IS none */
} variants[] = {
    {TEST_NOT, ".not", " Leaves out the records with any of these values."},
    {TEST_ALL, ".all", " Only records that have all of these."},
    {TEST_NULL, ".null", " true: only records without a value; false: only those with one."},
    {TEST_FROM, ".gte", " From here on."},
    {TEST_AFTER, ".gt", " After this; after the whole day where it is a date."},
    {TEST_UNTIL, ".lte", " Up to here, the whole day included where it is a date."},
    {TEST_BEFORE, ".lt", " Before this."},
};

static bool ordered(const struct field *field)
{
    return field->type == FIELD_TIME || field->type == FIELD_INTEGER || field->type == FIELD_NUMBER;
}

static bool has_test(const struct field *field, enum parameter_test test)
{
    switch (test) {
    case TEST_ALL:
        return (field->flags & FIELD_MANY) != 0;
    case TEST_FROM:
    case TEST_AFTER:
    case TEST_UNTIL:
    case TEST_BEFORE:
        return ordered(field);
    case TEST_NULL:
        return (field->flags & FIELD_REQUIRED) == 0;
    default:
        return true;
    }
}

static enum parameter_type type_of(const struct field *field, enum parameter_test test)
{
    if (test == TEST_NULL) {
        return PARAMETER_BOOLEAN;
    }
    switch (field->type) {
    case FIELD_WORD:
        return PARAMETER_WORDS;
    case FIELD_TIME:
        return PARAMETER_MOMENT;
    case FIELD_INTEGER:
    case FIELD_NUMBER:
        return test == TEST_IS || test == TEST_NOT ? PARAMETER_NUMBERS : PARAMETER_NUMBER;
    case FIELD_BOOLEAN:
        return PARAMETER_BOOLEAN;
    case FIELD_REFERENCE:
    case FIELD_LINK:
        return PARAMETER_REFERENCES;
    default:
        return PARAMETER_TEXTS;
    }
}

static void add(int kind, struct parameter parameter)
{
    if (of_record[kind].count == FILTERS_MOST) {
        abort(); /* a fault of the program */
    }
    of_record[kind].filters[of_record[kind].count++] = parameter;
}

/* The filters of a field whose column is `column`. */
static void add_filters(int kind, const struct field *field, const char *column, struct arena *memory)
{
    struct parameter filter = {.field = field, .column = column, .vocabulary = field->vocabulary, .least = 1};
    const char *example = example_text(field, memory);
    if ((field->flags & FIELD_FILTER) != 0) {
        filter.name = field->name;
        filter.test = TEST_IS;
        filter.type = type_of(field, TEST_IS);
        filter.help = field->help;
        filter.example = example;
        add(kind, filter);
    }
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        bool declared = (field->flags & FIELD_FILTER) != 0 || variants[i].test == TEST_NULL;
        if (declared && has_test(field, variants[i].test)) {
            filter.name = arena_format(memory, "%s%s", field->name, variants[i].suffix);
            filter.test = variants[i].test;
            filter.type = type_of(field, filter.test);
            filter.help = arena_format(memory, "%s%s", field->help, variants[i].help);
            filter.example = variants[i].test == TEST_NULL ? "true" : example;
            add(kind, filter);
        }
    }
}

/* The column that a filter of the field looks at. Lists in tables of their own have none. */
static const char *column_of(const struct record *record, const struct field *field, struct arena *memory)
{
    if (field->table != NULL) {
        return NULL;
    }
    struct column columns[COLUMNS_OF_FIELD];
    (void)columns_of_field(record, field, columns);
    /* the collation of the indexes: handlers/order.c */
    bool text = strcmp(columns[0].type, "text") == 0;
    return arena_format(memory, "t.%s%s", columns[0].name, text ? " COLLATE \"C\"" : "");
}

/* An id and a ref are two names for one thing, and the id is what the storage is in the order of. */
static void add_own(int kind, struct arena *memory)
{
    struct field *own = of_record[kind].own;
    own[0] = (struct field){
        .name = "id",
        .type = FIELD_REFERENCE,
        .flags = FIELD_REQUIRED | FIELD_FILTER | FIELD_INDEX,
        .target = (enum record_kind)kind,
        .help = "Its id, or its ref.",
        .example = "\"0192f3a0-0000-7000-8000-000000000000\"",
    };
    own[1] = own[0];
    own[1].name = "ref";
    own[1].help = "Its ref.";
    own[1].example = "\"north-korea\"";
    own[2] = own[1];
    own[2].flags = 0; /* may be missing, which is all that is asked of the column itself */
    add_filters(kind, &own[0], "t.id", memory);
    add_filters(kind, &own[1], "t.id", memory);
    add_filters(kind, &own[2], "t.ref", memory);
    add_filters(kind, &created, "t.created_at", memory);
    add_filters(kind, &updated, "t.updated_at", memory);
}

/* migrations/ has an index of just this expression. */
static void make_search(int kind, struct arena *memory)
{
    const struct record *record = records[kind];
    struct buffer sql __attribute__((cleanup(buffer_free)));
    buffer_init(&sql, SQL_LIMIT);
    buffer_text(&sql, "search_terms(");
    const char *joint = "";
    for (size_t i = 0; i < record->field_count; i++) {
        const struct field *field = &record->fields[i];
        if ((field->flags & FIELD_SEARCH) == 0) {
            continue;
        }
        buffer_text(&sql, joint);
        if ((field->flags & FIELD_MANY) != 0) {
            buffer_format(&sql, "words_of(t.%s)", field->name);
        } else if ((field->flags & FIELD_REQUIRED) != 0) {
            buffer_format(&sql, "t.%s", field->name);
        } else {
            buffer_format(&sql, "coalesce(t.%s, '')", field->name);
        }
        joint = " || ' ' || ";
    }
    buffer_char(&sql, ')');
    of_record[kind].search = arena_copy(memory, sql.data, sql.length);
}

void filters_init(struct arena *memory)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        const struct record *record = records[kind];
        make_search(kind, memory);
        add(kind, (struct parameter){
                      .name = "q",
                      .type = PARAMETER_TEXT,
                      .test = TEST_SEARCH,
                      .column = of_record[kind].search,
                      .help = "Words that all stand in the record's texts; \"some words\" next to each other, -word to "
                              "leave one out, `or` for either.",
                      .example = "troops",
                  });
        add_own(kind, memory);
        for (size_t i = 0; i < record->field_count; i++) {
            if (record->fields[i].type != FIELD_OBJECT) {
                add_filters(kind, &record->fields[i], column_of(record, &record->fields[i], memory), memory);
            }
        }
    }
}

const struct parameter *filters_of(const struct record *record, size_t *ret_count)
{
    *ret_count = of_record[record->kind].count;
    return of_record[record->kind].filters;
}
