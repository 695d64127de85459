/* Explanations of the kinds of problems: what the `type` of a problem document leads to. */
#include "schema/problem_help.h"

#include <string.h>

/* By slug: the words that clients see, and keep. */
static const struct {
    const char *slug, *help;
} helps[] = {
    {"merged",
     "The record was merged into another, which the Location header leads to. The versions that it had are under "
     "its own /history."},
    {"malformed-request",
     "The request's path, its percent-encoding or its framing is broken, so it was not read any further. "
     "Repeating it does not help."},
    {"malformed-body",
     "The body is not what its Content-Type says: JSON (RFC 8259, UTF-8, no key twice), lines of it, or "
     "CSV. `errors` says where."},
    {"invalid-parameter",
     "A query parameter is unknown, stands there twice, or has a value that it does not take; none is ever"
     " ignored. `errors` names each with what is wrong about it."},
    {"invalid-cursor",
     "A cursor is good for the list, the filters and the order that it came from. Begin again without one,"
     " or send the same parameters as for the page before."},
    {"unauthorized",
     "The request came without a key where it takes one, or with a key that is wrong, was revoked, or has "
     "expired. Send it as `Authorization: Bearer KEY`; whoever runs the service makes keys."},
    {"forbidden",
     "The key is good, but its role does not reach so far: readers read, editors also write, admins may do all."},
    {"not-found", "No record has this id or ref, or it was deleted."},
    {"no-route", "The service has nothing under this path. GET /v1 lists what there is, and /openapi.json describes "
                 "it."},
    {"method-not-allowed", "The path exists, but not for this method. The Allow header names those that it takes."},
    {"not-acceptable", "The Accept header takes none of the formats in which this can be sent; the detail lists them."},
    {"ref-taken", "A ref names one record of its kind. The Location header leads to the one that has it; PUT there "
                  "replaces it."},
    {"still-referenced",
     "A record that others refer to cannot be deleted. `references` says by which fields of which records,"
     " and how many of them, and links to the lists of them: change or delete those first."},
    {"cursor-expired", "The database was restored, or another one took its place, since this cursor was given out: "
                       "what came after it there may not have "
                       "happened here. Read the records anew (GET /v1/export) and follow the changes from then on."},
    {"merge-cycle", "One of the two actors is part of the other by way of further ones, which the detail names: as one "
                    "they would be part of "
                    "themselves. Change a part_of on the way first."},
    {"merge-too-large", "All that refers to a record is written anew when that is merged. `references` says how much "
                        "that is; the service is set to "
                        "take less at a time (STANCED_MERGE_LIMIT)."},
    {"conflict", "Other writers changed the same records at the same moment, several times in a row. Read the record "
                 "again and repeat the write."},
    {"already-recorded", "With unless_match a claim is stored only where no recorded one says the same with so high a "
                         "score. `candidates` lists those that do: use "
                         "one of them, name it in `relations` where the new claim is one of its own, or send the "
                         "request without unless_match."},
    {"not-deleted", "The record is there, so there is nothing to be put back."},
    {"precondition-failed",
     "The record is in none of the versions that If-Match names, or in one that If-None-Match rules out: somebody was "
     "faster. Read it again, and decide anew."},
    {"body-too-large", "The body has more bytes than this endpoint takes; the detail says how many it may have."},
    {"unsupported-type",
     "The Content-Type is none that this endpoint takes, or is missing; the detail says which it takes."},
    {"invalid-record",
     "The body was understood, but is not a valid record. `errors` lists every fault at once, each with a "
     "JSON pointer to its place."},
    {"unknown-reference",
     "The record refers to others that do not exist. `errors` points to every such reference: write those "
     "records first, or import them together."},
    {"idempotency-key-reused",
     "An Idempotency-Key stands for one request, with its path and its body. Send another request under another key."},
    {"reply-too-large",
     "The answer would be larger than the service sends at once. Ask for less: a smaller limit, fewer "
     "fields."},
    {"precondition-required",
     "This service is set to take changes only from those who say which version they have seen: send its "
     "ETag in If-Match."},
    {"rate-limited",
     "More came from this key or this address than the service takes in that time. Repeat the request after the "
     "time in Retry-After."},
    {"internal", "A fault of the service. The log has more under the request_id of the answer."},
    {"database-away", "The service runs, but cannot reach its database just now. Repeat the request after the time in "
                      "Retry-After."},
    {"overloaded",
     "More requests wait for the database than the service lets wait. Repeat the request after the time in"
     " Retry-After."},
    {"timeout", "The database took longer than the service waits, or a lock was not to be had. Nothing was written. "
                "Repeat the request after the time in Retry-After."},
    {"outcome-unknown",
     "The connection to the database broke while the write was under way: it may have been stored or not. "
     "Look, or repeat a write that may be repeated: a PUT, a DELETE, a POST with an Idempotency-Key."},
};

const char *problem_help(enum problem problem)
{
    for (size_t i = 0; i < sizeof helps / sizeof *helps; i++) {
        if (strcmp(helps[i].slug, problem_kinds[problem].slug) == 0) {
            return helps[i].help;
        }
    }
    return problem_kinds[problem].title;
}

enum problem problem_named(const char *slug)
{
    for (int i = PROBLEM_NONE + 1; i < PROBLEMS; i++) {
        if (strcmp(problem_kinds[i].slug, slug) == 0) {
            return (enum problem)i;
        }
    }
    return PROBLEM_NONE;
}
