/* POST /v1/import: records as NDJSON or CSV, a line each, however many. Lines are read as they arrive and collected in the database until
   they are written: all of them or none, or batch by batch those that are good. */
#include <string.h>
#include <strings.h>

#include "handlers/endpoints.h"
#include "handlers/errand.h"
#include "handlers/import_key.h"
#include "handlers/intake.h"
#include "handlers/settle.h"

#define PIECE ((size_t)16 * 1024)
#define ANSWER_LIMIT ((size_t)16 * 1024)
#define LISTED_MOST 1000 /* faults that a reply lists where good lines are stored; the rest are counted */

struct import {
    struct call *call;
    struct reply *reply;
    bool each; /* good lines are stored, whatever the others are */
    struct intake intake;
    struct stage stage;
    struct settle settle;
    struct import_key key;
    bool failed;
    long long listed, omitted;
    size_t refused_line; /* the last one with a fault */
    long long refused;   /* lines */
};

/* One fault of a line, where they are told line by line. */
static void list_fault(struct import *import, const struct fault *fault)
{
    if (fault->line != import->refused_line) {
        import->refused_line = fault->line;
        import->refused++;
    }
    if (import->listed == LISTED_MOST) {
        import->omitted++;
        return;
    }
    import->listed++;
    fault_encode(&import->reply->body, fault);
    buffer_char(&import->reply->body, '\n');
}

/* Tells the faults of a line, and makes room for those of the next. */
static void list_faults(struct import *import)
{
    struct faults *faults = &import->call->faults;
    for (size_t i = 0; i < faults->count; i++) {
        list_fault(import, &faults->list[i]);
    }
    import->omitted += (long long)faults->omitted;
    faults_init(faults, import->intake.scratch);
}

/* Faults that are to be told at the end outlive the line that their pointers were made for. */
static void keep_faults(struct import *import)
{
    struct faults *faults = &import->call->faults;
    for (size_t i = 0; i < faults->count; i++) {
        const char *pointer = faults->list[i].pointer;
        if (faults->list[i].line == faults->line && pointer != NULL) {
            faults->list[i].pointer = arena_text(import->call->arena, pointer);
        }
    }
}

static void collect(struct import *import)
{
    import->failed =
        import->failed || !settle_collect(&import->settle) || (import->each && !settle_batch(&import->settle));
}

static void line_done(void *context)
{
    struct import *import = context;
    const struct faults *faults = &import->call->faults;
    bool headless = import->intake.headless; /* nothing of it can be read */
    if (import->each && !headless) {
        list_faults(import);
    } else if (faults->count > 0) {
        keep_faults(import);
        import->intake.idle = true; /* nothing will be stored: the rest is read for its faults only */
    }
    if (!import->failed && stage_full(&import->stage)) {
        collect(import);
    }
}

/* What the database found. */
static void settle_faulty(void *context, size_t line, const char *pointer, const char *code, const char *kind)
{
    struct import *import = context;
    struct call *call = import->call;
    struct arena *arena = import->each ? import->intake.scratch : call->arena;
    struct faults *faults = &call->faults;
    bool room = faults->count < FAULTS_MOST;
    faults->line = line;
    pointer = room ? arena_text(arena, pointer) : "";
    if (strcmp(code, "refused") == 0) {
        faults_add(faults, pointer, "refused", "The database does not take this record, or others keep changing it.");
    } else if (strcmp(code, "version_taken") == 0) {
        faults_add(faults, pointer, "version_taken",
                   "The service has this version of the %s with other content, or a later one.", kind);
    } else {
        guard_fault(call, pointer, code, kind);
    }
    if (import->each) {
        list_faults(import);
        arena_reset(arena);
    }
}

static void refuse(struct import *import, enum problem problem, const char *detail)
{
    reply_problem(import->call, import->reply, problem, detail);
}

static void put_counts(struct buffer *body, const char *name, const long long counts[static RECORD_KINDS])
{
    buffer_format(body, ",\"%s\":{", name);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        buffer_format(body, "%s\"%s\":%lld", kind == 0 ? "" : ",", records[kind]->name, counts[kind]);
    }
    buffer_char(body, '}');
}

static void put_summary(const struct import *import, struct buffer *body,
                        long long counts[static WRITTEN_KINDS][RECORD_KINDS])
{
    buffer_format(body, "{\"lines\":%lld", import->intake.records);
    put_counts(body, "created", counts[WRITTEN_CREATED]);
    put_counts(body, "updated", counts[WRITTEN_UPDATED]);
    put_counts(body, "unchanged", counts[WRITTEN_UNCHANGED]);
}

static void put_reply(struct import *import)
{
    struct buffer *body = &import->reply->body;
    import->reply->status = 200;
    put_summary(import, body, import->settle.counts);
    if (import->each) {
        import->reply->type = "application/x-ndjson";
        buffer_format(body, ",\"refused\":%lld,\"faults_omitted\":%lld", import->refused, import->omitted);
    }
    buffer_text(body, "}\n");
}

static enum errand_outcome settle_enter(void *context)
{
    return import_key_enter(&((struct import *)context)->key);
}

/* What will be answered is kept with what is written. */
static enum errand_outcome settle_leave(void *context, long long counts[static WRITTEN_KINDS][RECORD_KINDS])
{
    struct import *import = context;
    struct buffer answer __attribute__((cleanup(buffer_free)));
    buffer_init(&answer, ANSWER_LIMIT);
    put_summary(import, &answer, counts);
    buffer_text(&answer, "}\n");
    return import_key_keep(&import->key, arena_copy(import->call->arena, answer.data, answer.length));
}

static const char nothing_stored[] = "Nothing was stored. `errors` says what is wrong with which line.";

/* Whether the body itself is wrong, line by line or as a whole; the reply then says so. */
static bool unreadable(struct import *import)
{
    const struct intake *intake = &import->intake;
    static const char *const details[][2] = {
        {"Nothing was stored. The body is not whole gzip (RFC 1952), though Content-Encoding says so.",
         "The body is not whole gzip (RFC 1952), though Content-Encoding says so. Whole lines before that were "
         "stored."},
        {"Nothing was stored. The body unpacks to more than 200 times its size, which lines of records don't.",
         "The body unpacks to more than 200 times its size, which lines of records don't. Lines before that were "
         "stored."},
        {"Nothing was stored. Each line is one record as a JSON object, whole on that line.", NULL},
        {"Nothing was stored. The body is CSV (RFC 4180), and its first line names the columns.",
         "The body is CSV (RFC 4180), and its first line names the columns."},
    };
    int what = -1;
    enum problem problem = PROBLEM_MALFORMED_BODY;
    if (intake->packed && intake->gunzip.state == GUNZIP_BOMB) {
        what = 1;
        problem = PROBLEM_BODY_TOO_LARGE;
    } else if (intake->packed && !gunzip_whole(&intake->gunzip)) {
        what = 0;
    } else if (intake->malformed && !import->each) {
        what = 2;
    } else if (import->each ? intake->headless : intake->broken) {
        what = 3;
    }
    if (what < 0) {
        return false;
    }
    refuse(import, problem, details[what][import->each]);
    return true;
}

/* Everything that is known once the body has ended. */
static void conclude(struct import *import, struct errand *errand)
{
    struct call *call = import->call;
    if (import->key.found) {
        import_key_answer(&import->key, import->reply);
        return;
    }
    if (!import->failed && !import->intake.idle) {
        collect(import);
    }
    if (import->failed) {
        refuse(import, errand->problem, import->settle.detail);
    } else if (unreadable(import)) {
        return;
    } else if (import->each) {
        import->failed = !settle_rest(&import->settle);
    } else if (call->faults.count == 0) {
        import->failed = settle_all(&import->settle) == SETTLE_FAILED;
    }
    if (import->key.found) {
        import_key_answer(&import->key, import->reply);
    } else if (import->failed) {
        refuse(import, errand->problem, import->settle.detail);
    } else if (call->faults.count > 0) {
        refuse(import, faults_problem(&call->faults), nothing_stored);
    } else {
        put_reply(import);
    }
}

static void read_all(struct import *import, struct errand *errand)
{
    char piece[PIECE];
    size_t length;
    long long told = 0;
    while (!import->failed && (length = errand->read(errand, piece, sizeof piece)) > 0) {
        import_key_feed(&import->key, piece, length);
        if (import->key.found) {
            continue; /* was done before; whether it was this one, its end will show */
        }
        intake_feed(&import->intake, piece, length);
        if (import->intake.records != told) {
            told = import->intake.records;
            errand->tell(errand, &(struct errand_progress){ERRAND_READING, told, 0});
        }
    }
    if (!errand->stopped) {
        intake_end(&import->intake);
    }
}

static bool is_type(const struct call *call, const char *type)
{
    const char *content = call->head.content_type;
    return content != NULL && strncasecmp(content, type, strlen(type)) == 0;
}

/* The map that `map` names or is. False with the reply complete when there is something wrong with it, or with its company. */
static bool read_map(struct call *call, struct reply *reply, json_t **ret)
{
    const char *text = call_argument(call, "map");
    *ret = NULL;
    if (text == NULL) {
        return true;
    }
    if (!is_type(call, "text/csv")) {
        faults_add_parameter(&call->faults, "map", "conflicting_parameters", "A map is for a body of text/csv.");
    } else {
        *ret = map_read(text, strlen(text), call->arena, &call->faults);
    }
    if (*ret == NULL) {
        reply_problem(call, reply, PROBLEM_INVALID_PARAMETER,
                      "Nothing was stored. Where `errors` have pointers, they lead into the map.");
    }
    return *ret != NULL;
}

static bool goes_by_batches(const struct call *call)
{
    const char *mode = call_argument(call, "mode");
    return mode != NULL && strcmp(mode, "each") == 0;
}

static void import_with(struct call *call, struct errand *errand, struct reply *reply, const json_t *map)
{
    const char *type = call_argument(call, "type");
    const char *encoding = call->head.content_encoding;
    struct import *import = arena_alloc(call->arena, sizeof *import);
    import->call = call;
    import->reply = reply;
    import->each = goes_by_batches(call);
    stage_init(&import->stage);
    import->intake = (struct intake){
        .call = call,
        .stage = &import->stage,
        .csv = is_type(call, "text/csv"),
        .linked = is_type(call, "application/ld+json"),
        .packed = encoding != NULL && strcasecmp(encoding, "gzip") == 0,
        .keep = call_argument(call, "keep") != NULL,
        .map = map,
        .type = type == NULL ? NULL : record_named(type),
        .done = line_done,
        .context = import,
    };
    import->settle = (struct settle){
        .errand = errand,
        .call = call,
        .stage = &import->stage,
        .keep = import->intake.keep,
        .fault = settle_faulty,
        .enter = import->each ? NULL : settle_enter,
        .leave = import->each ? NULL : settle_leave,
        .context = import,
    };
    intake_begin(&import->intake);
    import->failed = !import_key_begin(&import->key, call, errand) || !settle_begin(&import->settle);
    read_all(import, errand);
    if (!errand->stopped) {
        conclude(import, errand);
    }
    intake_free(&import->intake);
    stage_free(&import->stage);
    import_key_free(&import->key);
    faults_init(&call->faults, call->arena);
}

static void import_errand(struct call *call, struct errand *errand, struct reply *reply)
{
    json_t *map;
    if (goes_by_batches(call) && call->head.idempotency_key != NULL) {
        faults_add_header(&call->faults, "Idempotency-Key", "not_taken",
                          "With mode=each there is no key: lines are stored batch by batch, and those that are there "
                          "already are told as unchanged when they come again.");
        reply_problem(call, reply, PROBLEM_MALFORMED_REQUEST, "Nothing was stored: a header is not valid.");
    } else if (read_map(call, reply, &map)) {
        import_with(call, errand, reply, map);
        json_decref(map);
    }
}

static const struct vocabulary types = {"type",
                                        (const char *const[]){"actor", "source", "claim", "stance", "review", NULL}};
static const struct vocabulary modes = {"mode", (const char *const[]){"atomic", "each", NULL}};
static const struct vocabulary kept = {"keep", (const char *const[]){"versions", NULL}};

static const struct parameter parameters[] = {
    {
        .name = "type",
        .type = PARAMETER_WORD,
        .vocabulary = &types,
        .help = "Which kind of record the lines are that do not say so themselves.",
        .example = "stance",
    },
    {
        .name = "mode",
        .type = PARAMETER_WORD,
        .vocabulary = &modes,
        .help = "`atomic`, which it is without this: all lines or none. `each`: good lines are stored, and what is "
                "wrong with the "
                "others is told as NDJSON, a fault a line, up to 1,000 of them, and the counts on the last.",
        .example = "each",
    },
    {
        .name = "map",
        .type = PARAMETER_TEXT,
        .help =
            "How rows of CSV that were not made for this become records: the name of a map that comes with the service "
            "(un-roll-calls, un-votes, emergent, dna, dna-statements, claimreview-table), or a map of your own as "
            "JSON.",
        .example = "dna",
    },
    {
        .name = "keep",
        .type = PARAMETER_WORD,
        .vocabulary = &kept,
        .role = ROLE_ADMIN,
        .help =
            "`versions`: a line's version, created_at and updated_at become its record's, as they were where it was "
            "exported. A record that is in a later version already is a fault. Takes the key of an admin.",
        .example = "versions",
    },
};

#define COUNTS "{'type': 'object', 'additionalProperties': {'type': 'integer', 'minimum': 0}}"

static const char reply_schema[] =
    "{'title': 'Imported', 'type': 'object', 'additionalProperties': false, 'required': ['lines', 'created', 'updated',"
    " 'unchanged'], 'properties': {'lines': {'type': 'integer', 'description': 'Records that were read.'},"
    "  'created': " COUNTS ", 'updated': " COUNTS ", 'unchanged': " COUNTS "}}";

static const struct endpoint table[] = {
    {
        .method = METHOD_POST,
        .path = "/v1/import",
        .name = "import",
        .summary =
            "Stores records given as NDJSON or CSV, one a line with its `type`: all of them or none, or those that "
            "are good. Any size; gzip where Content-Encoding says so.",
        .parameters = parameters,
        .parameter_count = sizeof parameters / sizeof *parameters,
        .takes = TAKES_KEY,
        .lane = LANE_SLOW,
        .takes_body = true,
        .body_type = "application/x-ndjson, application/ndjson, application/jsonl, text/csv, "
                     "application/ld+json",
        .body_schema = "{}",
        .reply_schema = reply_schema,
        .reply_types = "application/json, application/x-ndjson",
        .errand = import_errand,
    },
};

const struct endpoint_table import_endpoints = ENDPOINT_TABLE(table);
