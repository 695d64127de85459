/* Runs all unit tests. CK_RUN_SUITE and CK_RUN_CASE in the environment choose one. */
#include <check.h>
#include <stddef.h>
#include <stdlib.h>

#include "handlers/endpoint.h"
#include "tests/unit/suites.h"

int main(void)
{
    endpoints_init();
    SRunner *runner = srunner_create(NULL);
    for (suite_constructor *const *suite = suites; *suite != NULL; suite++) {
        srunner_add_suite(runner, (*suite)());
    }
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
