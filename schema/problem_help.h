/* What each kind of problem means and what to do about it, for people. */
#ifndef STANCED_SCHEMA_PROBLEM_HELP_H
#define STANCED_SCHEMA_PROBLEM_HELP_H

#include "schema/problem.h"

/* A sentence or two. */
const char *problem_help(enum problem problem);

/* The kind whose slug this is, or PROBLEM_NONE. */
enum problem problem_named(const char *slug);

#endif
