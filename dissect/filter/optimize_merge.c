/* dissect/filter/optimize_merge.c -- equal blocks become one, and so do blocks in a row. */
#include <string.h>

#include "dissect/filter/optimize.h"

static bool code_equal(const struct cond_stmt *a, const struct cond_stmt *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (a->code != b->code || a->k != b->k)
			return false;
	return a == b;
}

static bool block_equal(const struct flow_block *a, const struct flow_block *b)
{
	return a->jump == b->jump && a->k == b->k && a->t == b->t && a->f == b->f &&
	       code_equal(a->code, b->code);
}

static uint32_t block_hash(const struct flow_block *b)
{
	uint64_t h = (uint64_t)b->jump << 32 ^ b->k;
	const struct cond_stmt *s;

	h = (h ^ (uintptr_t)b->t) * UINT64_C(0x9e3779b97f4a7c15);
	h = (h ^ (uintptr_t)b->f) * UINT64_C(0x9e3779b97f4a7c15);
	for (s = b->code; s; s = s->next)
		h = (h ^ ((uint64_t)s->code << 32 | s->k)) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(h >> 32);
}

/* The block to use in b's place. Those behind it have been asked before. */
static struct flow_block *block_same(struct optimizer *o, struct flow_block *b)
{
	struct flow_block **bucket, *c;

	if (b->jump == FLOW_RETURN)
		return b;
	b->t = opt_of(o, b->t)->same;
	b->f = opt_of(o, b->f)->same;
	if (flow_is_plain(b)) {
		b->jump = FLOW_ALWAYS;
		b->k = 0;
		if (!b->code)
			return b->t;
	}
	bucket = &o->merged[block_hash(b) & o->bucket_mask];
	for (c = *bucket; c; c = opt_of(o, c)->next_merged)
		if (block_equal(b, c))
			return c;
	opt_of(o, b)->next_merged = *bucket;
	*bucket = b;
	return b;
}

/* A block without a test takes over the next, where no other way leads to that. */
static void append_next(struct optimizer *o, struct flow_block *b)
{
	struct flow_block *const next = b->t;
	struct cond_stmt **end = &b->code;

	while (*end)
		end = &(*end)->next;
	*end = next->code;
	next->code = NULL;
	b->jump = next->jump;
	b->k = next->k;
	b->t = next->t;
	b->f = next->f;
	b->why = next->why;
	b->why_not = next->why_not;
	o->changed = true;
}

void optimize_count_entries(struct optimizer *o)
{
	struct flow *g = o->g;
	struct flow_block *b;
	uint32_t i;

	for (i = 0; i < g->count; i++)
		o->blocks[i].entries = 0;
	for (i = 0; i < g->count; i++) {
		b = g->order[i];
		if (b->jump == FLOW_RETURN)
			continue;
		opt_of(o, b->t)->entries++;
		if (!flow_is_plain(b))
			opt_of(o, b->f)->entries++;
	}
}

void optimize_merge(struct optimizer *o)
{
	struct flow *g = o->g;
	struct flow_block *b;
	uint32_t i;

	memset(o->merged, 0, (o->bucket_mask + 1) * sizeof(struct flow_block *));
	for (i = g->count; i--;) {
		b = g->order[i];
		opt_of(o, b)->same = block_same(o, b);
		o->changed = o->changed || opt_of(o, b)->same != b;
	}
	g->root = opt_of(o, g->root)->same;
	flow_order(g);
	optimize_count_entries(o);
	for (i = g->count; i--;) {
		b = g->order[i];
		if (b->jump != FLOW_RETURN && flow_is_plain(b) && b->t->jump != FLOW_RETURN &&
		    opt_of(o, b->t)->entries == 1)
			append_next(o, b);
	}
}
