/* Claims and actors are compared by id: what a record refers to stands in its document. */
#include "handlers/interest.h"

#include <string.h>

#include "handlers/array.h"
#include "handlers/parameter_value.h"

#define ARRAY_LIMIT ((size_t)1024 * 1024) /* far more than a request line holds */

const struct vocabulary interest_kinds = {"kind",
                                          (const char *const[]){"actor", "source", "claim", "stance", "review", NULL}};
const struct field interest_claim = {.name = "claim", .type = FIELD_REFERENCE, .target = RECORD_CLAIM};
const struct field interest_actor = {.name = "actor", .type = FIELD_REFERENCE, .target = RECORD_ACTOR};
const struct field interest_topics = {.name = "topics", .type = FIELD_SLUG, .flags = FIELD_MANY, .most = 128};

static size_t count_items(const struct call *call, const char *list)
{
    struct item item;
    size_t count = 0;
    while (value_next(call->arena, &list, &item)) {
        count++;
    }
    return count;
}

static const struct identity *read_ids(const struct call *call, const struct field *field, size_t *ret_count)
{
    const char *list = call_argument(call, field->name);
    *ret_count = count_items(call, list);
    struct identity *ids = arena_alloc(call->arena, (*ret_count + 1) * sizeof *ids);
    struct item item;
    for (size_t i = 0; i < *ret_count && value_next(call->arena, &list, &item); i++) {
        (void)identity_resolve(field->target, item.text, item.length, &ids[i]);
    }
    return ids;
}

struct interest interest_read(const struct call *call)
{
    struct interest interest = {0};
    struct item item;
    const char *list = call_argument(call, "kind");
    while (value_next(call->arena, &list, &item)) {
        interest.kinds |= 1U << record_named(item.text)->kind;
    }
    interest.claims = read_ids(call, &interest_claim, &interest.claim_count);
    interest.actors = read_ids(call, &interest_actor, &interest.actor_count);
    list = call_argument(call, "topics");
    const char **topics = arena_alloc(call->arena, (count_items(call, list) + 1) * sizeof *topics);
    while (value_next(call->arena, &list, &item)) {
        topics[interest.topic_count++] = item.text;
    }
    interest.topics = topics;
    return interest;
}

static bool among(const struct identity *ids, size_t count, const struct identity *id)
{
    for (size_t i = 0; i < count; i++) {
        if (memcmp(&ids[i], id, sizeof *id) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_topic(const struct interest *interest, const char *topics)
{
    for (; *topics != '\0'; topics += strlen(topics) + 1) {
        for (size_t i = 0; i < interest->topic_count; i++) {
            if (strcmp(topics, interest->topics[i]) == 0) {
                return true;
            }
        }
    }
    return false;
}

bool interest_has(const struct interest *interest, const struct change *change)
{
    bool of_actor = interest->actor_count == 0;
    for (int i = 0; i < change->actor_count; i++) {
        of_actor = of_actor || among(interest->actors, interest->actor_count, &change->actors[i]);
    }
    return of_actor && (interest->kinds == 0 || (interest->kinds >> change->kind & 1U) != 0) &&
           (interest->claim_count == 0 ||
            (change->about_claim && among(interest->claims, interest->claim_count, &change->claim))) &&
           (interest->topic_count == 0 || has_topic(interest, change->topics));
}

/* As the text of an array, of uuid or of text. */
static const char *array_of_ids(const struct call *call, const struct identity *ids, size_t count)
{
    struct buffer array __attribute__((cleanup(buffer_free)));
    char text[IDENTITY_TEXT];
    buffer_init(&array, ARRAY_LIMIT);
    array_begin(&array);
    for (size_t i = 0; i < count; i++) {
        identity_format(&ids[i], text);
        array_text(&array, text, strlen(text));
    }
    array_end(&array);
    return arena_copy(call->arena, array.data, array.length);
}

static const char *array_of_texts(const struct call *call, const char *const *texts, size_t count)
{
    struct buffer array __attribute__((cleanup(buffer_free)));
    buffer_init(&array, ARRAY_LIMIT);
    array_begin(&array);
    for (size_t i = 0; i < count; i++) {
        array_text(&array, texts[i], strlen(texts[i]));
    }
    array_end(&array);
    return arena_copy(call->arena, array.data, array.length);
}

void interest_put(const struct call *call, struct statement *statement, const struct interest *interest)
{
    if (interest->kinds != 0) {
        const char *names[RECORD_KINDS];
        size_t count = 0;
        for (int kind = 0; kind < RECORD_KINDS; kind++) {
            if ((interest->kinds >> kind & 1U) != 0) {
                names[count++] = records[kind]->name;
            }
        }
        statement_text(statement, " AND c.kind = ANY (");
        (void)statement_value(statement, array_of_texts(call, names, count), "text[]");
        statement_text(statement, ")");
    }
    if (interest->claim_count > 0) {
        statement_text(statement, " AND ((c.kind = 'claim' AND c.id = ANY (");
        int ids = statement_value(statement, array_of_ids(call, interest->claims, interest->claim_count), "uuid[]");
        statement_text(statement, ")) OR (c.record ->> 'claim')::uuid = ANY (");
        statement_again(statement, ids, "uuid[]");
        statement_text(statement, "))");
    }
    if (interest->actor_count > 0) {
        statement_text(statement, " AND ((c.kind = 'actor' AND c.id = ANY (");
        int ids = statement_value(statement, array_of_ids(call, interest->actors, interest->actor_count), "uuid[]");
        statement_text(statement, ")) OR (c.record ->> 'actor')::uuid = ANY (");
        statement_again(statement, ids, "uuid[]");
        statement_text(statement, ") OR (c.record ->> 'reviewer')::uuid = ANY (");
        statement_again(statement, ids, "uuid[]");
        statement_text(statement, "))");
    }
    if (interest->topic_count > 0) {
        statement_text(statement, " AND CASE c.kind WHEN 'claim' THEN c.record -> 'topics' ?| ");
        int topics =
            statement_value(statement, array_of_texts(call, interest->topics, interest->topic_count), "text[]");
        statement_text(statement, " ELSE EXISTS (SELECT FROM claim about WHERE about.id = (c.record ->> 'claim')::uuid"
                                  " AND about.topics && ");
        statement_again(statement, topics, "text[]");
        statement_text(statement, ") END");
    }
}
