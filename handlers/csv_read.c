/* A state machine over bytes, which takes runs of plain ones at once. */
#include "handlers/csv_read.h"

#include <string.h>

const char *csv_fault_text(enum csv_fault fault)
{
    static const char *const texts[] = {
        [CSV_WHOLE] = "",
        [CSV_TOO_LONG] = "A record is at most 1 MiB long.",
        [CSV_STRAY] =
            ("A quote stands where none may be: a cell with quotes, commas or line ends is quoted, and a quote "
             "in it doubled (RFC 4180)."),
        [CSV_UNENDED] = "The quotes that begin here do not end.",
    };
    return texts[fault];
}

void csv_reader_init(struct csv_reader *reader, size_t longest)
{
    *reader = (struct csv_reader){.line = 1, .first_line = 1, .delimiter = ','};
    buffer_init(&reader->text, longest);
    buffer_init(&reader->ends, longest * sizeof(size_t));
}

void csv_reader_free(struct csv_reader *reader)
{
    buffer_free(&reader->text);
    buffer_free(&reader->ends);
}

static void end_cell(struct csv_reader *reader)
{
    size_t end = reader->text.length;
    buffer_put(&reader->ends, &end, sizeof end);
    reader->state = CSV_BEGIN;
}

static void end_row(struct csv_reader *reader, csv_take *take, void *context)
{
    bool empty = reader->ends.length == 0 && reader->text.length == 0 && !reader->quotes;
    end_cell(reader);
    if (reader->fault == CSV_WHOLE && (reader->text.overflowed || reader->ends.overflowed)) {
        reader->fault = CSV_TOO_LONG;
    }
    if (!empty || reader->fault != CSV_WHOLE) {
        struct csv_row row = {
            .line = reader->first_line,
            .fault = reader->fault,
            .text = reader->text.data != NULL ? reader->text.data : "",
            .ends = (const size_t *)(const void *)reader->ends.data, /* malloc's, and so aligned */
            .count = reader->ends.length / sizeof(size_t),
        };
        take(context, &row);
    }
    buffer_clear(&reader->text);
    buffer_clear(&reader->ends);
    reader->fault = CSV_WHOLE;
    reader->quotes = false;
    reader->first_line = reader->line;
}

static void fail(struct csv_reader *reader)
{
    reader->fault = CSV_STRAY;
    reader->state = CSV_SKIP; /* to the end of the line, where rows begin again */
}

/* A byte that ends a cell or a row, outside quotes. False for any other. */
static bool take_end(struct csv_reader *reader, char byte, csv_take *take, void *context)
{
    if (byte == reader->delimiter && reader->state != CSV_SKIP) {
        end_cell(reader);
        return true;
    }
    if (byte == '\r' || byte == '\n') {
        reader->line++;
        end_row(reader, take, context);
        reader->after_return = byte == '\r';
        return true;
    }
    return false;
}

/* Bytes within quotes, up to the next quote. Returns how many. */
static size_t take_quoted(struct csv_reader *reader, const char *bytes, size_t length)
{
    const char *quote = memchr(bytes, '"', length);
    size_t run = quote == NULL ? length : (size_t)(quote - bytes);
    for (size_t i = 0; i < run; i++) {
        bool pair = bytes[i] == '\n' && (i > 0 ? bytes[i - 1] == '\r' : reader->after_return);
        reader->line += (bytes[i] == '\n' || bytes[i] == '\r') && !pair;
    }
    buffer_put(&reader->text, bytes, run);
    reader->after_return = quote == NULL && run > 0 && bytes[run - 1] == '\r';
    if (quote != NULL) {
        reader->state = CSV_CLOSED;
    }
    return quote == NULL ? run : run + 1;
}

static size_t take_plain(struct csv_reader *reader, const char *bytes, size_t length)
{
    const char special[] = {'"', reader->delimiter, '\r', '\n', '\0'};
    size_t run = 0;
    while (run < length && strchr(special, bytes[run]) == NULL) {
        run++;
    }
    run += run < length && bytes[run] == '\0'; /* which strchr finds as well */
    buffer_put(&reader->text, bytes, run);
    return run;
}

void csv_feed(struct csv_reader *reader, const char *bytes, size_t length, csv_take *take, void *context)
{
    const char *end = bytes + length;
    while (bytes < end) {
        char byte = *bytes;
        if (reader->state == CSV_QUOTED) {
            bytes += take_quoted(reader, bytes, (size_t)(end - bytes));
            continue;
        }
        bool rest_of_end = reader->after_return && byte == '\n';
        reader->after_return = false;
        if (rest_of_end || take_end(reader, byte, take, context)) {
            bytes++;
        } else if (reader->state == CSV_SKIP) {
            bytes++;
        } else if (byte == '"' && reader->state == CSV_BEGIN) {
            reader->state = CSV_QUOTED;
            reader->quotes = true;
            bytes++;
        } else if (byte == '"' && reader->state == CSV_CLOSED) { /* two of them stand for one */
            buffer_char(&reader->text, '"');
            reader->state = CSV_QUOTED;
            bytes++;
        } else if (byte == '"' || reader->state == CSV_CLOSED) {
            fail(reader);
        } else {
            reader->state = CSV_PLAIN;
            bytes += take_plain(reader, bytes, (size_t)(end - bytes));
        }
    }
}

void csv_end(struct csv_reader *reader, csv_take *take, void *context)
{
    if (reader->state == CSV_QUOTED) {
        reader->fault = CSV_UNENDED;
    }
    if (reader->state != CSV_BEGIN || reader->ends.length > 0 || reader->text.length > 0) {
        end_row(reader, take, context);
    }
}
