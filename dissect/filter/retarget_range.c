/*
 * dissect/filter/retarget_range.c -- what numbers the registers and scratch words of a tree can
 * hold: an offset that is known to lie behind a header needs no decision while filtering.
 */
#include "core/compiler.h"
#include "dissect/filter/retarget.h"

enum { HEADER_LENGTH_MAX = 60 };

static const struct range anything = { 0, UINT32_MAX };

const struct retarget_words retarget_unknown = { { [0 ... FILTER_SCRATCH - 1] = { 0,
										  UINT32_MAX } } };

static struct range range_of(uint64_t lo, uint64_t hi)
{
	return hi > UINT32_MAX ? anything : (struct range){ (uint32_t)lo, (uint32_t)hi };
}

static struct range loaded(const struct retarget_words *words, const struct cond_stmt *s)
{
	switch (BPF_MODE(s->code)) {
	case BPF_IMM:
		return (struct range){ s->k, s->k };
	case BPF_MEM:
		return words->word[s->k % FILTER_SCRATCH];
	case BPF_MSH:
		return (struct range){ 0, HEADER_LENGTH_MAX };
	case BPF_ABS:
		if (s->k >= ANCILLARY_FROM)
			return anything;
		break;
	case BPF_IND:
		break;
	default:
		return anything;
	}
	return range_of(0, load_size(s->code) == 4   ? UINT32_MAX
			   : load_size(s->code) == 2 ? UINT16_MAX
						     : UINT8_MAX);
}

static struct range computed(uint16_t op, struct range a, struct range b)
{
	const uint64_t lo = a.lo, hi = a.hi;
	const bool by_constant = b.lo == b.hi && b.lo < 32;

	if (op == BPF_ADD)
		return range_of(lo + b.lo, hi + b.hi);
	if (op == BPF_SUB && a.lo >= b.hi)
		return range_of(lo - b.hi, hi - b.lo);
	if (op == BPF_MUL && hi <= UINT16_MAX && b.hi <= UINT16_MAX)
		return range_of(lo * b.lo, hi * b.hi);
	if (op == BPF_DIV && b.lo)
		return range_of(lo / b.hi, hi / b.lo);
	if (op == BPF_AND)
		return range_of(0, MIN_OF(a.hi, b.hi));
	if (op == BPF_LSH && by_constant)
		return range_of(lo << b.lo, hi << b.lo);
	if (op == BPF_RSH && by_constant)
		return range_of(lo >> b.lo, hi >> b.lo);
	return anything;
}

static const struct retarget_words *store(struct arena *a, const struct retarget_words *w,
					  uint32_t k, struct range value)
{
	struct retarget_words *after = arena_alloc(a, sizeof(*after));

	if (!after)
		return &retarget_unknown;
	*after = *w;
	after->word[k % FILTER_SCRATCH] = value;
	return after;
}

const struct retarget_words *retarget_follow(struct arena *a, const struct retarget_words *w,
					     const struct cond_stmt *s, struct registers *r)
{
	switch (BPF_CLASS(s->code)) {
	case BPF_LD:
		r->a = loaded(w, s);
		break;
	case BPF_LDX:
		r->x = loaded(w, s);
		break;
	case BPF_ST:
		return store(a, w, s->k, r->a);
	case BPF_STX:
		return store(a, w, s->k, r->x);
	case BPF_ALU:
		r->a = computed(BPF_OP(s->code), r->a,
				BPF_SRC(s->code) == BPF_X ? r->x : (struct range){ s->k, s->k });
		break;
	default:
		if (BPF_MISCOP(s->code) == BPF_TAX)
			r->x = r->a;
		else
			r->a = r->x;
	}
	return w;
}

const struct retarget_words *retarget_join(struct arena *a, const struct retarget_words *x,
					   const struct retarget_words *y)
{
	struct retarget_words *both;
	int i;

	if (x == y || !x || !y)
		return x ? x : y;
	both = arena_alloc(a, sizeof(*both));
	if (!both)
		return &retarget_unknown;
	for (i = 0; i < FILTER_SCRATCH; i++)
		both->word[i] = (struct range){ MIN_OF(x->word[i].lo, y->word[i].lo),
						MAX_OF(x->word[i].hi, y->word[i].hi) };
	return both;
}
