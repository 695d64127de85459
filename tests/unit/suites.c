/* The table of suites, made from the list of their names. */
#include "tests/unit/suites.h"

#include <stddef.h>

#define SUITE(name) suite_constructor name##_suite;
#include "tests/unit/suites.list"
#undef SUITE

#define SUITE(name) name##_suite,
suite_constructor *const suites[] = {
#include "tests/unit/suites.list"
    NULL,
};
