/*
 * dissect/proto/igmp.c -- Internet Group Management Protocol: RFC 988 (version 0), RFC 1112 (1),
 * RFC 2236 (2), RFC 3376 (3); multicast router discovery RFC 4286.
 */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/icmp_common.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	TYPE_V0_LAST = 8,
	TYPE_QUERY = 0x11,
	TYPE_V1_REPORT = 0x12,
	TYPE_PIM = 0x14,
	TYPE_V2_REPORT = 0x16,
	TYPE_LEAVE = 0x17,
	TYPE_V3_REPORT = 0x22,
	V0_LEN = 20,
	HEADER = 8,
	V3_QUERY_LEN = 12,
	GROUPS_SHOWN = 4,
};

enum {
	SHAPE_GROUP = 1 << 0, /* a group address behind the checksum */
	SHAPE_RESP = 1 << 1,  /* and a time to respond in front of it */
	SHAPE_V3_QUERY = 1 << 2,
	SHAPE_V3_REPORT = 1 << 3,
	SHAPE_V0 = 1 << 4,
};

static const struct name_map type_names[] = {
	{ 0x01, "v0 create group request" },
	{ 0x02, "v0 create group reply" },
	{ 0x03, "v0 join group request" },
	{ 0x04, "v0 join group reply" },
	{ 0x05, "v0 leave group request" },
	{ 0x06, "v0 leave group reply" },
	{ 0x07, "v0 confirm group request" },
	{ 0x08, "v0 confirm group reply" },
	{ 0x11, "membership query" },
	{ 0x12, "v1 membership report" },
	{ 0x13, "DVMRP" },
	{ 0x14, "PIM v1" },
	{ 0x15, "Cisco trace" },
	{ 0x16, "v2 membership report" },
	{ 0x17, "leave group" },
	{ 0x1e, "multicast traceroute reply" },
	{ 0x1f, "multicast traceroute" },
	{ 0x22, "v3 membership report" },
	{ 0x30, "multicast router advertisement" },
	{ 0x31, "multicast router solicitation" },
	{ 0x32, "multicast router termination" },
	{ 0, NULL },
};

static const struct field_desc igmp_fields[] = {
	{ "igmp.type", "Type", 0, 8, FIELD_ENUM, FIELD_OPT | FIELD_BASE_HEX, .names = type_names },
	{ "igmp.checksum", "Checksum", 16, 16, FIELD_HEX, FIELD_OPT },
	{ "igmp.identifier", "Identifier", 32, 32, FIELD_UINT, FIELD_OPT, .variants = SHAPE_V0 },
	{ "igmp.s", "Suppress router-side processing", 68, 1, FIELD_FLAG, FIELD_OPT,
	  .variants = SHAPE_V3_QUERY },
	{ "igmp.qrv", "Robustness variable", 69, 3, FIELD_UINT, FIELD_OPT,
	  .variants = SHAPE_V3_QUERY },
	{ "igmp.qqic", "Query interval code", 72, 8, FIELD_UINT, FIELD_OPT,
	  .variants = SHAPE_V3_QUERY },
	{ "igmp.access_key", "Access key", 96, 64, FIELD_BYTES, FIELD_OPT, .variants = SHAPE_V0 },
	{ "igmp.num_grp_recs", "Number of records", 48, 16, FIELD_UINT, FIELD_OPT,
	  .variants = SHAPE_V3_REPORT },
};

enum {
	D_VERSION,
	D_MAX_RESP,
	D_EXPONENT,
	D_MANTISSA,
	D_CHECKSUM, /* three of them */
	D_GROUP = D_CHECKSUM + 3,
	D_RECORD,
	D_RECORD_TYPE,
	D_AUX_LEN,
	D_NUM_SRC,
	D_SOURCE,
	D_AUX,
	NR_D,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc igmp_described[NR_D] = {
	[D_VERSION] = { "igmp.version", "Version", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[D_MAX_RESP] = { "igmp.max_resp", "Maximum response time", 0, 0, FIELD_UINT,
			 FIELD_DESCRIBED, .unit = "tenths of a second" },
	[D_EXPONENT] = { "igmp.max_resp.exp", "Exponent", 0, 3, FIELD_HEX, FIELD_DESCRIBED,
			 .digits = 2 },
	[D_MANTISSA] = { "igmp.max_resp.mant", "Mantissa", 0, 4, FIELD_HEX, FIELD_DESCRIBED,
			 .digits = 2 },
	[D_CHECKSUM] = CHECKSUM_STATUS("igmp.checksum.status"),
	CHECKSUM_EXPECTED("igmp.checksum.expected"),
	CHECKSUM_NOTE("igmp.checksum.note"),
	[D_GROUP] = { "igmp.maddr", "Group", 0, 0, FIELD_IPV4, LISTED },
	[D_RECORD] = { "igmp.record", "Group record", 0, 0, FIELD_GROUP, LISTED },
	[D_RECORD_TYPE] = { "igmp.record_type", "Record type", 0, 0, FIELD_ENUM, LISTED,
			    .names = multicast_record_names },
	[D_AUX_LEN] = { "igmp.aux_data_len", "Auxiliary data in words", 0, 0, FIELD_UINT, LISTED },
	[D_NUM_SRC] = { "igmp.num_src", "Number of sources", 0, 0, FIELD_UINT, LISTED },
	[D_SOURCE] = { "igmp.saddr", "Source", 0, 0, FIELD_IPV4, LISTED },
	[D_AUX] = { "igmp.aux_data", "Auxiliary data", 0, 0, FIELD_BYTES, LISTED },
};

/* What a message of this type and length looks like. A query's version shows in its length. */
static uint8_t igmp_shape(uint8_t type, uint8_t code, size_t len)
{
	switch (type) {
	case TYPE_QUERY:
		if (len >= V3_QUERY_LEN)
			return SHAPE_V3_QUERY;
		return code ? SHAPE_GROUP | SHAPE_RESP : SHAPE_GROUP;
	case TYPE_V1_REPORT:
		return SHAPE_GROUP;
	case TYPE_V2_REPORT:
	case TYPE_LEAVE:
		return SHAPE_GROUP | SHAPE_RESP;
	case TYPE_V3_REPORT:
		return SHAPE_V3_REPORT;
	default:
		return type && type <= TYPE_V0_LAST ? SHAPE_V0 : 0;
	}
}

static unsigned igmp_version(uint8_t type, uint8_t shape)
{
	if (shape & (SHAPE_V3_QUERY | SHAPE_V3_REPORT))
		return 3;
	if (shape & SHAPE_V0)
		return 0;
	return type == TYPE_V1_REPORT || shape == SHAPE_GROUP ? 1 : 2;
}

static struct next igmp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;

	if (cursor_left(c) && *p == TYPE_PIM) /* version 1 travels in IGMP, and is a PIM header */
		return next_key(KEY_PROTO, PROTO_PIM);
	p = cursor_take(c, HEADER);
	if (unlikely(!p))
		return next_none();
	l->variant = igmp_shape(p[0], p[1], d->wire_end > l->off ? d->wire_end - l->off : 0);
	if (l->variant & SHAPE_V0)
		cursor_skip(c, V0_LEN - HEADER);
	else if (l->variant & (SHAPE_V3_QUERY | SHAPE_V3_REPORT))
		dissect_take_rest(d, c);
	return next_none();
}

static void put(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_uint(o, &igmp_described[which], p, n);
}

/* Tenths of a second; RFC 3376 4.1.1: from 128 on in floating point, in version 3. */
static unsigned max_resp(const uint8_t *p, uint8_t shape)
{
	if (!(shape & SHAPE_V3_QUERY) || p[1] < 128)
		return p[1];
	return ((p[1] & 15u) | 16u) << ((p[1] >> 4 & 7u) + 3);
}

static void describe_max_resp(const uint8_t *p, uint8_t shape, struct field_out *o)
{
	field_put_num(o, &igmp_described[D_MAX_RESP], max_resp(p, shape), p + 1, 1);
	if (!(shape & SHAPE_V3_QUERY) || p[1] < 128)
		return;
	field_put_num(o, &igmp_described[D_EXPONENT], p[1] >> 4 & 7, p + 1, 1);
	field_put_num(o, &igmp_described[D_MANTISSA], p[1] & 15, p + 1, 1);
}

static void describe_sources(struct cursor *c, unsigned nr, struct field_out *o)
{
	const uint8_t *p;

	while (nr-- && (p = cursor_take(c, 4)))
		field_put_bytes(o, &igmp_described[D_SOURCE], p, 4);
}

static void describe_records(struct cursor *c, unsigned nr, struct field_out *o)
{
	const uint8_t *p;
	size_t rest;

	while (nr-- && (p = cursor_take(c, 8))) {
		rest = load_be16(p + 2) * 4u + p[1] * 4u;
		field_put_group(o, &igmp_described[D_RECORD],
				name_find(multicast_record_names, p[0]), p,
				8 + MIN_OF(rest, cursor_left(c)));
		put(o, D_RECORD_TYPE, p, 1);
		put(o, D_AUX_LEN, p + 1, 1);
		put(o, D_NUM_SRC, p + 2, 2);
		field_put_bytes(o, &igmp_described[D_GROUP], p + 4, 4);
		describe_sources(c, load_be16(p + 2), o);
		rest = p[1] * 4u;
		p = rest ? cursor_take(c, rest) : NULL;
		if (p)
			field_put_bytes(o, &igmp_described[D_AUX], p, rest);
	}
}

static void igmp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER);
	struct checksum_found sum;
	struct cursor c;

	if (!p)
		return;
	if (l->variant)
		field_put_num(o, &igmp_described[D_VERSION], igmp_version(p[0], l->variant), p, 1);
	if (l->variant & (SHAPE_RESP | SHAPE_V3_QUERY))
		describe_max_resp(p, l->variant, o);
	sum = checksum_find_plain(d, l, checksum_layer_len(d, l), 2);
	checksum_put(o, &igmp_described[D_CHECKSUM], &sum, p + 2, 2);
	c = layer_cursor(d, l, HEADER);
	if (l->variant & (SHAPE_GROUP | SHAPE_V3_QUERY))
		field_put_bytes(o, &igmp_described[D_GROUP], p + 4, 4);
	if (l->variant & SHAPE_V0 && layer_bytes(d, l, 8, 4))
		field_put_bytes(o, &igmp_described[D_GROUP], p + 8, 4);
	if (l->variant & SHAPE_V3_QUERY && cursor_take(&c, 4)) {
		put(o, D_NUM_SRC, p + 10, 2);
		describe_sources(&c, load_be16(p + 10), o);
	}
	if (l->variant & SHAPE_V3_REPORT)
		describe_records(&c, load_be16(p + 6), o);
}

static void line_records(struct cursor *c, unsigned nr, struct strbuf *out)
{
	unsigned shown;

	for (shown = 0; shown < nr && shown < GROUPS_SHOWN; shown++) {
		const uint8_t *p = cursor_take(c, 8);
		const char *name;
		unsigned nr_src;

		if (!p)
			return;
		nr_src = load_be16(p + 2);
		name = name_find(multicast_record_names, p[0]);
		strbuf_puts(out, ", ");
		strbuf_puts(out, name ? name : "record ");
		if (!name)
			strbuf_uint(out, p[0]);
		strbuf_putc(out, ' ');
		text_ipv4(p + 4, out);
		if (nr_src)
			strbuf_printf(out, " (%u sources)", nr_src);
		cursor_skip(c, nr_src * 4u + p[1] * 4u);
	}
	if (shown < nr)
		strbuf_printf(out, ", %u more", nr - shown);
}

static void igmp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, HEADER);
	const char *name;
	struct cursor c;

	if (!l->hdr_len && !layer_is_last(d, l))
		return; /* PIM says it all */
	line_paint(opt, PAINT_PROTOCOL, "IGMP", out);
	if (!p)
		return;
	name = name_find(type_names, p[0]);
	if (p[0] == TYPE_QUERY)
		strbuf_printf(out, " v%u", igmp_version(p[0], l->variant));
	if (name)
		strbuf_printf(out, " %s", name);
	else
		strbuf_printf(out, " type 0x%02x", p[0]);
	if (l->variant & (SHAPE_GROUP | SHAPE_V3_QUERY) && load_be32(p + 4)) {
		strbuf_putc(out, ' ');
		text_ipv4(p + 4, out);
	}
	if (p[0] == TYPE_QUERY && p[1])
		strbuf_printf(out, ", max response %u.%us", max_resp(p, l->variant) / 10,
			      max_resp(p, l->variant) % 10);
	if (l->variant & SHAPE_V3_REPORT) {
		c = layer_cursor(d, l, HEADER);
		line_records(&c, load_be16(p + 6), out);
	}
}

const struct dissector igmp_dissector = {
	.name = "igmp",
	.title = "Internet Group Management Protocol",
	.id = PROTO_IGMP,
	.layer_class = CLASS_TRANSPORT,
	.fields = igmp_fields,
	.nr_fields = ARRAY_SIZE(igmp_fields),
	.described = igmp_described,
	.nr_described = ARRAY_SIZE(igmp_described),
	.keys = { { KEY_IPPROTO, 2 } },
	.dissect = igmp_dissect,
	.describe = igmp_describe,
	.line = igmp_line,
};
