/* The words for what can be wrong with input. They are part of the API: clients branch on them, so they never change. */
#ifndef STANCED_SCHEMA_FAULT_CODES_H
#define STANCED_SCHEMA_FAULT_CODES_H

#include <stdbool.h>
#include <stddef.h>

struct fault_code {
    const char *code;
    const char *help; /* one sentence, for the documentation */
};

extern const struct fault_code fault_codes[];
extern const size_t fault_codes_count;

bool fault_code_known(const char *code);

#endif
