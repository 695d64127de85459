/* Writes what is known about the provenance of a claim's stances. */
#include <string.h>

#include "handlers/provenance.h"

static void write_source(struct writer *writer, const struct provenance *provenance, int source)
{
    struct cell cells[NAMED_CELLS];
    names_get(&provenance->source_names, source, cells);
    writer_item_named(writer, &record_source, cells);
}

static void write_name(struct writer *writer, const struct names *names, int number)
{
    struct cell cells[NAMED_CELLS];
    if (number == NODE_NONE) {
        writer_null(writer);
        return;
    }
    names_get(names, number, cells);
    writer_named(writer, cells);
}

static void write_stance(struct writer *writer, const struct provenance *provenance, int number)
{
    const struct statement_of *statement = &provenance->origins.statements[number];
    writer_begin_item(writer);
    writer_id(writer, &provenance->stances[number].id);
    write_name(writer, &provenance->actor_names, number);
    write_name(writer, &provenance->speaker_names, number);
    if (provenance->stances[number].dated) {
        writer_moment(writer, provenance->stances[number].stated_at, provenance->stances[number].is_date);
    } else {
        writer_null(writer);
    }
    if (provenance->stances[number].judged) {
        writer_integer(writer, provenance->stances[number].credibility);
    } else {
        writer_null(writer);
    }
    writer_word(writer, (int)statement->basis);
    writer_integer(writer, statement->candidates);
    writer_begin_list(writer);
    for (int i = 0; i < statement->path_count; i++) {
        writer_begin_item(writer);
        writer_begin_list(writer);
        for (int j = 0; j < statement->paths[i].count; j++) {
            write_source(writer, provenance, statement->paths[i].sources[j]);
        }
        writer_end_list(writer);
        writer_end(writer);
    }
    writer_end_list(writer);
    writer_end(writer);
}

/* The stances of a position whose origin is this one; -1: unknown. */
static void write_stances(struct writer *writer, const struct provenance *provenance, int position, int component)
{
    writer_begin_list(writer);
    for (int i = 0; i < provenance->origins.statement_count; i++) {
        const struct statement_of *statement = &provenance->origins.statements[i];
        if (statement->group == position && statement->component == component) {
            write_stance(writer, provenance, i);
        }
    }
    writer_end_list(writer);
}

static void write_join(struct writer *writer, const struct provenance *provenance, const struct join *join)
{
    writer_begin_item(writer);
    writer_word(writer, (int)join->reason);
    write_name(writer, &provenance->source_names, join->first);
    write_name(writer, &provenance->source_names, join->second);
    if (join->reason == JOIN_STATEMENT) {
        writer_id(writer, &provenance->stances[join->via].id);
    } else {
        writer_null(writer);
    }
    write_name(writer, &provenance->source_names, join->reason == JOIN_UPSTREAM ? join->via : NODE_NONE);
    write_name(writer, &provenance->owner_names, join->reason == JOIN_OWNER ? join->via : NODE_NONE);
    writer_end(writer);
}

static void write_origin(struct writer *writer, const struct provenance *provenance, int position, int component)
{
    const struct origins *origins = &provenance->origins;
    writer_begin_item(writer);
    writer_begin_list(writer);
    for (int i = 0; i < origins->graph.source_count; i++) {
        if (origins->component[i] == component) {
            write_source(writer, provenance, i);
        }
    }
    writer_end_list(writer);
    writer_begin_list(writer);
    for (int i = 0; i < origins->join_count; i++) {
        if (origins->joins[i].component == component) {
            write_join(writer, provenance, &origins->joins[i]);
        }
    }
    writer_end_list(writer);
    write_stances(writer, provenance, position, component);
    writer_end(writer);
}

/* Credibility 1 is "confirmed by other independent sources" (Admiralty code, NATO AJP-2.1). */
static void write_warnings(struct writer *writer, const struct provenance *provenance, int position)
{
    const struct origins *origins = &provenance->origins;
    writer_begin_list(writer);
    for (int i = 0; i < origins->statement_count; i++) {
        if (origins->statements[i].group == position && provenance->stances[i].credibility == 1 &&
            origins->components < 2) {
            static const char detail[] =
                "Credibility 1 means that other independent sources confirm it, and fewer than "
                "two origins are known.";
            writer_begin_item(writer);
            writer_word(writer, 0);
            writer_id(writer, &provenance->stances[i].id);
            writer_text(writer, detail, sizeof detail - 1);
            writer_end(writer);
        }
    }
    writer_end_list(writer);
}

static void write_words(struct writer *writer, const char *text)
{
    if (text != NULL) {
        writer_text(writer, text, strlen(text));
    } else {
        writer_null(writer);
    }
}

void provenance_write_position(struct call *call, struct provenance *provenance, int position, struct reply *reply)
{
    struct origins *origins = &provenance->origins;
    long stances = 0;
    long unknown = 0;
    origins_count(origins, position);
    for (int i = 0; i < origins->statement_count; i++) {
        stances += origins->statements[i].group == position;
        unknown += origins->statements[i].group == position && origins->statements[i].component < 0;
    }
    if (stances == 0 || !page_row(&provenance->question.page, reply)) {
        return;
    }
    struct writer writer __attribute__((cleanup(writer_free)));
    writer_init(&writer, &reply->body, provenance->question.page.media);
    writer_begin(&writer, call->endpoint->answer->row);
    writer_word(&writer, position);
    writer_integer(&writer, stances);
    writer_integer(&writer, unknown);
    writer_integer(&writer, origins->components);
    write_words(&writer, origins->components == 0   ? "no origin known"
                         : origins->components == 1 ? "one origin"
                                                    : "distinct, independence not established");
    write_words(&writer, origins->components > 1
                             ? "They share no stance, no source upstream and no owner that is recorded."
                             : NULL);
    writer_begin_list(&writer);
    for (int i = 0; i < origins->components; i++) {
        write_origin(&writer, provenance, position, i);
    }
    writer_end_list(&writer);
    write_stances(&writer, provenance, position, -1);
    write_warnings(&writer, provenance, position);
    writer_end(&writer);
}

static void write_cycles(struct writer *writer, const struct provenance *provenance)
{
    int cycle[SOURCES_MOST];
    int cycles = citations_cycles(&provenance->origins.graph, cycle);
    writer_begin_list(writer);
    for (int i = 0; i < cycles; i++) {
        writer_begin_item(writer);
        writer_begin_list(writer);
        for (int j = 0; j < provenance->origins.graph.source_count; j++) {
            if (cycle[j] == i) {
                write_source(writer, provenance, j);
            }
        }
        writer_end_list(writer);
        writer_end(writer);
    }
    writer_end_list(writer);
}

static void write_bounds(struct writer *writer, const struct provenance *provenance)
{
    static const int most[BOUNDS] = {STATEMENTS_MOST, SOURCES_MOST, CITATIONS_MOST, OWNERS_MOST, CITATION_DEPTH};
    bool any = false;
    for (int i = 0; i < BOUNDS; i++) {
        any = any || provenance->met[i];
    }
    writer_boolean(writer, any);
    writer_begin_list(writer);
    for (int i = 0; i < BOUNDS; i++) {
        if (provenance->met[i]) {
            writer_begin_item(writer);
            writer_word(writer, i);
            writer_integer(writer, most[i]);
            writer_end(writer);
        }
    }
    writer_end_list(writer);
}

void provenance_write_head(const struct call *call, const struct provenance *provenance, struct buffer *head)
{
    struct writer writer __attribute__((cleanup(writer_free)));
    writer_init(&writer, head, MEDIA_JSON);
    writer_begin(&writer, call->endpoint->answer->head);
    question_write(&writer, &provenance->question);
    writer_integer(&writer, provenance->origins.graph.source_count);
    write_cycles(&writer, provenance);
    write_bounds(&writer, provenance);
    writer_end(&writer);
}
