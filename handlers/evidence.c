/* Reads and writes evidence. */
#include "handlers/evidence.h"

#define MEMBERS 12

void evidence_write(struct writer *writer, const struct cell *cells)
{
    if (cells == NULL) {
        for (int i = 0; i < MEMBERS; i++) {
            writer_null(writer);
        }
        return;
    }
    for (int i = EVIDENCE_DEGREE; i <= EVIDENCE_VENUE; i++) {
        writer_cell(writer, &cells[i]);
    }
    for (int i = EVIDENCE_SPEAKER; i <= EVIDENCE_ORIGIN; i += NAMED_CELLS) {
        writer_named(writer, &cells[i]);
    }
    writer_cell(writer, &cells[EVIDENCE_CREDIBILITY]);
    writer_cell(writer, &cells[EVIDENCE_CONFIDENCE]);
    writer_cell(writer, &cells[EVIDENCE_STANCE]);
}

const struct member evidence_members[] = {
    {.name = "position", .type = MEMBER_WORD, .vocabulary = &vocabulary_position},
    {.name = "stated_at", .type = MEMBER_MOMENT, .flags = MEMBER_OPTIONAL},
    EVIDENCE_MEMBERS,
    {.name = NULL},
};

void evidence_write_object(struct writer *writer, const struct cell *cells)
{
    writer_begin_object(writer);
    writer_cell(writer, &cells[EVIDENCE_POSITION]);
    writer_cell_moment(writer, &cells[EVIDENCE_STATED_AT]);
    evidence_write(writer, cells);
    writer_end(writer);
}

bool evidence_point(const struct cell *cells, struct point *ret)
{
    const struct cell *word = &cells[EVIDENCE_POSITION];
    int position = vocabulary_index(&vocabulary_position, word->bytes, (size_t)word->length);
    bool dated = !cell_null(&cells[EVIDENCE_STATED_AT]);
    if (position < 0) {
        return false;
    }
    *ret = (struct point){
        .position = (enum position)position,
        .dated = dated,
        .is_date = cell_boolean(&cells[EVIDENCE_IS_DATE]),
        .stated_at = dated ? cell_moment(&cells[EVIDENCE_STATED_AT]) : 0,
    };
    return true;
}
