/* The grammar of language tags (RFC 5646, 2.1), subtag by subtag. */
#include "schema/language.h"

#include <string.h>
#include <strings.h>

/* Tags from before the grammar that it does not produce: the irregular ones. The regular ones it does. */
static const char *const irregular[] = {
    "en-GB-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak",     "i-klingon", "i-lux",     "i-mingo",
    "i-navajo",  "i-pwn", "i-tao", "i-tay",     "i-tsu",      "sgn-BE-FR", "sgn-BE-NL", "sgn-CH-DE",
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The subtag in front; length 0 at the end, and for an empty subtag, which nothing matches. */
struct subtag {
    const char *text;
    size_t length;
    const char *end; /* of the tag */
};

static struct subtag subtag_at(const char *text, const char *end)
{
    const char *hyphen = text < end ? memchr(text, '-', (size_t)(end - text)) : NULL;
    return (struct subtag){text, (size_t)((hyphen != NULL ? hyphen : end) - text), end};
}

static void subtag_next(struct subtag *subtag)
{
    const char *after = subtag->text + subtag->length;
    if (after == subtag->end) {
        *subtag = (struct subtag){after, 0, after};
        return;
    }
    *subtag = subtag_at(after + 1, subtag->end);
}

static bool letters(const struct subtag *subtag, size_t least, size_t most)
{
    for (size_t i = 0; i < subtag->length; i++) {
        if (!letter(subtag->text[i])) {
            return false;
        }
    }
    return subtag->length >= least && subtag->length <= most;
}

static bool alphanumerics(const struct subtag *subtag, size_t least, size_t most)
{
    for (size_t i = 0; i < subtag->length; i++) {
        if (!letter(subtag->text[i]) && !digit(subtag->text[i])) {
            return false;
        }
    }
    return subtag->length >= least && subtag->length <= most;
}

static bool digits(const struct subtag *subtag, size_t count)
{
    for (size_t i = 0; i < subtag->length; i++) {
        if (!digit(subtag->text[i])) {
            return false;
        }
    }
    return subtag->length == count;
}

static bool private_mark(const struct subtag *subtag)
{
    return subtag->length == 1 && (subtag->text[0] == 'x' || subtag->text[0] == 'X');
}

/* One or more subtags of `least` to eight characters behind a singleton. */
static bool take_tail(struct subtag *subtag, size_t least)
{
    subtag_next(subtag);
    if (!alphanumerics(subtag, least, 8)) {
        return false;
    }
    while (alphanumerics(subtag, least, 8)) {
        subtag_next(subtag);
    }
    return true;
}

/* language: 2–3 letters and up to three extended ones of three, or 4–8 letters. */
static bool take_language(struct subtag *subtag)
{
    if (!letters(subtag, 2, 8)) {
        return false;
    }
    bool may_extend = subtag->length <= 3;
    subtag_next(subtag);
    for (int i = 0; may_extend && i < 3 && letters(subtag, 3, 3); i++) {
        subtag_next(subtag);
    }
    return true;
}

static void take_script_and_region(struct subtag *subtag)
{
    if (letters(subtag, 4, 4)) {
        subtag_next(subtag);
    }
    if (letters(subtag, 2, 2) || digits(subtag, 3)) {
        subtag_next(subtag);
    }
}

static bool variant(const struct subtag *subtag)
{
    return alphanumerics(subtag, 5, 8) || (alphanumerics(subtag, 4, 4) && digit(subtag->text[0]));
}

static bool langtag(struct subtag subtag)
{
    if (private_mark(&subtag)) {
        return take_tail(&subtag, 1) && subtag.length == 0 && subtag.text == subtag.end;
    }
    if (!take_language(&subtag)) {
        return false;
    }
    take_script_and_region(&subtag);
    while (variant(&subtag)) {
        subtag_next(&subtag);
    }
    while (alphanumerics(&subtag, 1, 1) && !private_mark(&subtag)) {
        if (!take_tail(&subtag, 2)) {
            return false;
        }
    }
    if (private_mark(&subtag) && !take_tail(&subtag, 1)) {
        return false;
    }
    return subtag.length == 0 && subtag.text == subtag.end;
}

bool language_valid(const char *text, size_t length)
{
    if (length == 0 || text[length - 1] == '-') { /* an empty last subtag would look like the end */
        return false;
    }
    for (size_t i = 0; i < sizeof irregular / sizeof *irregular; i++) {
        if (strlen(irregular[i]) == length && strncasecmp(irregular[i], text, length) == 0) {
            return true;
        }
    }
    return langtag(subtag_at(text, text + length));
}
