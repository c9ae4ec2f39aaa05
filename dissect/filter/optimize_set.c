/*
 * dissect/filter/optimize_set.c -- where ways join: what each says of a value, as one small set.
 *
 * "tcp or udp or sctp" comes with the protocol 6, 17 or 132 on three ways; behind them it is one of
 * those three, though the ways have no test in common that says so.
 */
#include <string.h>

#include "dissect/filter/optimize.h"

enum {
	JOINED_MAX = 4,       /* values for which a block has sets */
	JOINED_SEEN_MAX = 32, /* how far back the first way is searched for such values */
	SET_SEEN_MAX = 128,   /* how far back a value's constants are looked for */
};

/* One value at the begin of a block that ways join at. */
struct opt_joined {
	struct opt_fact fact; /* first, so that it leads to the set */
	struct opt_set set;
	struct opt_joined *next;  /* of the same block */
	struct opt_joined *later; /* of all that were ever made */
};

static const struct opt_set *set_of(const struct opt_fact *f)
{
	return &((const struct opt_joined *)f)->set;
}

/* Takes out what does not have f's outcome. */
static void set_keep(const struct optimizer *o, struct opt_set *set, const struct opt_fact *f)
{
	uint32_t i, k, n = 0;

	if (!value_is_constant(o, f->operand, &k))
		return;
	for (i = 0; i < set->n; i++)
		if (value_test(f->jump, set->k[i], k) == f->outcome)
			set->k[n++] = set->k[i];
	set->n = n;
}

bool set_find(const struct optimizer *o, const struct opt_fact *facts, uint32_t v,
	      struct opt_set *ret)
{
	const struct opt_fact *f, *later;
	uint32_t k;
	unsigned seen;

	for (f = facts, seen = 0; f && seen < SET_SEEN_MAX; f = f->up, seen++) {
		if (f->tested != v)
			continue;
		if (f->jump == FACT_ONE_OF)
			*ret = *set_of(f);
		else if (f->jump == BPF_JEQ && f->outcome && value_is_constant(o, f->operand, &k))
			*ret = (struct opt_set){ .n = 1, .k = { k } };
		else
			continue;
		for (later = facts; later != f; later = later->up)
			if (later->tested == v)
				set_keep(o, ret, later);
		return true;
	}
	return false;
}

/* False where there is no room for both. */
static bool set_unite(struct opt_set *set, const struct opt_set *other)
{
	uint32_t i, j;

	for (i = 0; i < other->n; i++) {
		for (j = 0; j < set->n && set->k[j] != other->k[i]; j++)
			;
		if (j == OPT_SET_MAX)
			return false;
		set->k[j] = other->k[i];
		set->n = MAX_OF(set->n, j + 1);
	}
	return true;
}

static bool is_joined(const struct opt_block *p, uint32_t v)
{
	const struct opt_joined *j;

	for (j = p->joined; j; j = j->next)
		if (j->fact.tested == v)
			return true;
	return false;
}

void join_reset(struct optimizer *o)
{
	o->joined_next = &o->joined;
}

/* One that is free in this round; NULL: no memory. */
static struct opt_joined *joined_take(struct optimizer *o)
{
	struct opt_joined *j = *o->joined_next;

	if (!j)
		j = *o->joined_next = arena_alloc(o->g->arena, sizeof(*j));
	if (j)
		o->joined_next = &j->later;
	return j;
}

void join_begin(struct optimizer *o, struct opt_block *p)
{
	const struct opt_fact *f;
	struct opt_joined *j;
	struct opt_set set;
	unsigned n = 0, seen;

	p->joined = NULL;
	for (f = p->facts, seen = 0; f && n < JOINED_MAX && seen < JOINED_SEEN_MAX;
	     f = f->up, seen++) {
		if (f->jump != FACT_ONE_OF && (f->jump != BPF_JEQ || !f->outcome))
			continue;
		if (is_joined(p, f->tested) || !set_find(o, p->facts, f->tested, &set))
			continue;
		j = joined_take(o);
		if (!j)
			return;
		j->fact.tested = f->tested;
		j->fact.operand = VALUE_NONE;
		j->fact.jump = FACT_ONE_OF;
		j->set = set;
		j->next = p->joined;
		p->joined = j;
		n++;
	}
}

void join_way(const struct optimizer *o, struct opt_block *p, const struct opt_fact *facts)
{
	struct opt_joined **link = &p->joined, *j;
	struct opt_set set;

	while ((j = *link)) {
		if (set_find(o, facts, j->fact.tested, &set) && set_unite(&j->set, &set))
			link = &j->next;
		else
			*link = j->next;
	}
}

void join_end(const struct optimizer *o, struct opt_block *p)
{
	struct opt_joined *j;
	struct opt_set set;

	for (j = p->joined; j; j = j->next) {
		if (set_find(o, p->facts, j->fact.tested, &set) && set.n <= j->set.n)
			continue;
		fact_link(&j->fact, p->facts, true);
		p->facts = &j->fact;
	}
}
