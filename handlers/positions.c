/* GET /v1/claims/{claim}/positions: where every actor stands on a claim, now or at a date. */
#include <string.h>

#include "handlers/endpoints.h"
#include "handlers/named.h"
#include "handlers/read.h"
#include "handlers/standing.h"
#include "schema/encode.h"
#include "schema/moment.h"

#define CLAIM_SQL "SELECT t.id, t.ref, t.text FROM claim t WHERE t.id = $1::uuid"

#define STANCES_SQL(condition)                                                                                     \
    "SELECT s.id, s.position, s.degree, s.act, s.quote, s.stated_at, s.stated_at_is_date,"                         \
    " actor.id, actor.ref, actor.name, source.id, source.ref, source.title, speaker.id, speaker.ref, speaker.name" \
    " FROM stance s JOIN actor ON actor.id = s.actor_id"                                                           \
    " LEFT JOIN source ON source.id = s.source_id LEFT JOIN actor speaker ON speaker.id = s.speaker_id"            \
    " WHERE s.claim_id = $1::uuid" condition                                                                       \
    " ORDER BY actor.name COLLATE \"C\", actor.id, s.stated_at NULLS FIRST, s.created_at, s.id"

enum {
    COLUMN_STANCE,
    COLUMN_POSITION,
    COLUMN_DEGREE,
    COLUMN_ACT,
    COLUMN_QUOTE,
    COLUMN_STATED_AT,
    COLUMN_IS_DATE,
    COLUMN_ACTOR,
    COLUMN_SOURCE = COLUMN_ACTOR + NAMED_CELLS,
    COLUMN_SPEAKER = COLUMN_SOURCE + NAMED_CELLS
};

enum { QUERY_CLAIM, QUERY_STANCES };

struct positions {
    bool found; /* the claim is there */
    bool dated; /* as_of was given */
    struct moment as_of;
    /* the actor whose stances are coming in */
    bool has_actor;
    struct identity actor;
    struct standing standing;
    struct buffer who; /* its name as JSON */
    struct buffer how; /* of its current stance, what follows the position and the vote */
    /* what is complete */
    struct buffer rows;
    long counts[POSITIONS]; /* of actors, by current position */
    long undated;
};

static void positions_close(struct call *call)
{
    struct positions *positions = call->state;
    if (positions == NULL) {
        return;
    }
    buffer_free(&positions->who);
    buffer_free(&positions->how);
    buffer_free(&positions->rows);
    call->state = NULL;
}

/* Reads `as_of` into the last moment that it includes, as a statement's value. NULL when it was not given. */
static const char *read_as_of(struct call *call, struct positions *positions)
{
    const char *text = call_argument(call, "as_of");
    positions->dated = text != NULL && moment_parse(text, strlen(text), true, &positions->as_of);
    if (!positions->dated) {
        return NULL;
    }
    struct moment last = positions->as_of;
    last.micros += last.is_date ? DAY_MICROSECONDS - 1 : 0;
    last.is_date = false;
    char *value = arena_alloc(call->arena, MOMENT_TEXT);
    moment_format(last, value);
    return value;
}

static enum plan_outcome positions_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    positions_close(call); /* when it was planned before */
    const char *id = read_path_id(call, &record_claim, reply);
    if (id == NULL) {
        return PLAN_REPLY;
    }
    struct positions *positions = arena_alloc(call->arena, sizeof *positions);
    call->state = positions;
    buffer_init(&positions->who, REPLY_LIMIT);
    buffer_init(&positions->how, REPLY_LIMIT);
    buffer_init(&positions->rows, REPLY_LIMIT);
    const char *last = read_as_of(call, positions);
    query_value(plan_query(plan, CLAIM_SQL), id);
    struct query *query =
        last == NULL ? plan_query(plan, STANCES_SQL(""))
                     : plan_query(plan, STANCES_SQL(" AND (s.stated_at <= $2::timestamptz OR s.stated_at IS NULL)"));
    query_value(query, id);
    if (last != NULL) {
        query_value(query, last);
    }
    return PLAN_RUN;
}

static void put_key(struct buffer *buffer, const char *name)
{
    buffer_format(buffer, ",\"%s\":", name);
}

static void put_text(struct buffer *buffer, const char *name, const struct cell *cell)
{
    if (!cell_null(cell)) {
        put_key(buffer, name);
        encode_string(buffer, cell->bytes, (size_t)cell->length);
    }
}

static void put_named(struct buffer *buffer, const char *name, const struct record *record, const struct cell *cells)
{
    if (!cell_null(&cells[0])) {
        put_key(buffer, name);
        named_encode(buffer, record, cells);
    }
}

static void put_word(struct buffer *buffer, const char *name, enum position position)
{
    buffer_format(buffer, "%s\"%s\"", name, vocabulary_position.words[position]);
}

static void put_time(struct buffer *buffer, const struct point *point)
{
    if (point->dated) {
        buffer_text(buffer, ",\"stated_at\":");
        encode_moment(buffer, point->stated_at, point->is_date);
    }
}

/* Writes the row of the actor whose stances have all come in. */
static void flush_actor(struct positions *positions)
{
    const struct standing *standing = &positions->standing;
    if (!positions->has_actor || !standing->taken) {
        return;
    }
    enum position position = standing->current.position;
    struct buffer *rows = &positions->rows;
    positions->counts[position]++;
    buffer_text(rows, rows->length > 0 ? ",{\"actor\":" : "{\"actor\":");
    buffer_put(rows, positions->who.data, positions->who.length);
    put_word(rows, ",\"position\":", position);
    put_time(rows, &standing->current);
    buffer_text(rows, standing->current.ambiguous ? ",\"ambiguous\":true" : ",\"ambiguous\":false");
    if (standing->voted) {
        put_word(rows, ",\"last_vote\":{\"position\":", standing->vote.position);
        put_time(rows, &standing->vote);
        buffer_text(rows, standing->vote.ambiguous ? ",\"ambiguous\":true}" : "}");
    } else {
        buffer_text(rows, ",\"last_vote\":null");
    }
    buffer_put(rows, positions->how.data, positions->how.length);
    buffer_char(rows, '}');
}

static void begin_actor(struct positions *positions, const struct row *row)
{
    struct identity actor = cell_identity(&row->cells[COLUMN_ACTOR]);
    if (positions->has_actor && memcmp(&actor, &positions->actor, sizeof actor) == 0) {
        return;
    }
    flush_actor(positions);
    positions->has_actor = true;
    positions->actor = actor;
    standing_begin(&positions->standing);
    buffer_clear(&positions->who);
    named_encode(&positions->who, &record_actor, &row->cells[COLUMN_ACTOR]);
}

static void put_stance(struct buffer *how, const struct row *row)
{
    struct identity id = cell_identity(&row->cells[COLUMN_STANCE]);
    buffer_clear(how);
    if (!cell_null(&row->cells[COLUMN_DEGREE])) {
        put_key(how, "degree");
        encode_number(how, cell_number(&row->cells[COLUMN_DEGREE]));
    }
    put_text(how, "act", &row->cells[COLUMN_ACT]);
    put_text(how, "quote", &row->cells[COLUMN_QUOTE]);
    put_named(how, "speaker", &record_actor, &row->cells[COLUMN_SPEAKER]);
    put_named(how, "source", &record_source, &row->cells[COLUMN_SOURCE]);
    put_key(how, "stance");
    encode_identity(how, &id);
}

static void take_stance(struct positions *positions, const struct row *row)
{
    const struct cell *word = &row->cells[COLUMN_POSITION];
    int position = vocabulary_index(&vocabulary_position, word->bytes, (size_t)word->length);
    const struct cell *stated_at = &row->cells[COLUMN_STATED_AT];
    bool dated = !cell_null(stated_at);
    positions->undated += !dated;
    if (position < 0 || (positions->dated && !dated)) {
        return;
    }
    begin_actor(positions, row);
    struct point point = {
        .position = (enum position)position,
        .dated = dated,
        .is_date = cell_boolean(&row->cells[COLUMN_IS_DATE]),
        .stated_at = dated ? cell_moment(stated_at) : 0,
    };
    if (standing_take(&positions->standing, &point)) {
        put_stance(&positions->how, row);
    }
}

static void positions_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    struct positions *positions = call->state;
    if (query == QUERY_STANCES) {
        take_stance(positions, row);
        return;
    }
    positions->found = true;
    buffer_text(&reply->body, "{\"claim\":");
    named_encode(&reply->body, &record_claim, row->cells);
}

static void put_counts(struct buffer *body, const struct positions *positions)
{
    long votes = positions->counts[POSITION_AFFIRM] + positions->counts[POSITION_DENY];
    long all = 0;
    for (int i = 0; i < POSITIONS; i++) {
        put_word(body, i == 0 ? ",\"counts\":{" : ",", (enum position)i);
        buffer_format(body, ":%ld", positions->counts[i]);
        all += positions->counts[i];
    }
    bool contested = positions->counts[POSITION_AFFIRM] > 0 && positions->counts[POSITION_DENY] > 0;
    buffer_format(body, "},\"votes\":%ld,\"non_votes\":%ld,\"contested\":%s,\"undated\":%ld", votes, all - votes,
                  contested ? "true" : "false", positions->undated);
}

static enum finish_outcome positions_finish(struct call *call, struct reply *reply)
{
    struct positions *positions = call->state;
    if (!positions->found) {
        reply_problem(call, reply, PROBLEM_NOT_FOUND, NULL);
        return FINISH_REPLY;
    }
    flush_actor(positions);
    struct buffer *body = &reply->body;
    reply->status = 200;
    if (positions->dated) {
        put_key(body, "as_of");
        encode_moment(body, positions->as_of.micros, positions->as_of.is_date);
    }
    put_counts(body, positions);
    buffer_text(body, ",\"data\":[");
    body->overflowed = body->overflowed || positions->rows.overflowed;
    if (positions->rows.length > 0) {
        buffer_put(body, positions->rows.data, positions->rows.length);
    }
    buffer_text(body, "]}\n");
    return FINISH_REPLY;
}

static const struct parameter parameters[] = {
    {
        .name = "as_of",
        .type = PARAMETER_MOMENT,
        .help = "Only what was stated by then; a date includes that whole day. Stances without a time are left out.",
        .example = "2024-12-31",
    },
};

#define NAMED(name, label)                                                                                           \
    "'" name "': {'type': 'object', 'required': ['id', '" label "'], 'additionalProperties': false, 'properties': {" \
    "'id': {'$ref': '#/components/schemas/Id'}, 'ref': {'$ref': '#/components/schemas/Ref'}, "                       \
    "'" label "': {'type': 'string'}}}"

#define POSITION "{'$ref': '#/components/schemas/Position'}"
#define TIME "{'$ref': '#/components/schemas/Time'}"

static const char reply_schema[] =
    "{'title': 'Positions', 'type': 'object', 'additionalProperties': false, 'required': ['claim', 'counts', 'votes',"
    " 'non_votes', 'contested', 'undated', 'data'], 'properties': {" NAMED(
        "claim",
        "text") ","
                " 'as_of': " TIME ","
                " 'counts': {'type': 'object', 'description': 'How many actors are at each position.', "
                "'propertyNames': " POSITION ","
                "  'additionalProperties': {'type': 'integer', 'minimum': 0}},"
                " 'votes': {'type': 'integer', 'minimum': 0, 'description': 'Actors that affirm or deny.'},"
                " 'non_votes': {'type': 'integer', 'minimum': 0, 'description': 'Actors at any other position.'},"
                " 'contested': {'type': 'boolean', 'description': 'Whether some affirm and some deny.'},"
                " 'undated': {'type': 'integer', 'minimum': 0, 'description': 'How many stances have no time.'},"
                " 'data': {'type': 'array', 'items': {'type': 'object', 'additionalProperties': false, 'required': "
                "['actor',"
                "  'position', 'ambiguous', 'last_vote', 'stance'], 'properties': {" NAMED(
                    "actor", "name") ","
                                     "  'position': " POSITION ", 'stated_at': " TIME ","
                                     "  'ambiguous': {'type': 'boolean', 'description': 'Whether it took opposed "
                                     "positions at the same time.'},"
                                     "  'last_vote': {'description': 'Its latest affirm or deny, unless it was "
                                     "retracted.', 'anyOf': [{'type': 'null'},"
                                     "   {'type': 'object', 'additionalProperties': false, 'required': ['position'], "
                                     "'properties': {"
                                     "    'position': " POSITION ", 'stated_at': " TIME
                                     ", 'ambiguous': {'type': 'boolean'}}}]},"
                                     "  'degree': {'type': 'number'}, 'act': {'$ref': '#/components/schemas/Act'}, "
                                     "'quote': {'type': 'string'}, " NAMED("speaker", "name") ", " NAMED(
                                         "source", "title") ","
                                                            "  'stance': {'$ref': '#/components/schemas/Id'}}}}}}";

static const struct endpoint table[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/claims/{claim}/positions",
        .name = "claim_positions",
        .summary = "Where every actor stands on a claim, now or at a date.",
        .record = &record_claim,
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .lane = LANE_SLOW,
        .reply_schema = reply_schema,
        .plan = positions_plan,
        .row = positions_row,
        .finish = positions_finish,
        .close = positions_close,
    },
};

const struct endpoint_table positions_endpoints = ENDPOINT_TABLE(table);
