/* Problem details (RFC 9457): the kinds there are, and their JSON. */
#include "schema/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema/encode.h"
#include "schema/unicode.h"

const struct problem_kind problem_kinds[PROBLEMS] = {
    [PROBLEM_NONE] = {200, "none", "No problem", 0},
    [PROBLEM_MERGED] = {308, "merged", "The record was merged into another", 0},
    [PROBLEM_MALFORMED_REQUEST] = {400, "malformed-request", "The request is malformed", 0},
    [PROBLEM_MALFORMED_BODY] = {400, "malformed-body", "The body cannot be read", 0},
    [PROBLEM_INVALID_PARAMETER] = {400, "invalid-parameter", "A query parameter is not valid", 0},
    [PROBLEM_INVALID_CURSOR] = {400, "invalid-cursor", "The cursor is not one of this list", 0},
    [PROBLEM_UNAUTHORIZED] = {401, "unauthorized", "The request needs a key that is good", 0},
    [PROBLEM_FORBIDDEN] = {403, "forbidden", "The key may not do this", 0},
    [PROBLEM_NOT_FOUND] = {404, "not-found", "There is no such record", 0},
    [PROBLEM_NO_ROUTE] = {404, "no-route", "There is nothing at this path", 0},
    [PROBLEM_METHOD_NOT_ALLOWED] = {405, "method-not-allowed", "This path does not take this method", 0},
    [PROBLEM_NOT_ACCEPTABLE] = {406, "not-acceptable", "No format that the client accepts is available", 0},
    [PROBLEM_REF_TAKEN] = {409, "ref-taken", "A record with this ref exists already", 0},
    [PROBLEM_STILL_REFERENCED] = {409, "still-referenced", "Other records still refer to this one", 0},
    [PROBLEM_ALREADY_RECORDED] = {409, "already-recorded", "A recorded claim seems to say the same", 0},
    [PROBLEM_NOT_DELETED] = {409, "not-deleted", "The record is not deleted", 0},
    [PROBLEM_MERGE_CYCLE] = {409, "merge-cycle", "The records cannot be one, for one is part of the other", 0},
    [PROBLEM_MERGE_TOO_LARGE] = {409, "merge-too-large", "The merge would change too many records", 0},
    [PROBLEM_CONFLICT] = {409, "conflict", "Other writers changed the same records at the same time", 0},
    [PROBLEM_CURSOR_EXPIRED] = {410, "cursor-expired", "The cursor is of another history", 0},
    [PROBLEM_PRECONDITION_FAILED] = {412, "precondition-failed",
                                     "The record is not in a version that the request names", 0},
    [PROBLEM_BODY_TOO_LARGE] = {413, "body-too-large", "The body is larger than this endpoint takes", 0},
    [PROBLEM_UNSUPPORTED_TYPE] = {415, "unsupported-type", "The body is of a type that this endpoint does not take", 0},
    [PROBLEM_INVALID_RECORD] = {422, "invalid-record", "The record is not valid", 0},
    [PROBLEM_UNKNOWN_REFERENCE] = {422, "unknown-reference", "The record refers to records that do not exist", 0},
    [PROBLEM_REPLY_TOO_LARGE] = {422, "reply-too-large", "The reply would be too large", 0},
    [PROBLEM_KEY_REUSED] = {422, "idempotency-key-reused", "The Idempotency-Key was used for another request", 0},
    [PROBLEM_PRECONDITION_REQUIRED] = {428, "precondition-required", "The request has to say which version it changes",
                                       0},
    [PROBLEM_RATE_LIMITED] = {429, "rate-limited", "The client asks too often", 1},
    [PROBLEM_INTERNAL] = {500, "internal", "Something went wrong inside the service", 0},
    [PROBLEM_DATABASE_AWAY] = {503, "database-away", "The database cannot be reached", 2},
    [PROBLEM_OVERLOADED] = {503, "overloaded", "The service has too much to do", 1},
    [PROBLEM_TIMEOUT] = {503, "timeout", "The request took too long", 2},
    [PROBLEM_OUTCOME_UNKNOWN] = {503, "outcome-unknown",
                                 "The connection to the database broke during the write, which may have happened", 2},
};

#define DETAIL_MOST 400 /* bytes: a detail quotes a little of the input, never all of it */

void faults_init(struct faults *faults, struct arena *arena)
{
    /* Not the list: it is large, and read only up to count. */
    faults->arena = arena;
    faults->list = NULL;
    faults->count = 0;
    faults->omitted = 0;
    faults->line = 0;
}

/* Details hold pieces of input, perhaps cut in the middle: what is no printable UTF-8 becomes '?'. */
static void detail_clean(char *detail)
{
    size_t length = strlen(detail);
    size_t size;
    for (size_t at = 0; at < length; at += size) {
        long point = unicode_next(detail + at, length - at, &size);
        if (point < 0x20 || (point >= 0x7F && point < 0xA0)) {
            memset(detail + at, '?', size);
        }
    }
}

static void fault_put(struct faults *faults, struct fault fault, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

static void fault_put(struct faults *faults, struct fault fault, const char *format, va_list arguments)
{
    if (faults->count == FAULTS_MOST) {
        faults->omitted++;
        return;
    }
    char detail[DETAIL_MOST + 1];
    int length = vsnprintf(detail, sizeof detail, format, arguments);
    if (length > DETAIL_MOST) {
        memcpy(detail + DETAIL_MOST - 3, "...", 4);
    }
    detail_clean(detail);
    if (faults->list == NULL) {
        faults->list = arena_alloc(faults->arena, FAULTS_MOST * sizeof *faults->list);
    }
    fault.line = faults->line;
    fault.detail = arena_text(faults->arena, detail);
    faults->list[faults->count++] = fault;
}

void faults_add(struct faults *faults, const char *pointer, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault_put(faults, (struct fault){.pointer = pointer, .code = code}, format, arguments);
    va_end(arguments);
}

void faults_add_parameter(struct faults *faults, const char *parameter, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault_put(faults, (struct fault){.parameter = parameter, .code = code}, format, arguments);
    va_end(arguments);
}

void faults_add_header(struct faults *faults, const char *header, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fault_put(faults, (struct fault){.header = header, .code = code}, format, arguments);
    va_end(arguments);
}

enum problem faults_problem(const struct faults *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        if (strcmp(faults->list[i].code, "unknown_reference") != 0) {
            return PROBLEM_INVALID_RECORD;
        }
    }
    return PROBLEM_UNKNOWN_REFERENCE;
}

static void encode_text_member(struct buffer *buffer, const char *key, const char *text)
{
    buffer_text(buffer, key);
    encode_string(buffer, text, strlen(text));
}

void fault_encode(struct buffer *buffer, const struct fault *fault)
{
    buffer_char(buffer, '{');
    if (fault->line > 0) {
        buffer_text(buffer, "\"line\":");
        buffer_number(buffer, (long long)fault->line);
        buffer_char(buffer, ',');
    }
    if (fault->pointer != NULL) {
        encode_text_member(buffer, "\"pointer\":", fault->pointer);
        buffer_char(buffer, ',');
    }
    if (fault->parameter != NULL) {
        encode_text_member(buffer, "\"parameter\":", fault->parameter);
        buffer_char(buffer, ',');
    }
    if (fault->header != NULL) {
        encode_text_member(buffer, "\"header\":", fault->header);
        buffer_char(buffer, ',');
    }
    encode_text_member(buffer, "\"code\":", fault->code);
    encode_text_member(buffer, ",\"detail\":", fault->detail);
    buffer_char(buffer, '}');
}

void problem_encode(struct buffer *buffer, enum problem problem, const char *detail, const char *request_id,
                    const struct faults *faults)
{
    const struct problem_kind *kind = &problem_kinds[problem];
    buffer_text(buffer, "{\"type\":\"/problems/");
    buffer_text(buffer, kind->slug);
    encode_text_member(buffer, "\",\"title\":", kind->title);
    buffer_text(buffer, ",\"status\":");
    buffer_number(buffer, kind->status);
    if (detail != NULL) {
        encode_text_member(buffer, ",\"detail\":", detail);
    }
    if (request_id != NULL) {
        encode_text_member(buffer, ",\"request_id\":", request_id);
    }
    if (faults != NULL && faults->count > 0) {
        buffer_text(buffer, ",\"errors\":[");
        for (size_t i = 0; i < faults->count; i++) {
            if (i > 0) {
                buffer_char(buffer, ',');
            }
            fault_encode(buffer, &faults->list[i]);
        }
        buffer_char(buffer, ']');
        if (faults->omitted > 0) {
            buffer_text(buffer, ",\"errors_omitted\":");
            buffer_number(buffer, (long long)faults->omitted);
        }
    }
    buffer_text(buffer, "}\n");
}
