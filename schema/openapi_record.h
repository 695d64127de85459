/* The records as components of the API's description: how each is shown, taken and patched, and an example. */
#ifndef STANCED_SCHEMA_OPENAPI_RECORD_H
#define STANCED_SCHEMA_OPENAPI_RECORD_H

#include <jansson.h>

#include "schema/record.h"

/* For each record: <Record> as it is shown whole; <Record>Part, where `fields` chose some of it; <Record>Shown, what stands for
   a reference to it (its id or, with `expand`, the record); <Record>Body as POST and PUT take it; <Record>Patch as PATCH does.
   And what those are made of: Id, Ref, Reference, Time, and the vocabularies. */
void openapi_put_records(json_t *schemas);

/* The example of a record: as a body, and as it is shown. New references. */
json_t *openapi_example_body(const struct record *record);
json_t *openapi_example_shown(const struct record *record);

#endif
