/* Deletes one record that nothing refers to. */
#ifndef STANCED_HANDLERS_ERASE_H
#define STANCED_HANDLERS_ERASE_H

#include "handlers/endpoint.h"

/* Hooks of DELETE /v1/<records>/{record}. */
enum plan_outcome erase_plan(struct call *call, struct plan *plan, struct reply *reply);
void erase_row(struct call *call, int query, const struct row *row, struct reply *reply);
enum finish_outcome erase_finish(struct call *call, struct reply *reply);
void erase_close(struct call *call);

#endif
