/* Walks over a text once, character by character; words without any character past ASCII take a short way. */
#include "schema/words.h"

#include <string.h>
#include <utf8proc.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "schema/stop_words.h"
#include "schema/unicode.h"

#define WORD_BYTES_MOST (WORD_POINTS_MOST * 4)
#define DIGITS_POINTS 16 /* of the stem of a word with digits in it */
#define FOLD_OPTIONS (UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD)

enum kind { KIND_OTHER, KIND_SPACE, KIND_UPPER, KIND_LOWER, KIND_DIGIT, KIND_MARK, KIND_PAIRED };

struct reader {
    const char *text;
    size_t length, at;
    size_t most;
    struct arena *arena;
    struct words words;
    size_t room;
    size_t signature; /* where it begins; length where there is none */
    bool fresh;       /* a sentence begins here */
};

/* --- Characters */

static bool paired(long point)
{
    return (point >= 0x2E80 && point <= 0x2FDF) || (point >= 0x3041 && point <= 0x30FF && point != 0x30FB) ||
           (point >= 0x3400 && point <= 0x4DBF) || (point >= 0x4E00 && point <= 0x9FFF) ||
           (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
           (point >= 0x20000 && point <= 0x3FFFF);
}

static enum kind kind_of(long point)
{
    if (point < 0x80) {
        return point >= 'a' && point <= 'z'   ? KIND_LOWER
               : point >= 'A' && point <= 'Z' ? KIND_UPPER
               : point >= '0' && point <= '9' ? KIND_DIGIT
               : point <= ' '                 ? KIND_SPACE
                                              : KIND_OTHER;
    }
    if (paired(point)) {
        return KIND_PAIRED;
    }
    switch (utf8proc_category((utf8proc_int32_t)point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
        return KIND_UPPER;
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return KIND_LOWER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return KIND_MARK;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return KIND_DIGIT;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return KIND_SPACE;
    default:
        return KIND_OTHER;
    }
}

/* What folding takes off: accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic. */
static bool accent(long point)
{
    return (point >= 0x300 && point <= 0x36F) || (point >= 0x591 && point <= 0x5C7) ||
           (point >= 0x64B && point <= 0x65F);
}

static bool apostrophe(long point)
{
    return point == '\'' || point == 0x2019 || point == 0x02BC;
}

/* Ends what is said, so that a capital behind it says nothing. */
static bool ends_sentence(long point)
{
    return point == '.' || point == '!' || point == '?' || point == ':' || point == '\n' || point == 0x2014 ||
           point == 0x3002;
}

static long point_at(const struct reader *reader, size_t at, size_t *ret_size)
{
    if (at >= reader->length) {
        *ret_size = 0;
        return -1;
    }
    if ((unsigned char)reader->text[at] < 0x80) {
        *ret_size = 1;
        return reader->text[at];
    }
    return unicode_next(reader->text + at, reader->length - at, ret_size);
}

/* --- Words */

/* The folded form of `length` bytes, at most WORD_BYTES_MOST of it; its length. */
static size_t fold(const char *bytes, size_t length, char *ret)
{
    bool plain = true;
    for (size_t i = 0; i < length && plain; i++) {
        plain = (unsigned char)bytes[i] < 0x80;
    }
    size_t count = 0;
    if (plain) {
        for (size_t i = 0; i < length && count < WORD_POINTS_MOST; i++) {
            char byte = bytes[i];
            if (byte != '\'' && byte != ',' && byte != '.') {
                ret[count++] = (char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
            }
        }
        return count;
    }
    utf8proc_int32_t points[WORD_BYTES_MOST];
    utf8proc_ssize_t found = utf8proc_decompose((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length, points,
                                                WORD_BYTES_MOST, FOLD_OPTIONS);
    if (found < 0 || found >= WORD_BYTES_MOST) { /* no word of any language */
        return 0;
    }
    utf8proc_ssize_t kept = 0;
    for (utf8proc_ssize_t i = 0; i < found && kept < WORD_POINTS_MOST; i++) {
        enum kind kind = kind_of(points[i]);
        if (kind != KIND_OTHER && kind != KIND_SPACE && !accent(points[i])) {
            points[kept++] = points[i];
        }
    }
    kept = utf8proc_normalize_utf32(points, kept, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    for (utf8proc_ssize_t i = 0; i < kept; i++) {
        count += (size_t)utf8proc_encode_char(points[i], (utf8proc_uint8_t *)ret + count);
    }
    return count;
}

static size_t stem_of(const char *folded, size_t length)
{
    bool digits = false;
    for (size_t i = 0; i < length && !digits; i++) {
        digits = folded[i] >= '0' && folded[i] <= '9';
    }
    size_t most = digits ? DIGITS_POINTS : STEM_POINTS;
    size_t at = 0;
    for (size_t points = 0; at < length && points < most; points++) {
        at++;
        while (at < length && ((unsigned char)folded[at] & 0xC0U) == 0x80U) {
            at++;
        }
    }
    return at;
}

static void put(struct reader *reader, size_t start, size_t end, uint32_t flags)
{
    char folded[WORD_BYTES_MOST];
    size_t length = fold(reader->text + start, end - start, folded);
    if (length == 0) {
        return;
    }
    struct words *words = &reader->words;
    if (words->count == reader->most) {
        words->cut = true;
        return;
    }
    if (words->count == reader->room) {
        size_t room = reader->room == 0 ? 32 : reader->room * 2;
        struct word *list = arena_alloc(reader->arena, room * sizeof *list);
        if (words->count > 0) {
            memcpy(list, words->list, words->count * sizeof *list);
        }
        words->list = list;
        reader->room = room;
    }
    bool number = folded[0] >= '0' && folded[0] <= '9';
    size_t stem = stem_of(folded, length);
    flags |= (number ? WORD_NUMBER : 0U) | (stop_word(folded, length) ? WORD_STOP : 0U) |
             (start >= reader->signature ? WORD_SIGNATURE : 0U);
    words->list[words->count++] = (struct word){
        .start = (uint32_t)start,
        .length = (uint32_t)(end - start),
        .folded = arena_copy(reader->arena, folded, length),
        .folded_length = (uint16_t)length,
        .stem_length = (uint16_t)stem,
        .flags = flags,
        .hash = XXH3_64bits(folded, length),
        .stem = XXH3_64bits(folded, stem),
    };
}

/* Every two neighbours of the run at reader->at; one alone is a word of its own. */
static void read_pairs(struct reader *reader)
{
    size_t before = reader->at;
    size_t size;
    (void)point_at(reader, before, &size);
    size_t at = before + size;
    bool any = false;
    while (at < reader->length && kind_of(point_at(reader, at, &size)) == KIND_PAIRED) {
        size_t last;
        (void)point_at(reader, before, &last);
        put(reader, before, at + size, WORD_PAIR);
        any = true;
        before += last;
        at += size;
    }
    if (!any) {
        put(reader, before, at, WORD_PAIR);
    }
    reader->at = at;
}

/* Where the word that begins at `at` ends. */
static size_t word_end(const struct reader *reader, size_t at)
{
    enum kind last = KIND_OTHER;
    while (at < reader->length) {
        size_t size;
        size_t next_size;
        long point = point_at(reader, at, &size);
        enum kind kind = kind_of(point);
        if (kind == KIND_OTHER) {
            enum kind next = kind_of(point_at(reader, at + size, &next_size));
            bool inside = (apostrophe(point) && (last == KIND_LOWER || last == KIND_UPPER) &&
                           (next == KIND_LOWER || next == KIND_UPPER)) ||
                          ((point == ',' || point == '.') && last == KIND_DIGIT && next == KIND_DIGIT);
            if (!inside) {
                break;
            }
        } else if (kind == KIND_SPACE || kind == KIND_PAIRED) {
            break;
        }
        last = kind == KIND_MARK ? last : kind;
        at += size;
    }
    return at;
}

/* The parts of a #tag or @handle: a new one begins with a capital behind a small letter, with a capital before a small one behind
   capitals, and where digits and letters meet. */
static void read_tag(struct reader *reader, size_t start, size_t end)
{
    size_t part = start;
    enum kind last = KIND_OTHER;
    size_t size;
    size_t next_size;
    for (size_t at = start; at < end; at += size) {
        enum kind kind = kind_of(point_at(reader, at, &size));
        enum kind next = at + size < end ? kind_of(point_at(reader, at + size, &next_size)) : KIND_OTHER;
        bool turns = (kind == KIND_UPPER && (last == KIND_LOWER || (last == KIND_UPPER && next == KIND_LOWER))) ||
                     (last != KIND_OTHER && kind != KIND_MARK && (kind == KIND_DIGIT) != (last == KIND_DIGIT));
        if (turns && at > part) {
            put(reader, part, at, WORD_TAG | WORD_CAPITAL);
            part = at;
        }
        last = kind == KIND_MARK ? last : kind;
    }
    if (end > part) {
        put(reader, part, end, WORD_TAG | WORD_CAPITAL);
    }
}

/* Whether the text goes on with an address at `at`. Posts glue those of their pictures to the word before. */
static bool address_at(const struct reader *reader, size_t at)
{
    static const char *const beginnings[] = {"http://", "https://", "www.", "pic.twitter.com/", "t.co/"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        size_t length = strlen(beginnings[i]);
        if (reader->length - at >= length && strncmp(reader->text + at, beginnings[i], length) == 0) {
            return true;
        }
    }
    return false;
}

static void skip_address(struct reader *reader)
{
    size_t size;
    while (reader->at < reader->length && kind_of(point_at(reader, reader->at, &size)) != KIND_SPACE) {
        reader->at += size;
    }
}

/* Up to an address that begins within it. */
static size_t before_address(const struct reader *reader, size_t start, size_t end)
{
    for (size_t at = start + 1; at < end; at++) {
        char byte = reader->text[at];
        if ((byte == 'h' || byte == 'p') && address_at(reader, at)) {
            return at;
        }
    }
    return end;
}

static void read_word(struct reader *reader, bool tagged)
{
    size_t start = reader->at;
    size_t end = before_address(reader, start, word_end(reader, start));
    size_t size;
    if (tagged) {
        read_tag(reader, start, end);
    } else {
        bool capital = kind_of(point_at(reader, start, &size)) == KIND_UPPER && !reader->fresh;
        put(reader, start, end, capital ? WORD_CAPITAL : 0);
    }
    reader->fresh = false;
    reader->at = end;
}

/* "— Name (@handle) January 6, 2020" at the end: from the dash. */
static size_t signature_of(const char *text, size_t length)
{
    static const char dash[] = "\xE2\x80\x94";
    for (size_t at = length; at >= 3; at--) {
        if (memcmp(text + at - 3, dash, 3) == 0) {
            const char *handle = memmem(text + at, length - at, "(@", 2);
            const char *close = handle != NULL ? memchr(handle, ')', (size_t)(text + length - handle)) : NULL;
            return close != NULL && text + length - close <= 32 ? at - 3 : length;
        }
    }
    return length;
}

struct words words_read(const char *text, size_t length, size_t most, struct arena *arena)
{
    struct reader reader = {
        .text = text,
        .length = length,
        .most = most,
        .arena = arena,
        .signature = signature_of(text, length),
        .fresh = true,
    };
    bool tagged = false;
    while (reader.at < length && !reader.words.cut) {
        size_t size;
        long point = point_at(&reader, reader.at, &size);
        enum kind kind = kind_of(point);
        if (kind == KIND_PAIRED) {
            read_pairs(&reader);
            reader.fresh = false;
        } else if (kind == KIND_UPPER || kind == KIND_LOWER || kind == KIND_DIGIT) {
            if (kind == KIND_LOWER && address_at(&reader, reader.at)) {
                skip_address(&reader);
            } else {
                read_word(&reader, tagged);
                tagged = tagged && reader.at < length && text[reader.at] == '_';
            }
        } else {
            reader.fresh = reader.fresh || ends_sentence(point);
            tagged = point == '#' || point == '@' || (tagged && point == '_');
            reader.at += size;
        }
    }
    return reader.words;
}
