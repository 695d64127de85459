/* English words that say little by themselves. */
#ifndef STANCED_SCHEMA_STOP_WORDS_H
#define STANCED_SCHEMA_STOP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Of a folded word. */
bool stop_word(const char *word, size_t length);

#endif
