/* Reads searches and writes tsqueries. Only letters, digits and marks get into one, so there is nothing to escape. */
#include "handlers/wanted.h"

#include <stdint.h>
#include <string.h>

#include "handlers/inflection.h"
#include "schema/unicode.h"

#define TSQUERY_LIMIT ((size_t)256 * 1024)
#define ENDING_POINTS_MOST 3 /* letters beyond the stem that are an ending */

/* --- Folding */

static const struct {
    const char *from, *to;
} letters[] = {
    {"\xD1\x96", "\xD0\xB8"}, /* і и */
    {"\xD1\x94", "\xD0\xB5"}, /* є е */
    {"\xD2\x91", "\xD0\xB3"}, /* ґ г */
    {"\xC3\xB8", "o"},        /* ø */
    {"\xC5\x82", "l"},        /* ł */
    {"\xC4\x91", "d"},        /* đ */
    {"\xC4\xB1", "i"},        /* ı */
    {"\xC3\xA6", "ae"},       /* æ */
    {"\xC5\x93", "oe"},       /* œ */
};

const char *wanted_fold(const char *folded, size_t *length, struct arena *arena)
{
    char *copy = NULL;
    for (size_t i = 0; i + 1 < *length; i++) {
        if ((unsigned char)folded[i] < 0x80) {
            continue;
        }
        for (size_t k = 0; k < sizeof letters / sizeof *letters; k++) {
            if (memcmp(folded + i, letters[k].from, 2) != 0) {
                continue;
            }
            if (copy == NULL) {
                copy = arena_copy(arena, folded, *length);
                folded = copy;
            }
            size_t size = strlen(letters[k].to);
            memcpy(copy + i, letters[k].to, size);
            if (size == 1) {
                memmove(copy + i + 1, copy + i + 2, *length - i - 2);
                --*length;
            }
            break;
        }
    }
    return folded;
}

/* --- Terms */

struct parser {
    struct wanted *wanted;
    struct arena *arena;
    bool alternative; /* the next term stands for the one before it */
};

/* The words of a stretch of the text become a term. */
static void add_term(struct parser *parser, const char *text, size_t length, bool quoted, bool excluded)
{
    struct wanted *wanted = parser->wanted;
    length = quoted ? length : inflection_noun(text, length);
    struct words words = words_read(text, length, WANTED_WORDS_MOST + 1, parser->arena);
    if (words.count == 0) {
        return;
    }
    if ((size_t)wanted->word_count + words.count > WANTED_WORDS_MOST) {
        wanted->overlong = true;
        return;
    }
    struct wanted_term *term = &wanted->terms[wanted->term_count];
    *term = (struct wanted_term){
        .words = &wanted->words[wanted->word_count], .first = wanted->word_count, .excluded = excluded};
    for (size_t i = 0; i < words.count; i++) {
        const struct word *read = &words.list[i];
        size_t bytes = read->folded_length;
        const char *folded = wanted_fold(read->folded, &bytes, parser->arena);
        struct wanted_word *word = &term->words[term->count++];
        *word = (struct wanted_word){.folded = arena_copy(parser->arena, folded, bytes), .length = bytes};
        word->pair = (read->flags & WORD_PAIR) != 0;
        word->joined = word->pair && i > 0 && read->start < words.list[i - 1].start + words.list[i - 1].length;
        if (word->pair) { /* one alone begins pairs */
            word->stem = unicode_length(folded, bytes) == 1 ? bytes : 0;
        } else if (!quoted) {
            word->stem = inflection_stem(word->folded, bytes);
            word->loose = inflection_loose(word->folded, bytes);
        }
    }
    wanted->word_count += term->count;
    if (excluded) {
        wanted->plain = false;
    } else {
        bool beside = parser->alternative && wanted->groups > 0;
        term->group = beside ? wanted->groups - 1 : wanted->groups++;
        wanted->plain = wanted->plain && !beside && !quoted;
        parser->alternative = false;
    }
    wanted->term_count++;
}

/* Bytes of a quotation mark at the front, or 0. */
static size_t quotation_mark(const char *text, size_t length)
{
    static const char *const marks[] = {"\"", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xC2\xAB", "\xC2\xBB"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t size = strlen(marks[i]);
        if (size <= length && memcmp(text, marks[i], size) == 0) {
            return size;
        }
    }
    return 0;
}

static bool space(char byte)
{
    return (unsigned char)byte <= ' ';
}

/* Up to a space or a quotation mark; of a phrase, up to its end. */
static size_t stretch(const char *text, size_t length, bool quoted)
{
    size_t at = 0;
    while (at < length && quotation_mark(text + at, length - at) == 0 && (quoted || !space(text[at]))) {
        at++;
    }
    return at;
}

void wanted_read(struct wanted *wanted, const char *text, size_t length, bool typing, struct arena *arena)
{
    *wanted = (struct wanted){.plain = true};
    struct parser parser = {.wanted = wanted, .arena = arena};
    bool unfinished = false;
    for (size_t at = 0; at < length && !wanted->overlong;) {
        if (space(text[at])) {
            at++;
            continue;
        }
        bool excluded = text[at] == '-';
        at += excluded;
        size_t mark = at < length ? quotation_mark(text + at, length - at) : 0;
        at += mark;
        size_t size = stretch(text + at, length - at, mark > 0);
        if (mark == 0 && size == 2 && (text[at] | 0x20) == 'o' && (text[at + 1] | 0x20) == 'r' && !excluded) {
            parser.alternative = wanted->groups > 0;
        } else {
            int before = wanted->term_count;
            add_term(&parser, text + at, size, mark > 0, excluded);
            bool starred = size > 0 && text[at + size - 1] == '*';
            unfinished =
                wanted->term_count > before && mark == 0 && !excluded && (starred || (typing && at + size == length));
            if (unfinished) {
                struct wanted_word *last = &wanted->words[wanted->word_count - 1];
                last->stem = last->length;
                last->open = true;
            }
        }
        at += size;
        if (mark > 0 && at < length) {
            at += quotation_mark(text + at, length - at);
        }
    }
    struct buffer joined __attribute__((cleanup(buffer_free)));
    buffer_init(&joined, TSQUERY_LIMIT);
    for (int i = 0; i < wanted->word_count; i++) {
        buffer_text(&joined, i > 0 ? " " : "");
        buffer_put(&joined, wanted->words[i].folded, wanted->words[i].length);
    }
    wanted->text = arena_copy(arena, joined.data == NULL ? "" : joined.data, joined.length);
}

/* --- Likeness */

enum likeness_kind wanted_like(const struct wanted_word *word, const char *folded, size_t length, bool loosely)
{
    if (length == word->length && memcmp(folded, word->folded, length) == 0) {
        return LIKE_SAME;
    }
    if (word->stem > 0 && length >= word->stem && memcmp(folded, word->folded, word->stem) == 0) {
        bool ending = word->open || unicode_length(folded + word->stem, length - word->stem) <= ENDING_POINTS_MOST;
        return ending ? LIKE_ENDING : LIKE_BEGINNING;
    }
    if (loosely && word->loose > 0) {
        return inflection_mistyped(word->folded, word->length, folded, length) ? LIKE_TYPO : LIKE_NONE;
    }
    return LIKE_NONE;
}

/* --- Conditions */

size_t wanted_lexeme(const struct wanted_word *word, enum wanted_form form, bool *ret_prefix)
{
    if (form == FORM_LOOSE && word->loose > 0) {
        *ret_prefix = true;
        return word->stem > 0 && word->stem < word->loose ? word->stem : word->loose;
    }
    *ret_prefix = word->stem > 0;
    return word->stem > 0 ? word->stem : word->length;
}

static void put_word(struct buffer *out, const struct wanted_word *word, enum wanted_form form,
                     const struct spread *spread)
{
    bool prefix;
    size_t length = wanted_lexeme(word, form, &prefix);
    if (prefix &&
        spread->records > WANTED_COMMON) { /* the union of all that begin so is large; each of them is looked up fast */
        for (int i = 0; i < spread->variant_count; i++) {
            buffer_format(out, "%s'%s'", i == 0 ? "(" : "|", spread->variants[i]);
        }
        buffer_char(out, ')');
        return;
    }
    buffer_char(out, '\'');
    buffer_put(out, word->folded, length);
    buffer_text(out, prefix ? "':*" : "'");
}

/* Whether some word of every term of the group is rare enough to be looked up. */
static bool leads(const struct wanted *wanted, int group, const struct spread *spreads)
{
    for (int i = 0; i < wanted->term_count; i++) {
        const struct wanted_term *term = &wanted->terms[i];
        bool rare = term->excluded || term->group != group;
        for (int k = 0; k < term->count && !rare; k++) {
            rare = spreads[term->first + k].records <= WANTED_COMMON;
        }
        if (!rare) {
            return false;
        }
    }
    return true;
}

const char *wanted_tsquery(const struct wanted *wanted, enum wanted_form form, const struct spread *spreads,
                           struct arena *arena)
{
    bool led = false;
    struct buffer out __attribute__((cleanup(buffer_free)));
    buffer_init(&out, TSQUERY_LIMIT);
    for (int group = 0; group < wanted->groups; group++) {
        led = led || leads(wanted, group, spreads);
        const char *joint = group == 0 ? "(" : "&(";
        for (int i = 0; i < wanted->term_count; i++) {
            const struct wanted_term *term = &wanted->terms[i];
            if (term->excluded || term->group != group) {
                continue;
            }
            buffer_text(&out, joint);
            for (int k = 0; k < term->count; k++) {
                buffer_text(&out, k > 0 ? "&" : "");
                put_word(&out, &term->words[k], form, &spreads[term->first + k]);
            }
            joint = "|";
        }
        buffer_char(&out, ')');
    }
    for (int i = 0; i < wanted->term_count;
         i++) { /* phrases are left out later, where it is seen whether they are ones */
        const struct wanted_term *term = &wanted->terms[i];
        if (term->excluded && term->count == 1) {
            buffer_format(&out, "&!'%s'%s", term->words[0].folded,
                          term->words[0].pair && term->words[0].stem > 0 ? ":*" : "");
        }
    }
    return led ? arena_copy(arena, out.data, out.length) : NULL;
}

const char *wanted_exact(const char *text, size_t length, struct arena *arena)
{
    struct wanted *wanted = arena_alloc(arena, sizeof *wanted);
    wanted_read(wanted, text, length, false, arena);
    struct buffer out __attribute__((cleanup(buffer_free)));
    buffer_init(&out, TSQUERY_LIMIT);
    const char *joint = "";
    for (int i = 0; i < wanted->term_count; i++) {
        const struct wanted_term *term = &wanted->terms[i];
        bool beside =
            i > 0 && !term->excluded && !wanted->terms[i - 1].excluded && wanted->terms[i - 1].group == term->group;
        bool follows = i + 1 < wanted->term_count && !term->excluded && !wanted->terms[i + 1].excluded &&
                       wanted->terms[i + 1].group == term->group;
        buffer_text(&out, beside ? "|" : joint);
        buffer_text(&out, !beside && follows ? "(" : "");
        buffer_text(&out, term->excluded ? "!(" : "(");
        for (int k = 0; k < term->count; k++) {
            const struct wanted_word *word = &term->words[k];
            buffer_format(&out, "%s'%s'%s", k > 0 ? "<->" : "", word->folded, word->pair && word->stem > 0 ? ":*" : "");
        }
        buffer_char(&out, ')');
        buffer_text(&out, beside && !follows ? ")" : "");
        joint = "&";
    }
    return arena_copy(arena, out.data == NULL ? "" : out.data, out.length);
}
