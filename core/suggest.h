/* core/suggest.h -- what somebody may have meant. */
#ifndef CORE_SUGGEST_H
#define CORE_SUGGEST_H

#include <stddef.h>

/*
 * Insertions, deletions, replacements and swaps of neighbours that turn a into b (both short); at
 * least `below` where there are so many.
 */
size_t edit_distance(const char *a, const char *b, size_t below);
/* The name nearest to `word`, or NULL where none is near enough to be what was meant. */
const char *suggest(const char *word, const char *const *names, size_t nr);

#endif
