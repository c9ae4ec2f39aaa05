/* dissect/filter/optimize_dead.c -- from the end: what nobody reads, and what tests can do. */
#include "dissect/filter/optimize.h"

#define BIT(place) (UINT32_C(1) << (place))

/* Places that s reads and the one that it writes. */
static void touched(const struct cond_stmt *s, uint32_t *reads, uint32_t *writes)
{
	switch (BPF_CLASS(s->code)) {
	case BPF_LD:
	case BPF_LDX:
		*writes = BIT(BPF_CLASS(s->code) == BPF_LD ? OPT_A : OPT_X);
		*reads = BPF_MODE(s->code) == BPF_MEM   ? BIT(s->k)
			 : BPF_MODE(s->code) == BPF_IND ? BIT(OPT_X)
							: 0;
		if (s->code == (BPF_LD | BPF_W | BPF_ABS) &&
		    s->k == (uint32_t)SKF_AD_OFF + SKF_AD_ALU_XOR_X)
			*reads = BIT(OPT_A) | BIT(OPT_X);
		break;
	case BPF_ST:
	case BPF_STX:
		*reads = BIT(BPF_CLASS(s->code) == BPF_ST ? OPT_A : OPT_X);
		*writes = BIT(s->k);
		break;
	case BPF_ALU:
		*writes = BIT(OPT_A);
		*reads = BIT(OPT_A);
		if (BPF_OP(s->code) != BPF_NEG && BPF_SRC(s->code) == BPF_X)
			*reads |= BIT(OPT_X);
		break;
	default:
		*reads = BIT(BPF_MISCOP(s->code) == BPF_TAX ? OPT_A : OPT_X);
		*writes = BIT(BPF_MISCOP(s->code) == BPF_TAX ? OPT_X : OPT_A);
	}
}

static uint32_t read_by_jump(const struct flow_block *b)
{
	if (b->jump == FLOW_RETURN || flow_is_plain(b))
		return 0;
	return BIT(OPT_A) | (BPF_SRC(b->jump) == BPF_X ? BIT(OPT_X) : 0);
}

uint32_t live_before(const struct flow_block *b, uint32_t live_out)
{
	uint32_t read = 0, written = 0, reads, writes;
	const struct cond_stmt *s;

	for (s = b->code; s; s = s->next) {
		touched(s, &reads, &writes);
		read |= reads & ~written;
		written |= writes;
	}
	return read | ((read_by_jump(b) | live_out) & ~written);
}

static void turn(struct flow_block *b, uint16_t jump, uint32_t k)
{
	struct flow_block *const t = b->t;

	b->t = b->f;
	b->f = t;
	b->jump = jump;
	b->k = k;
	b->why_not = !b->why_not;
}

/* A comparison of (acc and m) that can be one of acc. */
static bool take_mask(struct flow_block *b, uint32_t m)
{
	if (b->jump == (BPF_JSET | BPF_K) && b->k & m) {
		b->k &= m;
		return true;
	}
	if (b->jump != (BPF_JEQ | BPF_K))
		return false;
	if (b->k == 0)
		turn(b, BPF_JSET | BPF_K, m);
	else if (b->k == m && !(m & (m - 1)))
		b->jump = BPF_JSET | BPF_K;
	else if (b->k == m && !(~m & (~m + 1)))
		b->jump = BPF_JGE | BPF_K;
	else
		return false;
	return true;
}

/* The same of acc >> n. */
static bool take_shift(struct flow_block *b, uint32_t n)
{
	const uint32_t k = b->k << n;

	if (k >> n != b->k)
		return false;
	switch (b->jump) {
	case BPF_JSET | BPF_K:
	case BPF_JGE | BPF_K:
		b->k = k;
		return true;
	case BPF_JGT | BPF_K:
		b->k = k | ((UINT32_C(1) << n) - 1);
		return true;
	case BPF_JEQ | BPF_K:
		if (k)
			return false;
		turn(b, BPF_JGE | BPF_K, UINT32_C(1) << n);
		return true;
	default:
		return false;
	}
}

/* True when the jump asks the same of what was in the accumulator before s. */
static bool jump_takes(struct flow_block *b, const struct cond_stmt *s)
{
	const bool equal = b->jump == (BPF_JEQ | BPF_K);

	switch (s->code) {
	case BPF_ALU | BPF_ADD | BPF_K:
		b->k -= equal ? s->k : 0;
		return equal;
	case BPF_ALU | BPF_XOR | BPF_K:
		b->k ^= equal ? s->k : 0;
		return equal;
	case BPF_ALU | BPF_SUB | BPF_X:
	case BPF_ALU | BPF_XOR | BPF_X:
		if (!equal || b->k)
			return false;
		b->jump = BPF_JEQ | BPF_X;
		return true;
	case BPF_ALU | BPF_AND | BPF_X:
		if (!equal || b->k)
			return false;
		turn(b, BPF_JSET | BPF_X, 0);
		return true;
	case BPF_ALU | BPF_AND | BPF_K:
		return take_mask(b, s->k);
	case BPF_ALU | BPF_RSH | BPF_K:
		return s->k < 32 && take_shift(b, s->k);
	default:
		return false;
	}
}

/* The jump takes over the last operations, where nobody else wants what they leave. */
static void shorten_test(struct optimizer *o, struct flow_block *b, uint32_t live_out)
{
	struct cond_stmt **link;

	while (!flow_is_plain(b) && b->code && !(live_out & BIT(OPT_A))) {
		for (link = &b->code; (*link)->next; link = &(*link)->next)
			;
		if (!jump_takes(b, *link))
			return;
		*link = NULL;
		o->changed = true;
	}
}

/*
 * "add #k; tax; ld [x + n]" is "tax; ld [x + n + k]" when all that read x until it is written
 * again are such loads, and nobody reads the accumulator before it is written again. With change
 * false it only asks.
 */
static bool shift_index(struct cond_stmt *s, uint32_t k, uint32_t live_out, bool change)
{
	bool acc = true; /* may still be read */
	uint32_t reads, writes;

	for (; s; s = s->next) {
		touched(s, &reads, &writes);
		if (reads & BIT(OPT_X) &&
		    (BPF_CLASS(s->code) != BPF_LD || BPF_MODE(s->code) != BPF_IND))
			return false;
		if (acc && reads & BIT(OPT_A))
			return false;
		if (change && reads & BIT(OPT_X))
			s->k += k;
		acc = acc && !(writes & BIT(OPT_A));
		if (writes & BIT(OPT_X))
			break;
	}
	return s || (!(live_out & BIT(OPT_X)) && !(acc && live_out & BIT(OPT_A)));
}

static void fold_indices(struct optimizer *o, struct flow_block *b, uint32_t live_out)
{
	struct cond_stmt **link = &b->code, *s;
	const uint32_t live = live_out | read_by_jump(b);

	while ((s = *link)) {
		if (s->code == (BPF_ALU | BPF_ADD | BPF_K) && s->next &&
		    s->next->code == (BPF_MISC | BPF_TAX) &&
		    shift_index(s->next->next, s->k, live, false)) {
			shift_index(s->next->next, s->k, live, true);
			*link = s->next;
			o->changed = true;
			continue;
		}
		link = &s->next;
	}
}

static uint32_t drop_dead(struct optimizer *o, struct flow_block *b, uint32_t live_out)
{
	const bool refuses = flow_is_plain(b) && b->t == o->g->reject;
	uint32_t live = live_out | read_by_jump(b), reads, writes, n = 0;
	struct cond_stmt *s, *kept = NULL;

	for (s = b->code; s; s = s->next)
		o->stmts[n++] = s;
	while (n--) {
		s = o->stmts[n];
		touched(s, &reads, &writes);
		if (!(writes & live) && (s->certain || refuses)) {
			o->changed = true;
			continue;
		}
		live = (live & ~writes) | reads;
		s->next = kept;
		kept = s;
	}
	b->code = kept;
	return live;
}

void optimize_dead(struct optimizer *o)
{
	struct flow_block *b;
	struct opt_block *p;
	uint32_t i;

	for (i = o->g->count; i--;) {
		b = o->g->order[i];
		p = opt_of(o, b);
		p->live_out = 0;
		if (b->jump != FLOW_RETURN)
			p->live_out = opt_of(o, b->t)->live_in | opt_of(o, b->f)->live_in;
		shorten_test(o, b, p->live_out);
		fold_indices(o, b, p->live_out);
		p->live_in = drop_dead(o, b, p->live_out);
	}
}
