/* The contract between the engine and an endpoint. An endpoint is an entry of a const table; what it does beyond its
   data is a pair of hooks that do no I/O: `plan` turns a request into statements (or a reply at once), `rows` and `finish`
   fold what comes back into a reply. Everything here can be called without a socket and without a database. */
#ifndef STANCED_HANDLERS_ENDPOINT_H
#define STANCED_HANDLERS_ENDPOINT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handlers/place.h"
#include "schema/arena.h"
#include "schema/buffer.h"
#include "schema/identity.h"
#include "schema/problem.h"
#include "schema/record.h"
#include "schema/row.h"

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHODS };

/* Which of the loop's connections serve it, so that neither a slow query nor a lock stands in front of a read. */
enum lane {
    LANE_READ,  /* point reads and short lists, pipelined; sent again once when the connection breaks */
    LANE_WRITE, /* one transaction a request, pipelined, with a lock time-out */
    LANE_SLOW,  /* analysis and imports: one request at a time per connection, cancelled when its client leaves */
    LANES
};

/* Whose key an endpoint takes; each may do what those before it may. */
enum role {
    ROLE_BY_METHOD, /* of an endpoint: a reader's for GET, otherwise an editor's */
    ROLE_OPEN,      /* anybody's, and no key at all */
    ROLE_READER,    /* …where reading is not open (STANCED_OPEN_READING) */
    ROLE_EDITOR,
    ROLE_ADMIN
};

enum parameter_type {
    PARAMETER_TEXT,
    PARAMETER_COUNT, /* integer, `least`..`most` */
    PARAMETER_CURSOR,
    PARAMETER_MOMENT,     /* date or date-time */
    PARAMETER_WORDS,      /* words of `vocabulary`, comma-separated */
    PARAMETER_WORD,       /* one of them */
    PARAMETER_TEXTS,      /* values of `field`, comma-separated; a backslash takes a comma, or itself, into a value */
    PARAMETER_REFERENCES, /* ids or refs of records of the kind field->target, comma-separated */
    PARAMETER_NUMBER,     /* a number, whole where field->type is FIELD_INTEGER; `least`..`most` where these differ */
    PARAMETER_NUMBERS,    /* …comma-separated */
    PARAMETER_BOOLEAN     /* true or false */
};

/* What a list's filter asks of its column. */
enum parameter_test {
    TEST_NONE,   /* not a filter */
    TEST_IS,     /* one of the values; of an array: has one of them */
    TEST_NOT,    /* none of the values, or no value at all */
    TEST_ALL,    /* of an array: has all of them */
    TEST_NULL,   /* true: no value; false: any */
    TEST_FROM,   /* .gte */
    TEST_AFTER,  /* .gt */
    TEST_UNTIL,  /* .lte */
    TEST_BEFORE, /* .lt */
    TEST_SEARCH  /* words */
};

/* A query parameter that an endpoint takes. */
struct parameter {
    const char *name;
    enum parameter_type type;
    int64_t least, most;
    const struct vocabulary *vocabulary;
    const char *help;
    const char *example;
    bool required;  /* there is no answer without it */
    enum role role; /* whose key it takes, where that is more than the endpoint's */
    /* of filters, which handlers/derived.c makes from the descriptions of the records */
    enum parameter_test test;
    const struct field *field;
    const char *column; /* SQL over the alias `t` */
    const char *
        within; /* SQL that opens a parenthesis around the condition on `column`, which is then of another alias; or NULL */
};

/* A query parameter as it came, percent-decoded. */
struct argument {
    const char *name;
    const char *value;
    size_t length; /* of value */
};

/* The header fields of a request that mean something here; NULL where absent. They live as long as the request. */
struct call_head {
    const char *content_type;
    const char *content_encoding;
    const char *accept;
    const char *accept_encoding;
    const char *if_match;
    const char *if_none_match;
    const char *idempotency_key;
    const char *request_id;
    const char *origin;
    const char *last_event_id;
    const char *request_method; /* Access-Control-Request-Method: a preflight */
    const char *traceparent;    /* W3C Trace Context */
    const char *authorization;
    const char *forwarded;
    const char *x_forwarded_for;
};

struct endpoint;
struct answer;
struct change;

/* How a reply is sent. */
enum streaming {
    STREAM_NOT,   /* once it is complete */
    STREAM_ROWS,  /* while its rows come in, however many: the head goes before the end is known */
    STREAM_EVENTS /* it has no end: after the rows follow changes as they happen, as text/event-stream */
};
struct moved;
struct errand;
struct replay;
struct outcome;
struct past;

#define PATH_VARIABLES 2

/* A request as a handler sees it. Everything lives as long as the request, most of it in its arena. */
struct call {
    const struct endpoint *endpoint;
    enum lane lane; /* the endpoint's, unless `plan` chooses another */
    struct arena *arena;
    const char *path[PATH_VARIABLES]; /* values of the {variables} of the path, percent-decoded */
    const char *target;               /* path and query as sent */
    struct call_head head;
    const struct argument *arguments; /* all known to the endpoint, none twice, each valid for its type */
    size_t argument_count;
    const struct argument *sent; /* as the client sent them, where that is no longer so: handlers/moved.h; or NULL */
    const char *body;
    size_t body_length;
    const char *request_id;
    const char *who;  /* the name of the key that it came with; NULL for none */
    enum role role;   /* …and its role */
    int64_t now;      /* microseconds since 1970, the moment of arrival */
    unsigned attempt; /* 0, or how often this request was planned before: plan may run again after a lost race */
    unsigned round;   /* 0, or how often FINISH_NEXT was said since this attempt began; at most ROUNDS_MOST - 1 */
    int migration;    /* number of the newest migration in this binary */
    bool must_match;  /* whether records are changed only under If-Match */
    int merges_most;  /* how many records one merge may change */
    bool repeatable;  /* set by a handler: to send its statements twice does no more than to send them once */
    void (*measure)(struct buffer *out); /* the engine's: writes what it has counted */
    void *state;                         /* the handler's own */
    struct moved *moved;                 /* of handlers/moved.h; NULL where nothing was asked */
    /* handlers/replay.h */
    struct replay *replay;   /* NULL without an Idempotency-Key */
    struct outcome *outcome; /* set by `plan` together with what writes it; NULL while nothing is written */
    const struct past
        *past;         /* the request was answered before: `again` plans that answer, and `row` and `finish` make it */
    int64_t keys_kept; /* seconds */
    const atomic_bool *cancelled; /* set meanwhile when nobody waits for the reply any more; or NULL */
    enum streaming streams;
    /* of endpoints that follow the feed */
    struct place place; /* up to where it has been told all; once `placed` */
    bool placed;
    bool behind;  /* there is more in the database, behind `place` */
    int64_t wait; /* milliseconds to wait for a change, of a reply that ends */
    bool waited;  /* …are over: answer with what there is */
    struct faults faults;
};

/* One statement with its parameters in text format (NULL for SQL NULL); results come in binary format. `sql` is constant text
   or was put together from constants alone. It is prepared under a hash of its text. */
#define QUERY_VALUES 48
struct query {
    const char *sql;
    int count;
    const char *values[QUERY_VALUES];
    /* Where its only value is a key: the same for an array of keys, with rows that begin with theirs. Requests that have nothing else to ask
       may then be answered by one statement. NULL for none. */
    const char *many;
    struct identity key;
};

/* The statements of one round of a request: one transaction, sent as one pipeline segment. */
#define PLAN_QUERIES 32
struct plan {
    struct query queries[PLAN_QUERIES];
    int count;
};

#define REPLY_HEADERS 16
struct header {
    const char *name;
    const char *value;
};

/* `status` 0 while nothing is decided. */
struct reply {
    int status;
    int version;      /* of the one record that it shows, for the entity tag; 0 for none */
    const char *type; /* Content-Type; NULL means application/json */
    struct buffer body;
    struct header headers[REPLY_HEADERS];
    int header_count;
};

enum plan_outcome {
    PLAN_RUN,  /* run the statements */
    PLAN_REPLY /* the reply is complete already */
};

enum news {
    NEWS_CHANGE,
    NEWS_NONE, /* for a while: the client is to hear that we are still there */
    NEWS_END   /* no more will come, for this reason */
};

enum finish_outcome {
    FINISH_REPLY,  /* the reply is complete */
    FINISH_FOLLOW, /* all is told up to call->place, but for what `behind` says: go on with what the feed brings */
    FINISH_NEXT,   /* that was a first look: plan what comes after it, another transaction, as call->round + 1 */
    FINISH_AGAIN   /* lost a race: plan again from round 0 (the engine answers `conflict` after three attempts) */
};

/* Parameters that follow from the record, and headers that mean something. */
enum endpoint_takes {
    TAKES_FILTERS = 1,  /* filters, q, sort and count: of lists */
    TAKES_SHAPE = 2,    /* fields, expand and format: of lists and of single records */
    TAKES_STANCES = 4,  /* filters of stances, as_of, known_at and format: of analyses */
    TAKES_POSITION = 8, /* …by their position as well */
    /* If-Match and If-None-Match, of writes: handlers/precondition.h; a GET has them without a word */
    TAKES_CONDITIONS = 16,
    TAKES_KEY = 32 /* Idempotency-Key, of a POST: handlers/replay.h */
};

struct endpoint {
    enum method method;
    const char *path; /* "/v1/claims/{claim}/positions"; at most PATH_VARIABLES variables */
    const char *name; /* stable, for logs and as operationId: "claim_positions" */
    const char *summary;
    const struct parameter *parameters;
    size_t parameter_count;
    const struct record *record; /* what it is about; NULL for none */
    unsigned takes; /* of enum endpoint_takes; their parameters stand behind its own once the endpoints are gathered */
    enum lane lane;
    enum role role;
    bool keeps_merged;      /* it answers for a record that was merged into another as such: handlers/moved.h */
    enum streaming streams; /* unless `plan` says otherwise, in the call; it then sets the reply's type */
    bool takes_body;
    const char *body_type; /* media types it takes, separated by ", "; NULL means application/json */
    size_t body_limit;     /* bytes; 0 means BODY_LIMIT */

    /* For the API's description (handlers/openapi.c), where it does not follow from the rest: JSON Schemas, written with
       apostrophes for quotation marks; the `title` is the name of what they describe. */
    const char *body_schema;
    const char *body_example; /* JSON, likewise; NULL for none, or where it follows from the record */
    const char *reply_schema;
    const struct answer *answer; /* in its place, of an analysis: handlers/answer.h */
    const char *reply_types;     /* media types of a good reply, separated by ", ", in place of application/json */
    uint64_t problems; /* ANSWERS(PROBLEM_…) | …, beyond those that follow (handlers/openapi_problems.c) */

    /* In place of all the others, for what takes its body as it comes and many statements over time: called in a thread of its own, and
       done when it returns with the reply complete (handlers/errand.h). Its body may be of any size, and packed. */
    void (*errand)(struct call *call, struct errand *errand, struct reply *reply);

    /* Called once headers are in, before any of the body; may be NULL. Sets up call->state for `body`. */
    void (*open)(struct call *call);
    /* For endpoints that read their body as it arrives: called with every piece. Must take well under a millisecond per
       8 KiB. NULL: the body is collected into call->body. */
    void (*body)(struct call *call, const char *bytes, size_t length);
    enum plan_outcome (*plan)(struct call *call, struct plan *plan, struct reply *reply);
    /* In place of `plan` where call->past says what was written the first time; of endpoints with TAKES_KEY. */
    enum plan_outcome (*again)(struct call *call, struct plan *plan, struct reply *reply);
    /* For every row of every result, in order; `query` indexes plan->queries. May be NULL. */
    void (*row)(struct call *call, int query, const struct row *row, struct reply *reply);
    /* After the last row, when the transaction is committed. */
    enum finish_outcome (*finish)(struct call *call, struct reply *reply);
    /* `finish` may take more than a millisecond: it is called in another thread, where it looks at call_cancelled() every few
       milliseconds. Meanwhile the call and the reply are its own. */
    bool works;
    /* Of endpoints that follow the feed: there is news behind call->place. True when that concerns the call: what it has to say of it is then
       in the reply's body, or, where the reply ends, it is planned once more. `change` and `reason` are there where `news` says so. */
    bool (*hear)(struct call *call, enum news news, const struct change *change, const char *reason,
                 struct reply *reply);
    /* Releases what call->state holds outside the arena; may be NULL. Always called when open or plan was. */
    void (*close)(struct call *call);
};

#define ANSWERS(problem) (UINT64_C(1) << (problem))

#define BODY_LIMIT (1024 * 1024)
#define ROUNDS_MOST 4 /* transactions that one attempt at a request may take */
#define REPLY_LIMIT (16 * 1024 * 1024)

/* Generates the statement texts of all endpoints and gathers the endpoints themselves. To be called once at start, before any
   thread and before everything else here; calling it again does nothing. */
void endpoints_init(void);

/* All endpoints, gathered at start from the tables of handlers/ (endpoints.c). */
extern const struct endpoint *const *endpoints(size_t *ret_count);

/* The role that it asks for: never ROLE_BY_METHOD. */
enum role endpoint_role(const struct endpoint *endpoint);

/* Its place among them, from 0. */
size_t endpoint_number(const struct endpoint *endpoint);

/* Whether the endpoint takes a body of this Content-Type (NULL: none was sent). Parameters such as charset are not looked at. */
bool endpoint_takes_type(const struct endpoint *endpoint, const char *content_type);

/* Back to nothing decided; keeps the body's memory. */
void reply_clear(struct reply *reply);

/* Makes it the document of a problem, in place of whatever it was. `detail` may be NULL. */
void reply_problem(struct call *call, struct reply *reply, enum problem problem, const char *detail);

/* Opens the JSON object that the body ends with once more, for one more member: writes its name and the colon. The caller writes the
   value and then "}\n". */
void reply_member(struct reply *reply, const char *name);

/* Says in how many seconds to come back, in place of what the problem says. */
void reply_retry_after(struct call *call, struct reply *reply, int seconds);

/* Adds a header; name and value must outlive the request (constant, or in its arena). */
void reply_header(struct reply *reply, const char *name, const char *value);

/* The value of a query parameter, or NULL where it was not given. */
const char *call_argument(const struct call *call, const char *name);

/* The value of an argument, by index, as the client sent it. */
const char *call_sent(const struct call *call, size_t index);

/* Whether `finish` may as well stop: whatever it replies is thrown away. */
bool call_cancelled(const struct call *call);

/* Adds a statement and returns it for its values to be set. */
struct query *plan_query(struct plan *plan, const char *sql);

/* Sets its next value: text that lives as long as the request, or NULL. */
void query_value(struct query *query, const char *value);

#endif
