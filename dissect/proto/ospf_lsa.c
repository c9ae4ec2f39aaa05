/*
 * dissect/proto/ospf_lsa.c -- link state advertisements: RFC 2328 (version 2), RFC 5340 (version
 * 3), NSSA RFC 3101, opaque RFC 5250, traffic engineering RFC 3630, graceful restart RFC 3623.
 */
#include "dissect/proto/ospf.h"

#include <stdio.h>

#include "dissect/dissect.h"

enum {
	LSA_ROUTER = 1,
	LSA_NETWORK = 2,
	LSA_SUMMARY = 3,
	LSA_ASBR = 4,
	LSA_EXTERNAL = 5,
	LSA_NSSA = 7,
	LSA_OPAQUE_LINK = 9,
	LSA_OPAQUE_AS = 11,
	OPAQUE_TE = 1,
	OPAQUE_GRACE = 3,
	OPAQUE_ROUTER_INFO = 4,
	OPAQUE_PREFIX = 7,
	/* Function codes of version 3; others are as the types above. */
	LSA3_INTER_PREFIX = 3,
	LSA3_INTER_ROUTER = 4,
	LSA3_LINK = 8,
	LSA3_INTRA_PREFIX = 9,
	TE_LINK = 2,
	SWITCHING_PACKET_MAX = 4, /* packet-switch capable, 1 to 4 */
};

/* A metric of 16 or 24 bits. */
static void put_metric(struct field_out *o, const uint8_t *p, size_t n)
{
	ospf_put(o, OSPF_METRIC, p, n);
}

static void put_addrs(struct cursor *c, unsigned which, struct field_out *o)
{
	const uint8_t *p;

	while ((p = cursor_take(c, 4)))
		ospf_put_bytes(o, which, p, 4);
}

static void describe_router2(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4), *tos;
	unsigned nr, nr_tos;

	if (!p)
		return;
	ospf_put_table(o, OSPF_ROUTER2, 8, p, 4);
	for (nr = load_be16(p + 2); nr && (p = cursor_take(c, 12)); nr--) {
		ospf_put_table(o, OSPF_LINK2, 5, p, 12);
		for (nr_tos = p[9]; nr_tos && (tos = cursor_take(c, 4)); nr_tos--) {
			ospf_put(o, OSPF_TOS, tos, 1);
			put_metric(o, tos + 2, 2);
		}
	}
}

static void describe_external2(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);

	if (!p)
		return;
	ospf_put_bytes(o, OSPF_EXTERNAL_MASK, p, 4);
	while ((p = cursor_take(c, 12))) {
		ospf_put_table(o, OSPF_EXTERNAL_TYPE, 1, p, 1);
		field_put_num(o, &ospf_described[OSPF_TOS], p[0] & 0x7f, p, 1);
		put_metric(o, p + 1, 3);
		ospf_put_table(o, OSPF_EXTERNAL, 2, p + 4, 8);
	}
}

bool ospf_tlv_next(struct cursor *c, uint16_t *ret_type, struct cursor *ret_value,
		   const uint8_t **ret_start)
{
	const uint8_t *p = cursor_take(c, 4);
	size_t len, padded;

	if (!p)
		return false;
	len = load_be16(p + 2);
	padded = align_up(len, 4);
	*ret_type = load_be16(p);
	*ret_start = p;
	*ret_value = cursor_over(p + 4, MIN_OF(len, cursor_left(c)), false);
	if (padded > cursor_left(c))
		padded = cursor_left(c);
	cursor_skip(c, padded);
	return true;
}

/* IEEE 754 in four bytes, as text: fields have no such kind. */
static void put_floats(struct field_out *o, unsigned which, struct cursor *c)
{
	const uint8_t *p;
	char text[32];
	uint32_t bits;
	float v;

	while ((p = cursor_take(c, 4))) {
		bits = load_be32(p);
		memcpy(&v, &bits, sizeof(v));
		snprintf(text, sizeof(text), "%g", (double)v);
		field_put_text(o, &ospf_described[which], text, strlen(text), p, 4);
	}
}

/* RFC 4203 1.4: what a link can switch, eight bandwidths, and more of those that switch packets. */
static void describe_switching(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);
	struct cursor part = *c;

	if (!p || !cursor_take(c, 32))
		return;
	ospf_put_table(o, OSPF_TE_SWITCHING, 2, p, 4);
	part.end = c->pos;
	put_floats(o, OSPF_TE_UNRESERVED, &part);
	if (p[0] > SWITCHING_PACKET_MAX || cursor_left(c) < 6)
		return;
	part = cursor_over(cursor_take(c, 4), 4, false);
	put_floats(o, OSPF_TE_LSP, &part);
	ospf_put(o, OSPF_TE_LINK_MTU, c->pos, 2);
}

/* RFC 3630 2.5: sub-TLVs of a link; 3 and 4 may hold several addresses. */
static void describe_te_link(uint16_t type, struct cursor *c, struct field_out *o)
{
	const uint8_t *p = c->pos;
	const size_t n = cursor_left(c);

	if (type == 1 && n >= 1)
		ospf_put(o, OSPF_TE_LINK_TYPE, p, 1);
	else if (type >= 2 && type <= 4)
		put_addrs(c, OSPF_TE_LINK_ID + type - 2u, o);
	else if (type == 5 && n == 4)
		ospf_put(o, OSPF_TE_METRIC, p, 4);
	else if (type == 6 || type == 7)
		put_floats(o, OSPF_TE_BANDWIDTH, c);
	else if (type == 8)
		put_floats(o, OSPF_TE_UNRESERVED, c);
	else if (type == 9 && n == 4)
		ospf_put(o, OSPF_TE_COLOR, p, 4);
	else if (type == 15)
		describe_switching(c, o);
	else if (n)
		ospf_put_bytes(o, OSPF_TLV_VALUE, p, n);
}

void ospf_put_tlv(struct field_out *o, unsigned type, const uint8_t *start,
		  const struct cursor *value)
{
	field_put_group(o, &ospf_described[OSPF_TLV], NULL, start, (size_t)(value->end - start));
	ospf_put_table(o, type, 1, start, 4);
	ospf_put_table(o, OSPF_TLV_HEAD + 1, 1, start, 4);
}

static void describe_te(struct cursor *c, struct field_out *o)
{
	struct cursor value, sub;
	const uint8_t *start;
	uint16_t type;

	while (ospf_tlv_next(c, &type, &value, &start)) {
		ospf_put_tlv(o, OSPF_TLV_HEAD, start, &value);
		if (type == 1)
			put_addrs(&value, OSPF_TE_ROUTER, o);
		while (type == TE_LINK && ospf_tlv_next(&value, &type, &sub, &start)) {
			ospf_put_tlv(o, OSPF_TLV_HEAD, start, &sub);
			describe_te_link(type, &sub, o);
			type = TE_LINK;
		}
	}
}

static void describe_grace(struct cursor *c, struct field_out *o)
{
	struct cursor value;
	const uint8_t *start;
	uint16_t type;

	while (ospf_tlv_next(c, &type, &value, &start)) {
		const size_t n = cursor_left(&value);

		ospf_put_tlv(o, OSPF_TLV_HEAD, start, &value);
		if (type == 1 && n == 4)
			ospf_put(o, OSPF_GRACE_PERIOD, value.pos, 4);
		else if (type == 2 && n == 1)
			ospf_put(o, OSPF_GRACE_REASON, value.pos, 1);
		else if (type == 3)
			put_addrs(&value, OSPF_GRACE_ADDR, o);
		else if (n)
			ospf_put_bytes(o, OSPF_TLV_VALUE, value.pos, n);
	}
}

static void describe_body2(const uint8_t *head, struct cursor *c, struct field_out *o)
{
	const uint8_t *p = c->pos;

	switch (head[3]) {
	case LSA_ROUTER:
		describe_router2(c, o);
		break;
	case LSA_NETWORK:
		if (!cursor_take(c, 4))
			return;
		ospf_put_bytes(o, OSPF_NETMASK, p, 4);
		put_addrs(c, OSPF_ATTACHED2, o);
		break;
	case LSA_SUMMARY:
	case LSA_ASBR:
		if (!cursor_take(c, 4))
			return;
		ospf_put_bytes(o, OSPF_SUMMARY_MASK, p, 4);
		while ((p = cursor_take(c, 4))) {
			ospf_put(o, OSPF_TOS, p, 1);
			put_metric(o, p + 1, 3);
		}
		break;
	case LSA_EXTERNAL:
	case LSA_NSSA:
		describe_external2(c, o);
		break;
	default:
		if (head[3] < LSA_OPAQUE_LINK || head[3] > LSA_OPAQUE_AS)
			return;
		if (head[4] == OPAQUE_TE)
			describe_te(c, o);
		else if (head[4] == OPAQUE_GRACE)
			describe_grace(c, o);
		else if (head[4] == OPAQUE_ROUTER_INFO)
			ospf_describe_router_info(c, o);
		else if (head[4] == OPAQUE_PREFIX)
			ospf_describe_prefixes(c, o);
	}
}

/* RFC 5340 A.4.1: a length in bits, options, two bytes of something else, whole words of prefix. */
static bool describe_prefix(struct cursor *c, unsigned between, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4), *addr;
	uint8_t whole[16] = { 0 };
	size_t len;

	if (!p || p[0] > 128)
		return false;
	ospf_put_table(o, OSPF_PREFIX, 6, p, 2);
	if (between)
		ospf_put(o, between, p + 2, 2);
	len = (p[0] + 31u) / 32 * 4;
	addr = cursor_take(c, len);
	if (!addr)
		return false;
	memcpy(whole, addr, len);
	field_put_text(o, &ospf_described[OSPF_PREFIX_ADDR], (const char *)whole, sizeof(whole),
		       addr, len);
	return true;
}

static void describe_external3(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4), *prefix = c->pos, *more;

	if (!p)
		return;
	ospf_put_table(o, OSPF_EXTERNAL3, 4, p, 1);
	put_metric(o, p + 1, 3);
	if (!describe_prefix(c, OSPF_REFERENCED_TYPE, o))
		return;
	if (p[0] & 2 && (more = cursor_take(c, 16)))
		ospf_put_bytes(o, OSPF_FORWARD3, more, 16);
	if (p[0] & 1 && (more = cursor_take(c, 4)))
		ospf_put(o, OSPF_TAG3, more, 4);
	if (load_be16(prefix + 2) && (more = cursor_take(c, 4)))
		ospf_put_bytes(o, OSPF_REFERENCED_ID, more, 4);
}

static void describe_link3(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 24);
	uint32_t nr;

	if (!p)
		return;
	ospf_put(o, OSPF_LINK_PRIORITY, p, 1);
	ospf_put_table(o, OSPF_OPTIONS3, 10, p + 1, 3);
	ospf_put_bytes(o, OSPF_LINK_LOCAL, p + 4, 16);
	ospf_put(o, OSPF_NR_PREFIXES, p + 20, 4);
	for (nr = load_be32(p + 20); nr && describe_prefix(c, 0, o); nr--)
		;
}

static void describe_intra3(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 12);
	unsigned nr;

	if (!p)
		return;
	ospf_put(o, OSPF_NR_PREFIXES, p, 2);
	ospf_put(o, OSPF_REFERENCED_TYPE, p + 2, 2);
	ospf_put_bytes(o, OSPF_REFERENCED_ID, p + 4, 4);
	ospf_put_bytes(o, OSPF_REFERENCED_ROUTER, p + 8, 4);
	for (nr = load_be16(p); nr && describe_prefix(c, OSPF_METRIC, o); nr--)
		;
}

static void describe_body3(uint16_t function, struct cursor *c, struct field_out *o)
{
	const uint8_t *p = c->pos;

	switch (function) {
	case LSA_ROUTER:
		if (!cursor_take(c, 4))
			return;
		ospf_put_table(o, OSPF_ROUTER3, 5, p, 1);
		ospf_put_table(o, OSPF_OPTIONS3, 10, p + 1, 3);
		while ((p = cursor_take(c, 16))) {
			ospf_put_table(o, OSPF_LINK3, 1, p, 16);
			put_metric(o, p + 2, 2);
			ospf_put_table(o, OSPF_LINK3 + 1, 3, p, 16);
		}
		break;
	case LSA_NETWORK:
		if (!cursor_take(c, 4))
			return;
		ospf_put_table(o, OSPF_OPTIONS3, 10, p + 1, 3);
		put_addrs(c, OSPF_ATTACHED3, o);
		break;
	case LSA3_INTER_PREFIX:
		if (!cursor_take(c, 4))
			return;
		put_metric(o, p + 1, 3);
		describe_prefix(c, 0, o);
		break;
	case LSA3_INTER_ROUTER:
		if (!cursor_take(c, 12))
			return;
		ospf_put_table(o, OSPF_OPTIONS3, 10, p + 1, 3);
		put_metric(o, p + 5, 3);
		ospf_put_bytes(o, OSPF_DESTINATION, p + 8, 4);
		break;
	case LSA_EXTERNAL:
	case LSA_NSSA:
		describe_external3(c, o);
		break;
	case LSA3_LINK:
		describe_link3(c, o);
		break;
	case LSA3_INTRA_PREFIX:
		describe_intra3(c, o);
		break;
	}
}

static void describe_head2(const uint8_t *p, struct field_out *o)
{
	const bool nssa = p[3] == LSA_NSSA;

	ospf_put_table(o, OSPF_AGE2, 2, p, 2);
	field_put_table(o, &ospf_described[OSPF_OPTIONS2], nssa ? 10 : 9, nssa ? 2 : 1, p + 2, 1);
	ospf_put(o, OSPF_TYPE2, p + 3, 1);
	if (p[3] < LSA_OPAQUE_LINK || p[3] > LSA_OPAQUE_AS) {
		ospf_put_bytes(o, OSPF_ID2, p + 4, 4);
		return;
	}
	ospf_put(o, OSPF_OPAQUE_TYPE, p + 4, 1);
	if (p[4] == OPAQUE_TE)
		ospf_put_table(o, OSPF_TE_ID, 2, p + 5, 3);
	else
		ospf_put(o, OSPF_OPAQUE_ID, p + 5, 3);
}

bool ospf_describe_lsa(struct cursor *c, unsigned version, bool whole, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, OSPF_LSA_HEADER);
	struct cursor body;
	size_t len;

	if (!p)
		return false;
	len = load_be16(p + 18);
	if (len < OSPF_LSA_HEADER)
		len = whole ? SIZE_MAX : 0; /* a lie: shown, and the end of it */
	else
		len = whole ? len - OSPF_LSA_HEADER : 0;
	body = cursor_over(c->pos, MIN_OF(len, cursor_left(c)), false);
	field_put_group(o, &ospf_described[OSPF_LSA],
			version == 2 ? name_find(ospf_described[OSPF_TYPE2].names, p[3])
				     : name_find(ospf_described[OSPF_TYPE3 + 3].names,
						 load_be16(p + 2) & 0x1fff),
			p, OSPF_LSA_HEADER + cursor_left(&body));
	if (version == 2) {
		describe_head2(p, o);
	} else {
		ospf_put_table(o, OSPF_AGE2, 1, p, 2);
		ospf_put_table(o, OSPF_AGE3, 1, p, 2);
		ospf_put_table(o, OSPF_TYPE3, 4, p + 2, 2);
		ospf_put_bytes(o, OSPF_ID3, p + 4, 4);
	}
	ospf_put_bytes(o, OSPF_ADV_ROUTER, p + 8, 4);
	ospf_put_table(o, OSPF_LSA_TAIL, 3, p + 12, 8);
	if (!cursor_take(c, len))
		return false;
	if (whole && version == 2)
		describe_body2(p, &body, o);
	else if (whole)
		describe_body3(load_be16(p + 2) & 0x1fff, &body, o);
	return true;
}
