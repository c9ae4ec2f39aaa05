/* cli/suggest.h -- what somebody may have meant. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include <stddef.h>

/* Insertions, deletions, replacements and swaps of neighbours that turn a into b (both short). */
size_t edit_distance(const char *a, const char *b);
/* The name nearest to `word`, or NULL where none is near enough to be what was meant. */
const char *suggest(const char *word, const char *const *names, size_t nr);

#endif
