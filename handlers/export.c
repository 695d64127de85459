/* GET /v1/export: records as NDJSON, all of one snapshot, in a form in which an import takes them as they are. */
#include <string.h>

#include "handlers/condition.h"
#include "handlers/endpoints.h"
#include "handlers/media.h"
#include "handlers/parameter_value.h"
#include "handlers/sql.h"
#include "handlers/statement.h"
#include "schema/columns.h"
#include "schema/encode.h"

/* The filters that choose claims, stances and reviews, and with them what these refer to. */
enum { BY_CLAIM, BY_TOPICS, BY_ACTOR, CHOICES };

/* The conditions on one kind: the column in the place of the parameter's own; NULL where the choice says nothing of it. */
struct choice {
    const char *column[CHOICES];
    const char *within[CHOICES];
};

#define TOPICS_OF_CLAIM "EXISTS (SELECT FROM claim about WHERE about.id = t.claim_id AND "

static const struct choice of_stance = {{"t.claim_id", "about.topics", "t.actor_id"}, {NULL, TOPICS_OF_CLAIM, NULL}};
static const struct choice of_review = {{"t.claim_id", "about.topics", "t.reviewer_id"}, {NULL, TOPICS_OF_CLAIM, NULL}};
static const struct choice of_claim = {{"t.id", "t.topics", NULL}, {NULL, NULL, NULL}};

/* What the chosen ones refer to, at any distance: so the file can be imported where nothing of it is yet. Behind it the records of a
   kind are chosen by their id. */
static const char stances_sql[] = "WITH RECURSIVE stances AS (SELECT t.id, t.claim_id, t.actor_id, t.speaker_id,"
                                  " t.addressee_id, t.source_id, t.origin_id FROM stance t";
static const char reviews_sql[] = "), reviews AS (SELECT t.id, t.claim_id, t.reviewer_id, t.source_id FROM review t";
static const char chosen_sql[] = "), chosen AS (SELECT t.id FROM claim t";
static const char chosen_actor_sql[] = " (EXISTS (SELECT FROM stances WHERE stances.claim_id = t.id)"
                                       " OR EXISTS (SELECT FROM reviews WHERE reviews.claim_id = t.id))";
static const char closure_sql[] =
    "), claims (id) AS ("
    "    SELECT id FROM chosen"
    "    UNION SELECT l.target_id FROM claims JOIN claim_relation l ON l.claim_id = claims.id"
    "), sources (id) AS ("
    "    (SELECT source_id FROM stances WHERE source_id IS NOT NULL"
    "     UNION SELECT origin_id FROM stances WHERE origin_id IS NOT NULL"
    "     UNION SELECT source_id FROM reviews WHERE source_id IS NOT NULL)"
    "    UNION SELECT l.target_id FROM sources JOIN source_citation l ON l.source_id = sources.id"
    "), actors (id) AS ("
    "    (SELECT actor_id FROM stances"
    "     UNION SELECT speaker_id FROM stances WHERE speaker_id IS NOT NULL"
    "     UNION SELECT addressee_id FROM stances WHERE addressee_id IS NOT NULL"
    "     UNION SELECT reviewer_id FROM reviews"
    "     UNION SELECT l.target_id FROM claims JOIN claim_about l ON l.claim_id = claims.id"
    "     UNION SELECT s.publisher_id FROM sources JOIN source s ON s.id = sources.id WHERE s.publisher_id IS NOT NULL)"
    "    UNION SELECT above.id FROM actors JOIN actor a ON a.id = actors.id"
    "    CROSS JOIN LATERAL (VALUES (a.part_of_id), (a.owned_by_id)) AS above (id) WHERE above.id IS NOT NULL"
    ") ";

/* In the order of the kinds. */
static const char *const chosen_names[RECORD_KINDS] = {"actors", "sources", "claims", "stances", "reviews"};

static const struct vocabulary kinds = {"kind",
                                        (const char *const[]){"actor", "source", "claim", "stance", "review", NULL}};

static const struct field field_claim = {.name = "claim", .type = FIELD_REFERENCE, .target = RECORD_CLAIM};
static const struct field field_actor = {.name = "actor", .type = FIELD_REFERENCE, .target = RECORD_ACTOR};
static const struct field field_topics = {.name = "topics", .type = FIELD_SLUG, .flags = FIELD_MANY, .most = 128};
static const struct field field_updated = {.name = "updated_at", .type = FIELD_TIME};

#define UPDATED(suffix, asked, words)                                                                           \
    {                                                                                                           \
        .name = "updated_at" suffix, .type = PARAMETER_MOMENT, .help = "Only what was last written " words ".", \
        .example = "2024-10-21", .test = (asked), .field = &field_updated,                                      \
    }

#define CHOICE_FIRST 2 /* place of BY_CLAIM in the table */
#define UPDATED_FIRST (CHOICE_FIRST + CHOICES)
#define UPDATED_COUNT 4

static const struct parameter parameters[] = {
    {
        .name = "kind",
        .type = PARAMETER_WORDS,
        .vocabulary = &kinds,
        .help = "Only records of these kinds, comma-separated.",
        .example = "claim",
    },
    {
        .name = "history",
        .type = PARAMETER_BOOLEAN,
        .help = "true: every version of each record, a line each, with its `operation`; deleted records as well.",
        .example = "true",
    },
    {
        .name = "claim",
        .type = PARAMETER_REFERENCES,
        .help = "Only these claims, by id or ref, with their stances and reviews, and all that these refer to.",
        .example = "dprk-troops-12000",
        .test = TEST_IS,
        .field = &field_claim,
    },
    {
        .name = "topics",
        .type = PARAMETER_TEXTS,
        .help = "Only claims with one of these topics, with their stances and reviews, and all that these refer to.",
        .example = "troops",
        .test = TEST_IS,
        .field = &field_topics,
    },
    {
        .name = "actor",
        .type = PARAMETER_REFERENCES,
        .help = "Only stances of these actors and reviews by them, by id or ref, and all that these refer to.",
        .example = "north-korea",
        .test = TEST_IS,
        .field = &field_actor,
    },
    UPDATED(".gte", TEST_FROM, "here or later"),
    UPDATED(".gt", TEST_AFTER, "after this; after the whole day where it is a date"),
    UPDATED(".lte", TEST_UNTIL, "here or earlier, the whole day included where it is a date"),
    UPDATED(".lt", TEST_BEFORE, "before this"),
};

struct export
{
    bool history;
    int first; /* statement of the first kind */
    const struct record *kind[PLAN_QUERIES];
};

/* What stands behind a record's own columns in its history. */
#define HISTORY_SQL ", c.operation, c.into_id, c.who, c.request_id"
enum { COLUMN_OPERATION, COLUMN_INTO, COLUMN_WHO, COLUMN_REQUEST };

static const char *chosen_by(const struct call *call, int choice)
{
    return call_argument(call, parameters[CHOICE_FIRST + choice].name);
}

/* " WHERE " before the first condition, " AND " before the others. */
static void join(struct statement *statement, const char **joint)
{
    statement_text(statement, *joint);
    *joint = " AND ";
}

static void put_choice(const struct call *call, struct statement *statement, const struct record *record,
                       const struct choice *choice, const char **joint)
{
    for (int i = 0; i < CHOICES; i++) {
        const char *value = chosen_by(call, i);
        if (value != NULL && choice->column[i] != NULL) {
            struct parameter condition = parameters[CHOICE_FIRST + i];
            condition.column = choice->column[i];
            condition.within = choice->within[i];
            join(statement, joint);
            condition_put(statement, record, &condition, value);
        }
    }
}

static void put_updated(const struct call *call, struct statement *statement, const struct record *record,
                        const char *column, const char **joint)
{
    for (int i = UPDATED_FIRST; i < UPDATED_FIRST + UPDATED_COUNT; i++) {
        const char *value = call_argument(call, parameters[i].name);
        if (value != NULL) {
            struct parameter condition = parameters[i];
            condition.column = column;
            join(statement, joint);
            condition_put(statement, record, &condition, value);
        }
    }
}

static void put_closure(const struct call *call, struct statement *statement)
{
    const char *joint = " WHERE ";
    statement_text(statement, stances_sql);
    put_choice(call, statement, &record_stance, &of_stance, &joint);
    joint = " WHERE ";
    statement_text(statement, reviews_sql);
    put_choice(call, statement, &record_review, &of_review, &joint);
    joint = " WHERE ";
    statement_text(statement, chosen_sql);
    put_choice(call, statement, &record_claim, &of_claim, &joint);
    if (chosen_by(call, BY_ACTOR) != NULL) {
        join(statement, &joint);
        statement_text(statement, chosen_actor_sql);
    }
    statement_text(statement, closure_sql);
}

/* All records of one kind that were asked for, or all their versions. */
static void plan_kind(struct call *call, struct plan *plan, const struct record *record)
{
    struct export *export = call->state;
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    bool chosen =
        chosen_by(call, BY_CLAIM) != NULL || chosen_by(call, BY_TOPICS) != NULL || chosen_by(call, BY_ACTOR) != NULL;
    const char *joint = " WHERE ";
    if (chosen) {
        put_closure(call, &statement);
    }
    if (export->history) {
        joint = " AND ";
        columns_recall(&statement.sql, record, HISTORY_SQL);
    } else {
        statement_text(&statement, "SELECT ");
        statement_text(&statement, sql_of(record)->columns);
        statement_text(&statement, " FROM ");
        statement_text(&statement, record->name);
        statement_text(&statement, " t");
    }
    if (chosen) {
        join(&statement, &joint);
        statement_text(&statement, export->history ? "c.id IN (SELECT id FROM " : "t.id IN (SELECT id FROM ");
        statement_text(&statement, chosen_names[record->kind]);
        statement_text(&statement, ")");
    }
    put_updated(call, &statement, record, export->history ? "c.at" : "t.updated_at", &joint);
    if (export->history) {
        statement_text(&statement, " ORDER BY c.id, c.version");
    }
    export->kind[plan->count] = record;
    (void)statement_plan(&statement, plan);
}

static bool wanted(const struct call *call, const struct record *record)
{
    const char *list = call_argument(call, "kind");
    struct item item;
    bool found = list == NULL;
    while (!found && value_next(call->arena, &list, &item)) {
        found = strcmp(item.text, record->name) == 0;
    }
    return found;
}

/* What filters name may have been merged into something else, which the engine asks behind the statements of every plan (handlers/moved.h):
   here with none before it, since what was sent can't be taken back. */
static bool asks_first(const struct call *call)
{
    return call->round == 0 && (chosen_by(call, BY_CLAIM) != NULL || chosen_by(call, BY_ACTOR) != NULL);
}

static enum plan_outcome export_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    struct export *export = arena_alloc(call->arena, sizeof *export);
    const char *history = call_argument(call, "history");
    call->state = export;
    export->history = history != NULL && strcmp(history, "true") == 0;
    reply->type = media_type(MEDIA_NDJSON);
    if (asks_first(call)) {
        return PLAN_RUN;
    }
    /* one snapshot for all that follows; it has to be said before the first one is taken, and counts for this transaction alone */
    (void)plan_query(plan, "SET transaction_isolation = 'repeatable read'");
    /* how long it may take depends on its client, and is for the engine to say; and values are looked at when it is planned */
    (void)plan_query(plan, "SELECT set_config('statement_timeout', '0', true),"
                           " set_config('plan_cache_mode', 'force_custom_plan', true)");
    export->first = plan->count;
    /* in the order of the kinds a record refers only to those before it, or to its own */
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        if (wanted(call, records[kind])) {
            plan_kind(call, plan, records[kind]);
        }
    }
    return PLAN_RUN;
}

static void put_text(struct buffer *body, const char *name, const struct cell *cell)
{
    if (!cell_null(cell)) {
        buffer_format(body, ",\"%s\":", name);
        encode_string(body, cell->bytes, (size_t)cell->length);
    }
}

static void export_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    const struct export *export = call->state;
    struct buffer *body = &reply->body;
    if (query < export->first) {
        return;
    }
    const struct record *record = export->kind[query];
    buffer_text(body, "{\"type\":\"");
    buffer_text(body, record->name);
    buffer_char(body, '"');
    int more = encode_members(body, record, row, 0);
    if (export->history) {
        put_text(body, "operation", &row->cells[more + COLUMN_OPERATION]);
        if (!cell_null(&row->cells[more + COLUMN_INTO])) {
            struct identity into = cell_identity(&row->cells[more + COLUMN_INTO]);
            buffer_text(body, ",\"into\":");
            encode_identity(body, &into);
        }
        put_text(body, "who", &row->cells[more + COLUMN_WHO]);
        put_text(body, "request_id", &row->cells[more + COLUMN_REQUEST]);
    }
    buffer_text(body, "}\n");
}

static enum finish_outcome export_finish(struct call *call, struct reply *reply)
{
    if (asks_first(call)) {
        return FINISH_NEXT;
    }
    reply->status = 200;
    return FINISH_REPLY;
}

static const struct endpoint entries[] = {
    {
        .method = METHOD_GET,
        .path = "/v1/export",
        .name = "export",
        .summary =
            "Sends all records, or those that filters choose, as NDJSON that an import takes: one snapshot, sent "
            "while it is read.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .lane = LANE_SLOW,
        .streams = STREAM_ROWS,
        .reply_types = "application/x-ndjson",
        .plan = export_plan,
        .row = export_row,
        .finish = export_finish,
    },
};

const struct endpoint_table export_endpoints = ENDPOINT_TABLE(entries);
