/* The list of suites: a new one is named once, here. */
#include "tests/unit/suites.h"

#include <stddef.h>

#define SUITES(take)                                                                                                   \
    take(handlers_array) take(handlers_cursor) take(handlers_document) take(handlers_endpoints) take(handlers_guard)   \
        take(handlers_health) take(handlers_import) take(handlers_lines) take(handlers_list) take(handlers_parameters) \
            take(handlers_positions) take(handlers_read) take(handlers_roster) take(handlers_standing)                 \
                take(handlers_write) take(schema_arena) take(schema_buffer) take(schema_compact) take(schema_country)  \
                    take(schema_encode) take(schema_fault_codes) take(schema_identity) take(schema_language)           \
                        take(schema_moment) take(schema_pointer) take(schema_problem) take(schema_records)             \
                            take(schema_row) take(schema_unicode) take(schema_uri) take(schema_vocabulary)

#define DECLARE(name) suite_constructor name##_suite;
SUITES(DECLARE)

#define LIST(name) name##_suite,
suite_constructor *const suites[] = {SUITES(LIST) NULL};
