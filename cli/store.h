/*
 * cli/store.h -- memory for what is taken and given back in nearly the same order: a few large
 * chunks, each reused when all of it has come back.
 */
#ifndef CLI_STORE_H
#define CLI_STORE_H

#include <stddef.h>

struct store_chunk;

/* Zeroed is empty. */
struct store {
	struct store_chunk *current; /* what is taken comes from here */
	struct store_chunk *all, *spare;
	size_t bytes; /* of chunks that hold something: one item keeps all of its chunk */
};

/* size bytes, aligned for anything, until store_give(). NULL: no memory. */
void *store_take(struct store *s, size_t size);
void store_give(struct store *s, void *p);
/* Everything that was ever taken. */
void store_close(struct store *s);

#endif
