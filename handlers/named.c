/* Encodes a named record. */
#include "handlers/named.h"

#include "schema/encode.h"

void named_encode(struct buffer *buffer, const struct record *record, const struct cell *cells)
{
    struct identity id = cell_identity(&cells[0]);
    buffer_text(buffer, "{\"id\":");
    encode_identity(buffer, &id);
    if (!cell_null(&cells[1])) {
        buffer_text(buffer, ",\"ref\":");
        encode_string(buffer, cells[1].bytes, (size_t)cells[1].length);
    }
    if (!cell_null(&cells[2])) {
        buffer_format(buffer, ",\"%s\":", record->label);
        encode_string(buffer, cells[2].bytes, (size_t)cells[2].length);
    }
    buffer_char(buffer, '}');
}
