/* A request under a key, in stages. */
#include "handlers/replay.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "schema/identity.h"

#define KEY_MOST 255 /* characters */

/* $1: whose, $2: route, $3: key, $4: seconds that keys are kept. */
static const char look_sql[] =
    "SELECT fingerprint, id::text, version::text, xid::text, status::integer, location, note FROM idempotency"
    " WHERE who = $1::text AND route = $2::text AND key = $3::text AND at > now() - make_interval(secs => $4::integer)";

enum { LOOK_FINGERPRINT, LOOK_ID, LOOK_VERSION, LOOK_XID, LOOK_STATUS, LOOK_LOCATION, LOOK_NOTE };

/* $1–$4 as above. Some of those that are past their time, whosever they are: so the table holds no more than what is kept, as long as
   something is written to it. */
static const char expire_sql[] =
    "DELETE FROM idempotency WHERE (who = $1::text AND route = $2::text AND key = $3::text"
    " AND at <= now() - make_interval(secs => $4::integer))"
    " OR (who, route, key) IN (SELECT who, route, key FROM idempotency"
    " WHERE at <= now() - make_interval(secs => $4::integer) ORDER BY at LIMIT 10 FOR UPDATE SKIP LOCKED)";

/* $1–$3 as above, $4: fingerprint, $5: kind, $6: id of the record, $7: status, $8: location, $9: note. Nothing where nothing was written. */
static const char keep_sql[] =
    "INSERT INTO idempotency (who, route, key, fingerprint, id, version, status, location, note)"
    " SELECT $1::text, $2::text, $3::text, $4::uuid, id, version, $7::smallint, $8::text, $9::text FROM change"
    " WHERE xid = pg_current_xact_id() AND kind = $5::text AND id = $6::uuid";

enum stage {
    STAGE_START,
    STAGE_LOOK,  /* the look is on its way */
    STAGE_WRITE, /* there was no such request */
    STAGE_DOUBT, /* an error is the answer, unless the look on its way finds something */
    STAGE_DONE   /* nothing more is looked up */
};

struct replay {
    enum stage stage;
    const char *fingerprint;
    bool found, same;
    struct past past;
};

static bool key_valid(const char *key)
{
    size_t length = strlen(key);
    for (size_t i = 0; i < length; i++) {
        if (key[i] <= ' ' || key[i] > '~') {
            return false;
        }
    }
    return length >= 1 && length <= KEY_MOST;
}

bool replay_valid(struct call *call)
{
    const char *key = call->head.idempotency_key;
    if (key == NULL || call->endpoint->method != METHOD_POST) {
        return true;
    }
    if ((call->endpoint->takes & TAKES_KEY) == 0) {
        faults_add_header(&call->faults, "Idempotency-Key", "not_taken",
                          "This path takes no key: to send the request again does no harm.");
        return false;
    }
    if (!key_valid(key)) {
        faults_add_header(&call->faults, "Idempotency-Key", "malformed",
                          "A key is 1 to %d visible ASCII characters, without spaces.", KEY_MOST);
        return false;
    }
    call->replay = arena_alloc(call->arena, sizeof *call->replay);
    *call->replay = (struct replay){.stage = STAGE_START};
    return true;
}

/* Method and path are the route's; what is left are the target's variables and parameters, and the body. */
static uint64_t seed_of(const struct call *call)
{
    return XXH3_64bits(call->target, strlen(call->target));
}

static const char *print_text(XXH128_hash_t hash, struct arena *arena)
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    struct identity id;
    memcpy(id.bytes, canonical.digest, sizeof id.bytes);
    char *text = arena_alloc(arena, IDENTITY_TEXT);
    identity_format(&id, text);
    return text;
}

struct replay_print {
    XXH3_state_t *state;
};

struct replay_print *replay_print_new(const struct call *call)
{
    struct replay_print *print = arena_alloc(call->arena, sizeof *print);
    print->state = XXH3_createState();
    if (print->state == NULL) {
        abort();
    }
    XXH3_128bits_reset_withSeed(print->state, seed_of(call));
    return print;
}

void replay_print_free(struct replay_print *print)
{
    XXH3_freeState(print->state);
}

void replay_print_feed(struct replay_print *print, const char *bytes, size_t length)
{
    XXH3_128bits_update(print->state, bytes, length);
}

const char *replay_print_text(const struct replay_print *print, struct arena *arena)
{
    return print_text(XXH3_128bits_digest(print->state), arena);
}

void replay_name(const struct call *call, struct query *query)
{
    query_value(query, call->who != NULL ? call->who : "");
    query_value(query, call->endpoint->name);
    query_value(query, call->head.idempotency_key);
}

static void put_kept(const struct call *call, struct query *query)
{
    replay_name(call, query);
    query_value(query, arena_format(call->arena, "%lld", (long long)call->keys_kept));
}

void replay_look(const struct call *call, struct query *query)
{
    query->sql = look_sql;
    put_kept(call, query);
}

void replay_expire(const struct call *call, struct query *query)
{
    query->sql = expire_sql;
    put_kept(call, query);
}

static void plan_look(struct call *call, struct plan *plan, enum stage stage)
{
    struct replay *replay = call->replay;
    replay->stage = stage;
    replay->found = false;
    replay_look(call, plan_query(plan, NULL));
}

bool replay_plan(struct call *call, struct plan *plan)
{
    struct replay *replay = call->replay;
    if (replay == NULL || replay->stage != STAGE_START) {
        return false;
    }
    replay->fingerprint = print_text(XXH3_128bits_withSeed(call->body, call->body_length, seed_of(call)), call->arena);
    call->past = NULL;
    plan_look(call, plan, STAGE_LOOK);
    return true;
}

void replay_keep(struct call *call, struct plan *plan)
{
    const struct outcome *outcome = call->outcome;
    if (call->replay == NULL || outcome == NULL || call->past != NULL) {
        return;
    }
    replay_expire(call, plan_query(plan, NULL));
    struct query *query = plan_query(plan, keep_sql);
    replay_name(call, query);
    query_value(query, call->replay->fingerprint);
    query_value(query, outcome->record->name);
    query_value(query, outcome->id);
    query_value(query, arena_format(call->arena, "%d", outcome->status));
    query_value(query, outcome->location);
    query_value(query, outcome->note);
}

static const char *text_of(const struct call *call, const struct cell *cell)
{
    return cell_null(cell) ? NULL : arena_copy(call->arena, cell->bytes, (size_t)cell->length);
}

void replay_take(const struct call *call, const struct row *row, struct past *ret)
{
    struct identity fingerprint = cell_identity(&row->cells[LOOK_FINGERPRINT]);
    char *text = arena_alloc(call->arena, IDENTITY_TEXT);
    identity_format(&fingerprint, text);
    *ret = (struct past){
        .id = text_of(call, &row->cells[LOOK_ID]),
        .version = text_of(call, &row->cells[LOOK_VERSION]),
        .xid = text_of(call, &row->cells[LOOK_XID]),
        .fingerprint = text,
        .status = (int)cell_integer(&row->cells[LOOK_STATUS]),
        .location = text_of(call, &row->cells[LOOK_LOCATION]),
        .note = text_of(call, &row->cells[LOOK_NOTE]),
    };
}

bool replay_row(struct call *call, const struct row *row)
{
    struct replay *replay = call->replay;
    if (replay == NULL || (replay->stage != STAGE_LOOK && replay->stage != STAGE_DOUBT)) {
        return false;
    }
    replay->found = true;
    replay_take(call, row, &replay->past);
    replay->same = strcmp(replay->past.fingerprint, replay->fingerprint) == 0;
    return true;
}

enum replay_next replay_finish(struct call *call, struct reply *reply)
{
    struct replay *replay = call->replay;
    if (replay == NULL || (replay->stage != STAGE_LOOK && replay->stage != STAGE_DOUBT)) {
        return REPLAY_PASS;
    }
    bool doubted = replay->stage == STAGE_DOUBT;
    replay->stage = replay->found || doubted ? STAGE_DONE : STAGE_WRITE;
    if (!replay->found) {
        return doubted ? REPLAY_REPLY : REPLAY_PLAN;
    }
    if (!replay->same) {
        reply_clear(reply);
        reply_problem(call, reply, PROBLEM_KEY_REUSED, NULL);
        return REPLAY_REPLY;
    }
    call->past = &replay->past;
    return REPLAY_PLAN;
}

bool replay_doubt(struct call *call, const struct reply *reply, struct plan *plan)
{
    if (call->replay == NULL || call->replay->stage != STAGE_WRITE || reply->status < 400) {
        return false;
    }
    plan->count = 0;
    plan_look(call, plan, STAGE_DOUBT);
    return true;
}

void replay_reset(struct call *call)
{
    if (call->replay != NULL) {
        call->replay->stage = STAGE_START;
        call->past = NULL;
    }
}

void replay_mark(const struct call *call, struct reply *reply)
{
    const struct past *past = call->past;
    reply->status = past->status;
    if (past->location != NULL) {
        reply_header(reply, "Location", past->location);
    }
    reply_header(reply, "Idempotency-Replayed", "true");
}
