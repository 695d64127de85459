/* GET /v1/networks/actors, /claims and /affiliation: who is tied to whom by what they say of the same claims. In a first round the votes come
   in and are counted; in a second it is read who the nodes are. */
#include <stdlib.h>

#include "handlers/endpoints.h"
#include "handlers/network.h"

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

static void network_close(struct call *call)
{
    struct network *network = call->state;
    if (network != NULL) {
        question_free(&network->question);
        events_free(&network->events);
        ties_free(&network->ties);
        network_nodes_free(&network->rows);
        network_nodes_free(&network->columns);
        free(network->slices);
        call->state = NULL;
    }
}

/* The second round: who the nodes are. */
static enum plan_outcome plan_nodes(struct call *call, struct network *network, struct plan *plan)
{
    int rows = network_nodes_plan(&network->rows, call->arena, plan);
    network->grouped_query = network->rows_query = network->isolated_actors_query = network->isolated_claims_query = -1;
    network->actors_query = network_rows_are_claims(network) ? -1 : rows;
    network->claims_query = network_rows_are_claims(network) ? rows : -1;
    if (network_has_columns(network)) {
        network->claims_query = network_nodes_plan(&network->columns, call->arena, plan);
    }
    return PLAN_RUN;
}

static enum plan_outcome plan_mode(struct call *call, struct plan *plan, struct reply *reply, enum network_mode mode)
{
    if (call->round == 1) {
        return plan_nodes(call, call->state, plan);
    }
    network_close(call); /* when it was planned before */
    struct network *network = arena_alloc(call->arena, sizeof *network);
    call->state = network;
    if (!question_read_stances(call, NULL, reply, &network->question) ||
        !network_options_read(call, mode, reply, &network->options)) {
        return PLAN_REPLY;
    }
    network_plan(call, network, plan);
    return PLAN_RUN;
}

static enum plan_outcome actors_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    return plan_mode(call, plan, reply, NETWORK_ACTORS);
}

static enum plan_outcome claims_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    return plan_mode(call, plan, reply, NETWORK_CLAIMS);
}

static enum plan_outcome affiliation_plan(struct call *call, struct plan *plan, struct reply *reply)
{
    return plan_mode(call, plan, reply, NETWORK_AFFILIATION);
}

static void network_row(struct call *call, int query, const struct row *row, struct reply *reply)
{
    (void)reply;
    network_take(call->state, query, row);
}

static void tie_slice(const struct call *call, struct network *network, struct slice *slice)
{
    struct cells cells;
    const struct event *events = network->events.list == NULL ? NULL : network->events.list + slice->first;
    cells_make(&cells, events, slice->count, network->events.rows.count, network->events.columns.count,
               ties_form(&network->options));
    slice->first_tie = network->ties.count;
    if (network_has_columns(network)) {
        ties_with_columns(&network->ties, &cells, &network->options, call);
    } else {
        ties_between_rows(&network->ties, &cells, &network->options, call);
    }
    slice->tie_count = network->ties.count - slice->first_tie;
    cells_free(&cells);
}

static enum finish_outcome refuse(struct call *call, struct reply *reply, const char *detail)
{
    reply_problem(call, reply, PROBLEM_REPLY_TOO_LARGE, detail);
    return FINISH_REPLY;
}

static enum finish_outcome tie_all(struct call *call, struct network *network, struct reply *reply)
{
    if (network->events.full) {
        return refuse(call, reply, "A network is made of at most " TEXT(EVENTS_MOST) " votes; filter for fewer.");
    }
    network_settle(network);
    if (network->rows.count > NODES_MOST || network->columns.count > NODES_MOST) {
        return refuse(call, reply,
                      "A network has at most " TEXT(NODES_MOST) " nodes of a kind; filter, or ask for min_statements.");
    }
    if (!network_slice(network)) {
        faults_add_parameter(&call->faults, "window", "too_many",
                             "That makes more than %d windows: ask for longer ones, or for a shorter time.",
                             WINDOWS_MOST);
        reply_problem(call, reply, PROBLEM_INVALID_PARAMETER, NULL);
        return FINISH_REPLY;
    }
    for (size_t i = 0; i < network->slice_count && !call_cancelled(call); i++) {
        tie_slice(call, network, &network->slices[i]);
    }
    if (network->ties.full) {
        return refuse(call, reply,
                      "A network has at most " TEXT(TIES_MOST) " ties; filter, or ask for min_statements.");
    }
    return FINISH_NEXT;
}

static enum finish_outcome network_finish(struct call *call, struct reply *reply)
{
    struct network *network = call->state;
    if (call->round == 0) {
        return tie_all(call, network, reply);
    }
    network_arrange(network);
    if (network->rows.bytes.overflowed || network->columns.bytes.overflowed) {
        return refuse(call, reply, "What there is to say of the nodes is more than 16 MiB; filter for fewer.");
    }
    network_write(call, network, reply);
    return FINISH_REPLY;
}

#define NETWORK_ENDPOINT(what, about, list, form)                                                                  \
    {                                                                                                              \
        .method = METHOD_GET, .path = "/v1/networks/" #what, .name = "network_" #what, .summary = (about),         \
        .parameters = (list), .parameter_count = NETWORK_PARAMETERS, .takes = TAKES_STANCES | TAKES_POSITION,      \
        .lane = LANE_SLOW, .answer = (form), .reply_types = "application/json, text/csv, application/graphml+xml", \
        .problems = ANSWERS(PROBLEM_REPLY_TOO_LARGE), .plan = what##_plan, .row = network_row,                     \
        .finish = network_finish, .works = true, .close = network_close,                                           \
    }

static const struct endpoint table[] = {
    NETWORK_ENDPOINT(actors, "Which actors agree, or disagree, by their votes on the same claims.",
                     network_one_mode_parameters, &network_one_mode_answer),
    NETWORK_ENDPOINT(claims, "Which claims are affirmed, or denied, by the same actors.", network_one_mode_parameters,
                     &network_one_mode_answer),
    NETWORK_ENDPOINT(affiliation, "Which actors say what of which claims.", network_two_mode_parameters,
                     &network_two_mode_answer),
};

const struct endpoint_table networks_endpoints = ENDPOINT_TABLE(table);
