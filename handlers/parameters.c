/* The query string: split, decoded and checked before a handler sees it. */
#include "handlers/parameters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "schema/moment.h"
#include "schema/unicode.h"

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool percent_decode(char *text, bool plus_is_space, size_t *ret_length)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '%') {
            int high = hex_digit(from[1]);
            int low = high < 0 ? -1 : hex_digit(from[2]);
            if (low < 0 || (high == 0 && low == 0)) {
                return false;
            }
            *to++ = (char)(high << 4 | low);
            from += 2;
        } else {
            *to++ = *from == '+' && plus_is_space ? ' ' : *from;
        }
    }
    *to = '\0';
    *ret_length = (size_t)(to - text);
    return unicode_valid(text, *ret_length);
}

static const struct parameter *find_parameter(const struct endpoint *endpoint, const char *name)
{
    for (size_t i = 0; i < endpoint->parameter_count; i++) {
        if (strcmp(endpoint->parameters[i].name, name) == 0) {
            return &endpoint->parameters[i];
        }
    }
    return NULL;
}

/* "`a`, `b` and `c`", for the texts of faults. */
static const char *known_names(const struct endpoint *endpoint, struct arena *arena)
{
    if (endpoint->parameter_count == 0) {
        return "no parameters";
    }
    const char *list = "";
    for (size_t i = 0; i < endpoint->parameter_count; i++) {
        const char *joint = i == 0 ? "" : i + 1 < endpoint->parameter_count ? ", " : " and ";
        list = arena_format(arena, "%s%s`%s`", list, joint, endpoint->parameters[i].name);
    }
    return list;
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

static void check_words(const struct parameter *parameter, const struct argument *argument, struct faults *faults)
{
    const char *word = argument->value;
    for (;;) {
        size_t length = strcspn(word, ",");
        if (!vocabulary_has(parameter->vocabulary, word, length)) {
            const char *list = "";
            for (const char *const *known = parameter->vocabulary->words; *known != NULL; known++) {
                list = arena_format(faults->arena, "%s%s%s", list, *list == '\0' ? "" : ", ", *known);
            }
            faults_add_parameter(faults, parameter->name, "not_in_vocabulary", "`%s` takes words of: %s.",
                                 parameter->name, list);
            return;
        }
        if (word[length] == '\0') {
            return;
        }
        word += length + 1;
    }
}

/* A cursor's content is for cursor_read to judge: what is wrong with one has a problem type of its own. */
static void check_value(const struct parameter *parameter, const struct argument *argument, struct faults *faults)
{
    struct moment moment;
    switch (parameter->type) {
    case PARAMETER_TEXT:
    case PARAMETER_CURSOR:
        break;
    case PARAMETER_COUNT:
        check_count(parameter, argument, faults);
        break;
    case PARAMETER_MOMENT:
        if (!moment_parse(argument->value, argument->length, true, &moment)) {
            faults_add_parameter(faults, parameter->name, "not_a_time",
                                 "`%s` is a date such as 2024-10-21 or a date-time with an offset such as "
                                 "2024-10-21T09:30:00Z.",
                                 parameter->name);
        }
        break;
    case PARAMETER_WORDS:
        check_words(parameter, argument, faults);
        break;
    }
}

static void read_argument(struct call *call, struct argument *list, char *text)
{
    struct faults *faults = &call->faults;
    char *value = strchr(text, '=');
    value = value == NULL ? text + strlen(text) : value;
    if (*value == '=') {
        *value++ = '\0';
    }
    size_t name_length;
    size_t length;
    if (!percent_decode(text, true, &name_length)) {
        faults_add_parameter(faults, "", "malformed", "A parameter's name is not percent-encoded UTF-8.");
        return;
    }
    const struct parameter *parameter = find_parameter(call->endpoint, text);
    if (parameter == NULL) {
        faults_add_parameter(faults, text, "unknown_parameter", "There is no parameter `%s` here: this takes %s.", text,
                             known_names(call->endpoint, call->arena));
        return;
    }
    if (!percent_decode(value, true, &length)) {
        faults_add_parameter(faults, parameter->name, "malformed", "The value of `%s` is not percent-encoded UTF-8.",
                             parameter->name);
        return;
    }
    if (call_argument(call, parameter->name) != NULL) {
        faults_add_parameter(faults, parameter->name, "duplicate", "`%s` stands there more than once.",
                             parameter->name);
        return;
    }
    struct argument *argument = &list[call->argument_count++];
    *argument = (struct argument){parameter->name, value, length};
    check_value(parameter, argument, faults);
}

bool parameters_read(struct call *call, const char *query)
{
    call->arguments = NULL;
    call->argument_count = 0;
    if (query == NULL || *query == '\0') {
        return true;
    }
    size_t before = call->faults.count;
    struct argument *list = arena_alloc(call->arena, ARGUMENTS_MOST * sizeof *list);
    call->arguments = list;
    char *rest = arena_text(call->arena, query);
    char *text;
    for (size_t count = 0; (text = strsep(&rest, "&")) != NULL;) {
        if (*text == '\0') {
            continue;
        }
        if (++count > ARGUMENTS_MOST) {
            faults_add_parameter(&call->faults, "", "too_many", "More than %d parameters.", ARGUMENTS_MOST);
            break;
        }
        read_argument(call, list, text);
    }
    return call->faults.count == before;
}
