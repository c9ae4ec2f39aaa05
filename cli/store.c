#include "cli/store.h"

#include <stdalign.h>
#include <stdlib.h>

#include "core/compiler.h"

enum { CHUNK_BYTES = 1 << 20 };

struct store_chunk {
	struct store_chunk *next, *prev; /* of all */
	struct store_chunk *next_spare;
	size_t size, used; /* bytes of data */
	size_t nr_taken;
	alignas(max_align_t) unsigned char data[];
};

/* In front of what the caller gets. */
struct store_tag {
	alignas(max_align_t) struct store_chunk *chunk;
};

static struct store_chunk *chunk_new(struct store *s, size_t need)
{
	const size_t size = MAX_OF(need, (size_t)CHUNK_BYTES);
	struct store_chunk *c = s->spare;

	if (c && c->size >= need) {
		s->spare = c->next_spare;
		s->bytes += c->size;
		return c;
	}
	c = malloc(sizeof(*c) + size);
	if (!c)
		return NULL;
	*c = (struct store_chunk){ .next = s->all, .size = size };
	if (s->all)
		s->all->prev = c;
	s->all = c;
	s->bytes += size;
	return c;
}

static void chunk_free(struct store *s, struct store_chunk *c)
{
	if (c->next)
		c->next->prev = c->prev;
	if (c->prev)
		c->prev->next = c->next;
	else
		s->all = c->next;
	free(c);
}

/* All of it came back: kept for the next one, or freed when it was made for a giant. */
static void chunk_reuse(struct store *s, struct store_chunk *c)
{
	c->used = 0;
	if (c == s->current)
		return;
	s->bytes -= c->size;
	if (c->size > CHUNK_BYTES) {
		chunk_free(s, c);
		return;
	}
	c->next_spare = s->spare;
	s->spare = c;
}

void *store_take(struct store *s, size_t size)
{
	const size_t align = alignof(max_align_t);
	const size_t need = (sizeof(struct store_tag) + size + align - 1) / align * align;
	struct store_chunk *old = s->current;
	struct store_tag *tag;

	if (!old || old->size - old->used < need) {
		struct store_chunk *c = chunk_new(s, need);

		if (!c)
			return NULL;
		s->current = c;
		if (old && !old->nr_taken)
			chunk_reuse(s, old);
	}
	tag = (struct store_tag *)(s->current->data + s->current->used);
	tag->chunk = s->current;
	s->current->used += need;
	s->current->nr_taken++;
	return tag + 1;
}

void store_give(struct store *s, void *p)
{
	struct store_chunk *c = ((struct store_tag *)p - 1)->chunk;

	if (!--c->nr_taken)
		chunk_reuse(s, c);
}

void store_close(struct store *s)
{
	struct store_chunk *c, *next;

	for (c = s->all; c; c = next) {
		next = c->next;
		free(c);
	}
	*s = (struct store){ 0 };
}
