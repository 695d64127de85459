/* Idempotency-Key: a POST that is sent again under its key is answered as the first time, and does nothing more. The engine calls this
   around an endpoint's own hooks.

   First it is looked whether there was such a request. Where not, the endpoint goes on as ever, and in its transaction what it wrote is
   kept under the key: of two at a time one fails at that, is planned again, and finds the other. Where an answer would be an error, it is
   looked once more, for the error may come from the other's having been faster. Errors themselves are not kept. */
#ifndef STANCED_HANDLERS_REPLAY_H
#define STANCED_HANDLERS_REPLAY_H

#include "handlers/endpoint.h"

/* What an endpoint's transaction writes, as its `plan` knows it: of the record that the answer shows. */
struct outcome {
    const struct record *record; /* NULL: nothing yet */
    const char *id;
    int status;
    const char *location; /* NULL for none */
    const char *note;     /* JSON: of the answer, what is not in `change`; NULL for none */
};

/* What was written the first time. */
struct past {
    const char *id, *version, *xid; /* the record that the answer shows, as in that version, or NULL; the transaction */
    const char *fingerprint;        /* of the request */
    int status;
    const char *location; /* NULL for none */
    const char *note;     /* NULL for none */
};

enum replay_next {
    REPLAY_PASS, /* the endpoint finishes */
    REPLAY_PLAN, /* plan: the endpoint's own, or where call->past is set, its `again` */
    REPLAY_REPLY /* the reply is complete */
};

/* Whether the key, where there is one, is one, and the endpoint takes it. Adds the faults. */
bool replay_valid(struct call *call);

/* Before the endpoint plans: true where something has to be looked up first, and is planned. */
bool replay_plan(struct call *call, struct plan *plan);

/* After it has planned: adds the keeping of what it writes. */
void replay_keep(struct call *call, struct plan *plan);

/* Takes a row of what is looked up. False when it belongs to the endpoint. */
bool replay_row(struct call *call, const struct row *row);

/* When all rows are in. */
enum replay_next replay_finish(struct call *call, struct reply *reply);

/* Whether the reply, an error, may be due to the same request having been faster; then plans the question. */
bool replay_doubt(struct call *call, const struct reply *reply, struct plan *plan);

/* The request is planned anew: what was found does not hold any more. */
void replay_reset(struct call *call);

/* Makes status and headers of the reply what they were, and says that it is an answer of before. */
void replay_mark(const struct call *call, struct reply *reply);

/* For what asks by itself (handlers/import_key.h): the three values that a key is stored under; what was written under it, as a row or
   none; and the removing of what is past its time. */
void replay_name(const struct call *call, struct query *query);
void replay_look(const struct call *call, struct query *query);
void replay_expire(const struct call *call, struct query *query);
void replay_take(const struct call *call, const struct row *row, struct past *ret);

/* A fingerprint of the request whose body comes in pieces. */
struct replay_print;
struct replay_print *replay_print_new(const struct call *call);
void replay_print_free(struct replay_print *print);
void replay_print_feed(struct replay_print *print, const char *bytes, size_t length);
const char *replay_print_text(const struct replay_print *print, struct arena *arena);

#endif
