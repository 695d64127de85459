/* Writes one record: POST creates, PUT creates or replaces. */
#ifndef STANCED_HANDLERS_WRITE_H
#define STANCED_HANDLERS_WRITE_H

#include "handlers/endpoint.h"

/* Hooks of POST /v1/<records> and PUT /v1/<records>/{record}. */
enum plan_outcome write_create_plan(struct call *call, struct plan *plan, struct reply *reply);
enum plan_outcome write_replace_plan(struct call *call, struct plan *plan, struct reply *reply);
void write_row(struct call *call, int query, const struct row *row, struct reply *reply);
enum finish_outcome write_finish(struct call *call, struct reply *reply);
void write_close(struct call *call);

#endif
