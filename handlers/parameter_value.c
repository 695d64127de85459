/* Checks the values of query parameters, type by type. */
#include "handlers/parameter_value.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/wanted.h"
#include "schema/format.h"
#include "schema/identity.h"
#include "schema/moment.h"
#include "schema/unicode.h"

bool value_next(struct arena *arena, const char **rest, struct item *ret)
{
    const char *at = *rest;
    if (at == NULL) {
        return false;
    }
    char *text = arena_alloc(arena, strlen(at) + 1);
    size_t length = 0;
    for (; *at != '\0' && *at != ','; at++) {
        if (*at == '\\' && (at[1] == ',' || at[1] == '\\')) {
            at++;
        }
        text[length++] = *at;
    }
    *ret = (struct item){text, length};
    *rest = *at == ',' ? at + 1 : NULL;
    return true;
}

bool value_number(const char *text, size_t length, bool whole, double *ret)
{
    /* strtod takes more than JSON does: hexadecimal, "inf", white space */
    if (length == 0 || length > 40 || strspn(text, "+-.0123456789eE") != length || strchr("+.eE", *text) != NULL) {
        return false;
    }
    char *end;
    errno = 0;
    double number = strtod(text, &end);
    bool fits = *end == '\0' && isfinite(number) && (errno != ERANGE || number != 0);
    if (!fits || (whole && (number != trunc(number) || fabs(number) > INT32_MAX))) {
        return false;
    }
    *ret = number;
    return true;
}

static void check_count(const struct parameter *parameter, const struct argument *argument, struct faults *faults)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(argument->value, &end, 10);
    bool digits = argument->length > 0 && strspn(argument->value, "0123456789") == argument->length;
    if (!digits || errno != 0 || number < parameter->least || number > parameter->most) {
        faults_add_parameter(faults, parameter->name, "out_of_range", "`%s` is a whole number from %lld to %lld.",
                             parameter->name, (long long)parameter->least, (long long)parameter->most);
    }
}

static void check_moment(const struct parameter *parameter, const struct argument *argument, struct faults *faults)
{
    struct moment moment;
    if (!moment_parse(argument->value, argument->length, true, &moment)) {
        faults_add_parameter(faults, parameter->name, "not_a_time",
                             "`%s` is a date such as 2024-10-21 or a date-time with an offset such as "
                             "2024-10-21T09:30:00Z.",
                             parameter->name);
    }
}

static bool refuse_word(const struct parameter *parameter, struct faults *faults)
{
    const char *list = "";
    for (const char *const *known = parameter->vocabulary->words; *known != NULL; known++) {
        list = arena_format(faults->arena, "%s%s%s", list, *list == '\0' ? "" : ", ", *known);
    }
    faults_add_parameter(faults, parameter->name, "not_in_vocabulary", "`%s` takes %s of: %s.", parameter->name,
                         parameter->type == PARAMETER_WORD ? "one" : "words", list);
    return false;
}

static bool check_text(const struct parameter *parameter, const struct item *item, struct faults *faults)
{
    const struct field *field = parameter->field;
    const struct format *format = field == NULL ? NULL : format_of(field);
    if (item->length == 0) {
        faults_add_parameter(faults, parameter->name, "blank", "`%s` has a value with nothing in it.", parameter->name);
        return false;
    }
    if (format != NULL && !format->check(item->text, item->length)) {
        faults_add_parameter(faults, parameter->name, format->code, "%s", format->detail);
        return false;
    }
    return true;
}

static bool check_reference(const struct parameter *parameter, const struct item *item, struct faults *faults)
{
    struct identity ignored;
    if (identity_resolve(parameter->field->target, item->text, item->length, &ignored)) {
        return true;
    }
    faults_add_parameter(faults, parameter->name, "invalid_reference",
                         "`%s` takes ids and refs, and `%.60s` is neither.", parameter->name, item->text);
    return false;
}

static bool check_number(const struct parameter *parameter, const struct item *item, struct faults *faults)
{
    double number;
    bool whole = parameter->field != NULL && parameter->field->type == FIELD_INTEGER;
    bool bounded = parameter->most > parameter->least;
    if (value_number(item->text, item->length, whole, &number)) {
        if (!bounded || (number >= (double)parameter->least && number <= (double)parameter->most)) {
            return true;
        }
        faults_add_parameter(faults, parameter->name, "out_of_range", "`%s` is from %lld to %lld.", parameter->name,
                             (long long)parameter->least, (long long)parameter->most);
        return false;
    }
    faults_add_parameter(faults, parameter->name, "out_of_range", "`%s` takes %s, and `%.60s` is none.",
                         parameter->name, whole ? "whole numbers" : "numbers", item->text);
    return false;
}

static bool check_item(const struct parameter *parameter, const struct item *item, struct faults *faults)
{
    switch (parameter->type) {
    case PARAMETER_WORDS:
        return vocabulary_has(parameter->vocabulary, item->text, item->length) || refuse_word(parameter, faults);
    case PARAMETER_TEXTS:
        return check_text(parameter, item, faults);
    case PARAMETER_REFERENCES:
        return check_reference(parameter, item, faults);
    default:
        return check_number(parameter, item, faults);
    }
}

/* One fault says enough about a list. */
static void check_items(const struct parameter *parameter, const struct argument *argument, struct faults *faults)
{
    const char *rest = argument->value;
    struct item item;
    for (int count = 0; value_next(faults->arena, &rest, &item); count++) {
        if (count == VALUE_ITEMS_MOST) {
            faults_add_parameter(faults, parameter->name, "too_many", "`%s` takes at most %d values.", parameter->name,
                                 VALUE_ITEMS_MOST);
            return;
        }
        if (!check_item(parameter, &item, faults)) {
            return;
        }
    }
}

static void check_search(const struct parameter *parameter, const struct argument *argument, struct faults *faults)
{
    if (parameter->test == TEST_SEARCH && unicode_blank(argument->value, argument->length)) {
        faults_add_parameter(faults, parameter->name, "blank", "`%s` needs a word to look for.", parameter->name);
        return;
    }
    if (parameter->test != TEST_SEARCH) {
        return;
    }
    if (unicode_length(argument->value, argument->length) > WANTED_TEXT_MOST) {
        faults_add_parameter(faults, parameter->name, "too_long", "`%s` has at most %d characters.", parameter->name,
                             WANTED_TEXT_MOST);
        return;
    }
    struct wanted *wanted = arena_alloc(faults->arena, sizeof *wanted);
    wanted_read(wanted, argument->value, argument->length, false, faults->arena);
    if (wanted->overlong) {
        faults_add_parameter(faults, parameter->name, "too_many", "`%s` has at most %d words.", parameter->name,
                             WANTED_WORDS_MOST);
    }
}

void value_check(const struct parameter *parameter, const struct argument *argument, struct faults *faults)
{
    switch (parameter->type) {
    case PARAMETER_TEXT:
        check_search(parameter, argument, faults);
        break;
    case PARAMETER_CURSOR: /* for cursor_read to judge: what is wrong with one has a problem type of its own */
        break;
    case PARAMETER_COUNT:
        check_count(parameter, argument, faults);
        break;
    case PARAMETER_MOMENT:
        check_moment(parameter, argument, faults);
        break;
    case PARAMETER_WORD:
        if (!vocabulary_has(parameter->vocabulary, argument->value, argument->length)) {
            (void)refuse_word(parameter, faults);
        }
        break;
    case PARAMETER_BOOLEAN:
        if (strcmp(argument->value, "true") != 0 && strcmp(argument->value, "false") != 0) {
            faults_add_parameter(faults, parameter->name, "wrong_type", "`%s` is true or false.", parameter->name);
        }
        break;
    case PARAMETER_NUMBER:
        (void)check_number(parameter, &(struct item){argument->value, argument->length}, faults);
        break;
    case PARAMETER_WORDS:
    case PARAMETER_TEXTS:
    case PARAMETER_REFERENCES:
    case PARAMETER_NUMBERS:
        check_items(parameter, argument, faults);
        break;
    }
}
