/* Cuts the votes of a network into windows of time, or of votes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/network.h"
#include "handlers/period.h"
#include "schema/heap.h"

static bool add(struct network *network, const struct slice *slice)
{
    if (network->slice_count == WINDOWS_MOST) {
        network->too_many_windows = true;
        return false;
    }
    network->slices[network->slice_count++] = *slice;
    return true;
}

/* Windows of so many votes in the order of time, moved on by one. Those of the same time as the first or the last belong to it, for
   there is no telling which of them came first; so windows that come out the same are one. */
static bool slice_events(struct network *network)
{
    const struct event *list = network->events.list;
    size_t size = (size_t)network->options.window_size;
    size_t count = network->events.count;
    size_t shown = SIZE_MAX; /* the first vote of the window before */
    size_t shown_end = 0;
    for (size_t i = 0; i + size <= count; i++) {
        size_t first = i;
        size_t end = i + size;
        for (; first > 0 && list[first - 1].at == list[i].at; first--) {
        }
        for (; end < count && list[end].at == list[i + size - 1].at; end++) {
        }
        struct slice slice = {.from = list[first].at, .to = list[end - 1].at, .first = first, .count = end - first};
        if ((first != shown || end != shown_end) && !add(network, &slice)) {
            return false;
        }
        shown = first;
        shown_end = end;
    }
    return true;
}

static enum period unit_of(enum network_window window)
{
    return window == WINDOW_DAYS     ? PERIOD_DAY
           : window == WINDOW_WEEKS  ? PERIOD_WEEK
           : window == WINDOW_MONTHS ? PERIOD_MONTH
                                     : PERIOD_YEAR;
}

/* The day of a moment that a statement's text has; `otherwise` where it has none. */
static int64_t day_of(const char *text, int64_t otherwise)
{
    struct moment moment;
    return text != NULL && moment_parse(text, strlen(text), false, &moment) ? period_day(moment.micros) : otherwise;
}

/* Windows of so many periods of the calendar, moved on by one, from that of `from` (or of the first vote) to that of `to` (or of the
   last one). */
static bool slice_calendar(struct network *network)
{
    const struct event *list = network->events.list;
    size_t count = network->events.count;
    enum period unit = unit_of(network->options.window);
    if (count == 0) {
        return true;
    }
    const struct question *question = &network->question;
    int64_t last_vote = period_day(list[count - 1].at);
    int64_t last = day_of(question->to.given ? question->to.value : NULL, last_vote);
    int64_t begin = period_first(unit, day_of(question->from, period_day(list[0].at)));
    int64_t end = begin; /* the first day behind the window */
    if (begin > last) {
        return true;
    }
    for (long i = 0; i < network->options.window_size && end <= last; i++) {
        end = period_next(unit, end);
        if (i + 1 < network->options.window_size && end > last) {
            return true; /* there is no room for one */
        }
    }
    size_t first = 0;
    size_t behind = 0;
    for (; period_first(unit, end - 1) <= last; begin = period_next(unit, begin), end = period_next(unit, end)) {
        while (first < count && period_day(list[first].at) < begin) {
            first++;
        }
        while (behind < count && period_day(list[behind].at) < end) {
            behind++;
        }
        struct slice slice = {.from = begin, .to = end - 1, .first = first, .count = behind - first};
        if (!add(network, &slice)) {
            return false;
        }
    }
    return true;
}

bool network_slice(struct network *network)
{
    network->slices = heap_array(WINDOWS_MOST, sizeof *network->slices);
    if (network->options.window == WINDOW_NONE) {
        return add(network, &(struct slice){.count = network->events.count});
    }
    events_sort_by_time(&network->events);
    return network->options.window == WINDOW_EVENTS ? slice_events(network) : slice_calendar(network);
}

uint32_t *network_count(const struct network *network, const struct network_nodes *nodes, const struct slice *slice,
                        bool rows)
{
    uint32_t *statements = heap_array(nodes->count, sizeof *statements);
    for (size_t i = slice->first; i < slice->first + slice->count; i++) {
        const struct event *event = &network->events.list[i];
        uint32_t place = nodes->place[rows ? event->row : event->column];
        if (place != UINT32_MAX) {
            statements[place]++;
        }
    }
    return statements;
}

void network_bounds(const struct network *network, const struct slice *slice, struct moment *ret_from,
                    struct moment *ret_to)
{
    if (network->options.window ==
        WINDOW_EVENTS) { /* whether these were dates was not kept: midnights are taken for them */
        *ret_from = (struct moment){slice->from, slice->from % DAY_MICROSECONDS == 0};
        *ret_to = (struct moment){slice->to, slice->to % DAY_MICROSECONDS == 0};
    } else {
        *ret_from = (struct moment){slice->from * DAY_MICROSECONDS, true};
        *ret_to = (struct moment){slice->to * DAY_MICROSECONDS, true};
    }
}

static int by_place(const void *one, const void *other)
{
    const struct tie *a = one;
    const struct tie *b = other;
    int order = (a->source > b->source) - (a->source < b->source);
    return order != 0 ? order : (a->target > b->target) - (a->target < b->target);
}

void network_arrange(struct network *network)
{
    bool columns = network_has_columns(network);
    network_nodes_sort(&network->rows);
    if (columns) {
        network_nodes_sort(&network->columns);
    }
    for (size_t i = 0; i < network->ties.count; i++) {
        struct tie *tie = &network->ties.list[i];
        uint32_t source = network->rows.place[tie->source];
        uint32_t target = columns ? network->columns.place[tie->target] : network->rows.place[tie->target];
        bool swap = !columns && source > target;
        tie->source = swap ? target : source;
        tie->target = swap ? source : target;
    }
    for (size_t i = 0; i < network->slice_count; i++) {
        const struct slice *slice = &network->slices[i];
        if (slice->tie_count > 0) {
            qsort(network->ties.list + slice->first_tie, slice->tie_count, sizeof(struct tie), by_place);
        }
    }
}
