/* dissect/filter/optimize_value.c -- numbers for values: equal numbers mean equal contents. */
#include <assert.h>
#include <string.h>

#include "dissect/filter/optimize.h"

void value_reset(struct optimizer *o)
{
	o->value_count = 1; /* number 0 is VALUE_NONE */
	memset(o->buckets, 0, (o->bucket_mask + 1) * sizeof(*o->buckets));
}

const struct opt_value *value_of(const struct optimizer *o, uint32_t v)
{
	return v == VALUE_NONE || v >= VALUE_JOINED ? NULL : &o->values[v];
}

bool value_is_constant(const struct optimizer *o, uint32_t v, uint32_t *k)
{
	const struct opt_value *p = value_of(o, v);

	if (!p || p->code != (BPF_LD | BPF_IMM))
		return false;
	*k = p->b;
	return true;
}

uint32_t value_maybe(const struct optimizer *o, uint32_t v)
{
	const struct opt_value *p = value_of(o, v);

	return p ? p->maybe : UINT32_MAX;
}

/* All ones up to the highest bit of v. */
static uint32_t ones_over(uint32_t v)
{
	return v ? UINT32_MAX >> __builtin_clz(v) : 0;
}

/* Bits that the result of an operation can have. */
static uint32_t maybe_of(const struct optimizer *o, uint16_t code, uint32_t a, uint32_t b)
{
	const uint32_t left = value_maybe(o, a);
	const uint32_t right = BPF_SRC(code) == BPF_X ? value_maybe(o, b) : b;

	switch (BPF_OP(code)) {
	case BPF_AND:
		return left & right;
	case BPF_OR:
	case BPF_XOR:
		return left | right;
	case BPF_LSH:
		return BPF_SRC(code) == BPF_K ? left << (b & 31) : UINT32_MAX;
	case BPF_RSH:
		return BPF_SRC(code) == BPF_K ? left >> (b & 31) : ones_over(left);
	case BPF_DIV:
	case BPF_MOD:
		return ones_over(left);
	default:
		return UINT32_MAX;
	}
}

/* Without room for another value, one of which nothing is known. */
static uint32_t value_add(struct optimizer *o, uint16_t code, uint32_t a, uint32_t b,
			  uint32_t maybe)
{
	const uint32_t v = o->value_count;

	assert(o->values);
	if (v == o->value_max)
		return VALUE_LOST + o->value_lost++;
	o->value_count++;
	o->values[v] = (struct opt_value){ .code = code, .a = a, .b = b, .maybe = maybe };
	return v;
}

static uint32_t value_find(struct optimizer *o, uint16_t code, uint32_t a, uint32_t b,
			   uint32_t maybe)
{
	const uint64_t h = (((uint64_t)code << 32 ^ a) * UINT64_C(0x9e3779b97f4a7c15) ^ b) *
			   UINT64_C(0xff51afd7ed558ccd);
	uint32_t *bucket = &o->buckets[h >> 33 & o->bucket_mask];
	uint32_t v;

	assert(o->values && o->buckets);
	for (v = *bucket; v; v = o->values[v].next)
		if (o->values[v].code == code && o->values[v].a == a && o->values[v].b == b)
			return v;
	v = value_add(o, code, a, b, maybe);
	if (v < VALUE_JOINED) {
		o->values[v].next = *bucket;
		*bucket = v;
	}
	return v;
}

uint32_t value_constant(struct optimizer *o, uint32_t k)
{
	return value_find(o, BPF_LD | BPF_IMM, 0, k, k);
}

bool value_compute(uint16_t op, uint32_t acc, uint32_t operand, uint32_t *ret)
{
	switch (BPF_OP(op)) {
	case BPF_ADD:
		*ret = acc + operand;
		return true;
	case BPF_SUB:
		*ret = acc - operand;
		return true;
	case BPF_MUL:
		*ret = acc * operand;
		return true;
	case BPF_DIV:
		*ret = operand ? acc / operand : 0;
		return operand;
	case BPF_MOD:
		*ret = operand ? acc % operand : 0;
		return operand;
	case BPF_AND:
		*ret = acc & operand;
		return true;
	case BPF_OR:
		*ret = acc | operand;
		return true;
	case BPF_XOR:
		*ret = acc ^ operand;
		return true;
	case BPF_LSH:
		*ret = acc << (operand & 31);
		return true;
	case BPF_RSH:
		*ret = acc >> (operand & 31);
		return true;
	default: /* BPF_NEG */
		*ret = -acc;
		return true;
	}
}

bool value_test(uint16_t jump, uint32_t acc, uint32_t operand)
{
	switch (BPF_OP(jump)) {
	case BPF_JEQ:
		return acc == operand;
	case BPF_JGT:
		return acc > operand;
	case BPF_JGE:
		return acc >= operand;
	default:
		return acc & operand;
	}
}

static uint32_t value_of_load(struct optimizer *o, const uint32_t *places,
			      const struct cond_stmt *s)
{
	const uint32_t maybe = BPF_SIZE(s->code) == BPF_B   ? 0xff
			       : BPF_SIZE(s->code) == BPF_H ? 0xffff
							    : UINT32_MAX;
	const struct opt_value *x;
	uint32_t base, k = s->k;

	switch (BPF_MODE(s->code)) {
	case BPF_IMM:
		return value_constant(o, k);
	case BPF_MEM:
		return places[k];
	case BPF_LEN:
		return value_find(o, BPF_LD | BPF_LEN, 0, 0, UINT32_MAX);
	case BPF_MSH:
		return value_find(o, s->code, 0, k, 0x3c);
	case BPF_ABS:
		if (k < (uint32_t)SKF_AD_OFF)
			return value_find(o, s->code, 0, k, maybe);
		if (k == (uint32_t)SKF_AD_OFF + SKF_AD_RANDOM ||
		    k == (uint32_t)SKF_AD_OFF + SKF_AD_ALU_XOR_X || k % 4)
			return value_add(o, s->code, 0, k, UINT32_MAX);
		return value_find(o, BPF_LD | BPF_W | BPF_ABS, 0, k, UINT32_MAX);
	default: /* BPF_IND */
		base = places[OPT_X];
		x = value_of(o, base);
		while (x && x->code == (BPF_ALU | BPF_ADD | BPF_K)) {
			k += x->b;
			base = x->a;
			x = value_of(o, base);
		}
		return value_find(o, s->code, base, k, maybe);
	}
}

/* True for an operation with a constant that changes nothing. */
static bool is_idle(const struct optimizer *o, uint16_t code, uint32_t a, uint32_t k)
{
	if (code == (BPF_ALU | BPF_NEG) || BPF_SRC(code) == BPF_X)
		return false;
	switch (BPF_OP(code)) {
	case BPF_MUL:
	case BPF_DIV:
		return k == 1;
	case BPF_AND:
		return !(value_maybe(o, a) & ~k);
	case BPF_MOD:
		return false;
	default:
		return k == 0;
	}
}

static bool commutes(uint16_t code)
{
	const unsigned op = BPF_OP(code);

	return op == BPF_ADD || op == BPF_MUL || op == BPF_AND || op == BPF_OR || op == BPF_XOR;
}

static uint32_t value_of_operation(struct optimizer *o, const uint32_t *places,
				   const struct cond_stmt *s)
{
	uint16_t code = s->code;
	uint32_t a = places[OPT_A], b = s->k, x, y, swap;
	const struct opt_value *p;

	if (BPF_OP(code) == BPF_NEG)
		b = 0;
	else if (BPF_SRC(code) == BPF_X)
		b = places[OPT_X];
	if (BPF_SRC(code) == BPF_X && value_is_constant(o, b, &x)) {
		b = x;
		code = BPF_ALU | BPF_OP(code) | BPF_K;
	}
	if (BPF_SRC(code) == BPF_K && value_is_constant(o, a, &x) && value_compute(code, x, b, &y))
		return value_constant(o, y);
	if (code == (BPF_ALU | BPF_SUB | BPF_K)) {
		code = BPF_ALU | BPF_ADD | BPF_K;
		b = -b;
	}
	if (BPF_SRC(code) == BPF_X && commutes(code)) {
		if (value_is_constant(o, a, &x)) {
			code = BPF_ALU | BPF_OP(code) | BPF_K;
			a = b;
			b = x;
		} else if (a > b) {
			swap = a;
			a = b;
			b = swap;
		}
	}
	p = value_of(o, a);
	if (code == (BPF_ALU | BPF_ADD | BPF_K) && p && p->code == code) {
		b += p->b;
		a = p->a;
	}
	if (is_idle(o, code, a, b))
		return a;
	return value_find(o, code, a, b, maybe_of(o, code, a, b));
}

void value_step(struct optimizer *o, uint32_t places[OPT_PLACES], const struct cond_stmt *s)
{
	switch (BPF_CLASS(s->code)) {
	case BPF_LD:
		places[OPT_A] = value_of_load(o, places, s);
		break;
	case BPF_LDX:
		places[OPT_X] = value_of_load(o, places, s);
		break;
	case BPF_ST:
		places[s->k] = places[OPT_A];
		break;
	case BPF_STX:
		places[s->k] = places[OPT_X];
		break;
	case BPF_ALU:
		places[OPT_A] = value_of_operation(o, places, s);
		break;
	default:
		if (BPF_MISCOP(s->code) == BPF_TAX)
			places[OPT_X] = places[OPT_A];
		else
			places[OPT_A] = places[OPT_X];
	}
}

uint32_t value_reach(const struct cond_stmt *s)
{
	static const uint32_t sizes[] = { 4, 2, 1, 0 };

	if (s->k >= INT32_MAX)
		return 0;
	if (BPF_CLASS(s->code) == BPF_LD && BPF_MODE(s->code) == BPF_ABS)
		return s->k + sizes[BPF_SIZE(s->code) >> 3];
	if (BPF_CLASS(s->code) == BPF_LDX && BPF_MODE(s->code) == BPF_MSH)
		return s->k + 1;
	return 0;
}

bool value_contains(const struct optimizer *o, uint32_t whole, uint32_t v)
{
	const struct opt_value *p = value_of(o, whole);
	unsigned depth;

	for (depth = 0; depth < 8; depth++) {
		if (whole == v)
			return true;
		if (!p)
			return false;
		whole = p->a;
		p = value_of(o, whole);
	}
	return false;
}

bool value_may_fail(struct optimizer *o, uint32_t places[OPT_PLACES], uint32_t safe,
		    const struct cond_stmt *s)
{
	const uint32_t reach = value_reach(s);
	const unsigned mode = BPF_MODE(s->code);
	uint32_t v, i;

	if (BPF_CLASS(s->code) == BPF_ALU)
		return BPF_SRC(s->code) == BPF_X &&
		       (BPF_OP(s->code) == BPF_DIV || BPF_OP(s->code) == BPF_MOD);
	if (BPF_CLASS(s->code) != BPF_LD && BPF_CLASS(s->code) != BPF_LDX)
		return false;
	if (mode == BPF_IMM || mode == BPF_MEM || mode == BPF_LEN ||
	    (mode == BPF_ABS && s->k >= (uint32_t)SKF_AD_OFF))
		return false;
	if (reach && reach <= safe)
		return false;
	v = value_of_load(o, places, s);
	for (i = 0; i < OPT_PLACES; i++)
		if (value_contains(o, places[i], v))
			return false;
	return true;
}
