/* Keeps up to twice as many rows as are shown, and then throws the later half away: so each costs a logarithm of the page, not of all. */
#include "handlers/ranking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const struct rank *one, const struct rank *other)
{
    if (one->time != other->time) {
        return one->time > other->time ? -1 : 1;
    }
    return memcmp(&one->id, &other->id, sizeof one->id);
}

static int by_rank(const void *one, const void *other)
{
    return compare(&((const struct ranked *)one)->rank, &((const struct ranked *)other)->rank);
}

/* The rows of a page, and one that says that there is more. */
static long wanted(const struct ranking *ranking)
{
    return ranking->page->limit + 1;
}

bool ranking_init(struct ranking *ranking, const struct page *page)
{
    *ranking = (struct ranking){.page = page, .continues = page->continues};
    if (page->continues) {
        const char *time = page->after.keys[0];
        const char *id = page->after.keys[1];
        if (time == NULL || id == NULL || !identity_parse(id, strlen(id), &ranking->after.id)) {
            return false;
        }
        ranking->after.time = strtoll(time, NULL, 10);
    }
    ranking->capacity = 2 * wanted(ranking);
    ranking->list = calloc((size_t)ranking->capacity, sizeof *ranking->list);
    if (ranking->list == NULL) {
        fprintf(stderr, "stanced: out of memory\n");
        abort();
    }
    for (long i = 0; i < ranking->capacity; i++) {
        buffer_init(&ranking->list[i].row, REPLY_LIMIT);
    }
    return true;
}

void ranking_free(struct ranking *ranking)
{
    for (long i = 0; ranking->list != NULL && i < ranking->capacity; i++) {
        buffer_free(&ranking->list[i].row);
    }
    free(ranking->list);
    *ranking = (struct ranking){0};
}

static void prune(struct ranking *ranking)
{
    qsort(ranking->list, (size_t)ranking->count, sizeof *ranking->list, by_rank);
    if (ranking->count > wanted(ranking)) {
        ranking->count = wanted(ranking);
    }
}

struct buffer *ranking_add(struct ranking *ranking, const struct rank *rank)
{
    if ((ranking->continues && compare(rank, &ranking->after) <= 0) ||
        (ranking->full && compare(rank, &ranking->worst) >= 0)) {
        return NULL;
    }
    if (ranking->count == ranking->capacity) {
        prune(ranking);
        ranking->full = true;
        ranking->worst = ranking->list[ranking->count - 1].rank;
        if (compare(rank, &ranking->worst) >= 0) {
            return NULL;
        }
    }
    struct ranked *ranked = &ranking->list[ranking->count++];
    ranked->rank = *rank;
    buffer_clear(&ranked->row);
    return &ranked->row;
}

void ranking_send(struct ranking *ranking, struct page *page, struct reply *reply, struct arena *arena,
                  struct cursor *ret_last)
{
    prune(ranking);
    for (long i = 0; i < ranking->count && page_row(page, reply); i++) {
        const struct ranked *ranked = &ranking->list[i];
        char *id = arena_alloc(arena, IDENTITY_TEXT);
        identity_format(&ranked->rank.id, id);
        *ret_last = (struct cursor){{arena_format(arena, "%lld", (long long)ranked->rank.time), id}};
        buffer_put(&reply->body, ranked->row.data, ranked->row.length);
        reply->body.overflowed = reply->body.overflowed || ranked->row.overflowed;
    }
}
