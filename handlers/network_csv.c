/* A network as CSV: as a list of edges, or as a matrix with labels. In a series, every line begins with the window that it is of. */
#include <stdlib.h>

#include "handlers/csv.h"
#include "handlers/network.h"
#include "schema/encode.h"
#include "schema/heap.h"

static bool is_series(const struct network *network)
{
    return network->options.window != WINDOW_NONE;
}

static const struct network_nodes *targets_of(const struct network *network)
{
    return network_has_columns(network) ? &network->columns : &network->rows;
}

static void put_window(const struct network *network, const struct slice *slice, struct buffer *out)
{
    if (is_series(network)) {
        struct moment from;
        struct moment to;
        char text[MOMENT_TEXT];
        network_bounds(network, slice, &from, &to);
        buffer_put(out, text, moment_format(from, text));
        buffer_char(out, ',');
        buffer_put(out, text, moment_format(to, text));
        buffer_char(out, ',');
    }
}

static void put_text(const struct cell *cell, struct buffer *out)
{
    if (!cell_null(cell)) {
        csv_text(out, cell->bytes, (size_t)cell->length);
    }
}

static void put_node(const struct network_nodes *nodes, uint32_t place, struct buffer *out)
{
    const struct node *node = &nodes->list[place];
    char id[IDENTITY_TEXT];
    identity_format(&node->id, id);
    buffer_text(out, id);
    for (int i = 1; i < NODE_FIXED; i++) {
        struct cell cell = network_nodes_cell(nodes, node, i);
        buffer_char(out, ',');
        put_text(&cell, out);
    }
}

void network_write_edges(const struct network *network, struct buffer *out)
{
    buffer_text(out, is_series(network) ? "from,to," : "");
    buffer_text(out, "source_id,source_ref,source_label,target_id,target_ref,target_label,weight");
    csv_end_line(out);
    for (size_t i = 0; i < network->slice_count; i++) {
        const struct slice *slice = &network->slices[i];
        for (size_t j = 0; j < slice->tie_count && !out->overflowed; j++) {
            const struct tie *tie = &network->ties.list[slice->first_tie + j];
            put_window(network, slice, out);
            put_node(&network->rows, tie->source, out);
            buffer_char(out, ',');
            put_node(targets_of(network), tie->target, out);
            buffer_char(out, ',');
            encode_number(out, tie->weight);
            csv_end_line(out);
        }
    }
}

static void put_label(const struct network_nodes *nodes, size_t place, struct buffer *out)
{
    struct cell label = network_nodes_cell(nodes, &nodes->list[place], 2);
    put_text(&label, out);
}

/* The ties of every row, those with rows before it as well: ties[starts[row]] … */
static const struct tie **ties_by_row(const struct network *network, const struct slice *slice, size_t *starts)
{
    bool both = !network_has_columns(network);
    const struct tie *list = network->ties.list + slice->first_tie;
    const struct tie **by_row = heap_array(slice->tie_count * 2, sizeof *by_row);
    size_t *next = heap_array(network->rows.count + 1, sizeof *next);
    for (size_t i = 0; i < slice->tie_count; i++) {
        next[list[i].source + 1]++;
        if (both) {
            next[list[i].target + 1]++;
        }
    }
    for (size_t i = 0; i < network->rows.count; i++) {
        next[i + 1] += next[i];
    }
    for (size_t i = 0; i <= network->rows.count; i++) {
        starts[i] = next[i];
    }
    for (size_t i = 0; i < slice->tie_count; i++) {
        by_row[next[list[i].source]++] = &list[i];
        if (both) {
            by_row[next[list[i].target]++] = &list[i];
        }
    }
    free(next);
    return by_row;
}

static void put_slice(const struct network *network, const struct slice *slice, struct buffer *out)
{
    const struct network_nodes *targets = targets_of(network);
    size_t *starts = heap_array(network->rows.count + 1, sizeof *starts);
    double *weights = heap_array(targets->count, sizeof *weights);
    const struct tie **ties = ties_by_row(network, slice, starts);
    for (size_t row = 0; row < network->rows.count && !out->overflowed; row++) {
        for (size_t i = starts[row]; i < starts[row + 1]; i++) {
            bool forth = network_has_columns(network) || ties[i]->source == row;
            weights[forth ? ties[i]->target : ties[i]->source] = ties[i]->weight;
        }
        put_window(network, slice, out);
        put_label(&network->rows, row, out);
        for (size_t i = 0; i < targets->count; i++) {
            buffer_char(out, ',');
            encode_number(out, weights[i]);
            weights[i] = 0;
        }
        csv_end_line(out);
    }
    free(ties);
    free(weights);
    free(starts);
}

void network_write_matrix(const struct network *network, struct buffer *out)
{
    const struct network_nodes *targets = targets_of(network);
    buffer_text(out, is_series(network) ? "from,to," : "");
    for (size_t i = 0; i < targets->count; i++) {
        buffer_char(out, ',');
        put_label(targets, i, out);
    }
    csv_end_line(out);
    for (size_t i = 0; i < network->slice_count && !out->overflowed; i++) {
        put_slice(network, &network->slices[i], out);
    }
}
