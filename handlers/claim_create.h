/* POST /v1/claims: creates a claim as any record is created, after a look at what has been recorded already where `unless_match` asks for it. */
#ifndef STANCED_HANDLERS_CLAIM_CREATE_H
#define STANCED_HANDLERS_CLAIM_CREATE_H

#include "handlers/endpoint.h"

#define CLAIM_CREATE_PARAMETERS 1
extern const struct parameter claim_create_parameters[CLAIM_CREATE_PARAMETERS];

enum plan_outcome claim_create_plan(struct call *call, struct plan *plan, struct reply *reply);
enum plan_outcome claim_create_again_plan(struct call *call, struct plan *plan, struct reply *reply);
void claim_create_row(struct call *call, int query, const struct row *row, struct reply *reply);
enum finish_outcome claim_create_finish(struct call *call, struct reply *reply);

#endif
