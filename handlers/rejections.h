/* Pairs of claims of which somebody said that they are not the same. */
#ifndef STANCED_HANDLERS_REJECTIONS_H
#define STANCED_HANDLERS_REJECTIONS_H

/* SQL: whether the claim `c` may be suggested for the claim that is the statement's second parameter: it is another one, neither is recorded as
   a duplicate of the other, and nobody rejected the two. */
#define REJECTIONS_SUGGESTED                                                                               \
    "c.id <> $2::uuid"                                                                                     \
    " AND NOT EXISTS (SELECT FROM claim_rejection AS r WHERE r.claim_id = $2::uuid AND r.other_id = c.id)" \
    " AND NOT EXISTS (SELECT FROM claim_relation AS r"                                                     \
    "                 WHERE r.claim_id = $2::uuid AND r.target_id = c.id AND r.relation = 'duplicates')"   \
    " AND NOT EXISTS (SELECT FROM claim_relation AS r"                                                     \
    "                 WHERE r.claim_id = c.id AND r.target_id = $2::uuid AND r.relation = 'duplicates')"

#endif
