/*
 * dissect/filter/optimize_group.c -- a list of tests is put in the order of what they look at, so
 * that each value is loaded once: "host a or host b" asks source, destination, destination, source.
 *
 * A test whose load may fail stays where it is, and no other passes it. What stands between two of
 * those has been loaded before, and its order is free.
 */
#include <stdlib.h>
#include <string.h>

#include "dissect/filter/optimize.h"

/* What a test is without its place in the list. */
struct item {
	struct cond_stmt *code;
	uint16_t jump;
	uint32_t k;
	bool exits_true; /* which of its ways leaves the list */
	bool why_not;
	const char *why;
	uint32_t tested;
	uint32_t rank; /* the order to bring them into */
};

enum { LIST_MAX = 512 }; /* sorted at a time */

#define BIT(place) (UINT32_C(1) << (place))

/* The list goes on at b->t, or at b->f. */
static struct flow_block *next_of(const struct flow_block *b, const struct flow_block *exit)
{
	return b->t == exit ? b->f : b->t;
}

/* Instructions that compute v anew: a load, and operations with constants; false: no such. */
static bool compute_again(struct optimizer *o, uint32_t v, uint32_t x, struct cond_code *code)
{
	const struct opt_value *p = value_of(o, v);
	unsigned depth;
	struct cond_stmt *s;

	for (depth = 0; p && depth < 4; depth++) {
		s = arena_alloc(o->g->arena, sizeof(*s));
		if (!s)
			return false;
		s->code = p->code;
		s->k = p->b;
		s->certain = true;
		s->next = code->first;
		code->first = s;
		if (BPF_CLASS(p->code) == BPF_LD)
			return (BPF_MODE(p->code) == BPF_ABS && p->b < (uint32_t)SKF_AD_OFF) ||
			       (BPF_MODE(p->code) == BPF_IND && p->a == x);
		if (BPF_CLASS(p->code) != BPF_ALU || BPF_SRC(p->code) != BPF_K)
			return false;
		p = value_of(o, p->a);
	}
	return false;
}

/* A test of one value with a constant that has no other effect, and no load that may fail. */
static bool can_move(struct optimizer *o, const struct flow_block *b)
{
	const struct cond_stmt *s;

	if (b->jump == FLOW_RETURN || flow_is_plain(b) || BPF_SRC(b->jump) == BPF_X ||
	    opt_of(o, b)->entries != 1)
		return false;
	for (s = b->code; s; s = s->next)
		if (!s->certain || (BPF_CLASS(s->code) != BPF_LD &&
				    (BPF_CLASS(s->code) != BPF_ALU || BPF_SRC(s->code) == BPF_X)))
			return false;
	return true;
}

static int by_rank(const void *a, const void *b)
{
	const struct item *const x = a, *const y = b;

	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* Gives tests of the same value ranks in a row, `first` being tested before them. */
static uint32_t rank_items(struct item *items, uint32_t n, uint32_t first)
{
	uint32_t i, j, rank = 0, switches = 0, kinds = 0, before = first;

	for (i = 0; i < n; i++) {
		switches += items[i].tested != before;
		before = items[i].tested;
		items[i].rank = items[i].tested == first ? ++rank : 0;
	}
	for (i = 0; i < n; i++) {
		if (items[i].rank)
			continue;
		kinds++;
		for (j = i; j < n; j++)
			if (items[j].tested == items[i].tested)
				items[j].rank = ++rank;
	}
	return switches - kinds; /* loads saved */
}

/* Blocks in a row that all leave to exit when they do not go on. */
struct opt_list {
	struct flow_block **blocks;
	struct item *items;
	uint32_t n, max;
	struct flow_block *exit, *end;
};

static void list_collect(struct optimizer *o, struct flow_block *first, struct flow_block *exit,
			 struct opt_list *l)
{
	struct flow_block *b = first;

	l->n = 0;
	l->exit = exit;
	while (l->n < l->max && can_move(o, b) && (b->t == exit || b->f == exit)) {
		l->blocks[l->n] = b;
		l->items[l->n++] = (struct item){
			.jump = b->jump,
			.k = b->k,
			.exits_true = b->t == exit,
			.why = b->why,
			.why_not = b->why_not,
			.tested = opt_of(o, b)->out[OPT_A],
		};
		b = next_of(b, exit);
	}
	l->end = b;
}

/* Sorts the list that follows b, where that saves loads. */
static void list_sort(struct optimizer *o, const struct flow_block *b, struct opt_list *l)
{
	const uint32_t *out = opt_of(o, b)->out;
	struct flow_block *p, *next;
	struct cond_code code;
	uint32_t i;

	if (l->n < 2 || (opt_of(o, l->exit)->live_in | opt_of(o, l->end)->live_in) & BIT(OPT_A) ||
	    !rank_items(l->items, l->n, out[OPT_A]))
		return;
	for (i = 0; i < l->n; i++) {
		code = (struct cond_code){ 0 };
		if (!compute_again(o, l->items[i].tested, out[OPT_X], &code))
			return;
		l->items[i].code = code.first;
	}
	qsort(l->items, l->n, sizeof(l->items[0]), by_rank);
	for (i = 0; i < l->n; i++) {
		p = l->blocks[i];
		next = i + 1 < l->n ? l->blocks[i + 1] : l->end;
		p->code = l->items[i].code;
		p->jump = l->items[i].jump;
		p->k = l->items[i].k;
		p->why = l->items[i].why;
		p->why_not = l->items[i].why_not;
		p->t = l->items[i].exits_true ? l->exit : next;
		p->f = l->items[i].exits_true ? next : l->exit;
		opt_of(o, p)->entries = 0; /* done */
	}
	o->changed = true;
}

struct opt_list *list_make(struct arena *a, uint32_t blocks)
{
	struct opt_list *l = arena_alloc(a, sizeof(*l));

	if (!l)
		return NULL;
	l->max = MIN_OF(blocks, (uint32_t)LIST_MAX);
	l->blocks = arena_alloc(a, l->max * sizeof(struct flow_block *));
	l->items = arena_alloc(a, l->max * sizeof(*l->items));
	return l;
}

/* Lists begin behind a block with two ways: what is before it may fail, or leaves elsewhere. */
void optimize_groups(struct optimizer *o)
{
	struct opt_list *const l = o->list;
	struct flow_block *b, *first;
	unsigned way, exit;
	uint32_t i;

	optimize_count_entries(o);
	for (i = 0; i < o->g->count; i++) {
		b = o->g->order[i];
		if (b->jump == FLOW_RETURN || flow_is_plain(b) || can_move(o, b))
			continue;
		for (way = 0; way < 2; way++) {
			for (exit = 0; exit < 2; exit++) {
				first = way ? b->f : b->t;
				if (!can_move(o, first))
					break;
				list_collect(o, first, exit ? first->f : first->t, l);
				list_sort(o, b, l);
			}
		}
	}
}
