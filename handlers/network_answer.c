/* A network as JSON: who its nodes are, and what ties them. */
#include <stdlib.h>
#include <string.h>

#include "handlers/answer.h"
#include "handlers/network.h"

static const struct vocabulary type_words = {"type", (const char *const[]){"actor", "claim", NULL}};

#define TEXTS "{'type': 'array', 'items': {'type': 'string'}}"

/* Actors have the columns of the first half, claims of the second. */
static const struct member node_members[] = {
    {.name = "id", .type = MEMBER_ID},
    {.name = "ref", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},
    {.name = "label", .type = MEMBER_TEXT, .help = "An actor's name, a claim's text."},
    {.name = "type", .type = MEMBER_WORD, .vocabulary = &type_words},
    {.name = "statements", .type = MEMBER_INTEGER, .help = "Votes of it, or on it, that count."},
    {.name = "kind", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},
    {.name = "country", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},
    {.name = "part_of", .type = MEMBER_ID, .flags = MEMBER_OPTIONAL},
    {.name = "owned_by", .type = MEMBER_ID, .flags = MEMBER_OPTIONAL},
    {.name = "reliability", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},
    {.name = "description", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},
    {.name = "aliases", .type = MEMBER_JSON, .flags = MEMBER_OPTIONAL, .schema = TEXTS},
    {.name = "same_as", .type = MEMBER_JSON, .flags = MEMBER_OPTIONAL, .schema = TEXTS},
    {.name = "language", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},
    {.name = "location", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},
    {.name = "event_from", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},
    {.name = "event_to", .type = MEMBER_TEXT, .flags = MEMBER_OPTIONAL},
    {.name = "topics", .type = MEMBER_JSON, .flags = MEMBER_OPTIONAL, .schema = TEXTS},
    {.name = "attributes",
     .type = MEMBER_JSON,
     .flags = MEMBER_OPTIONAL,
     .schema = "{'type': 'object'}",
     .help = "The fields of the user's own."},
    {.name = NULL},
};
#define NODE_COLUMN_FIRST 5 /* in node_members */

static const struct member edge_members[] = {
    {.name = "source", .type = MEMBER_ID},
    {.name = "target", .type = MEMBER_ID},
    {.name = "weight", .type = MEMBER_NUMBER},
    {.name = NULL},
};

static const struct member active_members[] = {
    {.name = "id", .type = MEMBER_ID},
    {.name = "statements", .type = MEMBER_INTEGER},
    {.name = NULL},
};

static const struct member slice_members[] = {
    {.name = "from", .type = MEMBER_MOMENT, .help = "Its first day, or the time of its first vote…"},
    {.name = "to", .type = MEMBER_MOMENT, .help = "…and its last."},
    {.name = "statements", .type = MEMBER_INTEGER},
    {.name = "nodes",
     .type = MEMBER_LIST,
     .members = active_members,
     .help = "Who has votes in it, or all with `isolates`."},
    {.name = "edges", .type = MEMBER_LIST, .members = edge_members},
    {.name = NULL},
};

#define HEAD_MEMBERS(aggregations)                                                                                    \
    {                                                                                                                 \
        QUESTION_MEMBERS, {.name = "node", .type = MEMBER_WORD, .vocabulary = &network_nodes},                        \
            {.name = "positions", .type = MEMBER_WORD, .vocabulary = &network_positions},                             \
            {.name = "qualifier", .type = MEMBER_WORD, .vocabulary = &network_qualifiers},                            \
            {.name = "aggregation", .type = MEMBER_WORD, .vocabulary = &network_aggregations},                        \
            {.name = "normalization", .type = MEMBER_WORD, .vocabulary = &network_normalizations},                    \
            {.name = "duplicates", .type = MEMBER_WORD, .vocabulary = &network_duplicate_words},                      \
            {.name = "window", .type = MEMBER_WORD, .vocabulary = &network_windows},                                  \
            {.name = "window_size", .type = MEMBER_INTEGER, .flags = MEMBER_OPTIONAL},                                \
            {.name = "statements", .type = MEMBER_INTEGER, .help = "Votes that count."},                              \
            {.name = "duplicates_dropped", .type = MEMBER_INTEGER},                                                   \
            {.name = "non_votes", .type = MEMBER_INTEGER, .help = "Stances that neither affirm nor deny; left out."}, \
            {.name = "without_node", .type = MEMBER_INTEGER, .help = "Stances without such a node; left out."},       \
            {.name = "undated",                                                                                       \
             .type = MEMBER_INTEGER,                                                                                  \
             .help = "Stances without a time among those that were looked at."},                                      \
            {.name = "ambiguous",                                                                                     \
             .type = MEMBER_INTEGER,                                                                                  \
             .help = "With positions=current: where votes of one time are opposed; the later recorded one counts."},  \
            {.name = "nodes", .type = MEMBER_LIST, .members = node_members, .help = "In the order of their labels."}, \
            {.name = "edges",                                                                                         \
             .type = MEMBER_LIST,                                                                                     \
             .flags = MEMBER_OPTIONAL,                                                                                \
             .members = edge_members,                                                                                 \
             .help = (aggregations)},                                                                                 \
            {.name = "series",                                                                                        \
             .type = MEMBER_LIST,                                                                                     \
             .flags = MEMBER_OPTIONAL,                                                                                \
             .members = slice_members,                                                                                \
             .help = "In place of `edges`, with `window`."},                                                          \
        {                                                                                                             \
            .name = NULL                                                                                              \
        }                                                                                                             \
    }

static const struct member one_mode_head[] =
    HEAD_MEMBERS("Ties whose weight is not 0, one for each pair of nodes; they have no direction.");
static const struct member two_mode_head[] =
    HEAD_MEMBERS("Ties whose weight is not 0, from an actor (`source`) to a claim (`target`).");
const struct answer network_one_mode_answer = {"Network", one_mode_head, NULL, false};
const struct answer network_two_mode_answer = {"AffiliationNetwork", two_mode_head, NULL, false};

/* A cell of the node: nothing where it is empty. */
static void write_cell(struct writer *writer, const struct cell *cell, enum node_cell_type type)
{
    if (cell_null(cell) || (type == NODE_CELL_JSON && cell->length <= 2)) { /* [] or {} */
        writer_null(writer);
    } else if (type == NODE_CELL_JSON) {
        writer_json(writer, cell->bytes, (size_t)cell->length);
    } else {
        writer_cell(writer, cell);
    }
}

static void write_columns(struct writer *writer, const struct network_nodes *nodes, const struct node *node)
{
    int next = 0;
    for (const struct member *member = node_members + NODE_COLUMN_FIRST; member->name != NULL; member++) {
        if (nodes->columns[next].name != NULL && strcmp(member->name, nodes->columns[next].name) == 0) {
            struct cell cell = network_nodes_cell(nodes, node, NODE_FIXED + next);
            write_cell(writer, &cell, nodes->columns[next].type);
            next++;
        } else {
            writer_null(writer);
        }
    }
}

static void write_nodes(struct writer *writer, const struct network_nodes *nodes)
{
    for (size_t i = 0; i < nodes->count && !writer->out->overflowed; i++) {
        const struct node *node = &nodes->list[i];
        struct cell ref = network_nodes_cell(nodes, node, 1);
        struct cell label = network_nodes_cell(nodes, node, 2);
        writer_begin_item(writer);
        writer_id(writer, &node->id);
        writer_cell(writer, &ref);
        writer_cell(writer, &label);
        writer_word(writer, nodes->record == &record_claim);
        writer_integer(writer, node->statements);
        write_columns(writer, nodes, node);
        writer_end(writer);
    }
}

static void write_edges(struct writer *writer, const struct network *network, const struct slice *slice)
{
    const struct network_nodes *targets = network_has_columns(network) ? &network->columns : &network->rows;
    writer_begin_list(writer);
    for (size_t i = 0; i < slice->tie_count && !writer->out->overflowed; i++) {
        const struct tie *tie = &network->ties.list[slice->first_tie + i];
        writer_begin_item(writer);
        writer_id(writer, &network->rows.list[tie->source].id);
        writer_id(writer, &targets->list[tie->target].id);
        writer_number(writer, tie->weight);
        writer_end(writer);
    }
    writer_end_list(writer);
}

static void write_active(struct writer *writer, const struct network *network, const struct network_nodes *nodes,
                         const struct slice *slice, bool rows)
{
    uint32_t *statements = network_count(network, nodes, slice, rows);
    for (size_t i = 0; i < nodes->count; i++) {
        if (statements[i] > 0 || network->options.isolates) {
            writer_begin_item(writer);
            writer_id(writer, &nodes->list[i].id);
            writer_integer(writer, statements[i]);
            writer_end(writer);
        }
    }
    free(statements);
}

static void write_slice(struct writer *writer, const struct network *network, const struct slice *slice)
{
    struct moment from;
    struct moment to;
    network_bounds(network, slice, &from, &to);
    writer_begin_item(writer);
    writer_moment(writer, from.micros, from.is_date);
    writer_moment(writer, to.micros, to.is_date);
    writer_integer(writer, (long long)slice->count);
    writer_begin_list(writer);
    write_active(writer, network, &network->rows, slice, true);
    if (network_has_columns(network)) {
        write_active(writer, network, &network->columns, slice, false);
    }
    writer_end_list(writer);
    write_edges(writer, network, slice);
    writer_end(writer);
}

static void write_options(struct writer *writer, const struct network_options *options)
{
    writer_word(writer, (int)options->node);
    writer_word(writer, options->current);
    writer_word(writer, options->blind);
    writer_word(writer, (int)options->aggregation);
    writer_word(writer, (int)options->normalization);
    writer_word(writer, (int)options->duplicates);
    writer_word(writer, (int)options->window);
    if (options->window == WINDOW_NONE) {
        writer_null(writer);
    } else {
        writer_integer(writer, options->window_size);
    }
}

static void write_json(const struct call *call, const struct network *network, struct buffer *out)
{
    struct writer writer __attribute__((cleanup(writer_free)));
    writer_init(&writer, out, MEDIA_JSON);
    writer_begin(&writer, call->endpoint->answer->head);
    question_write(&writer, &network->question);
    write_options(&writer, &network->options);
    writer_integer(&writer, (long long)network->statements);
    writer_integer(&writer, network->dropped);
    writer_integer(&writer, network->non_votes);
    writer_integer(&writer, network->without_node);
    writer_integer(&writer, network->undated);
    writer_integer(&writer, network->ambiguous);
    writer_begin_list(&writer);
    write_nodes(&writer, &network->rows);
    if (network_has_columns(network)) {
        write_nodes(&writer, &network->columns);
    }
    writer_end_list(&writer);
    if (network->options.window == WINDOW_NONE) {
        write_edges(&writer, network, &network->slices[0]);
        writer_null(&writer);
    } else {
        writer_null(&writer);
        writer_begin_list(&writer);
        for (size_t i = 0; i < network->slice_count && !out->overflowed; i++) {
            write_slice(&writer, network, &network->slices[i]);
        }
        writer_end_list(&writer);
    }
    writer_end(&writer);
    buffer_char(out, '\n');
}

void network_write(const struct call *call, const struct network *network, struct reply *reply)
{
    reply->status = 200;
    reply->type = network_format_type(network->options.format);
    switch (network->options.format) {
    case FORMAT_GRAPHML:
        network_write_graphml(network, &reply->body);
        break;
    case FORMAT_CSV:
        network_write_edges(network, &reply->body);
        break;
    case FORMAT_MATRIX:
        network_write_matrix(network, &reply->body);
        break;
    default:
        write_json(call, network, &reply->body);
    }
}
