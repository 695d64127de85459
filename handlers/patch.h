/* Changes a part of one record: JSON merge patch, RFC 7396. */
#ifndef STANCED_HANDLERS_PATCH_H
#define STANCED_HANDLERS_PATCH_H

#include "handlers/endpoint.h"

#define PATCH_TYPES "application/merge-patch+json, application/json"

/* Hooks of PATCH /v1/<records>/{record}. */
enum plan_outcome patch_plan(struct call *call, struct plan *plan, struct reply *reply);
void patch_row(struct call *call, int query, const struct row *row, struct reply *reply);
enum finish_outcome patch_finish(struct call *call, struct reply *reply);
void patch_close(struct call *call);

#endif
