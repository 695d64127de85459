/* A row of `idempotency` for an import: it is about no record, and its note is the answer. */
#include "handlers/import_key.h"

#include <string.h>

/* $1: whose, $2: route, $3: key. */
static const char lock_sql[] = "SELECT pg_advisory_xact_lock(hashtextextended(concat_ws('/', 'stanced/key', $1::text, "
                               "$2::text, $3::text), 0))";

/* $1–$3 as above, $4: fingerprint, $5: answer. */
static const char keep_sql[] = "INSERT INTO idempotency (who, route, key, fingerprint, status, note)"
                               " SELECT $1::text, $2::text, $3::text, $4::uuid, 200, $5::text";

static void take_past(void *context, const struct row *row)
{
    struct import_key *key = context;
    key->found = true;
    replay_take(key->call, row, &key->past);
}

static enum errand_outcome ask(struct import_key *key, const struct query *query)
{
    return key->errand->query(key->errand, query, take_past, key);
}

static enum errand_outcome look(struct import_key *key)
{
    struct query query = {0};
    replay_look(key->call, &query);
    return ask(key, &query);
}

bool import_key_begin(struct import_key *key, struct call *call, struct errand *errand)
{
    *key = (struct import_key){.call = call, .errand = errand};
    if (call->head.idempotency_key == NULL) {
        return true;
    }
    key->print = replay_print_new(call);
    return look(key) == ERRAND_DONE;
}

void import_key_free(struct import_key *key)
{
    if (key->print != NULL) {
        replay_print_free(key->print);
    }
}

void import_key_feed(struct import_key *key, const char *bytes, size_t length)
{
    if (key->print != NULL) {
        replay_print_feed(key->print, bytes, length);
    }
}

/* Rows of other statements are not looked at. */
static enum errand_outcome run(struct import_key *key, const struct query *query)
{
    return key->errand->query(key->errand, query, NULL, NULL);
}

enum errand_outcome import_key_enter(struct import_key *key)
{
    if (key->print == NULL) {
        return ERRAND_DONE;
    }
    struct query query = {.sql = lock_sql};
    replay_name(key->call, &query);
    enum errand_outcome outcome = run(key, &query);
    outcome = outcome == ERRAND_DONE ? look(key) : outcome;
    return outcome == ERRAND_DONE && key->found ? ERRAND_REFUSED : outcome;
}

enum errand_outcome import_key_keep(struct import_key *key, const char *answer)
{
    if (key->print == NULL) {
        return ERRAND_DONE;
    }
    struct query expire = {0};
    replay_expire(key->call, &expire);
    enum errand_outcome outcome = run(key, &expire);
    struct query query = {.sql = keep_sql};
    replay_name(key->call, &query);
    query_value(&query, replay_print_text(key->print, key->call->arena));
    query_value(&query, answer);
    return outcome == ERRAND_DONE ? run(key, &query) : outcome;
}

void import_key_answer(struct import_key *key, struct reply *reply)
{
    reply_clear(reply);
    if (strcmp(key->past.fingerprint, replay_print_text(key->print, key->call->arena)) != 0) {
        reply_problem(key->call, reply, PROBLEM_KEY_REUSED, NULL);
        return;
    }
    key->call->past = &key->past;
    buffer_text(&reply->body, key->past.note);
    replay_mark(key->call, reply);
}
