/* From entity tags to versions of a record. A tag of any representation of a version (a format, some fields, compressed) names
   that version: what is written is the record, whatever it was looked at in. */
#include "handlers/precondition.h"

#include <string.h>

#include "handlers/etag.h"

#define VERSIONS_SOME "{[1,)}"
#define VERSIONS_ABSENT "{[0,0]}"

/* Bytes of all ranges: a version takes no more than twice what its tag takes, and the header fits the connection's memory. */
#define RANGES_LIMIT ((size_t)64 * 1024)

static bool list_valid(struct call *call, const char *name, const char *list)
{
    bool valid = list == NULL || etag_list_valid(list);
    if (!valid) {
        faults_add_header(&call->faults, name, "malformed",
                          "This has to be * or entity tags, each in quotes, with commas between them.");
    }
    return valid;
}

bool precondition_valid(struct call *call)
{
    bool match = list_valid(call, "If-Match", call->head.if_match);
    return list_valid(call, "If-None-Match", call->head.if_none_match) && match;
}

static const char *ranges_of(const struct call *call, const char *list, bool weakly)
{
    if (etag_list_any(list)) {
        return VERSIONS_SOME;
    }
    struct buffer ranges __attribute__((cleanup(buffer_free)));
    buffer_init(&ranges, RANGES_LIMIT);
    struct etag tag;
    const char *joint = "{";
    while (etag_next(&list, &tag)) {
        int version = etag_version(&tag);
        if (version > 0 && (weakly || !tag.weak)) {
            buffer_format(&ranges, "%s[%d,%d]", joint, version, version);
            joint = ",";
        }
    }
    buffer_text(&ranges, ranges.length == 0 ? VERSIONS_NONE : "}");
    return arena_copy(call->arena, ranges.data, ranges.length);
}

/* Whether the client has to say in which version a record is for it to be changed, and does not. */
static bool lacks_match(const struct call *call)
{
    bool creates = call->endpoint->method == METHOD_POST && call->path[0] == NULL;
    return call->must_match && call->head.if_match == NULL && !creates;
}

struct precondition precondition_of(const struct call *call)
{
    const struct call_head *head = &call->head;
    struct precondition precondition = {lacks_match(call) ? VERSIONS_ABSENT : VERSIONS_ANY, VERSIONS_NONE};
    if (head->if_match != NULL) {
        precondition.allowed = ranges_of(call, head->if_match, false);
    }
    if (head->if_none_match != NULL) {
        precondition.refused = ranges_of(call, head->if_none_match, true);
    }
    return precondition;
}

static bool none_matches(const struct call *call, int version)
{
    return call->head.if_none_match == NULL || !etag_list_names(call->head.if_none_match, version, true);
}

bool precondition_met(const struct call *call, int version)
{
    bool matches = call->head.if_match == NULL ? version == 0 || !lacks_match(call)
                                               : etag_list_names(call->head.if_match, version, false);
    return matches && none_matches(call, version);
}

void precondition_refuse(struct call *call, struct reply *reply, int version)
{
    bool lacks = version > 0 && lacks_match(call) && none_matches(call, version);
    call->faults.count = 0; /* what else is wrong is wrong with another version of the record */
    call->faults.omitted = 0;
    reply_problem(call, reply, lacks ? PROBLEM_PRECONDITION_REQUIRED : PROBLEM_PRECONDITION_FAILED,
                  lacks         ? "The ETag of the version that is to be changed has to be sent in If-Match."
                  : version > 0 ? arena_format(call->arena, "The record is in version %d.", version)
                                : "There is no such record.");
}
