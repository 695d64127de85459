/* A list of our own: articles, pronouns, auxiliary verbs, prepositions, and what is left of them where an apostrophe was. */
#include "schema/stop_words.h"

#include <string.h>

/* In the order of their bytes. */
static const char *const stops[] = {
    "a",          "about",   "after",   "again",  "all",     "also",    "am",      "amp",    "an",       "and",
    "any",        "are",     "arent",   "as",     "at",      "be",      "because", "been",   "before",   "being",
    "but",        "by",      "can",     "cant",   "could",   "couldnt", "d",       "did",    "didnt",    "do",
    "does",       "doesnt",  "doing",   "dont",   "down",    "during",  "each",    "else",   "ever",     "for",
    "from",       "further", "get",     "gets",   "getting", "go",      "goes",    "going",  "got",      "had",
    "has",        "have",    "havent",  "having", "he",      "hed",     "her",     "here",   "hers",     "herself",
    "hes",        "him",     "himself", "his",    "how",     "i",       "id",      "if",     "ill",      "im",
    "in",         "into",    "is",      "isnt",   "it",      "its",     "itself",  "ive",    "just",     "let",
    "lets",       "ll",      "m",       "me",     "more",    "most",    "much",    "my",     "myself",   "no",
    "nor",        "not",     "now",     "of",     "off",     "on",      "once",    "one",    "only",     "or",
    "other",      "our",     "ours",    "out",    "over",    "own",     "per",     "quite",  "re",       "really",
    "rt",         "s",       "said",    "same",   "say",     "says",    "she",     "should", "shouldnt", "so",
    "some",       "such",    "t",       "than",   "that",    "thats",   "the",     "their",  "theirs",   "them",
    "themselves", "then",    "there",   "theres", "these",   "they",    "theyre",  "theyve", "this",     "those",
    "through",    "to",      "too",     "under",  "until",   "up",      "upon",    "us",     "ve",       "very",
    "via",        "was",     "wasnt",   "we",     "well",    "were",    "werent",  "weve",   "what",     "when",
    "where",      "which",   "while",   "who",    "whom",    "whose",   "why",     "will",   "with",     "wont",
    "would",      "wouldnt", "yes",     "yet",    "you",     "your",    "youre",   "yours",  "yourself", "youve",
};

bool stop_word(const char *word, size_t length)
{
    size_t from = 0;
    size_t to = sizeof stops / sizeof *stops;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        size_t other = strlen(stops[middle]);
        int order = memcmp(word, stops[middle], length < other ? length : other);
        if (order == 0 && length == other) {
            return true;
        }
        if (order < 0 || (order == 0 && length < other)) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    return false;
}
