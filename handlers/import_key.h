/* Idempotency-Key of an import that stores all or nothing: what handlers/replay.h does for a request that is one statement or a few, for one
   whose body is read as it comes and which asks the database by itself.

   What it answers is kept in the transaction that writes its lines. Imports under the same key write one after the other, so the second of
   two finds what the first was answered. */
#ifndef STANCED_HANDLERS_IMPORT_KEY_H
#define STANCED_HANDLERS_IMPORT_KEY_H

#include "handlers/errand.h"
#include "handlers/replay.h"

struct import_key {
    struct call *call;
    struct errand *errand;
    struct replay_print
        *print; /* of the body as far as it was read; NULL: there is no key, and the rest does nothing */
    bool found; /* there was an import under this key, so nothing is to be done */
    struct past past;
};

/* Looks whether there was such an import. False when the database can't be asked: errand->problem. */
bool import_key_begin(struct import_key *key, struct call *call, struct errand *errand)
    __attribute__((warn_unused_result));
void import_key_free(struct import_key *key);

/* The next piece of the body. */
void import_key_feed(struct import_key *key, const char *bytes, size_t length);

/* In the transaction, before and after everything else; what is not ERRAND_DONE ends it. ERRAND_REFUSED with `found`: another was faster. */
enum errand_outcome import_key_enter(struct import_key *key);
enum errand_outcome import_key_keep(struct import_key *key, const char *answer);

/* Once the body has ended, and `found`: the answer of before, or that the key stood for something else. */
void import_key_answer(struct import_key *key, struct reply *reply);

#endif
