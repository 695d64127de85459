/* The words by which programs tell faults apart. Each is stated once, and never changes its meaning. */
#ifndef STANCED_SCHEMA_CODES_H
#define STANCED_SCHEMA_CODES_H

#include <stddef.h>

/* What a fault may be found in. */
enum code_origin {
    CODE_JSON = 1,      /* text that should be JSON: validate_parse */
    CODE_RECORD = 2,    /* a record as it was sent: validate_record */
    CODE_WRITE = 4,     /* a record beside those that are stored already, or beside others of the same import */
    CODE_PARAMETER = 8, /* a query parameter */
    CODE_IMPORT = 16    /* a line of an import, apart from the record in it */
};

struct code {
    const char *word;
    unsigned origins; /* of enum code_origin */
    const char *help; /* a sentence, for the documentation */
};

/* Ends with an entry whose word is NULL. */
extern const struct code codes[];

/* By its word, or NULL. */
const struct code *code_named(const char *word);

#endif
