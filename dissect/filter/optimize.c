/* dissect/filter/optimize.c -- the passes, in turn, until none changes anything. */
#include "dissect/filter/optimize.h"

#include <string.h>

enum {
	ROUNDS_MAX = 32, /* the longest seen is a third of that */
	VALUES_PER_STMT = 3,
};

static bool optimizer_prepare(struct optimizer *o, struct flow *g)
{
	struct flow_block *b;
	struct cond_stmt *s;
	uint32_t stmts = 0, size = 64;

	for (b = g->newest; b; b = b->older)
		for (s = b->code; s; s = s->next)
			stmts++;
	*o = (struct optimizer){ .g = g };
	o->value_max = 4 * VALUES_PER_STMT * (stmts + g->made) + 64;
	while (size < o->value_max / 2)
		size *= 2;
	o->bucket_mask = size - 1;
	o->blocks = arena_alloc(g->arena, g->made * sizeof(*o->blocks));
	o->values = arena_alloc(g->arena, o->value_max * sizeof(*o->values));
	o->buckets = arena_alloc(g->arena, size * sizeof(*o->buckets));
	o->stmts = arena_alloc(g->arena, (stmts + 1) * sizeof(struct cond_stmt *));
	o->merged = arena_alloc(g->arena, size * sizeof(struct flow_block *));
	o->list = list_make(g->arena, g->made);
	return !g->arena->failed;
}

/* What a way brings to the block that it leads to. */
static void arrive(struct optimizer *o, const struct flow_block *from, bool outcome)
{
	const struct opt_block *p = opt_of(o, from);
	const struct flow_block *to = outcome ? from->t : from->f;
	struct opt_block *q = opt_of(o, to);
	const struct opt_fact *facts = flow_is_plain(from) ? p->facts : &p->way[!outcome];
	uint32_t i;

	if (to->jump == FLOW_RETURN)
		return;
	if (!q->entries++) {
		memcpy(q->in, p->out, sizeof(q->in));
		q->facts = facts;
		q->safe_in = p->safe_out;
		return;
	}
	for (i = 0; i < OPT_PLACES; i++)
		if (q->in[i] != p->out[i])
			q->in[i] = VALUE_JOINED + to->index * OPT_PLACES + i;
	if (q->entries == 2)
		join_begin(o, q);
	join_way(o, q, facts);
	q->facts = fact_common(q->facts, facts);
	q->safe_in = MIN_OF(q->safe_in, p->safe_out);
}

/* A block that no way leads to: the first, or one that has been cut off in this round. */
static void begin(struct optimizer *o, const struct flow_block *b)
{
	struct opt_block *p = opt_of(o, b);
	uint32_t i;

	p->facts = NULL;
	p->safe_in = 0;
	for (i = 0; i < OPT_PLACES; i++)
		p->in[i] = VALUE_JOINED + b->index * OPT_PLACES + i;
}

static void pass_forwards(struct optimizer *o)
{
	struct flow *g = o->g;
	struct flow_block *b;
	uint32_t i;

	value_reset(o);
	join_reset(o);
	for (i = 0; i < g->count; i++)
		o->blocks[i].entries = 0;
	for (i = 0; i < g->count; i++) {
		b = g->order[i];
		if (b->jump == FLOW_RETURN)
			continue;
		if (!opt_of(o, b)->entries)
			begin(o, b);
		else if (opt_of(o, b)->entries > 1)
			join_end(o, opt_of(o, b));
		optimize_block(o, b);
		fact_make(o, b);
		arrive(o, b, true);
		if (!flow_is_plain(b))
			arrive(o, b, false);
	}
}

void filter_optimize(struct flow *g)
{
	struct optimizer o;
	unsigned round;

	if (!optimizer_prepare(&o, g))
		return;
	for (round = 0; round < ROUNDS_MAX; round++) {
		o.changed = false;
		flow_order(g);
		pass_forwards(&o);
		optimize_jumps(&o);
		optimize_groups(&o);
		optimize_dead(&o);
		flow_order(g);
		optimize_merge(&o);
		if (!o.changed)
			break;
	}
	flow_order(g);
}
