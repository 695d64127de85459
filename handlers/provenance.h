/* An analysis of provenance under way: from the rows of its statements to those of its answer. */
#ifndef STANCED_HANDLERS_PROVENANCE_H
#define STANCED_HANDLERS_PROVENANCE_H

#include "handlers/names.h"
#include "handlers/origins.h"
#include "handlers/provenance_answer.h"
#include "handlers/question.h"
#include "handlers/roster.h"

/* Ids of what a node refers to, until all nodes are there. */
struct above {
    struct identity part_of, owned_by;
    bool has_part_of, has_owned_by;
};

/* What came in, and what is made of it. */
struct provenance {
    struct question question;
    int owners_query, sources_query, stances_query;
    struct roster nodes; /* id → index + 1 of owners and sources */
    struct names owner_names, source_names, actor_names, speaker_names;
    struct above above[OWNERS_MOST];
    struct identity targets[CITATIONS_MOST];
    struct {
        struct identity id;
        bool dated, is_date, judged;
        int64_t stated_at;
        int credibility;
    } stances[STATEMENTS_MOST];
    bool met[BOUNDS];
    struct origins origins;
};

/* Writes the row of a position, where any stance takes it. */
void provenance_write_position(struct call *call, struct provenance *provenance, int position, struct reply *reply);

/* Writes what stands around the rows; after them, for only then it is known which bounds they met. */
void provenance_write_head(const struct call *call, const struct provenance *provenance, struct buffer *head);

#endif
