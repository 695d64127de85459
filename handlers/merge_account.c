/* Says what a merge did, or would have to do. */
#include "handlers/document.h"
#include "handlers/merge.h"

static void put_use(struct buffer *body, const char *joint, const struct use *use)
{
    buffer_format(body, "%s{\"kind\":\"%s\",\"field\":\"%s\",\"count\":%lld", joint, use->record->name, use->field,
                  use->count);
}

void merge_refuse_size(struct call *call, const struct merge *merge, struct reply *reply)
{
    reply_problem(call, reply, PROBLEM_MERGE_TOO_LARGE,
                  arena_format(call->arena,
                               "More than %d records refer to it: `references` says by which of their fields.",
                               call->merges_most));
    reply_member(reply, "references");
    for (int i = 0; i < merge->use_count; i++) {
        const struct use *use = &merge->uses[i];
        put_use(&reply->body, i == 0 ? "[" : ",", use);
        buffer_format(&reply->body, "%s,\"link\":\"/v1/%s?%s=%s\"}",
                      use->count > call->merges_most ? ",\"at_least\":true" : "", use->record->plural, use->field,
                      merge->one.id);
    }
    buffer_text(&reply->body, "]}\n");
}

/* Entries that are gone: of its own lists, and of those of others. */
static void put_folded(struct call *call, const struct merge *merge, struct buffer *body)
{
    json_t *own = json_object_get(merge->note, "folded");
    document_write(body, own, call->arena);
    body->length--; /* goes on inside the array */
    const char *joint = json_array_size(own) == 0 ? "" : ",";
    for (int i = 0; i < merge->folded_count; i++) {
        put_use(body, joint, &merge->folded[i]);
        buffer_char(body, '}');
        joint = ",";
    }
    buffer_char(body, ']');
}

void merge_account(struct call *call, const struct merge *merge, struct reply *reply)
{
    struct buffer *body = &reply->body;
    reply->status = 200;
    buffer_text(body, "{\"merged\":");
    document_write(body, json_object_get(merge->note, "merged"), call->arena);
    buffer_text(body, ",\"into\":");
    buffer_put(body, merge->record.data, merge->record.length);
    buffer_text(body, ",\"rewritten\":{");
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        buffer_format(body, "%s\"%s\":%lld", kind == 0 ? "" : ",", records[kind]->name, merge->rewritten[kind]);
    }
    buffer_text(body, "},\"folded\":");
    put_folded(call, merge, body);
    buffer_text(body, ",\"left_out\":");
    document_write(body, json_object_get(merge->note, "left_out"), call->arena);
    buffer_text(body, "}\n");
}
