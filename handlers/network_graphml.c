/* A network as GraphML (graphml.graphdrawing.org), with typed keys, so that Gephi, igraph and networkx read labels, weights and all that is
   known of the nodes. The user's own fields are keys as well, by the type that all their values share. A series is a graph for every window. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handlers/network.h"
#include "schema/encode.h"
#include "schema/unicode.h"

/* The user's own fields that become keys; what comes after them is left to the JSON. */
#define FIELDS_MOST 200

enum graphml_type { GRAPHML_BOOLEAN, GRAPHML_LONG, GRAPHML_DOUBLE, GRAPHML_STRING };
static const char *const type_names[] = {"boolean", "long", "double", "string"};

struct fields {
    json_t *types; /* name → enum graphml_type, in the order in which they were met */
};

/* Text of an element; characters that XML 1.0 has no way to write are replaced. */
static void put_text(struct buffer *out, const char *bytes, size_t length)
{
    size_t size;
    for (size_t at = 0; at < length; at += size) {
        long point = unicode_next(bytes + at, length - at, &size);
        bool written = point >= 0x20 || point == '\t' || point == '\n' || point == '\r';
        if (point == '&') {
            buffer_text(out, "&amp;");
        } else if (point == '<') {
            buffer_text(out, "&lt;");
        } else if (point == '>') {
            buffer_text(out, "&gt;");
        } else if (point == '"') {
            buffer_text(out, "&quot;");
        } else if (point == '\r') {
            buffer_text(out, "&#13;");
        } else if (!written || point == 0xFFFE || point == 0xFFFF) {
            buffer_text(out, "\xEF\xBF\xBD");
        } else {
            buffer_put(out, bytes + at, size);
        }
    }
}

static json_t *attributes_of(const struct network_nodes *nodes, const struct node *node)
{
    int column = 0;
    while (nodes->columns[column].name != NULL && strcmp(nodes->columns[column].name, "attributes") != 0) {
        column++;
    }
    struct cell cell = network_nodes_cell(nodes, node, NODE_FIXED + column);
    return cell_null(&cell) ? NULL : json_loadb(cell.bytes, (size_t)cell.length, JSON_ALLOW_NUL, NULL);
}

static enum graphml_type type_of(const json_t *value)
{
    return json_is_boolean(value)   ? GRAPHML_BOOLEAN
           : json_is_integer(value) ? GRAPHML_LONG
           : json_is_real(value)    ? GRAPHML_DOUBLE
                                    : GRAPHML_STRING;
}

static enum graphml_type common(enum graphml_type one, enum graphml_type other)
{
    bool numbers = one != other && one != GRAPHML_BOOLEAN && other != GRAPHML_BOOLEAN && one != GRAPHML_STRING &&
                   other != GRAPHML_STRING;
    return one == other ? one : numbers ? GRAPHML_DOUBLE : GRAPHML_STRING;
}

static void gather(struct fields *fields, const struct network_nodes *nodes)
{
    for (size_t i = 0; i < nodes->count; i++) {
        json_t *attributes = attributes_of(nodes, &nodes->list[i]);
        const char *name;
        json_t *value;
        json_object_foreach(attributes, name, value)
        {
            const json_t *before = json_object_get(fields->types, name);
            if (json_is_null(value) || (before == NULL && json_object_size(fields->types) == FIELDS_MOST)) {
                continue;
            }
            enum graphml_type type = type_of(value);
            type = before == NULL ? type : common((enum graphml_type)json_integer_value(before), type);
            json_object_set_new(fields->types, name, json_integer(type));
        }
        json_decref(attributes);
    }
}

static void put_key(struct buffer *out, const char *id, const char *domain, const char *name, const char *type)
{
    buffer_format(out, "<key id=\"%s\" for=\"%s\" attr.name=\"", id, domain);
    put_text(out, name, strlen(name));
    buffer_format(out, "\" attr.type=\"%s\"/>\n", type);
}

/* A name of the user's that one of ours has is told apart. */
static bool is_ours(const char *name)
{
    static const char *const others[] = {"id", "ref", "label", "type", "statements", "weight", NULL};
    for (const char *const *each = others; *each != NULL; each++) {
        if (strcmp(*each, name) == 0) {
            return true;
        }
    }
    for (const struct node_column *column = node_actor_columns; column->name != NULL; column++) {
        if (strcmp(column->name, name) == 0) {
            return true;
        }
    }
    for (const struct node_column *column = node_claim_columns; column->name != NULL; column++) {
        if (strcmp(column->name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void put_columns(struct buffer *out, const struct network_nodes *nodes, const struct network_nodes *before)
{
    for (const struct node_column *column = nodes->columns; column->name != NULL; column++) {
        bool there = strcmp(column->name, "attributes") == 0;
        for (const struct node_column *each = before == NULL ? NULL : before->columns;
             each != NULL && each->name != NULL; each++) {
            there = there || strcmp(each->name, column->name) == 0;
        }
        if (!there) {
            put_key(out, column->name, "node", column->name, "string");
        }
    }
}

static void put_keys(struct buffer *out, const struct network *network, const struct fields *fields)
{
    put_key(out, "label", "node", "label", "string");
    put_key(out, "ref", "node", "ref", "string");
    put_key(out, "type", "node", "type", "string");
    put_key(out, "statements", "node", "statements", "long");
    put_columns(out, &network->rows, NULL);
    if (network_has_columns(network)) {
        put_columns(out, &network->columns, &network->rows);
    }
    int number = 0;
    const char *name;
    json_t *type;
    json_object_foreach(fields->types, name, type)
    {
        char id[16];
        char told[280];
        snprintf(id, sizeof id, "a%d", number++);
        snprintf(told, sizeof told, "attributes.%.256s", name);
        put_key(out, id, "node", is_ours(name) ? told : name, type_names[json_integer_value(type)]);
    }
    put_key(out, "weight", "edge", "weight", "double");
}

static void put_data(struct buffer *out, const char *key, const char *bytes, size_t length)
{
    buffer_format(out, "<data key=\"%s\">", key);
    put_text(out, bytes, length);
    buffer_text(out, "</data>");
}

static void put_cell(struct buffer *out, const char *key, const struct cell *cell, enum node_cell_type type)
{
    if (cell_null(cell) || (type == NODE_CELL_JSON && cell->length <= 2)) {
        return;
    }
    if (type == NODE_CELL_ID) {
        char text[IDENTITY_TEXT];
        struct identity id = cell_identity(cell);
        identity_format(&id, text);
        put_data(out, key, text, IDENTITY_TEXT - 1);
    } else {
        put_data(out, key, cell->bytes, (size_t)cell->length);
    }
}

static void put_field(struct buffer *out, const char *key, const json_t *value)
{
    if (json_is_string(value)) {
        put_data(out, key, json_string_value(value), json_string_length(value));
    } else if (!json_is_null(value)) {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(17));
        put_data(out, key, text == NULL ? "" : text, text == NULL ? 0 : strlen(text));
        free(text);
    }
}

static void put_fields(struct buffer *out, const struct fields *fields, const struct network_nodes *nodes,
                       const struct node *node)
{
    json_t *attributes = attributes_of(nodes, node);
    int number = 0;
    const char *name;
    json_t *type;
    json_object_foreach(fields->types, name, type)
    {
        char id[16];
        snprintf(id, sizeof id, "a%d", number++);
        const json_t *value = json_object_get(attributes, name);
        if (value != NULL) {
            put_field(out, id, value);
        }
    }
    json_decref(attributes);
}

static void put_nodes(struct buffer *out, const struct network *network, const struct network_nodes *nodes,
                      const struct slice *slice, const struct fields *fields)
{
    bool rows = nodes == &network->rows;
    uint32_t *statements = network_count(network, nodes, slice, rows);
    for (size_t i = 0; i < nodes->count && !out->overflowed; i++) {
        const struct node *node = &nodes->list[i];
        bool shown = network->options.window == WINDOW_NONE || network->options.isolates || statements[i] > 0;
        if (!shown) {
            continue;
        }
        struct cell ref = network_nodes_cell(nodes, node, 1);
        struct cell label = network_nodes_cell(nodes, node, 2);
        char id[IDENTITY_TEXT];
        identity_format(&node->id, id);
        buffer_format(out, "<node id=\"%s\">", id);
        put_cell(out, "label", &label, NODE_CELL_TEXT);
        put_cell(out, "ref", &ref, NODE_CELL_TEXT);
        put_data(out, "type", nodes->record->name, strlen(nodes->record->name));
        buffer_format(out, "<data key=\"statements\">%u</data>", statements[i]);
        for (int j = 0; nodes->columns[j].name != NULL; j++) {
            struct cell cell = network_nodes_cell(nodes, node, NODE_FIXED + j);
            if (strcmp(nodes->columns[j].name, "attributes") != 0) {
                put_cell(out, nodes->columns[j].name, &cell, nodes->columns[j].type);
            }
        }
        put_fields(out, fields, nodes, node);
        buffer_text(out, "</node>\n");
    }
    free(statements);
}

static void put_graph(struct buffer *out, const struct network *network, const struct slice *slice,
                      const struct fields *fields)
{
    const struct network_nodes *targets = network_has_columns(network) ? &network->columns : &network->rows;
    buffer_text(out, "<graph");
    if (network->options.window != WINDOW_NONE) {
        struct moment from;
        struct moment to;
        char text[MOMENT_TEXT];
        network_bounds(network, slice, &from, &to);
        moment_format(from, text);
        buffer_format(out, " id=\"%s/", text);
        moment_format(to, text);
        buffer_format(out, "%s\"", text);
    }
    buffer_text(out, " edgedefault=\"undirected\">\n");
    put_nodes(out, network, &network->rows, slice, fields);
    if (network_has_columns(network)) {
        put_nodes(out, network, &network->columns, slice, fields);
    }
    for (size_t i = 0; i < slice->tie_count && !out->overflowed; i++) {
        const struct tie *tie = &network->ties.list[slice->first_tie + i];
        char source[IDENTITY_TEXT];
        char target[IDENTITY_TEXT];
        identity_format(&network->rows.list[tie->source].id, source);
        identity_format(&targets->list[tie->target].id, target);
        buffer_format(out, "<edge source=\"%s\" target=\"%s\"><data key=\"weight\">", source, target);
        encode_number(out, tie->weight);
        buffer_text(out, "</data></edge>\n");
    }
    buffer_text(out, "</graph>\n");
}

void network_write_graphml(const struct network *network, struct buffer *out)
{
    struct fields fields = {json_object()};
    gather(&fields, &network->rows);
    if (network_has_columns(network)) {
        gather(&fields, &network->columns);
    }
    buffer_text(out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\""
                " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\""
                "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n");
    put_keys(out, network, &fields);
    for (size_t i = 0; i < network->slice_count && !out->overflowed; i++) {
        put_graph(out, network, &network->slices[i], &fields);
    }
    buffer_text(out, "</graphml>\n");
    json_decref(fields.types);
}
