/* The words for what can be wrong with input. They are part of the API: clients branch on them, so they never change. */
#ifndef STANCED_SCHEMA_FAULT_CODES_H
#define STANCED_SCHEMA_FAULT_CODES_H

#include <stdbool.h>
#include <stddef.h>

/* Where a code can come from. */
enum fault_origin {
    FAULT_OF_JSON = 1,       /* text that should be JSON: validate_parse */
    FAULT_OF_RECORD = 2,     /* a record by itself: validate_record */
    FAULT_OF_WRITE = 4,      /* a record beside what is stored, and beside the request that brought it */
    FAULT_OF_IMPORT = 8,     /* a line of an import, its record apart */
    FAULT_OF_PARAMETER = 16, /* a query parameter */
    FAULT_OF_HEADER = 32     /* a header field */
};

struct fault_code {
    const char *code;
    unsigned origins; /* of enum fault_origin */
    const char *help; /* one sentence, for the documentation */
};

extern const struct fault_code fault_codes[];
extern const size_t fault_codes_count;

/* By its word, or NULL. */
const struct fault_code *fault_code_named(const char *code);

#endif
