/* Reads `fields`, `expand` and `format`, and applies them. */
#include "handlers/shape.h"

#include <string.h>

#include "handlers/csv.h"
#include "handlers/linked.h"
#include "handlers/parameter_value.h"

/* Bits of a view: the fields in a comma-separated list. */
static uint64_t bits_of(const struct call *call, const struct record *record, const char *list)
{
    uint64_t bits = 0;
    struct item item;
    while (value_next(call->arena, &list, &item)) {
        for (unsigned i = 0; i < ENCODE_OWN; i++) {
            bits |= strcmp(encode_own[i], item.text) == 0 ? UINT64_C(1) << i : 0;
        }
        for (size_t i = 0; i < record->field_count; i++) {
            bits |= strcmp(record->fields[i].name, item.text) == 0 ? UINT64_C(1) << (ENCODE_OWN + i) : 0;
        }
    }
    return bits;
}

bool shape_read(struct call *call, struct reply *reply, struct shape *ret)
{
    const struct record *record = call->endpoint->record;
    const char *fields = call_argument(call, "fields");
    const char *expand = call_argument(call, "expand");
    ret->record = record;
    ret->view = (struct encode_view){.shown = ENCODE_ALL, .expand = expand_put, .context = &ret->expansions};
    expand_init(&ret->expansions);
    if (fields != NULL) {
        ret->view.shown = bits_of(call, record, fields);
    }
    if (expand != NULL) {
        ret->view.expanded = bits_of(call, record, expand) & ret->view.shown;
    }
    if (!media_choose(call, reply, &ret->media)) {
        return false;
    }
    if (ret->media == MEDIA_JSONLD && (fields != NULL || expand != NULL)) {
        faults_add_parameter(&call->faults, "format", "conflicting_parameters",
                             "JSON-LD has a form of its own: leave out `fields` and `expand`.");
        reply_problem(call, reply, PROBLEM_INVALID_PARAMETER, NULL);
        return false;
    }
    if (ret->media == MEDIA_JSONLD && record == &record_review) {
        shape_link(ret);
    }
    return true;
}

void shape_link(struct shape *shape)
{
    static const char *const told[] = {"claim", "reviewer", "source"};
    for (size_t i = 0; i < shape->record->field_count; i++) {
        for (size_t j = 0; j < sizeof told / sizeof *told; j++) {
            bool named = strcmp(shape->record->fields[i].name, told[j]) == 0;
            shape->view.expanded |= named ? UINT64_C(1) << (ENCODE_OWN + i) : 0;
        }
    }
}

void shape_free(struct shape *shape)
{
    expand_free(&shape->expansions);
    sayings_free(&shape->sayings);
}

void shape_plan(struct shape *shape, struct call *call, struct plan *plan, expand_rows *rows, const void *context)
{
    for (size_t i = 0; i < shape->record->field_count; i++) {
        if ((shape->view.expanded >> (ENCODE_OWN + i) & 1) != 0) {
            expand_plan(&shape->expansions, call->arena, plan, shape->record, &shape->record->fields[i], rows, context);
        }
    }
    if (shape->media == MEDIA_JSONLD) {
        sayings_plan(&shape->sayings, call->arena, plan, rows, context,
                     shape->record == &record_review ? "t.claim_id" : "t.id");
    }
}

bool shape_row(struct shape *shape, int query, const struct row *row)
{
    return expand_row(&shape->expansions, query, row) || sayings_row(&shape->sayings, query, row);
}

void shape_begin(const struct shape *shape, struct reply *reply)
{
    reply->type = media_type(shape->media);
    if (shape->media == MEDIA_CSV) {
        csv_names(&reply->body, shape->record, &shape->view);
    }
}

void shape_put(const struct shape *shape, struct buffer *buffer, const struct row *row, int first)
{
    if (shape->media == MEDIA_CSV) {
        csv_record(buffer, shape->record, row, first, &shape->view);
    } else if (shape->media == MEDIA_JSONLD) {
        linked_put(buffer, shape, row, first);
    } else {
        encode_record_view(buffer, shape->record, row, first, &shape->view);
    }
}
