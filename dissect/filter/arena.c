/* dissect/filter/arena.c -- memory of one compilation. */
#include "dissect/filter/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "core/compiler.h"

enum { CHUNK_SIZE = 32 << 10 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t size, used; /* bytes of data */
	alignas(max_align_t) unsigned char data[];
};

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t need = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct arena_chunk *c = a->chunks;
	size_t room;

	if (a->failed || need < size || need > FILTER_ARENA_MAX - a->used) {
		a->failed = true;
		return NULL;
	}
	if (!c || c->size - c->used < need) {
		room = MAX_OF(need, (size_t)CHUNK_SIZE);
		c = malloc(sizeof(*c) + room);
		if (!c) {
			a->failed = true;
			return NULL;
		}
		*c = (struct arena_chunk){ .next = a->chunks, .size = room };
		a->chunks = c;
	}
	c->used += need;
	a->used += need;
	return memset(c->data + c->used - need, 0, need);
}

char *arena_text(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

void arena_free(struct arena *a)
{
	struct arena_chunk *c, *next;

	for (c = a->chunks; c; c = next) {
		next = c->next;
		free(c);
	}
	*a = (struct arena){ 0 };
}
