/* What was found, as replies show it: which record, where in it, and the words that were looked for. */
#ifndef STANCED_HANDLERS_FINDING_H
#define STANCED_HANDLERS_FINDING_H

#include "handlers/answer.h"
#include "handlers/finder.h"

/* Of the rows of a search, and of suggestions. */
extern const struct member finding_members[];
extern const struct member finding_short_members[];

/* Writes the row into `out`. */
void finding_write(const struct finding *finding, const struct member *members, enum media media, struct buffer *out,
                   struct arena *scratch);

/* What it comes to in whole millionths: the order of findings. */
long long finding_rank(const struct finding *finding);

#endif
