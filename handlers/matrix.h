/* A matrix of current positions under way: from the rows of its statements to its answer. */
#ifndef STANCED_HANDLERS_MATRIX_H
#define STANCED_HANDLERS_MATRIX_H

#include "handlers/dictionary.h"
#include "handlers/network_nodes.h"
#include "handlers/question.h"
#include "handlers/standing.h"

/* What stands in its cells, in the order of the vocabulary. */
enum value { VALUE_POSITION, VALUE_STANCES, VALUE_PERCENTAGE };

struct matrix_cell {
    uint32_t row, column;
    uint32_t stances;
    enum position position;
};

/* Current positions of an actor, or on a claim. */
struct margin {
    long counts[POSITIONS];
    long stances;
};

struct matrix {
    struct question question;
    enum value value;
    int stances_query, actors_query, claims_query; /* -1: not of this round */
    struct dictionary actors, claims;
    struct matrix_cell *cells;
    size_t count, capacity;
    bool full;
    /* the cell whose stances come in */
    struct standing standing;
    uint32_t stances;
    struct identity actor, claim;
    struct network_nodes rows, columns;
    struct margin *of_row, *of_column; /* by number in the dictionaries */
};

extern const struct vocabulary matrix_values;
extern const struct answer matrix_answer;

/* Write the answer, once the cells are in the order of their rows: the rows into the reply, and then what stands before them. */
void matrix_write_rows(const struct call *call, struct matrix *matrix, struct reply *reply);
void matrix_write_head(const struct call *call, const struct matrix *matrix, struct buffer *head);

#endif
