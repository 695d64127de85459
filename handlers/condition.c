/* Conditions, by the kind of column: a value, an array, or a list in a table of its own. */
#include "handlers/condition.h"

#include <string.h>

#include "handlers/array.h"
#include "handlers/parameter_value.h"
#include "handlers/wanted.h"
#include "schema/encode.h"
#include "schema/identity.h"
#include "schema/moment.h"

#define ARRAY_LIMIT ((size_t)1024 * 1024) /* far more than a request line holds */

/* The values of a comma-separated list, ready to be a parameter. */
struct values {
    const char *one;   /* the first… */
    const char *array; /* …and all of them, as an array */
    int count;
};

static const char *id_of(const struct parameter *parameter, const struct item *item, struct arena *arena)
{
    struct identity id = {{0}};
    (void)identity_resolve(parameter->field->target, item->text, item->length, &id);
    char *text = arena_alloc(arena, IDENTITY_TEXT);
    identity_format(&id, text);
    return text;
}

/* PostgreSQL reads an integer in digits only, and JSON's notation may have more. */
static const char *number_of(const struct item *item, struct arena *arena)
{
    double number = 0;
    struct buffer text __attribute__((cleanup(buffer_free)));
    buffer_init(&text, 64);
    (void)value_number(item->text, item->length, false, &number);
    encode_number(&text, number);
    return arena_copy(arena, text.data, text.length);
}

static const char *value_of(const struct parameter *parameter, const struct item *item, struct arena *arena)
{
    switch (parameter->type) {
    case PARAMETER_REFERENCES:
        return id_of(parameter, item, arena);
    case PARAMETER_NUMBER:
    case PARAMETER_NUMBERS:
        return number_of(item, arena);
    default:
        return item->text;
    }
}

static struct values values_of(const struct parameter *parameter, const char *list, struct arena *arena)
{
    struct values values = {0};
    struct buffer array __attribute__((cleanup(buffer_free)));
    buffer_init(&array, ARRAY_LIMIT);
    array_begin(&array);
    struct item item;
    while (value_next(arena, &list, &item)) {
        const char *value = value_of(parameter, &item, arena);
        values.one = values.count++ == 0 ? value : values.one;
        array_text(&array, value, strlen(value));
    }
    array_end(&array);
    values.array = arena_copy(arena, array.data, array.length);
    return values;
}

/* The SQL types of one value and of several. */
struct types {
    const char *one, *many;
};

static struct types types_of(const struct field *field)
{
    switch (field->type) {
    case FIELD_REFERENCE:
    case FIELD_LINK:
        return (struct types){"uuid", "uuid[]"};
    case FIELD_INTEGER:
        return (struct types){"integer", "integer[]"};
    case FIELD_NUMBER:
        return (struct types){"double precision", "double precision[]"};
    case FIELD_BOOLEAN:
        return (struct types){"boolean", "boolean[]"};
    default:
        return (struct types){"text", "text[]"};
    }
}

/* One value is compared as such, so that an index can also give the order. */
static void put_any(struct statement *statement, const char *column, struct types types, const struct values *values)
{
    statement_text(statement, column);
    if (values->count == 1) {
        statement_text(statement, " = ");
        statement_value(statement, values->one, types.one);
    } else {
        statement_text(statement, " = ANY (");
        statement_value(statement, values->array, types.many);
        statement_text(statement, ")");
    }
}

static void put_null(struct statement *statement, const char *column, const char *value)
{
    statement_text(statement, column);
    statement_text(statement, strcmp(value, "true") == 0 ? " IS NULL" : " IS NOT NULL");
}

static void put_scalar(struct statement *statement, const struct parameter *parameter, const char *value)
{
    struct types types = types_of(parameter->field);
    struct values values = values_of(parameter, value, statement->arena);
    if (parameter->test == TEST_IS) {
        put_any(statement, parameter->column, types, &values);
        return;
    }
    statement_text(statement, "("); /* a row without a value has none of those either */
    statement_text(statement, parameter->column);
    statement_text(statement, " <> ALL (");
    statement_value(statement, values.array, types.many);
    statement_text(statement, ")) IS NOT FALSE");
}

static const char *comparison(enum parameter_test test)
{
    switch (test) {
    case TEST_FROM:
        return " >= ";
    case TEST_AFTER:
        return " > ";
    case TEST_UNTIL:
        return " <= ";
    default:
        return " < ";
    }
}

static void put_bound(struct statement *statement, const struct parameter *parameter, const char *value)
{
    statement_text(statement, parameter->column);
    statement_text(statement, comparison(parameter->test));
    struct item item = {value, strlen(value)};
    statement_value(statement, value_of(parameter, &item, statement->arena), types_of(parameter->field).one);
}

#define DAY_SQL " + interval '24 hours'"

/* Times. A date stands for its whole day, from the first instant to the last. */
static void put_time(struct statement *statement, const struct parameter *parameter, const char *value)
{
    struct moment moment = {0};
    char text[MOMENT_TEXT];
    (void)moment_parse(value, strlen(value), true, &moment);
    bool day = moment.is_date;
    moment.is_date = false;
    value = arena_copy(statement->arena, text, moment_format(moment, text));
    if (parameter->test == TEST_IS || parameter->test == TEST_NOT) {
        statement_text(statement, "(");
        statement_text(statement, parameter->column);
        statement_text(statement, day ? " >= " : " = ");
        int number = statement_value(statement, value, "timestamptz");
        if (day) {
            statement_text(statement, " AND ");
            statement_text(statement, parameter->column);
            statement_text(statement, " < ");
            statement_again(statement, number, "timestamptz");
            statement_text(statement, DAY_SQL);
        }
        statement_text(statement, parameter->test == TEST_NOT ? ") IS NOT TRUE" : ")");
        return;
    }
    bool past = day && (parameter->test == TEST_AFTER || parameter->test == TEST_UNTIL); /* counts from the day's end */
    enum parameter_test test = !past ? parameter->test : parameter->test == TEST_AFTER ? TEST_FROM : TEST_BEFORE;
    statement_text(statement, parameter->column);
    statement_text(statement, comparison(test));
    statement_value(statement, value, "timestamptz");
    statement_text(statement, past ? DAY_SQL : "");
}

static void put_array(struct statement *statement, const struct parameter *parameter, const char *value)
{
    if (parameter->test == TEST_NULL) {
        statement_text(statement, parameter->column);
        statement_text(statement, strcmp(value, "true") == 0 ? " = '{}'" : " <> '{}'");
        return;
    }
    struct values values = values_of(parameter, value, statement->arena);
    statement_text(statement, parameter->test == TEST_NOT ? "NOT " : "");
    statement_text(statement, parameter->column);
    statement_text(statement, parameter->test == TEST_ALL ? " @> " : " && ");
    statement_value(statement, values.array, types_of(parameter->field).many);
}

/* "EXISTS (SELECT FROM claim_about l WHERE l.claim_id = t.id", not yet closed. */
static void begin_exists(struct statement *statement, const struct record *record, const struct field *field)
{
    statement_text(statement, "EXISTS (SELECT FROM ");
    statement_text(statement, field->table);
    statement_text(statement, " l WHERE l.");
    statement_text(statement, record->name);
    statement_text(statement, "_id = t.id");
}

static void put_table(struct statement *statement, const struct record *record, const struct parameter *parameter,
                      const char *value)
{
    const struct field *field = parameter->field;
    bool null = parameter->test == TEST_NULL;
    statement_text(statement, parameter->test == TEST_NOT || (null && strcmp(value, "true") == 0) ? "NOT " : "");
    begin_exists(statement, record, field);
    if (null) {
        statement_text(statement, ")");
        return;
    }
    struct values values = values_of(parameter, value, statement->arena);
    statement_text(statement, " AND ");
    put_any(statement, "l.target_id", types_of(field), &values);
    statement_text(statement, ")");
    if (parameter->test == TEST_ALL && values.count > 1) { /* one of them, by index; and all of them */
        statement_text(statement, " AND (SELECT array_agg(l.target_id) FROM ");
        statement_text(statement, field->table);
        statement_text(statement, " l WHERE l.");
        statement_text(statement, record->name);
        statement_text(statement, "_id = t.id) @> ");
        statement_again(statement, statement->count, types_of(field).many);
    }
}

static void put_test(struct statement *statement, const struct record *record, const struct parameter *parameter,
                     const char *value)
{
    const struct field *field = parameter->field;
    if (parameter->test == TEST_SEARCH) {
        statement_text(statement, parameter->column);
        statement_text(statement, " @@ ");
        statement_value(statement, wanted_exact(value, strlen(value), statement->arena), "tsquery");
    } else if (field->table != NULL) {
        put_table(statement, record, parameter, value);
    } else if ((field->flags & FIELD_MANY) != 0) {
        put_array(statement, parameter, value);
    } else if (parameter->test == TEST_NULL) {
        put_null(statement, parameter->column, value);
    } else if (field->type == FIELD_TIME) {
        put_time(statement, parameter, value);
    } else if (parameter->test == TEST_IS || parameter->test == TEST_NOT) {
        put_scalar(statement, parameter, value);
    } else {
        put_bound(statement, parameter, value);
    }
}

void condition_put(struct statement *statement, const struct record *record, const struct parameter *parameter,
                   const char *value)
{
    if (parameter->within != NULL) {
        statement_text(statement, parameter->within);
    }
    put_test(statement, record, parameter, value);
    if (parameter->within != NULL) {
        statement_text(statement, ")");
    }
}
