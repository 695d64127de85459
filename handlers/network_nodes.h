/* The nodes of one side of a network: who they are, in the order of their labels. */
#ifndef STANCED_HANDLERS_NETWORK_NODES_H
#define STANCED_HANDLERS_NETWORK_NODES_H

#include "handlers/events.h"
#include "handlers/statement.h"
#include "schema/record.h"
#include "schema/row.h"

/* Nodes of one side that a network may have. */
#define NODES_MOST 20000

enum node_cell_type { NODE_CELL_TEXT, NODE_CELL_ID, NODE_CELL_JSON };

/* What is read of a node beside its id, its ref and its label. */
struct node_column {
    const char *name; /* NULL ends a table */
    const char *sql;  /* over the alias `t` */
    enum node_cell_type type;
};

extern const struct node_column node_actor_columns[], node_claim_columns[];

#define NODE_FIXED 3 /* id, ref, label */
#define NODE_COLUMNS_MOST 9
#define NODE_CELLS (NODE_FIXED + NODE_COLUMNS_MOST)

struct node {
    uint32_t number; /* in the dictionary */
    uint32_t statements;
    struct identity id;
    size_t at; /* of its cells, in bytes */
    int lengths[NODE_CELLS];
};

struct network_nodes {
    const struct record *record;
    const struct node_column *columns;
    struct node *list;
    size_t count;
    uint32_t *place; /* by number in the dictionary: in `list`; UINT32_MAX where it is no node */
    struct buffer bytes;
};

void network_nodes_init(struct network_nodes *nodes, const struct record *record);

/* …of which nothing is read but id, ref and label. */
void network_nodes_init_named(struct network_nodes *nodes, const struct record *record);
void network_nodes_free(struct network_nodes *nodes);

/* Takes the numbers that have `least` votes among the events (of their rows, or their columns). */
void network_nodes_choose(struct network_nodes *nodes, const struct dictionary *dictionary, const struct events *events,
                          bool rows, size_t least);

/* Adds the statement that reads them. Returns its index. */
int network_nodes_plan(const struct network_nodes *nodes, struct arena *arena, struct plan *plan);
void network_nodes_take(struct network_nodes *nodes, const struct dictionary *dictionary, const struct row *row);

/* All are read: puts them into their order. A node that was deleted meanwhile goes by its id. */
void network_nodes_sort(struct network_nodes *nodes);

/* A cell of a node: 0 its id, 1 its ref, 2 its label, then those of the columns. */
struct cell network_nodes_cell(const struct network_nodes *nodes, const struct node *node, int cell);

#endif
