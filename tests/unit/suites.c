/* The list of suites: a new one is named once, here. */
#include "tests/unit/suites.h"

#include <stddef.h>

#define SUITES(take)                                                                                                 \
    take(handlers_array)                                                                                             \
    take(handlers_cursor)                                                                                            \
    take(handlers_document)                                                                                          \
    take(handlers_endpoints)                                                                                         \
    take(handlers_guard)                                                                                             \
    take(handlers_health)                                                                                            \
    take(handlers_import)                                                                                            \
    take(handlers_lines)                                                                                             \
    take(handlers_list)                                                                                              \
    take(handlers_parameters)                                                                                        \
    take(handlers_positions)                                                                                         \
    take(handlers_read)                                                                                              \
    take(handlers_roster)                                                                                            \
    take(handlers_standing)                                                                                          \
    take(handlers_write)

#define DECLARE(name) suite_constructor name##_suite;
SUITES(DECLARE)

#define LIST(name) name##_suite,
suite_constructor *const suites[] = {SUITES(LIST) NULL};
