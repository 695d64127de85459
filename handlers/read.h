/* One record by its id or ref. */
#ifndef STANCED_HANDLERS_READ_H
#define STANCED_HANDLERS_READ_H

#include "handlers/endpoint.h"

/* How the columns of every record begin (schema/columns.h). */
enum { READ_ID, READ_REF, READ_VERSION, READ_CREATED, READ_UPDATED };

/* The parameters of a single record, beside those of its shape. */
#define READ_PARAMETERS 1
extern const struct parameter read_parameters[READ_PARAMETERS];

/* Resolves the first variable of the path to the id of a `record`, as text in the arena. NULL with the reply complete (404) when it is
   neither an id nor a ref. */
const char *read_path_id(struct call *call, const struct record *record, struct reply *reply);

/* The row of sql_of(record)->read becomes the reply's body. */
void read_encode(const struct record *record, const struct row *row, struct reply *reply);

/* Hooks of GET /v1/<records>/{record}. */
enum plan_outcome read_plan(struct call *call, struct plan *plan, struct reply *reply);
void read_row(struct call *call, int query, const struct row *row, struct reply *reply);
enum finish_outcome read_finish(struct call *call, struct reply *reply);
void read_close(struct call *call);

#endif
