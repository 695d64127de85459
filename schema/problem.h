/* The errors that stanced answers with, each stated once: RFC 9457 problem details. */
#ifndef STANCED_SCHEMA_PROBLEM_H
#define STANCED_SCHEMA_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/arena.h"
#include "schema/buffer.h"

enum problem {
    PROBLEM_NONE,
    PROBLEM_MERGED,                /* 308, with Location: the record became another */
    PROBLEM_MALFORMED_REQUEST,     /* 400: framing, target, percent-encoding, headers */
    PROBLEM_MALFORMED_BODY,        /* 400: the body is not JSON as we take it */
    PROBLEM_INVALID_PARAMETER,     /* 400: query parameters, with errors[] */
    PROBLEM_INVALID_CURSOR,        /* 400 */
    PROBLEM_UNAUTHORIZED,          /* 401, with WWW-Authenticate: no key, or none that is good */
    PROBLEM_FORBIDDEN,             /* 403: the key is good, but not for this */
    PROBLEM_NOT_FOUND,             /* 404: no such record */
    PROBLEM_NO_ROUTE,              /* 404: no such path */
    PROBLEM_METHOD_NOT_ALLOWED,    /* 405, with Allow */
    PROBLEM_NOT_ACCEPTABLE,        /* 406 */
    PROBLEM_REF_TAKEN,             /* 409, with Location */
    PROBLEM_STILL_REFERENCED,      /* 409: names by what, and how many */
    PROBLEM_ALREADY_RECORDED,      /* 409: names who says the same */
    PROBLEM_NOT_DELETED,           /* 409: there is nothing to put back */
    PROBLEM_MERGE_CYCLE,           /* 409: part_of would run in a circle */
    PROBLEM_MERGE_TOO_LARGE,       /* 409: more records than one merge may change */
    PROBLEM_CONFLICT,              /* 409: lost against concurrent writers, after the retries */
    PROBLEM_CURSOR_EXPIRED,        /* 410: of an earlier epoch of the feed */
    PROBLEM_PRECONDITION_FAILED,   /* 412: If-Match, If-None-Match */
    PROBLEM_BODY_TOO_LARGE,        /* 413 */
    PROBLEM_UNSUPPORTED_TYPE,      /* 415 */
    PROBLEM_INVALID_RECORD,        /* 422, with errors[] */
    PROBLEM_UNKNOWN_REFERENCE,     /* 422, with errors[], every one of them code unknown_reference */
    PROBLEM_REPLY_TOO_LARGE,       /* 422: ask for less */
    PROBLEM_KEY_REUSED,            /* 422: the same Idempotency-Key for another request */
    PROBLEM_PRECONDITION_REQUIRED, /* 428: the service is set to demand If-Match */
    PROBLEM_RATE_LIMITED,          /* 429, Retry-After: more often than agreed */
    PROBLEM_INTERNAL,              /* 500 */
    PROBLEM_DATABASE_AWAY,         /* 503, Retry-After */
    PROBLEM_OVERLOADED,            /* 503, Retry-After: a queue is full */
    PROBLEM_TIMEOUT,               /* 503, Retry-After: a deadline or a lock time-out passed */
    PROBLEM_OUTCOME_UNKNOWN,       /* 503, Retry-After: the connection broke while the write was under way */
    PROBLEMS
};

struct problem_kind {
    int status;        /* HTTP status code */
    const char *slug;  /* the last segment of `type`, e.g. "invalid-record"; stable */
    const char *title; /* one line, the same for every occurrence */
    int retry_after;   /* seconds for Retry-After, 0 for none */
};

extern const struct problem_kind problem_kinds[PROBLEMS];

/* One thing wrong with what the client sent. */
struct fault {
    const char *pointer;   /* JSON pointer (RFC 6901) into the body, or NULL */
    const char *parameter; /* name of the query parameter, or NULL */
    const char *header;    /* name of the header, or NULL */
    size_t line;           /* line of an import, from 1; 0 for none */
    const char *code;      /* stable word, e.g. "too_long" */
    const char *detail;    /* a sentence */
};

#define FAULTS_MOST 100 /* a reply lists so many; the rest are counted in `errors_omitted` */

struct faults {
    struct arena *arena;
    struct fault *list; /* in the arena, made with the first; most requests have none */
    size_t count;
    size_t omitted;
    size_t line; /* stamped on what is added */
};

void faults_init(struct faults *faults, struct arena *arena);
void faults_add(struct faults *faults, const char *pointer, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void faults_add_parameter(struct faults *faults, const char *parameter, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

void faults_add_header(struct faults *faults, const char *header, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Which problem they are all together: of what only the references are wrong with, unknown-reference. */
enum problem faults_problem(const struct faults *faults);

/* Writes one as a JSON object. */
void fault_encode(struct buffer *buffer, const struct fault *fault);

/* Writes the application/problem+json document. `detail` may be NULL, `faults` may be NULL or empty. */
void problem_encode(struct buffer *buffer, enum problem problem, const char *detail, const char *request_id,
                    const struct faults *faults);

#endif
