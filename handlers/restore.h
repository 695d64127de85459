/* Puts back a record that was deleted. */
#ifndef STANCED_HANDLERS_RESTORE_H
#define STANCED_HANDLERS_RESTORE_H

#include "handlers/endpoint.h"

/* Hooks of POST /v1/<records>/{record}/restore. */
enum plan_outcome restore_plan(struct call *call, struct plan *plan, struct reply *reply);
enum plan_outcome restore_again_plan(struct call *call, struct plan *plan, struct reply *reply);
void restore_row(struct call *call, int query, const struct row *row, struct reply *reply);
enum finish_outcome restore_finish(struct call *call, struct reply *reply);
void restore_close(struct call *call);

#endif
