/* Components of candidates, by union-find. */
#include "handlers/origins.h"

#include <string.h>

static int root_of(struct origins *origins, int source)
{
    while (origins->parent[source] != source) {
        origins->parent[source] = origins->parent[origins->parent[source]];
        source = origins->parent[source];
    }
    return source;
}

/* Nothing new is no reason: what is kept is a spanning forest, one join less than there are candidates. */
static void unite(struct origins *origins, int first, int second, enum join_reason reason, int via)
{
    int one = root_of(origins, first);
    int other = root_of(origins, second);
    if (one == other) {
        return;
    }
    origins->parent[other] = one;
    origins->joins[origins->join_count++] =
        (struct join){.reason = reason, .first = first, .second = second, .via = via};
}

/* What the candidate leads to, and who stands above its publisher. */
static void add_candidate(struct origins *origins, int source)
{
    origins->candidate[source] = true;
    citations_walk(&origins->graph, source, &origins->upstream);
    origins->cut = origins->cut || origins->upstream.cut;
    for (int i = 0; i < origins->upstream.count; i++) {
        int *first = &origins->source_of[origins->upstream.order[i]];
        if (*first == NODE_NONE) {
            *first = source;
        } else {
            unite(origins, *first, source, JOIN_UPSTREAM, origins->upstream.order[i]);
        }
    }
    int count = citations_owners(&origins->graph, origins->graph.sources[source].publisher, origins->owners);
    for (int i = 0; i < count; i++) {
        int *first = &origins->owner_of[origins->owners[i]];
        if (*first == NODE_NONE) {
            *first = source;
        } else {
            unite(origins, *first, source, JOIN_OWNER, origins->owners[i]);
        }
    }
}

static void keep_path(struct statement_of *statement, const struct walk *walk, int candidate)
{
    if (statement->path_count == PATHS_MOST) {
        return;
    }
    struct path *path = &statement->paths[statement->path_count++];
    path->count = walk->steps[candidate] + 1;
    for (int i = path->count - 1, at = candidate; i >= 0; i--) {
        path->sources[i] = at;
        at = walk->from[at];
    }
}

/* Takes a candidate of the statement; `one` is the first that it had. */
static void take(struct origins *origins, int number, int candidate, int *one)
{
    struct statement_of *statement = &origins->statements[number];
    if (!origins->candidate[candidate]) {
        add_candidate(origins, candidate);
    }
    if (*one == NODE_NONE) {
        *one = candidate;
    } else {
        unite(origins, *one, candidate, JOIN_STATEMENT, number);
    }
    statement->candidates++;
}

static bool own(const struct statement_of *statement, int publisher)
{
    return publisher != NODE_NONE && (publisher == statement->actor || publisher == statement->speaker);
}

/* Where it has an origin, the walk from its source to there is still its path. */
static void resolve_origin(struct origins *origins, int number, int *one)
{
    struct statement_of *statement = &origins->statements[number];
    statement->basis = BASIS_ORIGIN;
    take(origins, number, statement->origin, one);
    bool leads = statement->source != NODE_NONE;
    if (leads) {
        citations_walk(&origins->graph, statement->source, &origins->walk);
        leads = origins->walk.steps[statement->origin] >= 0;
    }
    if (leads) {
        keep_path(statement, &origins->walk, statement->origin);
    } else {
        statement->paths[0] = (struct path){.sources = {statement->origin}, .count = 1};
        statement->path_count = 1;
    }
}

static void resolve_reachable(struct origins *origins, int number, int *one)
{
    struct statement_of *statement = &origins->statements[number];
    const struct walk *walk = &origins->walk;
    citations_walk(&origins->graph, statement->source, &origins->walk);
    origins->cut = origins->cut || walk->cut;
    for (int i = 0; i < walk->count; i++) {
        const struct cited_source *source = &origins->graph.sources[walk->order[i]];
        if (source->first_hand && own(statement, source->publisher)) {
            statement->basis = BASIS_NARROWED;
        } else if (source->first_hand && statement->basis == BASIS_UNKNOWN) {
            statement->basis = BASIS_REACHABLE;
        }
    }
    for (int i = 0; i < walk->count; i++) {
        const struct cited_source *source = &origins->graph.sources[walk->order[i]];
        if (source->first_hand && (statement->basis != BASIS_NARROWED || own(statement, source->publisher))) {
            keep_path(statement, walk, walk->order[i]);
            take(origins, number, walk->order[i], one);
        }
    }
}

/* Returns one of its candidates, or NODE_NONE. */
static int resolve(struct origins *origins, int number)
{
    struct statement_of *statement = &origins->statements[number];
    int one = NODE_NONE;
    statement->basis = BASIS_UNKNOWN;
    statement->candidates = 0;
    statement->path_count = 0;
    if (statement->origin != NODE_NONE) {
        resolve_origin(origins, number, &one);
    } else if (statement->source != NODE_NONE) {
        resolve_reachable(origins, number, &one);
    }
    return one;
}

static void clear(struct origins *origins)
{
    origins->components = 0;
    origins->join_count = 0;
    for (int i = 0; i < origins->graph.source_count; i++) {
        origins->parent[i] = i;
        origins->candidate[i] = false;
        origins->component[i] = -1;
        origins->source_of[i] = NODE_NONE;
    }
    for (int i = 0; i < origins->graph.owner_count; i++) {
        origins->owner_of[i] = NODE_NONE;
    }
}

/* Numbers the components by the first statement of each. */
static int number_of(struct origins *origins, int candidate)
{
    int *component = &origins->component[root_of(origins, candidate)];
    if (*component < 0) {
        *component = origins->components++;
    }
    return *component;
}

void origins_count(struct origins *origins, int group)
{
    clear(origins);
    int one[STATEMENTS_MOST] = {0};
    for (int i = 0; i < origins->statement_count; i++) {
        one[i] = origins->statements[i].group == group ? resolve(origins, i) : NODE_NONE;
    }
    for (int i = 0; i < origins->statement_count; i++) {
        if (origins->statements[i].group == group) {
            origins->statements[i].component = one[i] == NODE_NONE ? -1 : number_of(origins, one[i]);
        }
    }
    for (int i = 0; i < origins->graph.source_count; i++) {
        if (origins->candidate[i]) {
            origins->component[i] = number_of(origins, i);
        }
    }
    for (int i = 0; i < origins->join_count; i++) {
        origins->joins[i].component = number_of(origins, origins->joins[i].first);
    }
}
