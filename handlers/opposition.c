/* Finds conflicts, claim by claim. */
#include "handlers/opposition.h"

#include <stdlib.h>
#include <string.h>

#include "handlers/roster.h"

#define HELD_LIMIT ((size_t)64 * 1024 * 1024) /* bytes of votes; the others are far fewer */

struct vote {
    struct side_taken side;
    bool affirms;
};

struct tie {
    enum conflict_kind kind; /* CONFLICT_CONTRADICTED or CONFLICT_ENTAILED */
    struct identity from, to;
};

/* What a search is for, and where it goes. */
struct search {
    const struct opposition *opposition;
    const struct conflict *after;
    bool (*take)(void *context, const struct conflict *conflict);
    void *context;
};

void opposition_init(struct opposition *opposition)
{
    buffer_init(&opposition->claims, HELD_LIMIT);
    buffer_init(&opposition->votes, HELD_LIMIT);
    buffer_init(&opposition->ties, HELD_LIMIT);
}

void opposition_free(struct opposition *opposition)
{
    buffer_free(&opposition->claims);
    buffer_free(&opposition->votes);
    buffer_free(&opposition->ties);
}

void opposition_clear(struct opposition *opposition)
{
    buffer_clear(&opposition->claims);
    buffer_clear(&opposition->votes);
    buffer_clear(&opposition->ties);
}

void opposition_claim(struct opposition *opposition, const struct identity *claim)
{
    buffer_put(&opposition->claims, claim, sizeof *claim);
}

void opposition_tie(struct opposition *opposition, enum conflict_kind kind, const struct identity *from,
                    const struct identity *to)
{
    const struct tie tie = {kind, *from, *to};
    buffer_put(&opposition->ties, &tie, sizeof tie);
}

void opposition_vote(struct opposition *opposition, const struct side_taken *side, bool affirms)
{
    const struct vote vote = {*side, affirms};
    buffer_put(&opposition->votes, &vote, sizeof vote);
}

bool opposition_overflowed(const struct opposition *opposition)
{
    return opposition->claims.overflowed || opposition->votes.overflowed || opposition->ties.overflowed;
}

static int compare(const struct identity *left, const struct identity *right)
{
    return memcmp(left, right, sizeof *left);
}

int conflict_compare(const struct conflict *left, const struct conflict *right)
{
    int order = compare(&left->one.claim, &right->one.claim);
    order = order != 0 ? order : (int)left->kind - (int)right->kind;
    order = order != 0 ? order : compare(&left->other.claim, &right->other.claim);
    order = order != 0 ? order : compare(&left->one.actor, &right->one.actor);
    return order != 0 ? order : compare(&left->other.actor, &right->other.actor);
}

/* The votes on one claim. */
struct votes {
    const struct vote *list;
    size_t count;
};

static struct votes votes_on(const struct opposition *opposition, const struct identity *claim)
{
    const struct vote *all = (const struct vote *)(const void *)opposition->votes.data; /* malloc's, and so aligned */
    size_t total = opposition->votes.length / sizeof *all;
    size_t low = 0;
    for (size_t high = total; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (compare(&all[middle].side.claim, claim) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    struct votes votes = {all + low, 0};
    while (low + votes.count < total && compare(&votes.list[votes.count].side.claim, claim) == 0) {
        votes.count++;
    }
    return votes;
}

/* The ties of a kind that begin at a claim: ret_count of them. */
static const struct tie *ties_from(const struct opposition *opposition, enum conflict_kind kind,
                                   const struct identity *from, size_t *ret_count)
{
    const struct tie *all = (const struct tie *)(const void *)opposition->ties.data;
    size_t total = opposition->ties.length / sizeof *all;
    size_t low = 0;
    for (size_t high = total; low < high;) {
        size_t middle = low + (high - low) / 2;
        /* entails first */
        int order = all[middle].kind != kind ? (kind == CONFLICT_ENTAILED ? 1 : -1) : compare(&all[middle].from, from);
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t count = 0;
    while (low + count < total && all[low + count].kind == kind && compare(&all[low + count].from, from) == 0) {
        count++;
    }
    *ret_count = count;
    return all + low;
}

static bool give(const struct search *search, const struct conflict *conflict)
{
    return (search->after != NULL && conflict_compare(conflict, search->after) <= 0) ||
           search->take(search->context, conflict);
}

/* Whether rows of that claim and kind were all shown before; if not, ret_actor is where the one's actors go on, NULL for the first. */
static bool passed(const struct search *search, enum conflict_kind kind, const struct identity *claim,
                   const struct identity **ret_actor)
{
    const struct conflict *after = search->after;
    *ret_actor = NULL;
    if (after == NULL || compare(&after->one.claim, claim) != 0) {
        return false;
    }
    *ret_actor = after->kind == kind ? &after->one.actor : NULL;
    return after->kind > kind;
}

/* Only as many steps as rows: there may be many votes, and few of them against the others. */
static bool find_opposed(const struct search *search, const struct identity *claim)
{
    const struct identity *from;
    struct votes votes = votes_on(search->opposition, claim);
    struct conflict conflict = {.kind = CONFLICT_OPPOSED};
    struct buffer against __attribute__((cleanup(buffer_free)));
    buffer_init(&against, HELD_LIMIT);
    if (passed(search, CONFLICT_OPPOSED, claim, &from)) {
        return true;
    }
    for (size_t i = 0; i < votes.count; i++) {
        const struct side_taken *side = &votes.list[i].side;
        if (!votes.list[i].affirms) {
            buffer_put(&against, &side, sizeof side);
        }
    }
    const struct side_taken *const *sides = (const struct side_taken *const *)(const void *)against.data;
    size_t count = against.length / sizeof *sides;
    for (size_t i = 0; count > 0 && i < votes.count; i++) {
        conflict.one = votes.list[i].side;
        bool shown = !votes.list[i].affirms || (from != NULL && compare(&conflict.one.actor, from) < 0);
        for (size_t j = 0; !shown && j < count; j++) {
            conflict.other = *sides[j];
            if (!give(search, &conflict)) {
                return false;
            }
        }
    }
    return true;
}

/* Those who affirm the one claim and say this of the other. */
static bool find_same(const struct search *search, struct conflict *conflict, const struct identity *claim,
                      const struct identity *other, bool affirms)
{
    struct votes ones = votes_on(search->opposition, claim);
    struct votes others = votes_on(search->opposition, other);
    for (size_t i = 0, j = 0; i < ones.count && j < others.count;) {
        int order = compare(&ones.list[i].side.actor, &others.list[j].side.actor);
        if (order == 0 && ones.list[i].affirms && others.list[j].affirms == affirms) {
            conflict->one = ones.list[i].side;
            conflict->other = others.list[j].side;
            if (!give(search, conflict)) {
                return false;
            }
        }
        i += order <= 0;
        j += order >= 0;
    }
    return true;
}

static bool find_contradicted(const struct search *search, const struct identity *claim)
{
    size_t count;
    const struct tie *ties = ties_from(search->opposition, CONFLICT_CONTRADICTED, claim, &count);
    for (size_t i = 0; i < count; i++) {
        struct conflict conflict = {.kind = CONFLICT_CONTRADICTED};
        /* of the two ways round, one; and what contradicts itself contradicts nobody */
        if (compare(claim, &ties[i].to) < 0 && !find_same(search, &conflict, claim, &ties[i].to, true)) {
            return false;
        }
    }
    return true;
}

/* A claim that follows from the one where a walk began. */
struct step {
    struct identity claim;
    size_t from; /* the step before */
    int depth;
};

static int by_claim(const void *left, const void *right)
{
    return compare(&(*(const struct step *const *)left)->claim, &(*(const struct step *const *)right)->claim);
}

/* Breadth first, so that the ways are shortest, and each claim once, so that circles end. Appends to `steps`. */
static void walk(const struct opposition *opposition, const struct identity *claim, struct buffer *steps)
{
    struct roster met = {0};
    const struct step start = {.claim = *claim};
    buffer_put(steps, &start, sizeof start);
    (void)roster_enter(&met, RECORD_CLAIM, claim, 1);
    for (size_t i = 0; i < steps->length / sizeof(struct step); i++) {
        struct step at;
        size_t count;
        memcpy(&at, steps->data + i * sizeof at, sizeof at);
        const struct tie *ties = ties_from(opposition, CONFLICT_ENTAILED, &at.claim, &count);
        for (size_t j = 0; at.depth < ENTAILS_DEPTH && j < count; j++) {
            const struct step next = {ties[j].to, i, at.depth + 1};
            if (roster_enter(&met, RECORD_CLAIM, &ties[j].to, 1) == 0) {
                buffer_put(steps, &next, sizeof next);
            }
        }
    }
    roster_free(&met);
}

static void put_path(struct conflict *conflict, const struct step *steps, const struct step *end)
{
    conflict->path_count = end->depth + 1;
    for (int i = end->depth; i >= 0; i--) {
        conflict->path[i] = end->claim;
        end = &steps[end->from];
    }
}

static bool find_entailed(const struct search *search, const struct identity *claim)
{
    size_t count;
    (void)ties_from(search->opposition, CONFLICT_ENTAILED, claim, &count);
    if (count == 0) {
        return true;
    }
    struct buffer held __attribute__((cleanup(buffer_free)));
    struct buffer sorted __attribute__((cleanup(buffer_free)));
    buffer_init(&held, HELD_LIMIT);
    buffer_init(&sorted, HELD_LIMIT);
    walk(search->opposition, claim, &held);
    const struct step *steps = (const struct step *)(const void *)held.data;
    count = held.length / sizeof *steps;
    for (size_t i = 1; i < count; i++) {
        const struct step *step = &steps[i];
        buffer_put(&sorted, &step, sizeof step);
    }
    const struct step **ends = (const struct step **)(void *)sorted.data;
    count = sorted.length / sizeof(const struct step *);
    if (count > 1) {
        qsort(ends, count, sizeof *ends, by_claim);
    }
    for (size_t i = 0; i < count; i++) {
        struct conflict conflict = {.kind = CONFLICT_ENTAILED};
        put_path(&conflict, steps, ends[i]);
        if (!find_same(search, &conflict, claim, &ends[i]->claim, false)) {
            return false;
        }
    }
    return true;
}

bool opposition_rows(const struct opposition *opposition, unsigned kinds, const struct conflict *after,
                     bool (*take)(void *context, const struct conflict *conflict), void *context)
{
    static bool (*const finders[CONFLICTS])(const struct search *search, const struct identity *claim) = {
        [CONFLICT_OPPOSED] = find_opposed,
        [CONFLICT_CONTRADICTED] = find_contradicted,
        [CONFLICT_ENTAILED] = find_entailed,
    };
    const struct search search = {opposition, after, take, context};
    const struct identity *claims = (const struct identity *)(const void *)opposition->claims.data;
    for (size_t i = 0; i < opposition->claims.length / sizeof *claims; i++) {
        if (!take(context, NULL)) {
            return false;
        }
        for (int kind = 0; kind < CONFLICTS; kind++) {
            if ((kinds >> kind & 1U) != 0 && !finders[kind](&search, &claims[i])) {
                return false;
            }
        }
    }
    return true;
}
