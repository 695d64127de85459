/* Reads nodes by their ids, and keeps what is to be shown of them. */
#include "handlers/network_nodes.h"

#include <stdlib.h>
#include <string.h>

#include "handlers/array.h"
#include "schema/heap.h"

#define BYTES_LIMIT ((size_t)16 * 1024 * 1024) /* as a reply has at most */
#define ARRAY_LIMIT ((size_t)NODES_MOST * 40)

#define TIME_SQL(column)                                                                        \
    "to_char(t." column " AT TIME ZONE 'UTC', CASE WHEN t." column "_is_date THEN 'YYYY-MM-DD'" \
    " ELSE 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"' END)"

const struct node_column node_actor_columns[] = {
    {"kind", "t.kind", NODE_CELL_TEXT},
    {"country", "t.country", NODE_CELL_TEXT},
    {"part_of", "t.part_of_id", NODE_CELL_ID},
    {"owned_by", "t.owned_by_id", NODE_CELL_ID},
    {"reliability", "t.reliability", NODE_CELL_TEXT},
    {"description", "t.description", NODE_CELL_TEXT},
    {"aliases", "to_jsonb(t.aliases)::text", NODE_CELL_JSON},
    {"same_as", "to_jsonb(t.same_as)::text", NODE_CELL_JSON},
    {"attributes", "t.attributes::text", NODE_CELL_JSON},
    {NULL, NULL, NODE_CELL_TEXT},
};

const struct node_column node_claim_columns[] = {
    {"language", "t.language", NODE_CELL_TEXT},
    {"location", "t.location", NODE_CELL_TEXT},
    {"event_from", TIME_SQL("event_from"), NODE_CELL_TEXT},
    {"event_to", TIME_SQL("event_to"), NODE_CELL_TEXT},
    {"topics", "to_jsonb(t.topics)::text", NODE_CELL_JSON},
    {"attributes", "t.attributes::text", NODE_CELL_JSON},
    {NULL, NULL, NODE_CELL_TEXT},
};

void network_nodes_init(struct network_nodes *nodes, const struct record *record)
{
    *nodes = (struct network_nodes){.record = record};
    nodes->columns = record == &record_actor ? node_actor_columns : node_claim_columns;
    buffer_init(&nodes->bytes, BYTES_LIMIT);
}

void network_nodes_init_named(struct network_nodes *nodes, const struct record *record)
{
    static const struct node_column none = {NULL, NULL, NODE_CELL_TEXT};
    network_nodes_init(nodes, record);
    nodes->columns = &none;
}

void network_nodes_free(struct network_nodes *nodes)
{
    free(nodes->list);
    free(nodes->place);
    buffer_free(&nodes->bytes);
    nodes->list = NULL;
    nodes->place = NULL;
}

void network_nodes_choose(struct network_nodes *nodes, const struct dictionary *dictionary, const struct events *events,
                          bool rows, size_t least)
{
    uint32_t *statements = heap_array(dictionary->count, sizeof *statements);
    for (size_t i = 0; i < events->count; i++) {
        statements[rows ? events->list[i].row : events->list[i].column]++;
    }
    nodes->list = heap_array(dictionary->count, sizeof *nodes->list);
    nodes->place = heap_array(dictionary->count, sizeof *nodes->place);
    for (size_t i = 0; i < dictionary->count; i++) {
        nodes->place[i] = UINT32_MAX;
        if (statements[i] >= least) {
            nodes->place[i] = (uint32_t)nodes->count;
            nodes->list[nodes->count++] =
                (struct node){.number = (uint32_t)i, .statements = statements[i], .id = dictionary->ids[i]};
        }
    }
    free(statements);
    for (size_t i = 0; i < nodes->count; i++) {
        memset(nodes->list[i].lengths, -1, sizeof nodes->list[i].lengths);
    }
}

int network_nodes_plan(const struct network_nodes *nodes, struct arena *arena, struct plan *plan)
{
    struct buffer ids __attribute__((cleanup(buffer_free)));
    struct statement statement __attribute__((cleanup(statement_free)));
    buffer_init(&ids, ARRAY_LIMIT);
    array_begin(&ids);
    for (size_t i = 0; i < nodes->count; i++) {
        char text[IDENTITY_TEXT];
        identity_format(&nodes->list[i].id, text);
        array_text(&ids, text, IDENTITY_TEXT - 1);
    }
    array_end(&ids);
    statement_init(&statement, arena);
    statement_text(&statement, "SELECT t.id, t.ref, t.");
    statement_text(&statement, nodes->record->label);
    for (const struct node_column *column = nodes->columns; column->name != NULL; column++) {
        statement_text(&statement, ", ");
        statement_text(&statement, column->sql);
    }
    statement_text(&statement, " FROM ");
    statement_text(&statement, nodes->record->name);
    statement_text(&statement, " t WHERE t.id = ANY (");
    statement_value(&statement, arena_copy(arena, ids.data, ids.length), "uuid[]");
    statement_text(&statement, ")");
    return statement_plan(&statement, plan);
}

void network_nodes_take(struct network_nodes *nodes, const struct dictionary *dictionary, const struct row *row)
{
    struct identity id = cell_identity(&row->cells[0]);
    int64_t number = dictionary_find(dictionary, &id);
    uint32_t place = number < 0 ? UINT32_MAX : nodes->place[number];
    if (place == UINT32_MAX) {
        return;
    }
    struct node *node = &nodes->list[place];
    node->at = nodes->bytes.length;
    for (int i = 0; i < row->count && i < NODE_CELLS; i++) {
        node->lengths[i] = row->cells[i].length;
        buffer_put(&nodes->bytes, row->cells[i].bytes, row->cells[i].length > 0 ? (size_t)row->cells[i].length : 0);
    }
}

struct cell network_nodes_cell(const struct network_nodes *nodes, const struct node *node, int cell)
{
    size_t at = node->at;
    for (int i = 0; i < cell; i++) {
        at += node->lengths[i] > 0 ? (size_t)node->lengths[i] : 0;
    }
    bool there = node->lengths[cell] >= 0 && at + (size_t)node->lengths[cell] <= nodes->bytes.length;
    return (struct cell){nodes->bytes.data + (there ? at : 0), there ? node->lengths[cell] : -1};
}

/* A node and its label, for the order. */
struct labelled {
    struct node node;
    struct cell label;
};

static int by_label(const void *one, const void *other)
{
    const struct labelled *a = one;
    const struct labelled *b = other;
    int both = a->label.length < b->label.length ? a->label.length : b->label.length;
    int order = both > 0 ? memcmp(a->label.bytes, b->label.bytes, (size_t)both) : 0;
    order = order != 0 ? order : (a->label.length > b->label.length) - (a->label.length < b->label.length);
    return order != 0 ? order : memcmp(&a->node.id, &b->node.id, sizeof a->node.id);
}

/* Names a node by its id. */
static void name_by_id(struct network_nodes *nodes, struct node *node)
{
    char text[IDENTITY_TEXT];
    identity_format(&node->id, text);
    node->at = nodes->bytes.length;
    buffer_put(&nodes->bytes, &node->id, sizeof node->id);
    buffer_put(&nodes->bytes, text, IDENTITY_TEXT - 1);
    node->lengths[0] = (int)sizeof node->id;
    node->lengths[2] = IDENTITY_TEXT - 1;
}

void network_nodes_sort(struct network_nodes *nodes)
{
    struct labelled *list = heap_array(nodes->count, sizeof *list);
    for (size_t i = 0; i < nodes->count; i++) {
        if (nodes->list[i].lengths[0] < 0) {
            name_by_id(nodes, &nodes->list[i]);
        }
    }
    for (size_t i = 0; i < nodes->count; i++) {
        list[i] = (struct labelled){nodes->list[i], network_nodes_cell(nodes, &nodes->list[i], 2)};
    }
    qsort(list, nodes->count, sizeof *list, by_label);
    for (size_t i = 0; i < nodes->count; i++) {
        nodes->list[i] = list[i].node;
        nodes->place[list[i].node.number] = (uint32_t)i;
    }
    free(list);
}
