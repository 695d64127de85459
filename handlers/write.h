/* Writes one record: POST creates, PUT creates or replaces; PATCH (handlers/patch.c) goes on from here. */
#ifndef STANCED_HANDLERS_WRITE_H
#define STANCED_HANDLERS_WRITE_H

#include "handlers/batch.h"
#include "handlers/endpoint.h"
#include "handlers/guard.h"
#include "schema/validate.h"

/* call->state of a write, or what it begins with. */
struct write {
    struct batch batch;
    struct verdict verdict;
    int read; /* index of the read in the plan */
    const char *location;
};

/* Hooks of POST /v1/<records> and PUT /v1/<records>/{record}. */
enum plan_outcome write_create_plan(struct call *call, struct plan *plan, struct reply *reply);
enum plan_outcome write_replace_plan(struct call *call, struct plan *plan, struct reply *reply);
enum plan_outcome write_again_plan(struct call *call, struct plan *plan, struct reply *reply);
void write_row(struct call *call, int query, const struct row *row, struct reply *reply);
enum finish_outcome write_finish(struct call *call, struct reply *reply);
void write_close(struct call *call);

/* Makes call->state a write of `size` bytes, zeroed, that has nothing planned yet; the same one when it was planned before. */
void write_begin(struct call *call, size_t size);

/* Plans the guarded write of a draft under this id, and the read of what the record is then. The reply is complete where that cannot
   be. */
void write_plan(struct call *call, struct plan *plan, struct reply *reply, const struct draft *draft,
                const struct identity *id, enum write_mode mode);

#endif
