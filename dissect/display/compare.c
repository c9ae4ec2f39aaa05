#include <string.h>

#include "dissect/display/state.h"

enum {
	/* Steps of a pattern over all values; each place in them may take its share. */
	REGEX_STEPS = 20 << 20,
	REGEX_STEPS_MIN = 1000,
	REGEX_STEPS_MAX = 1 << 20,
};

static int order_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int order_i64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int order_bytes(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
	const size_t n = MIN_OF(a_len, b_len);
	const int order = n ? memcmp(a, b, n) : 0;

	return order ? order : (a_len > b_len) - (a_len < b_len);
}

/* Only the bits of the shorter network. */
static int order_ipv4(const struct value *a, const struct value *b)
{
	const uint32_t bits = MIN_OF(a->extent, b->extent);
	const uint64_t mask = bits ? ~0ull << (32 - bits) : 0;

	return order_u64(a->num & mask, b->num & mask);
}

static int order_ipv6(const struct value *a, const struct value *b)
{
	const uint32_t bits = MIN_OF(a->extent, b->extent), whole = bits / 8;
	const int order = memcmp(a->bytes, b->bytes, whole);
	const unsigned mask = bits % 8 ? 0xffu << (8 - bits % 8) & 0xff : 0;

	if (order || !mask)
		return order;
	return (int)(a->bytes[whole] & mask) - (int)(b->bytes[whole] & mask);
}

int compare_order(enum value_type type, const struct value *a, const struct value *b)
{
	switch (type) {
	case TYPE_BOOL:
		return order_u64(a->num != 0, b->num != 0);
	case TYPE_UINT:
		return order_u64(a->num, b->num);
	case TYPE_INT:
	case TYPE_DATE:
	case TYPE_SPAN:
		return order_i64((int64_t)a->num, (int64_t)b->num);
	case TYPE_IPV4:
		return order_ipv4(a, b);
	case TYPE_IPV6:
		return order_ipv6(a, b);
	case TYPE_MAC:
		return memcmp(a->bytes, b->bytes, 6);
	case TYPE_PROTO: /* by length first, as Wireshark does */
		if (a->len != b->len)
			return order_u64(a->len, b->len);
		return order_bytes(a->bytes, a->len, b->bytes, b->len);
	case TYPE_BYTES:
	case TYPE_TEXT:
		return order_bytes(a->bytes, a->len, b->bytes, b->len);
	case TYPE_NONE:
		break;
	}
	return 0;
}

/* A number without a sign may be larger than any with one. */
static int order_mixed(enum value_type type_a, enum value_type type_b, const struct value *a,
		       const struct value *b)
{
	if (type_a == TYPE_UINT && a->num > INT64_MAX)
		return 1;
	if (type_b == TYPE_UINT && b->num > INT64_MAX)
		return -1;
	return order_i64((int64_t)a->num, (int64_t)b->num);
}

bool compare_values(enum compare_op op, enum value_type type, enum value_type type_a,
		    enum value_type type_b, const struct value *a, const struct value *b)
{
	int order;

	if (op == OP_CONTAINS) { /* nothing contains what is empty */
		const uint32_t len = type_b == TYPE_PROTO ? b->extent : b->len;

		return len &&
		       memmem(a->bytes, type_a == TYPE_PROTO ? a->extent : a->len, b->bytes, len);
	}
	if (type_a != type_b && type == TYPE_INT)
		order = order_mixed(type_a, type_b, a, b);
	else if (type_a == TYPE_PROTO || type_b == TYPE_PROTO)
		order = compare_order(TYPE_PROTO, a, b);
	else
		order = compare_order(type, a, b);
	switch (op) {
	case OP_EQ:
		return order == 0;
	case OP_NE:
		return order != 0;
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	case OP_GE:
		return order >= 0;
	default:
		return false;
	}
}

bool compare_regex(struct display_state *s, const struct node *n, const struct value *a, size_t nr)
{
	const size_t len = n->type == TYPE_PROTO ? a->extent : a->len;
	const size_t steps = REGEX_STEPS / ((len + 1) * nr);

	/* A pattern and a packet made for it could take for ever: then it does not match. */
	pcre2_set_match_limit(
		s->match_context,
		(uint32_t)MAX_OF(MIN_OF(steps, (size_t)REGEX_STEPS_MAX), (size_t)REGEX_STEPS_MIN));
	return pcre2_match(n->regex, (PCRE2_SPTR)(len ? (const char *)a->bytes : ""), len, 0, 0,
			   s->match, s->match_context) >= 0;
}
