/* Arithmetic. */
#include "dissect/display/state.h"

static bool calculate_unsigned(char sign, uint64_t a, uint64_t b, uint64_t *ret)
{
	switch (sign) {
	case '+':
		return !__builtin_add_overflow(a, b, ret);
	case '*':
		return !__builtin_mul_overflow(a, b, ret);
	case '/':
		*ret = b ? a / b : 0;
		return b;
	case '%':
		*ret = b ? a % b : 0;
		return b;
	default:
		*ret = a & b;
		return true;
	}
}

bool calculate_signed(char sign, int64_t a, int64_t b, uint64_t *ret)
{
	int64_t v = 0;
	bool good = true;

	switch (sign) {
	case '+':
		good = !__builtin_add_overflow(a, b, &v);
		break;
	case '-':
		good = !__builtin_sub_overflow(a, b, &v);
		break;
	case '*':
		good = !__builtin_mul_overflow(a, b, &v);
		break;
	case '/':
	case '%':
		if (!b || (a == INT64_MIN && b == -1))
			return false;
		v = sign == '/' ? a / b : a % b;
		break;
	default:
		v = a & b;
		break;
	}
	*ret = (uint64_t)v;
	return good;
}

/* As many bytes as the shorter side has. */
static bool mask_bytes(struct display_state *s, const struct value *a, const struct value *b,
		       struct value *ret)
{
	const uint32_t len = MIN_OF(a->len, b->len);
	uint8_t *bytes = scratch_alloc(s, len);
	uint32_t i;

	if (!bytes)
		return false;
	for (i = 0; i < len; i++)
		bytes[i] = a->bytes[i] & b->bytes[i];
	*ret = (struct value){ .bytes = bytes, .len = len, .extent = len * 8 };
	return true;
}

/* The types of the sides say how numbers are read; what is no number any more is left out. */
static bool calculate(struct display_state *s, const struct node *n, const struct value *a,
		      const struct value *b, struct value *ret)
{
	const struct node *left = n->child;
	const bool big = (left->type == TYPE_UINT && a->num > INT64_MAX) ||
			 (b && left->next->type == TYPE_UINT && b->num > INT64_MAX);

	if (n->type >= TYPE_IPV6)
		return b && mask_bytes(s, a, b, ret);
	*ret = (struct value){ .len = 8, .extent = 32 };
	if (b && (n->type == TYPE_UINT || n->type == TYPE_IPV4))
		return calculate_unsigned(n->arith, a->num, b->num, &ret->num);
	if (big)
		return false;
	if (!b)
		return calculate_signed('-', 0, (int64_t)a->num, &ret->num);
	return calculate_signed(n->arith, (int64_t)a->num, (int64_t)b->num, &ret->num);
}

bool values_arith(struct display_state *s, const struct node *n, struct values *ret)
{
	struct values a, b = { NULL, 1 };
	size_t i, k, nr = 0;
	struct value *v;

	if (!values_get(s, n->child, &a) || (n->child->next && !values_get(s, n->child->next, &b)))
		return false;
	if (a.nr * b.nr > FIELD_VALUES_MAX)
		b.nr = MAX_OF(FIELD_VALUES_MAX / a.nr, (size_t)1);
	v = scratch_alloc(s, a.nr * b.nr * sizeof(*v));
	if (!v)
		return false;
	for (i = 0; i < a.nr; i++)
		for (k = 0; k < b.nr; k++)
			nr += calculate(s, n, &a.v[i], b.v ? &b.v[k] : NULL, &v[nr]);
	*ret = (struct values){ v, nr };
	return nr;
}
