/* Lists of records: filtered, sorted, page by page. */
#ifndef STANCED_HANDLERS_LIST_H
#define STANCED_HANDLERS_LIST_H

#include "handlers/endpoint.h"

#define LIST_PARAMETERS 2
extern const struct parameter list_parameters[LIST_PARAMETERS];

/* Hooks of GET /v1/<records>. */
enum plan_outcome list_plan(struct call *call, struct plan *plan, struct reply *reply);
void list_row(struct call *call, int query, const struct row *row, struct reply *reply);
enum finish_outcome list_finish(struct call *call, struct reply *reply);
void list_close(struct call *call);

#endif
