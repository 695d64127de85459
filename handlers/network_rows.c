/* What a network asks the database, and what it makes of the rows.

   Where neither times nor sources matter, PostgreSQL puts the ids of those who affirm a claim, and of those who deny it, into a row: that costs
   it and libpq together less than half as much as a row for each stance, which it otherwise is. */
#include <string.h>

#include "handlers/network.h"

/* For sorting and grouping; a megabyte takes about 20,000 stances. Until the end of the transaction. */
static const char memory_sql[] = "SELECT set_config('work_mem', '64MB', true)";

static const char *const node_columns[] = {
    [NODE_ACTOR] = "t.actor_id", [NODE_SPEAKER] = "t.speaker_id", [NODE_ADDRESSEE] = "t.addressee_id"};

enum { GROUPED_CLAIM, GROUPED_AFFIRM, GROUPED_DENY, GROUPED_STANCES, GROUPED_UNDATED };
enum { ROW_CLAIM, ROW_NODE, ROW_POSITION, ROW_DEGREE, ROW_STATED_AT, ROW_IS_DATE, ROW_SOURCE };

/* …as the 16 bytes of its id; zeros where there is none. */
#define ID_OR_ZEROS(column) "uuid_send(coalesce(" column ", '00000000-0000-0000-0000-000000000000'))"
static const char *const node_bytes[] = {[NODE_ACTOR] = "uuid_send(t.actor_id)",
                                         [NODE_SPEAKER] = ID_OR_ZEROS("t.speaker_id"),
                                         [NODE_ADDRESSEE] = ID_OR_ZEROS("t.addressee_id")};

bool network_rows_are_claims(const struct network *network)
{
    return network->options.mode == NETWORK_CLAIMS;
}

bool network_has_columns(const struct network *network)
{
    return network->options.mode == NETWORK_AFFILIATION;
}

/* Whether stances without a time have a part in it. */
static bool takes_undated(const struct network *network)
{
    const struct question *question = &network->question;
    return network->options.window == WINDOW_NONE && !question->as_of.given && question->from == NULL &&
           !question->to.given;
}

/* A claim's stances without degree in one row: the ids of those who affirm and of those who deny, one behind the other. */
static int plan_grouped(struct call *call, const struct network *network, struct plan *plan)
{
    const char *id = node_bytes[network->options.node];
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    statement_text(&statement, "SELECT t.claim_id, string_agg(");
    statement_text(&statement, id);
    statement_text(&statement, ", '') FILTER (WHERE t.position = 'affirm' AND t.degree IS NULL), string_agg(");
    statement_text(&statement, id);
    statement_text(&statement, ", '') FILTER (WHERE t.position = 'deny' AND t.degree IS NULL),"
                               " count(*) - count(t.degree), count(*) - count(t.stated_at)");
    question_put_from(&statement, &network->question);
    question_put_where(&statement, &network->question, takes_undated(network));
    statement_text(&statement, " GROUP BY t.claim_id");
    return statement_plan(&statement, plan);
}

/* Stance by stance; beside what is grouped, those that have a degree. */
static int plan_rows(struct call *call, const struct network *network, struct plan *plan, bool graded)
{
    const char *node = node_columns[network->options.node];
    struct statement statement __attribute__((cleanup(statement_free)));
    statement_init(&statement, call->arena);
    statement_text(&statement, "SELECT t.claim_id, ");
    statement_text(&statement, node);
    statement_text(&statement, ", t.position, t.degree, t.stated_at, t.stated_at_is_date, ");
    statement_text(&statement, network->options.duplicates == DUPLICATES_SOURCE ? "t.source_id" : "NULL::uuid");
    question_put_from(&statement, &network->question);
    question_put_where(&statement, &network->question, takes_undated(network));
    if (graded) {
        statement_text(&statement, question_asks(&network->question) || !takes_undated(network) ? " AND " : " WHERE ");
        statement_text(&statement, "t.degree IS NOT NULL");
    }
    if (network->options.current) {
        statement_text(&statement, " ORDER BY t.claim_id, ");
        statement_text(&statement, node);
        statement_text(&statement, ", t.stated_at NULLS FIRST, t.created_at, t.id");
    }
    return statement_plan(&statement, plan);
}

/* All that have any stance at that time, whatever the filters. */
static int plan_isolated(struct call *call, const struct network *network, struct plan *plan, const char *column)
{
    struct question question = network->question;
    struct statement statement __attribute__((cleanup(statement_free)));
    question.selection.filter_count = 0;
    statement_init(&statement, call->arena);
    statement_text(&statement, "SELECT DISTINCT ");
    statement_text(&statement, column);
    question_put_from(&statement, &question);
    question_put_where(&statement, &question, takes_undated(network));
    return statement_plan(&statement, plan);
}

void network_plan(struct call *call, struct network *network, struct plan *plan)
{
    const struct network_options *options = &network->options;
    bool timeless = !options->current && options->window == WINDOW_NONE && options->duplicates == DUPLICATES_INCLUDE;
    network->grouped_query = network->rows_query = network->actors_query = network->claims_query = -1;
    network->isolated_actors_query = network->isolated_claims_query = -1;
    (void)plan_query(plan, memory_sql);
    selection_plan(&network->question.selection, plan);
    if (timeless) {
        network->grouped_query = plan_grouped(call, network, plan);
    }
    network->rows_query = plan_rows(call, network, plan, timeless);
    if (options->isolates && options->mode != NETWORK_CLAIMS) {
        network->isolated_actors_query = plan_isolated(call, network, plan, node_columns[options->node]);
    }
    if (options->isolates && options->mode != NETWORK_ACTORS) {
        network->isolated_claims_query = plan_isolated(call, network, plan, "t.claim_id");
    }
}

static void add(struct network *network, const struct identity *claim, const struct identity *node, struct event event)
{
    struct events *events = &network->events;
    bool claims = network_rows_are_claims(network);
    if (network->options.blind) {
        event.q = 1;
    }
    event.row = dictionary_number(&events->rows, claims ? claim : node);
    event.column = dictionary_number(&events->columns, claims ? node : claim);
    events_add(events, &event);
}

/* Votes with the same q. Returns how many. */
static long take_ids(struct network *network, const struct identity *claim, const struct cell *ids, double q)
{
    static const struct identity none = {{0}};
    struct identity id;
    long count = cell_null(ids) ? 0 : ids->length / (int)sizeof id;
    for (long i = 0; i < count && !network->events.full; i++) {
        memcpy(&id, ids->bytes + (size_t)i * sizeof id, sizeof id);
        if (memcmp(&id, &none, sizeof id) == 0) {
            network->without_node++;
        } else {
            add(network, claim, &id, (struct event){.source = EVENT_NO_SOURCE, .q = q, .at = EVENT_UNDATED});
        }
    }
    return count;
}

static void take_grouped(struct network *network, const struct row *row)
{
    struct identity claim = cell_identity(&row->cells[GROUPED_CLAIM]);
    long votes = take_ids(network, &claim, &row->cells[GROUPED_AFFIRM], 1) +
                 take_ids(network, &claim, &row->cells[GROUPED_DENY], -1);
    network->non_votes += (long)cell_integer(&row->cells[GROUPED_STANCES]) - votes;
    network->undated += (long)cell_integer(&row->cells[GROUPED_UNDATED]);
}

/* …of a position: polarity times degree. */
static double q_of(enum position position, double degree)
{
    return position == POSITION_AFFIRM ? degree : position == POSITION_DENY ? -degree : 0;
}

/* The votes of one on one claim are all in: only the position that they end in counts. */
static void end_holding(struct network *network)
{
    struct holding *holding = &network->holding;
    if (!holding->begun || !holding->standing.taken) {
        return;
    }
    holding->begun = false;
    network->ambiguous += holding->standing.current.ambiguous;
    if (holding->event.q == 0) {
        network->non_votes++;
    } else {
        bool claims = network_rows_are_claims(network);
        add(network, claims ? &holding->row : &holding->column, claims ? &holding->column : &holding->row,
            holding->event);
    }
}

static void hold(struct network *network, const struct identity *row, const struct identity *column,
                 const struct point *point, const struct event *event)
{
    struct holding *holding = &network->holding;
    if (!holding->begun || memcmp(&holding->row, row, sizeof *row) != 0 ||
        memcmp(&holding->column, column, sizeof *column) != 0) {
        end_holding(network);
        holding->begun = true;
        holding->row = *row;
        holding->column = *column;
        standing_begin(&holding->standing);
    }
    if (standing_take(&holding->standing, point)) {
        holding->event = *event;
    }
}

static void take_row(struct network *network, const struct row *row)
{
    const struct cell *cells = row->cells;
    const struct cell *word = &cells[ROW_POSITION];
    int position = vocabulary_index(&vocabulary_position, word->bytes, (size_t)word->length);
    bool dated = !cell_null(&cells[ROW_STATED_AT]);
    if (position < 0 || network->events.full) {
        return;
    }
    double degree = cell_null(&cells[ROW_DEGREE]) ? 1 : cell_number(&cells[ROW_DEGREE]);
    double q = q_of((enum position)position, degree);
    network->undated += !dated && network->grouped_query < 0; /* which counts them all */
    if (q == 0 && !network->options.current) {
        network->non_votes++;
        return;
    }
    if (cell_null(&cells[ROW_NODE])) {
        network->without_node++;
        return;
    }
    struct identity claim = cell_identity(&cells[ROW_CLAIM]);
    struct identity node = cell_identity(&cells[ROW_NODE]);
    struct event event = {
        .source = EVENT_NO_SOURCE, .q = q, .at = dated ? cell_moment(&cells[ROW_STATED_AT]) : EVENT_UNDATED};
    if (!cell_null(&cells[ROW_SOURCE])) {
        struct identity source = cell_identity(&cells[ROW_SOURCE]);
        event.source = dictionary_number(&network->events.sources, &source);
    }
    if (network->options.current) {
        struct point point = {.position = (enum position)position,
                              .dated = dated,
                              .is_date = cell_boolean(&cells[ROW_IS_DATE]),
                              .stated_at = dated ? event.at : 0};
        bool claims = network_rows_are_claims(network);
        hold(network, claims ? &claim : &node, claims ? &node : &claim, &point, &event);
        return;
    }
    add(network, &claim, &node, event);
}

/* Somebody who has any stance: a row or a column of the network, with votes or without. */
static void take_isolated(struct network *network, const struct row *row, bool of_rows)
{
    if (!cell_null(&row->cells[0])) {
        struct identity id = cell_identity(&row->cells[0]);
        (void)dictionary_number(of_rows ? &network->events.rows : &network->events.columns, &id);
    }
}

void network_take(struct network *network, int query, const struct row *row)
{
    if (query == network->grouped_query) {
        take_grouped(network, row);
    } else if (query == network->rows_query) {
        take_row(network, row);
    } else if (query == network->isolated_actors_query) {
        take_isolated(network, row, true);
    } else if (query == network->isolated_claims_query) {
        take_isolated(network, row, network_rows_are_claims(network));
    } else if (query == network->actors_query) {
        network_nodes_take(&network->rows, &network->events.rows, row);
    } else if (query == network->claims_query) {
        bool rows = network_rows_are_claims(network);
        network_nodes_take(rows ? &network->rows : &network->columns,
                           rows ? &network->events.rows : &network->events.columns, row);
    }
}

void network_settle(struct network *network)
{
    const struct network_options *options = &network->options;
    struct events *events = &network->events;
    size_t least = options->min_statements > 0 ? (size_t)options->min_statements : options->isolates ? 0 : 1;
    end_holding(network);
    events_settle(events);
    network->dropped = (long)events_drop_duplicates(events, options);
    if (least > 1) {
        events_drop_rare(events, true, least);
    }
    network->statements = events->count;
    network_nodes_init(&network->rows, network_rows_are_claims(network) ? &record_claim : &record_actor);
    network_nodes_init(&network->columns, &record_claim);
    network_nodes_choose(&network->rows, &events->rows, events, true, least);
    if (network_has_columns(network)) {
        network_nodes_choose(&network->columns, &events->columns, events, false, options->isolates ? 0 : 1);
    }
}
