/* Walks over citation graphs. */
#include "handlers/citations.h"

void citations_walk(const struct citations *graph, int start, struct walk *ret)
{
    for (int i = 0; i < graph->source_count; i++) {
        ret->steps[i] = -1;
    }
    ret->cut = false;
    ret->order[0] = start;
    ret->from[start] = NODE_NONE;
    ret->steps[start] = 0;
    ret->count = 1;
    for (int next = 0; next < ret->count; next++) {
        int at = ret->order[next];
        const struct cited_source *source = &graph->sources[at];
        for (int i = source->first; i < source->first + source->count; i++) {
            int target = graph->targets[i];
            if (ret->steps[target] >= 0) {
                continue;
            }
            if (ret->steps[at] == CITATION_DEPTH) {
                ret->cut = true;
                continue;
            }
            ret->steps[target] = ret->steps[at] + 1;
            ret->from[target] = at;
            ret->order[ret->count++] = target;
        }
    }
}

static void add_owner(int actor, int ret_owners[static OWNERS_MOST], int *count)
{
    for (int i = 0; i < *count; i++) {
        if (ret_owners[i] == actor) {
            return;
        }
    }
    if (actor != NODE_NONE) {
        ret_owners[(*count)++] = actor;
    }
}

int citations_owners(const struct citations *graph, int actor, int ret_owners[static OWNERS_MOST])
{
    int count = 0;
    add_owner(actor, ret_owners, &count);
    int end = count; /* of those that are so many steps away */
    int next = 0;
    for (int steps = 0; steps < CITATION_DEPTH && next < end; steps++) {
        for (; next < end; next++) {
            add_owner(graph->owners[ret_owners[next]].part_of, ret_owners, &count);
            add_owner(graph->owners[ret_owners[next]].owned_by, ret_owners, &count);
        }
        end = count;
    }
    return count;
}

/* Tarjan's search, with a stack of its own in place of recursion. */
struct search {
    const struct citations *graph;
    int *cycle;
    int cycles;
    int found;                                                       /* sources met so far */
    int number[SOURCES_MOST], low[SOURCES_MOST], next[SOURCES_MOST]; /* by source; number 0: not met */
    bool open[SOURCES_MOST];
    int path[SOURCES_MOST], path_count; /* the sources whose citations are being looked at */
    int kept[SOURCES_MOST], kept_count; /* those not yet assigned */
};

static void enter(struct search *search, int source)
{
    search->number[source] = search->low[source] = ++search->found;
    search->next[source] = 0;
    search->open[source] = true;
    search->path[search->path_count++] = source;
    search->kept[search->kept_count++] = source;
}

static bool cites_itself(const struct citations *graph, int source)
{
    for (int i = 0; i < graph->sources[source].count; i++) {
        if (graph->targets[graph->sources[source].first + i] == source) {
            return true;
        }
    }
    return false;
}

/* All of its citations were looked at. */
static void leave(struct search *search, int source)
{
    search->path_count--;
    if (search->path_count > 0) {
        int below = search->path[search->path_count - 1];
        search->low[below] = search->low[source] < search->low[below] ? search->low[source] : search->low[below];
    }
    if (search->low[source] != search->number[source]) {
        return;
    }
    bool cyclic = search->kept[search->kept_count - 1] != source || cites_itself(search->graph, source);
    int member;
    do {
        member = search->kept[--search->kept_count];
        search->open[member] = false;
        search->cycle[member] = cyclic ? search->cycles : -1;
    } while (member != source);
    search->cycles += cyclic;
}

static void step(struct search *search)
{
    int source = search->path[search->path_count - 1];
    const struct cited_source *cited = &search->graph->sources[source];
    if (search->next[source] == cited->count) {
        leave(search, source);
        return;
    }
    int target = search->graph->targets[cited->first + search->next[source]++];
    if (search->number[target] == 0) {
        enter(search, target);
    } else if (search->open[target] && search->number[target] < search->low[source]) {
        search->low[source] = search->number[target];
    }
}

int citations_cycles(const struct citations *graph, int ret_cycle[static SOURCES_MOST])
{
    struct search search = {.graph = graph, .cycle = ret_cycle};
    for (int i = 0; i < graph->source_count; i++) {
        if (search.number[i] == 0) {
            enter(&search, i);
        }
        while (search.path_count > 0) {
            step(&search);
        }
    }
    return search.cycles;
}
