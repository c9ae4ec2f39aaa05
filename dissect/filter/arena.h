/*
 * dissect/filter/arena.h -- memory of one compilation: taken piece by piece, given back at once.
 *
 * Bounded, because an expression is hostile: beyond FILTER_ARENA_MAX, or when there is none left,
 * it returns NULL from then on. Whoever builds a tree passes NULL through; the end asks once.
 */
#ifndef DISSECT_FILTER_ARENA_H
#define DISSECT_FILTER_ARENA_H

#include <stdbool.h>
#include <stddef.h>

enum { FILTER_ARENA_MAX = 64 << 20 };

struct arena_chunk;

/* All zeros is an empty arena. */
struct arena {
	struct arena_chunk *chunks;
	size_t used; /* bytes, of all chunks */
	bool failed;
};

/* Zeroed, aligned for anything; NULL once the arena has failed. */
void *arena_alloc(struct arena *a, size_t size);
/* A terminated copy of len bytes. */
char *arena_text(struct arena *a, const char *text, size_t len);
void arena_free(struct arena *a); /* everything; the arena is empty again */

#endif
