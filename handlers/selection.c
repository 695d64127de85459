/* From the parameters of a list to the statement for a page of it. */
#include "handlers/selection.h"

#include <stdlib.h>
#include <string.h>

#include "schema/identity.h"

/* How many rows a statement may fetch. Few different numbers make few different statements, and a number that the planner can
   see makes it choose the index that gives the order. */
static const long fetches[] = {11, 51, 101, 201, 501, 1001};

static const struct parameter *filter_named(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->endpoint->parameter_count; i++) {
        const struct parameter *parameter = &call->endpoint->parameters[i];
        if (parameter->test != TEST_NONE && strcmp(parameter->name, name) == 0) {
            return parameter;
        }
    }
    return NULL;
}

static int by_parameter(const void *left, const void *right)
{
    const struct parameter *const *a = left;
    const struct parameter *const *b = right;
    return (*a > *b) - (*a < *b);
}

bool selection_read(struct call *call, const struct record *record, struct selection *ret)
{
    struct selection selection = {.record = record, .ordering = order_of(record, call_argument(call, "sort"))};
    const struct parameter *found[CONDITIONS_MOST] = {NULL};
    for (size_t i = 0; i < call->argument_count; i++) {
        const struct parameter *parameter = filter_named(call, call->arguments[i].name);
        if (parameter == NULL) {
            continue;
        }
        if (selection.filter_count == CONDITIONS_MOST) {
            faults_add_parameter(&call->faults, parameter->name, "too_many", "A request takes at most %d filters.",
                                 CONDITIONS_MOST);
            return false;
        }
        found[selection.filter_count++] = parameter;
    }
    /* in the order of the description: the same filters make the same statement however they were written */
    qsort(found, (size_t)selection.filter_count, sizeof found[0], by_parameter);
    for (int i = 0; i < selection.filter_count; i++) {
        selection.filters[i].parameter = found[i];
        selection.filters[i].value = call_argument(call, found[i]->name);
    }
    *ret = selection;
    return true;
}

bool selection_starts(const struct selection *selection, const struct cursor *after)
{
    struct identity id;
    const struct order *order = selection->ordering.order;
    const char *key = after->keys[0];
    const char *text = after->keys[1];
    return (key == NULL ? order->nullable : order_key_valid(order, key)) && text != NULL &&
           identity_parse(text, strlen(text), &id);
}

bool selection_has(const struct selection *selection, enum part part)
{
    if (part == PART_NULLS) {
        return selection->ordering.order->nullable;
    }
    return selection->after == NULL || selection->after->keys[0] != NULL;
}

void selection_put_filters(struct statement *statement, const struct selection *selection, const char *joint)
{
    for (int i = 0; i < selection->filter_count; i++) {
        statement_text(statement, joint);
        condition_put(statement, selection->record, selection->filters[i].parameter, selection->filters[i].value);
        joint = " AND ";
    }
}

/* What follows the cursor. */
static void put_after(struct statement *statement, const struct selection *selection, enum part part)
{
    const struct ordering *ordering = &selection->ordering;
    const struct cursor *after = selection->after;
    const char *beyond = ordering->descending ? " < " : " > ";
    if (after == NULL || (part == PART_NULLS && after->keys[0] != NULL)) {
        return;
    }
    if (part == PART_NULLS) {
        statement_text(statement, " AND t.id");
        statement_text(statement, beyond);
        statement_value(statement, after->keys[1], "uuid");
        return;
    }
    statement_text(statement, ordering->order->nullable ? " AND (" : "(");
    statement_text(statement, ordering->order->column);
    statement_text(statement, ", t.id)");
    statement_text(statement, beyond);
    statement_text(statement, "(");
    statement_value(statement, after->keys[0], ordering->order->type);
    statement_text(statement, ", ");
    statement_value(statement, after->keys[1], "uuid");
    statement_text(statement, ")");
}

static long fetch_of(long limit)
{
    size_t i = 0;
    while (i + 1 < sizeof fetches / sizeof *fetches && fetches[i] <= limit) {
        i++;
    }
    return fetches[i];
}

void selection_put(struct statement *statement, const struct selection *selection, enum part part, const char *columns)
{
    const struct order *order = selection->ordering.order;
    const char *direction = selection->ordering.descending ? " DESC" : "";
    bool starts = selection->after != NULL && !order->nullable;
    statement_text(statement, "SELECT ");
    statement_text(statement, columns);
    statement_text(statement, " FROM ");
    statement_text(statement, selection->record->name);
    statement_text(statement, " t");
    if (order->nullable) {
        statement_text(statement, " WHERE ");
        statement_text(statement, order->column);
        statement_text(statement, part == PART_NULLS ? " IS NULL" : " IS NOT NULL");
    } else if (starts) {
        statement_text(statement, " WHERE ");
    }
    put_after(statement, selection, part);
    selection_put_filters(statement, selection, order->nullable || starts ? " AND " : " WHERE ");
    statement_text(statement, " ORDER BY ");
    statement_text(statement, order->column);
    statement_text(statement, direction);
    statement_text(statement, ", t.id");
    statement_text(statement, direction);
    buffer_format(&statement->sql, " LIMIT %ld", fetch_of(selection->limit));
}

void selection_put_all(struct statement *statement, const struct selection *selection, const char *columns)
{
    const char *joint = "(";
    for (enum part part = PART_VALUES; part < PARTS; part++) {
        if (selection_has(selection, part)) {
            statement_text(statement, joint);
            selection_put(statement, selection, part, columns);
            joint = ") UNION ALL (";
        }
    }
    statement_text(statement, ")");
}

/* Whether one index gives both the rows and their order, whatever the value: then there is nothing to choose by it. So it is for what belongs to
   one claim, in the usual order (migrations/0002). Of other references there may be so few different ones that without the value the planner
   expects to meet it soon in the order of time alone, and for one that nobody has would read the whole table. */
static bool settled(const struct selection *selection)
{
    if (selection->filter_count != 1 || strcmp(selection->ordering.order->name, "created_at") != 0) {
        return selection->filter_count == 0;
    }
    const struct parameter *parameter = selection->filters[0].parameter;
    return parameter->test == TEST_IS && parameter->field->type == FIELD_REFERENCE &&
           (parameter->field->flags & FIELD_FIXED) != 0 && strchr(selection->filters[0].value, ',') == NULL;
}

void selection_plan(const struct selection *selection, struct plan *plan)
{
    /* until the end of the transaction, which is that of the pipeline's segment */
    if (!settled(selection)) {
        (void)plan_query(plan, "SELECT set_config('plan_cache_mode', 'force_custom_plan', true)");
    }
}

bool selection_indexed(const struct selection *selection)
{
    bool found = selection->filter_count == 0;
    for (int i = 0; i < selection->filter_count; i++) {
        const struct parameter *parameter = selection->filters[i].parameter;
        bool led = parameter->test == TEST_SEARCH || ((parameter->field->flags & FIELD_INDEX) != 0 &&
                                                      parameter->test != TEST_NOT && parameter->test != TEST_NULL);
        found = found || led;
    }
    return found && selection->ordering.order->indexed;
}
