/* The five records, and how a name finds its description. */
#include <string.h>

#include "schema/record.h"

const struct record *const records[RECORD_KINDS] = {
    [RECORD_ACTOR] = &record_actor,   [RECORD_SOURCE] = &record_source, [RECORD_CLAIM] = &record_claim,
    [RECORD_STANCE] = &record_stance, [RECORD_REVIEW] = &record_review,
};

const struct record *record_named(const char *name)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        if (strcmp(records[kind]->name, name) == 0) {
            return records[kind];
        }
    }
    return NULL;
}

const struct field *record_field(const struct record *record, const char *name)
{
    for (size_t i = 0; i < record->field_count; i++) {
        if (strcmp(record->fields[i].name, name) == 0) {
            return &record->fields[i];
        }
    }
    return NULL;
}
