/* dissect/filter/optimize_jump.c -- a test whose outcome is known on a way is not asked on it. */
#include <string.h>

#include "dissect/filter/optimize.h"

enum {
	FACTS_SEEN_MAX = 256, /* how far back one question looks */
	HOPS_MAX = 64,        /* blocks that a way passes over in one round */
};

/* ---- the tests on the way to a block ---- */

static uint32_t depth_of(const struct opt_fact *f)
{
	return f ? f->depth : 0;
}

static const struct opt_fact *skip_of(const struct opt_fact *f)
{
	return f ? f->skip : NULL;
}

/* `skip` makes steps of growing length, so that the common part of two chains is found fast. */
void fact_link(struct opt_fact *f, const struct opt_fact *up, bool outcome)
{
	const struct opt_fact *const one = skip_of(up), *const two = skip_of(one);

	f->up = up;
	f->depth = depth_of(up) + 1;
	f->skip = depth_of(up) - depth_of(one) == depth_of(one) - depth_of(two) ? two : up;
	f->outcome = outcome;
}

void fact_make(struct optimizer *o, struct flow_block *b)
{
	struct opt_block *p = opt_of(o, b);
	struct opt_fact *f = p->way;

	if (flow_is_plain(b))
		return;
	f->tested = p->out[OPT_A];
	f->operand = BPF_SRC(b->jump) == BPF_X ? p->out[OPT_X] : value_constant(o, b->k);
	f->jump = BPF_OP(b->jump);
	f[1] = f[0];
	fact_link(&f[0], p->facts, true);
	fact_link(&f[1], p->facts, false);
}

const struct opt_fact *fact_common(const struct opt_fact *a, const struct opt_fact *b)
{
	const struct opt_fact *swap;

	if (depth_of(a) < depth_of(b)) {
		swap = a;
		a = b;
		b = swap;
	}
	while (depth_of(a) > depth_of(b))
		a = depth_of(a->skip) >= depth_of(b) ? a->skip : a->up;
	while (a != b) {
		if (a->skip != b->skip) {
			a = a->skip;
			b = b->skip;
		} else {
			a = a->up;
			b = b->up;
		}
	}
	return a;
}

/* ---- what they say of another test ---- */

enum answer { UNKNOWN, YES, NO };

static enum answer answer_of(bool yes)
{
	return yes ? YES : NO;
}

/* What is known of one value: between low and high, and which bits are 0. */
struct known {
	uint32_t low, high;
	uint32_t zeros;
	uint32_t k;    /* of the question */
	bool some_set; /* a bit of k is set */
	bool asked;    /* anything was ever asked of it */
};

static void known_add(struct known *n, const struct opt_fact *f, uint32_t k)
{
	switch (f->jump) {
	case BPF_JEQ:
		if (f->outcome)
			n->low = n->high = k;
		break;
	case BPF_JGT:
		if (!f->outcome)
			n->high = MIN_OF(n->high, k);
		else if (k < UINT32_MAX)
			n->low = MAX_OF(n->low, k + 1);
		break;
	case BPF_JGE:
		if (f->outcome)
			n->low = MAX_OF(n->low, k);
		else if (k)
			n->high = MIN_OF(n->high, k - 1);
		break;
	default: /* BPF_JSET */
		if (!f->outcome)
			n->zeros |= k;
		else if (!(k & ~n->k))
			n->some_set = true;
		if (f->outcome)
			n->low = MAX_OF(n->low, k & -k);
	}
	n->asked = true;
}

static enum answer known_says(const struct known *n, uint16_t jump)
{
	if (!n->asked)
		return UNKNOWN;
	if (n->low == n->high)
		return answer_of(value_test(jump, n->low, n->k));
	switch (jump) {
	case BPF_JEQ:
		return n->k < n->low || n->k > n->high || n->k & n->zeros ? NO : UNKNOWN;
	case BPF_JGT:
		return n->low > n->k ? YES : n->high <= n->k ? NO : UNKNOWN;
	case BPF_JGE:
		return n->low >= n->k ? YES : n->high < n->k ? NO : UNKNOWN;
	default:
		return n->some_set ? YES : !(n->k & ~n->zeros) ? NO : UNKNOWN;
	}
}

/* What is known of w says what (w and mask) is, where it is one value. */
static bool masked_from(const struct opt_value *v, const struct opt_fact *f, uint32_t k,
			uint32_t *ret)
{
	if (!v || v->code != (BPF_ALU | BPF_AND | BPF_K) || f->tested != v->a ||
	    f->jump != BPF_JEQ || !f->outcome)
		return false;
	*ret = k & v->b;
	return true;
}

/* What all that tested can be has in common. */
static enum answer set_says(const struct optimizer *o, const struct opt_fact *facts,
			    uint32_t tested, uint16_t jump, uint32_t k)
{
	struct opt_set set;
	uint32_t i, yes = 0;

	if (!set_find(o, facts, tested, &set))
		return UNKNOWN;
	for (i = 0; i < set.n; i++)
		yes += value_test(jump, set.k[i], k);
	return yes == set.n ? YES : !yes ? NO : UNKNOWN;
}

/* The outcome of a test of two values, given facts. */
static enum answer decide(const struct optimizer *o, const struct opt_fact *facts, uint16_t jump,
			  uint32_t tested, uint32_t operand)
{
	const struct opt_value *const v = value_of(o, tested);
	const bool constant =
		operand < VALUE_JOINED && o->values[operand].code == (BPF_LD | BPF_IMM);
	struct known n = { .high = value_maybe(o, tested), .zeros = ~value_maybe(o, tested) };
	const uint32_t whole = v ? v->a : tested; /* where tested is a part of it */
	const struct opt_fact *f;
	enum answer a;
	uint32_t k, acc;
	unsigned seen;

	n.k = constant ? o->values[operand].b : 0;
	if (constant && value_is_constant(o, tested, &acc))
		return answer_of(value_test(jump, acc, n.k));
	for (f = facts, seen = 0; f && seen < FACTS_SEEN_MAX; f = f->up, seen++) {
		if (f->jump == jump && f->tested == tested && f->operand == operand)
			return answer_of(f->outcome);
		if (!constant || (f->tested != tested && f->tested != whole))
			continue;
		if (f->jump == FACT_ONE_OF && f->tested == tested) {
			a = set_says(o, facts, tested, jump, n.k);
			if (a != UNKNOWN)
				return a;
		}
		if (!value_is_constant(o, f->operand, &k))
			continue;
		if (masked_from(v, f, k, &acc))
			return answer_of(value_test(jump, acc, n.k));
		if (f->tested == tested)
			known_add(&n, f, k);
	}
	return constant ? known_says(&n, jump) : UNKNOWN;
}

/* ---- ways that pass over blocks ---- */

static bool places_agree(const uint32_t *a, const uint32_t *b, uint32_t live)
{
	uint32_t i;

	for (; live; live &= live - 1) {
		i = (uint32_t)__builtin_ctz(live);
		if (a[i] != b[i])
			return false;
	}
	return true;
}

/* True when v was computed for a test before. */
static bool was_tested(const struct optimizer *o, const struct opt_fact *f, uint32_t v)
{
	unsigned seen;

	for (seen = 0; f && seen < FACTS_SEEN_MAX; f = f->up, seen++)
		if (value_contains(o, f->tested, v) || value_contains(o, f->operand, v))
			return true;
	return false;
}

/* A way: the places where it begins, and what is known on it. */
struct way {
	uint32_t places[OPT_PLACES];
	uint32_t safe;
	const struct opt_fact *facts;
	bool uncertain; /* it has passed over a load that may fail */
};

/*
 * Where s goes on when it is entered on this way, or NULL where that is not known, or where
 * somebody needs what s does.
 */
static struct flow_block *beyond(struct optimizer *o, struct way *w, const struct flow_block *s)
{
	uint32_t after[OPT_PLACES], operand;
	struct flow_block *to = s->t;
	const struct cond_stmt *p;
	bool may_fail;
	enum answer a;

	memcpy(after, w->places, sizeof(after));
	for (p = s->code; p; p = p->next) {
		may_fail = value_may_fail(o, after, w->safe, p);
		value_step(o, after, p);
		if (may_fail)
			w->uncertain =
				w->uncertain || BPF_CLASS(p->code) == BPF_ALU ||
				!was_tested(o, w->facts,
					    after[BPF_CLASS(p->code) == BPF_LD ? OPT_A : OPT_X]);
	}
	if (!flow_is_plain(s)) {
		operand = BPF_SRC(s->jump) == BPF_X ? after[OPT_X] : value_constant(o, s->k);
		a = decide(o, w->facts, BPF_OP(s->jump), after[OPT_A], operand);
		if (a == UNKNOWN)
			return NULL;
		to = a == YES ? s->t : s->f;
	}
	return places_agree(w->places, after, opt_of(o, to)->live_in) ? to : NULL;
}

/* Passing over a load that may fail is right only where the way ends in a refusal. */
static struct flow_block *follow(struct optimizer *o, const struct flow_block *b,
				 struct flow_block *to, const struct opt_fact *facts)
{
	struct way w = { .safe = opt_of(o, b)->safe_out, .facts = facts };
	struct flow_block *next = to;
	unsigned hops;

	memcpy(w.places, opt_of(o, b)->out, sizeof(w.places));
	for (hops = 0; hops < HOPS_MAX && next->jump != FLOW_RETURN; hops++) {
		next = beyond(o, &w, next);
		if (!next)
			break;
		if (!w.uncertain || next == o->g->reject) {
			to = next;
			o->changed = true;
		}
	}
	return to;
}

/* From the end, so that what is read behind a block is known when ways to it are looked at. */
void optimize_jumps(struct optimizer *o)
{
	struct flow_block *b;
	struct opt_block *p;
	uint32_t i;

	for (i = o->g->count; i--;) {
		b = o->g->order[i];
		p = opt_of(o, b);
		if (b->jump == FLOW_RETURN) {
			p->live_in = 0;
			continue;
		}
		if (flow_is_plain(b)) {
			b->t = b->f = follow(o, b, b->t, p->facts);
		} else {
			b->t = follow(o, b, b->t, &p->way[0]);
			b->f = follow(o, b, b->f, &p->way[1]);
		}
		p->live_out = opt_of(o, b->t)->live_in | opt_of(o, b->f)->live_in;
		p->live_in = live_before(b, p->live_out);
	}
}
