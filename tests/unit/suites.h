/* Every suite of unit tests, by its constructor. */
#ifndef STANCED_TESTS_UNIT_SUITES_H
#define STANCED_TESTS_UNIT_SUITES_H

#include <check.h>

typedef Suite *suite_constructor(void);

/* Ends with NULL. tests/unit/<folder>/<noun>.c defines <folder>_<noun>_suite. */
extern suite_constructor *const suites[];

#endif
