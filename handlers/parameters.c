/* The query string: split, decoded and checked before a handler sees it. */
#include "handlers/parameters.h"

#include <string.h>

#include "handlers/parameter_value.h"
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

/* "`a`, `b` and `c`", for the texts of faults. Variants of a filter are left out: their names begin with the filter's. */
static const char *known_names(const struct endpoint *endpoint, struct arena *arena)
{
    const char *list = "";
    const char *last = NULL;
    for (size_t i = 0; i < endpoint->parameter_count; i++) {
        const char *name = endpoint->parameters[i].name;
        if (strchr(name, '.') != NULL) {
            continue;
        }
        if (last != NULL) {
            list = arena_format(arena, "%s%s`%s`", list, *list == '\0' ? "" : ", ", last);
        }
        last = name;
    }
    if (last == NULL) {
        return "no parameters";
    }
    return arena_format(arena, "%s%s`%s`", list, *list == '\0' ? "" : " and ", last);
}

/* The variants that a filter has, for somebody who asked for another. */
static void refuse_unknown(struct call *call, const char *name)
{
    const struct endpoint *endpoint = call->endpoint;
    size_t stem = strcspn(name, ".");
    const char *variants = "";
    for (size_t i = 0; name[stem] == '.' && i < endpoint->parameter_count; i++) {
        const char *known = endpoint->parameters[i].name;
        if (strncmp(known, name, stem) == 0 && (known[stem] == '.' || known[stem] == '\0')) {
            variants = arena_format(call->arena, "%s%s`%s`", variants, *variants == '\0' ? "" : ", ", known);
        }
    }
    faults_add_parameter(&call->faults, name, "unknown_parameter", "There is no parameter `%.60s` here: this takes %s.",
                         name, *variants != '\0' ? variants : known_names(endpoint, call->arena));
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
        refuse_unknown(call, text);
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
    value_check(parameter, argument, faults);
}

static void check_required(struct call *call)
{
    for (size_t i = 0; i < call->endpoint->parameter_count; i++) {
        const struct parameter *parameter = &call->endpoint->parameters[i];
        if (parameter->required && call_argument(call, parameter->name) == NULL) {
            faults_add_parameter(&call->faults, parameter->name, "required", "`%s` is missing.", parameter->name);
        }
    }
}

/* Splits `query`, which is not empty, into arguments. */
static void read_arguments(struct call *call, const char *query)
{
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
}

bool parameters_read(struct call *call, const char *query)
{
    size_t before = call->faults.count;
    call->arguments = NULL;
    call->argument_count = 0;
    if (query != NULL && *query != '\0') {
        read_arguments(call, query);
    }
    if (call->faults.count == before) { /* of a value that could not be read, it would be said once more */
        check_required(call);
    }
    return call->faults.count == before;
}
