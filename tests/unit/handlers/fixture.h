/* A request without an engine: what the tests of endpoints start from. */
#ifndef STANCED_TESTS_UNIT_HANDLERS_FIXTURE_H
#define STANCED_TESTS_UNIT_HANDLERS_FIXTURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/endpoint.h"

#define FIXTURE_NOW INT64_C(1729468800000000) /* 2024-10-21T00:00:00Z */

struct fixture {
    struct call call;
    struct plan plan;
    struct reply reply;
    bool opened;
    json_t *json; /* of fixture_json */
};

/* A call of the endpoint of this name. */
void fixture_begin(struct fixture *fixture, const char *endpoint);
void fixture_end(struct fixture *fixture);

/* Reads a query string, which must be one that the endpoint takes. */
void fixture_query(struct fixture *fixture, const char *query);

/* The body as a whole, or in pieces of at most `piece` bytes where the endpoint reads it as it arrives. */
void fixture_body(struct fixture *fixture, const char *body);
void fixture_pieces(struct fixture *fixture, const char *body, size_t length, size_t piece);

enum plan_outcome fixture_plan(struct fixture *fixture);

/* As after a lost race. */
enum plan_outcome fixture_plan_again(struct fixture *fixture);

/* As after FINISH_NEXT. */
enum plan_outcome fixture_plan_next(struct fixture *fixture);

/* The plan's statement that has `fragment` in it; it must be there once. */
const struct query *fixture_statement(const struct fixture *fixture, const char *fragment);
int fixture_statement_index(const struct fixture *fixture, const char *fragment);

enum finish_outcome fixture_finish(struct fixture *fixture);

/* The reply's body as JSON, which lives until the next call or the end. */
const json_t *fixture_json(struct fixture *fixture);

/* The header of this name, or NULL. */
const char *fixture_header(const struct fixture *fixture, const char *name);

/* True when the reply is a problem of this type with this fault, among others. */
bool fixture_has_fault(struct fixture *fixture, const char *type, const char *pointer, const char *code);

#endif
