/*
 * dissect/proto/isakmp_sa.c -- proposals, transforms and their attributes: RFC 2408 3.4, RFC 2409
 * appendix A, RFC 2407 4.5, RFC 7296 3.3.
 */
#include "dissect/dissect.h"
#include "dissect/proto/isakmp.h"

enum {
	PAYLOAD_PROPOSAL = 2,
	PAYLOAD_TRANSFORM = 3,
	PROTO_ISAKMP_ITSELF = 1,
	ATTR_SHORT = 0x8000, /* the value stands where else its length does */
	ATTR_PASSWORD = 16522,
	ATTR_PASSCODE = 16523,
	ATTR_KEY_LENGTH = 14,
	TRANSFORM_LAST = 5,
};

bool ike_payload_next(struct cursor *c, unsigned version, uint8_t type, struct ike_payload *ret,
		      struct field_out *o)
{
	const uint8_t *p;
	size_t len;

	if (cursor_left(c) < 4)
		return false;
	p = cursor_take(c, 4);
	len = load_be16(p + 2);
	ret->start = p;
	ret->type = type;
	ret->next = p[0];
	ret->body = cursor_over(p + 4, len > 4 ? MIN_OF(len - 4, cursor_left(c)) : 0, false);
	if (o) {
		field_put_group(o, &isakmp_described[IKE_PAYLOAD],
				name_find(isakmp_described[IKE_TYPE].names, type), p,
				4 + cursor_left(&ret->body));
		field_put_num(o, &isakmp_described[IKE_TYPE], type, p, 4 + cursor_left(&ret->body));
		ike_put(o, IKE_NEXT, p, 1);
		if (version == 2)
			ike_put_table(o, IKE_CRITICAL, 2, p + 1, 1);
		ike_put(o, IKE_LENGTH, p + 2, 2);
	}
	if (len < 4)
		cursor_skip(c, SIZE_MAX); /* shown, and the end of it */
	else
		cursor_skip(c, len - 4);
	return true;
}

struct ike_attr {
	uint16_t type; /* without the bit for short ones */
	const uint8_t *value;
	size_t len;
};

/* The head and the value, whose descriptors stand in a row from `first` on. */
static bool attr_next(struct cursor *c, unsigned first, struct ike_attr *ret, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);

	if (!p)
		return false;
	ike_put_table(o, first, 2, p, 2);
	ret->type = load_be16(p) & (ATTR_SHORT - 1);
	ret->value = p + 2;
	ret->len = 2;
	if (!(load_be16(p) & ATTR_SHORT)) {
		ike_put(o, first + 2, p + 2, 2);
		ret->len = load_be16(p + 2);
		ret->value = cursor_take(c, ret->len);
		if (!ret->value)
			return false;
	}
	if (ret->type != ATTR_PASSWORD && ret->type != ATTR_PASSCODE)
		ike_put_bytes(o, first + 3, ret->value, ret->len);
	return true;
}

static void put_typed(const struct ike_attr *a, const uint8_t *types, size_t nr, unsigned first,
		      struct field_out *o)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (types[i] == a->type && a->len && a->len <= 4)
			ike_put(o, first + (unsigned)i, a->value, a->len);
}

static void describe_attrs1(struct cursor *c, bool ipsec, struct field_out *o)
{
	static const uint8_t ike_types[] = { 1, 2, 3, 4, 11, 12, 14 };
	static const uint8_t ipsec_types[] = { 1, 2, 3, 4, 5, 6 };
	struct ike_attr a;

	while (attr_next(c, ipsec ? IKE_IPSEC_ATTR : IKE_ATTR, &a, o)) {
		if (ipsec)
			put_typed(&a, ipsec_types, sizeof(ipsec_types), IKE_IPSEC_TYPED, o);
		else
			put_typed(&a, ike_types, sizeof(ike_types), IKE_ATTR_TYPED, o);
	}
}

static void describe_transform1(struct cursor *c, bool ipsec, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);

	if (!p)
		return;
	ike_put_table(o, IKE_TRANSFORM1, 2, p, 2);
	describe_attrs1(c, ipsec, o);
}

static void describe_transform2(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);
	struct ike_attr a;

	if (!p)
		return;
	ike_put(o, IKE_TRANSFORM2, p, 1);
	ike_put(o, IKE_TRANSFORM_ID + (p[0] && p[0] <= TRANSFORM_LAST ? p[0] - 1u : TRANSFORM_LAST),
		p + 2, 2);
	while (attr_next(c, IKE_ATTR2, &a, o))
		if (a.type == ATTR_KEY_LENGTH && a.len == 2)
			ike_put(o, IKE_KEY_LENGTH2, a.value, 2);
}

static void describe_proposal(struct cursor *c, unsigned version, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4), *spi;
	uint8_t type = PAYLOAD_TRANSFORM;
	struct ike_payload t;

	if (!p)
		return;
	ike_put_table(o, IKE_PROPOSAL, 4, p, 4);
	spi = cursor_take(c, p[2]);
	if (!spi)
		return;
	ike_put_bytes(o, IKE_SPI, spi, p[2]);
	/*
	 * The byte for the next payload is 3 until the last, in both versions. RFC 7296 3.3.1 calls
	 * it unnecessary, for the length tells the last: there any other value but 0 goes on, too.
	 */
	while (type == PAYLOAD_TRANSFORM &&
	       ike_payload_next(c, version == 2 ? 0 : 1, type, &t, o)) {
		if (version == 2)
			describe_transform2(&t.body, o);
		else
			describe_transform1(&t.body, p[1] != PROTO_ISAKMP_ITSELF, o);
		type = version == 2 && t.next ? PAYLOAD_TRANSFORM : t.next;
	}
}

static void describe_proposals(struct cursor *c, unsigned version, struct field_out *o)
{
	uint8_t type = PAYLOAD_PROPOSAL;
	struct ike_payload p;

	while (type == PAYLOAD_PROPOSAL && ike_payload_next(c, version == 2 ? 0 : 1, type, &p, o)) {
		describe_proposal(&p.body, version, o);
		type = p.next;
	}
}

void ike_describe_sa1(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 8);

	if (!p)
		return;
	ike_put_table(o, IKE_SA, 2, p, 8);
	if (load_be32(p) == 1)
		ike_put_table(o, IKE_SITUATION, 3, p, 8);
	describe_proposals(c, 1, o);
}

void ike_describe_sa2(struct cursor *c, struct field_out *o)
{
	describe_proposals(c, 2, o);
}

void ike_describe_cfg(struct cursor *c, struct field_out *o)
{
	struct ike_attr a;

	while (attr_next(c, IKE_CFG_ATTR, &a, o))
		;
}
