/* Keeps votes, and drops those that do not count. */
#include "handlers/events.h"

#include <stdlib.h>
#include <string.h>

#include "handlers/period.h"
#include "schema/heap.h"

#define CAPACITY_FIRST 1024

void events_free(struct events *events)
{
    free(events->list);
    dictionary_free(&events->rows);
    dictionary_free(&events->columns);
    dictionary_free(&events->sources);
    *events = (struct events){0};
}

void events_add(struct events *events, const struct event *event)
{
    if (events->count == EVENTS_MOST) {
        events->full = true;
        return;
    }
    if (events->count == events->capacity) {
        events->capacity = events->capacity == 0 ? CAPACITY_FIRST : events->capacity * 2;
        events->list = heap_grow(events->list, events->capacity, sizeof *events->list);
    }
    events->list[events->count++] = *event;
}

void events_settle(struct events *events)
{
    uint32_t *rows = dictionary_sort(&events->rows);
    uint32_t *columns = dictionary_sort(&events->columns);
    for (size_t i = 0; i < events->count; i++) {
        events->list[i].row = rows[events->list[i].row];
        events->list[i].column = columns[events->list[i].column];
    }
    free(rows);
    free(columns);
}

/* An event with what makes it a duplicate of another. */
struct candidate {
    struct event event;
    int64_t key; /* its period or source */
};

static int compare(int64_t one, int64_t other)
{
    return (one > other) - (one < other);
}

static int compare_number(double one, double other)
{
    return (one > other) - (one < other);
}

static int by_place(const struct candidate *one, const struct candidate *other)
{
    int order = compare(one->event.column, other->event.column);
    order = order != 0 ? order : compare(one->event.row, other->event.row);
    return order != 0 ? order : compare(one->key, other->key);
}

static int by_time(const struct candidate *one, const struct candidate *other)
{
    int order = compare(one->event.at, other->event.at);
    return order != 0 ? order : compare_number(one->event.q, other->event.q);
}

static int with_qualifier(const void *one, const void *other)
{
    int order = by_place(one, other);
    const struct candidate *a = one;
    const struct candidate *b = other;
    order = order != 0 ? order : compare_number(a->event.q, b->event.q);
    return order != 0 ? order : by_time(one, other);
}

static int without_qualifier(const void *one, const void *other)
{
    int order = by_place(one, other);
    return order != 0 ? order : by_time(one, other);
}

/* The first day of the period of UTC's calendar, or whatever else tells duplicates apart. What has no source is nobody's duplicate; what has no
   time, of all else that has none. */
static int64_t key_of(const struct event *event, size_t number, enum network_duplicates duplicates)
{
    if (duplicates == DUPLICATES_SOURCE) {
        return event->source == EVENT_NO_SOURCE ? -1 - (int64_t)number : event->source;
    }
    if (duplicates == DUPLICATES_ACROSS || event->at == EVENT_UNDATED) {
        return duplicates == DUPLICATES_ACROSS ? 0 : EVENT_UNDATED;
    }
    return period_first(duplicates == DUPLICATES_WEEK    ? PERIOD_WEEK
                        : duplicates == DUPLICATES_MONTH ? PERIOD_MONTH
                                                         : PERIOD_YEAR,
                        period_day(event->at));
}

static bool same(const struct candidate *one, const struct candidate *other, bool qualifier)
{
    return by_place(one, other) == 0 && (!qualifier || one->event.q == other->event.q);
}

size_t events_drop_duplicates(struct events *events, const struct network_options *options)
{
    if (options->duplicates == DUPLICATES_INCLUDE || events->count == 0) {
        return 0;
    }
    bool qualifier = options->key_qualifier;
    struct candidate *list = heap_array(events->count, sizeof *list);
    for (size_t i = 0; i < events->count; i++) {
        list[i] = (struct candidate){events->list[i], key_of(&events->list[i], i, options->duplicates)};
    }
    qsort(list, events->count, sizeof *list, qualifier ? with_qualifier : without_qualifier);
    size_t kept = 0;
    for (size_t i = 0; i < events->count; i++) {
        if (i == 0 || !same(&list[i - 1], &list[i], qualifier)) {
            events->list[kept++] = list[i].event;
        }
    }
    free(list);
    size_t dropped = events->count - kept;
    events->count = kept;
    return dropped;
}

void events_drop_rare(struct events *events, bool rows, size_t least)
{
    size_t *counts = heap_array(rows ? events->rows.count : events->columns.count, sizeof *counts);
    for (size_t i = 0; i < events->count; i++) {
        counts[rows ? events->list[i].row : events->list[i].column]++;
    }
    size_t kept = 0;
    for (size_t i = 0; i < events->count; i++) {
        if (counts[rows ? events->list[i].row : events->list[i].column] >= least) {
            events->list[kept++] = events->list[i];
        }
    }
    events->count = kept;
    free(counts);
}

static int event_by_time(const void *one, const void *other)
{
    return compare(((const struct event *)one)->at, ((const struct event *)other)->at);
}

void events_sort_by_time(struct events *events)
{
    if (events->count > 0) {
        qsort(events->list, events->count, sizeof *events->list, event_by_time);
    }
}
