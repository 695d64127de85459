/* Looks for what a search asks for in four kinds of records: first how common its words are, then the records that have the rare ones of them.
   Each look is bounded: by how many records it takes, and by not being led by common words. */
#ifndef STANCED_HANDLERS_FINDER_H
#define STANCED_HANDLERS_FINDER_H

#include "handlers/endpoint.h"
#include "handlers/named.h"
#include "handlers/sighting.h"
#include "handlers/wanted.h"
#include "schema/vocabulary.h"

#define FINDER_RECORDS_MOST 400 /* of a kind, that a search looks at */
#define FINDER_NEWEST_MOST 300  /* …where common words lead to none, the newest */
#define FINDER_TYPING_MOST 150  /* …for suggestions, and by their names */

enum found_kind { FOUND_ACTOR, FOUND_CLAIM, FOUND_SOURCE, FOUND_STANCE, FOUND_KINDS };
extern const struct vocabulary found_words;

/* In which field of its record a text stands. */
extern const struct vocabulary found_fields;

struct finder {
    struct wanted wanted;
    bool typing;              /* names only, whose last word may be unfinished */
    bool kinds[FOUND_KINDS];  /* which are looked for */
    const char *topics;       /* array of them; NULL for any */
    const char *from, *until; /* times, the second one not included; NULL for any */
    const char *language;     /* NULL for any */
    enum wanted_form form;
    double records[FOUND_KINDS]; /* how many there are, about */
    struct spread spreads[FOUND_KINDS][FORMS][WANTED_WORDS_MOST];
    int queries[FOUND_KINDS]; /* -1: none */
    bool near[FOUND_KINDS];   /* the names are like those asked for, as the database says */
    long found[FOUND_KINDS];
    struct arena *scratch;
};

/* A record that answers the search. Good until the next row. */
struct finding {
    enum found_kind kind;
    const struct cell *cells;         /* id, ref, time, whether it is a date, language, label */
    const struct cell *claim, *actor; /* of a stance: NAMED_CELLS each; or NULL */
    struct sighting sighting;
    struct sighting_field field; /* the text that shows most */
};

enum found_column { FOUND_ID, FOUND_REF, FOUND_TIME, FOUND_IS_DATE, FOUND_LANGUAGE, FOUND_LABEL };

void finder_init(struct finder *finder);
void finder_free(struct finder *finder);

/* The statement that says how common the words are, and its rows. */
void finder_count(struct finder *finder, struct plan *plan);
void finder_count_row(struct finder *finder, struct call *call, const struct row *row);

/* The statements that find records: of these kinds, of which the search takes some. */
void finder_look(struct finder *finder, struct call *call, struct plan *plan, enum wanted_form form,
                 const bool kinds[static FOUND_KINDS]);

/* Which kinds are to be looked for once more, with mistakes: names where none was found, and the rest where nothing was.
   False for none. */
bool finder_missed(const struct finder *finder, bool ret[static FOUND_KINDS]);

/* Whether the row is a record that answers the search. */
bool finder_row(struct finder *finder, int query, const struct row *row, struct finding *ret);

#endif
