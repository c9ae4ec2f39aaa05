/* dissect/filter/optimize_block.c -- the instructions of one block, from first to last. */
#include <string.h>

#include "dissect/filter/optimize.h"

static void replace(struct optimizer *o, struct cond_stmt *s, uint16_t code, uint32_t k)
{
	o->changed = o->changed || s->code != code || s->k != k;
	s->code = code;
	s->k = k;
}

/* A word of scratch memory, from where it can be had without having been stored. */
static void simplify_recall(struct optimizer *o, const uint32_t *places, struct cond_stmt *s)
{
	const bool to_x = BPF_CLASS(s->code) == BPF_LDX;
	const uint32_t v = places[s->k];
	const struct opt_value *p = value_of(o, v);
	uint32_t k;

	if (v == places[to_x ? OPT_A : OPT_X])
		replace(o, s, BPF_MISC | (to_x ? BPF_TAX : BPF_TXA), 0);
	else if (value_is_constant(o, v, &k))
		replace(o, s, (to_x ? BPF_LDX : BPF_LD) | BPF_IMM, k);
	else if (p && p->code == (BPF_LD | BPF_LEN))
		replace(o, s, (to_x ? BPF_LDX : BPF_LD) | BPF_W | BPF_LEN, 0);
	else if (p && to_x && BPF_MODE(p->code) == BPF_MSH && BPF_CLASS(p->code) == BPF_LDX)
		replace(o, s, p->code, p->b);
	else if (p && !to_x && BPF_CLASS(p->code) == BPF_LD && BPF_MODE(p->code) == BPF_ABS &&
		 p->b < (uint32_t)SKF_AD_OFF)
		replace(o, s, p->code, p->b);
	else if (p && !to_x && BPF_CLASS(p->code) == BPF_LD && BPF_MODE(p->code) == BPF_IND &&
		 p->a == places[OPT_X])
		replace(o, s, p->code, p->b);
}

static void simplify_load(struct optimizer *o, const uint32_t *places, struct cond_stmt *s)
{
	uint32_t x;

	if (BPF_MODE(s->code) == BPF_MEM)
		simplify_recall(o, places, s);
	else if (BPF_MODE(s->code) == BPF_IND && value_is_constant(o, places[OPT_X], &x) &&
		 x + s->k <= INT32_MAX)
		replace(o, s, BPF_LD | BPF_SIZE(s->code) | BPF_ABS, x + s->k);
}

static void simplify_operation(struct optimizer *o, const uint32_t *places, struct cond_stmt *s)
{
	const unsigned op = BPF_OP(s->code);
	uint32_t acc, x, k;

	if (BPF_SRC(s->code) == BPF_X && op != BPF_NEG) {
		if (!value_is_constant(o, places[OPT_X], &x))
			return;
		if (op == BPF_LSH || op == BPF_RSH)
			x &= 31;
		if (!x && (op == BPF_DIV || op == BPF_MOD))
			return;
		replace(o, s, BPF_ALU | op | BPF_K, x);
	}
	if (value_is_constant(o, places[OPT_A], &acc) && value_compute(s->code, acc, s->k, &k))
		replace(o, s, BPF_LD | BPF_IMM, k);
	else if (s->k == 0 && (op == BPF_MUL || op == BPF_AND))
		replace(o, s, BPF_LD | BPF_IMM, 0);
	else if (op == BPF_SUB)
		replace(o, s, BPF_ALU | BPF_ADD | BPF_K, -s->k);
}

static bool commutes(uint16_t code)
{
	const unsigned op = BPF_OP(code);

	return op == BPF_ADD || op == BPF_MUL || op == BPF_AND || op == BPF_OR || op == BPF_XOR;
}

/* True where two operations with constants in a row are one, which s then is. */
static bool join_pair(const struct cond_stmt *prev, struct cond_stmt *s)
{
	if (prev->code != s->code)
		return false;
	switch (s->code) {
	case BPF_ALU | BPF_ADD | BPF_K:
		s->k += prev->k;
		return true;
	case BPF_ALU | BPF_AND | BPF_K:
		s->k &= prev->k;
		return true;
	case BPF_ALU | BPF_OR | BPF_K:
		s->k |= prev->k;
		return true;
	default:
		return false;
	}
}

/* What two instructions in a row show, whatever the places hold. */
static void simplify_pairs(struct optimizer *o, struct flow_block *b)
{
	struct cond_stmt **link = &b->code, *s, *next;

	while ((s = *link) && (next = s->next)) {
		if (join_pair(s, next)) {
			*link = next;
			o->changed = true;
			continue;
		}
		if (s->code == (BPF_LD | BPF_IMM) && BPF_CLASS(next->code) == BPF_ALU &&
		    BPF_SRC(next->code) == BPF_X && commutes(next->code)) {
			/* #k op x is x op #k */
			replace(o, next, BPF_ALU | BPF_OP(next->code) | BPF_K, s->k);
			replace(o, s, BPF_MISC | BPF_TXA, 0);
		} else if (s->code == (BPF_LD | BPF_IMM) && BPF_CLASS(next->code) == BPF_LDX) {
			/* closer to where it is used */
			*link = next;
			s->next = next->next;
			next->next = s;
			link = &next->next;
			o->changed = true;
			continue;
		}
		link = &s->next;
	}
}

static void simplify(struct optimizer *o, const uint32_t *places, struct cond_stmt *s)
{
	uint32_t k;

	switch (BPF_CLASS(s->code)) {
	case BPF_LD:
	case BPF_LDX:
		simplify_load(o, places, s);
		break;
	case BPF_ALU:
		simplify_operation(o, places, s);
		break;
	case BPF_MISC:
		if (s->code == (BPF_MISC | BPF_TAX) && value_is_constant(o, places[OPT_A], &k))
			replace(o, s, BPF_LDX | BPF_IMM, k);
		else if (s->code == (BPF_MISC | BPF_TXA) && value_is_constant(o, places[OPT_X], &k))
			replace(o, s, BPF_LD | BPF_IMM, k);
		break;
	default:
		break;
	}
}

/* A constant compared with a constant. */
static void settle_test(struct optimizer *o, struct flow_block *b, const uint32_t *places)
{
	uint32_t acc, x;

	if (flow_is_plain(b))
		return;
	if (BPF_SRC(b->jump) == BPF_X && value_is_constant(o, places[OPT_X], &x)) {
		b->jump = BPF_OP(b->jump) | BPF_K;
		b->k = x;
		o->changed = true;
	}
	if (BPF_SRC(b->jump) == BPF_X || !value_is_constant(o, places[OPT_A], &acc))
		return;
	if (value_test(b->jump, acc, b->k))
		b->f = b->t;
	else
		b->t = b->f;
	b->jump = FLOW_ALWAYS;
	o->changed = true;
}

void optimize_block(struct optimizer *o, struct flow_block *b)
{
	struct opt_block *p = opt_of(o, b);
	struct cond_stmt **link = &b->code, *s;
	uint32_t before[OPT_PLACES], *places = p->out;

	simplify_pairs(o, b);
	memcpy(places, p->in, sizeof(p->out));
	p->safe_out = p->safe_in;
	while ((s = *link)) {
		simplify(o, places, s);
		memcpy(before, places, sizeof(before));
		s->certain = !value_may_fail(o, places, p->safe_out, s);
		p->safe_out = MAX_OF(p->safe_out, value_reach(s));
		value_step(o, places, s);
		if (!s->certain || memcmp(before, places, sizeof(before))) {
			link = &s->next;
			continue;
		}
		*link = s->next; /* it changes nothing */
		o->changed = true;
	}
	settle_test(o, b, places);
}
