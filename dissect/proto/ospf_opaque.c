/*
 * dissect/proto/ospf_opaque.c -- opaque LSAs of type-length-values: router information RFC 7770,
 * host names RFC 5642, extended prefixes RFC 7684, segment routing RFC 8665, MSD RFC 8476.
 */
#include "dissect/dissect.h"
#include "dissect/proto/ospf.h"

enum {
	RI_INFORMATIONAL = 1,
	RI_HOSTNAME = 7,
	RI_ALGORITHMS = 8,
	RI_RANGE = 9,
	RI_MSD = 12,
	RI_LOCAL_BLOCK = 14,
	RI_PREFERENCE = 15,
	EXT_PREFIX = 1,
	EXT_RANGE = 2,
	SUB_PREFIX_SID = 2,
	LABEL_MASK = 0xfffff,
};

/* RFC 8665 2.1: three bytes hold a label of 20 bits, four an index. */
static void put_sid(const uint8_t *p, size_t n, struct field_out *o)
{
	if (n == 3)
		field_put_num(o, &ospf_described[OSPF_SID], load_be24(p) & LABEL_MASK, p, 3);
	else if (n == 4)
		ospf_put(o, OSPF_SID, p, 4);
}

static void describe_range(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4), *start;
	struct cursor value;
	uint16_t type;

	if (!p)
		return;
	ospf_put(o, OSPF_RANGE, p, 3);
	while (ospf_tlv_next(c, &type, &value, &start)) {
		ospf_put_tlv(o, OSPF_RANGE_TYPE, start, &value);
		if (type == 1)
			put_sid(value.pos, cursor_left(&value), o);
	}
}

static void describe_info(uint16_t type, struct cursor *c, struct field_out *o)
{
	const uint8_t *p = c->pos;
	const size_t n = cursor_left(c);

	if (type == RI_INFORMATIONAL && n == 4) {
		ospf_put_table(o, OSPF_RI_OPTIONS, 8, p, 1);
	} else if (type == RI_HOSTNAME) {
		ospf_put_bytes(o, OSPF_HOSTNAME, p, n);
	} else if (type == RI_ALGORITHMS) {
		while ((p = cursor_take(c, 1)))
			ospf_put(o, OSPF_ALGORITHM, p, 1);
	} else if (type == RI_RANGE || type == RI_LOCAL_BLOCK) {
		describe_range(c, o);
	} else if (type == RI_MSD) {
		while ((p = cursor_take(c, 2)))
			ospf_put_table(o, OSPF_MSD, 2, p, 2);
	} else if (type == RI_PREFERENCE && n == 4) {
		ospf_put(o, OSPF_PREFERENCE, p, 1);
	} else if (n) {
		ospf_put_bytes(o, OSPF_TLV_VALUE, p, n);
	}
}

void ospf_describe_router_info(struct cursor *c, struct field_out *o)
{
	struct cursor value;
	const uint8_t *start;
	uint16_t type;

	while (ospf_tlv_next(c, &type, &value, &start)) {
		ospf_put_tlv(o, OSPF_RI_TYPE, start, &value);
		describe_info(type, &value, o);
	}
}

/* RFC 8665 5: flags, a reserved byte, topology, algorithm, and the SID. */
static void describe_prefix_sid(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 4);

	if (!p)
		return;
	ospf_put_table(o, OSPF_PREFIX_SID, 6, p, 1);
	ospf_put(o, OSPF_TOPOLOGY, p + 2, 1);
	ospf_put(o, OSPF_ALGORITHM, p + 3, 1);
	put_sid(c->pos, cursor_left(c), o);
}

/* RFC 7684 2.1 and RFC 8665 4: a prefix, or a range of them that starts with it. */
static void describe_extended(uint16_t type, struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, type == EXT_RANGE ? 12 : 8), *start;
	struct cursor value;

	if (!p)
		return;
	if (type == EXT_RANGE) {
		ospf_put_table(o, OSPF_PREFIX, 1, p, 1);
		ospf_put(o, OSPF_EXT_FAMILY, p + 1, 1);
		ospf_put(o, OSPF_RANGE, p + 2, 2);
		ospf_put_table(o, OSPF_EXT_RANGE_FLAGS, 2, p + 4, 1);
	} else {
		ospf_put(o, OSPF_EXT_ROUTE, p, 1);
		ospf_put_table(o, OSPF_PREFIX, 1, p + 1, 1);
		ospf_put(o, OSPF_EXT_FAMILY, p + 2, 1);
		ospf_put_table(o, OSPF_EXT_FLAGS, 3, p + 3, 1);
	}
	ospf_put_bytes(o, OSPF_EXT_ADDR, c->pos - 4, 4);
	while (ospf_tlv_next(c, &type, &value, &start)) {
		ospf_put_tlv(o, OSPF_EXT_SUB_TYPE, start, &value);
		if (type == SUB_PREFIX_SID)
			describe_prefix_sid(&value, o);
		else if (cursor_left(&value))
			ospf_put_bytes(o, OSPF_TLV_VALUE, value.pos, cursor_left(&value));
	}
}

void ospf_describe_prefixes(struct cursor *c, struct field_out *o)
{
	struct cursor value;
	const uint8_t *start;
	uint16_t type;

	while (ospf_tlv_next(c, &type, &value, &start)) {
		ospf_put_tlv(o, OSPF_EXT_TYPE, start, &value);
		if (type == EXT_PREFIX || type == EXT_RANGE)
			describe_extended(type, &value, o);
		else if (cursor_left(&value))
			ospf_put_bytes(o, OSPF_TLV_VALUE, value.pos, cursor_left(&value));
	}
}
