/*
 * dissect/proto/gre.c -- Generic Routing Encapsulation: RFC 2784, key and sequence RFC 2890, source
 * routes RFC 1701, PPTP's version 1 RFC 2637, NVGRE RFC 7637.
 */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	GRE_HDR_MIN = 4,
	HAS_CHECKSUM = 0x80,
	HAS_ROUTING = 0x40,
	HAS_KEY = 0x20,
	HAS_SEQUENCE = 0x10,
	HAS_ACK = 0x80,         /* in the second byte, version 1 */
	ETHERTYPE_MIN = 0x0600, /* below lie the lengths of IEEE 802.3 */
	ETHERTYPE_BRIDGING = 0x6558,
	ETHERTYPE_PPP = 0x880b,
	ETHERTYPE_ERSPAN = 0x88be,
	IS_GRE = 1 << 0,
	IS_PPTP = 1 << 1,
};

static const struct field_desc gre_fields[] = {
	{ "gre.flags_and_version", "Flags and version", 0, 16, FIELD_HEX },
	{ "gre.flags.checksum", "Checksum", 0, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "gre.flags.routing", "Routing", 1, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "gre.flags.key", "Key", 2, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "gre.flags.sequence_number", "Sequence number", 3, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "gre.flags.strict_source_route", "Strict source route", 4, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "gre.flags.recursion_control", "Recursion control", 5, 3, FIELD_UINT, FIELD_OVERLAP },
	{ "gre.flags.ack", "Acknowledgment", 8, 1, FIELD_FLAG, FIELD_OVERLAP, .variants = IS_PPTP },
	{ "gre.flags.reserved", "Reserved", 8, 5, FIELD_UINT, FIELD_OVERLAP, .variants = IS_GRE },
	{ "gre.flags.reserved", "Reserved", 9, 4, FIELD_UINT, FIELD_OVERLAP, .variants = IS_PPTP },
	{ "gre.flags.version", "Version", 13, 3, FIELD_UINT, FIELD_OVERLAP },
	{ "gre.proto", "Protocol", 16, 16, FIELD_ENUM, FIELD_BASE_HEX, .names = ethertype_names },
	{ "gre.key.payload_length", "Payload length", 32, 16, FIELD_UINT, FIELD_OPT,
	  .variants = IS_PPTP, .unit = "bytes" },
	{ "gre.key.call_id", "Call", 48, 16, FIELD_UINT, FIELD_OPT, .variants = IS_PPTP },
};

enum {
	GRE_CHECKSUM_STATUS, /* and the two after it */
	GRE_CHECKSUM = GRE_CHECKSUM_STATUS + 3,
	GRE_OFFSET,
	GRE_KEY,
	GRE_VSID,
	GRE_FLOW_ID,
	GRE_SEQUENCE,
	GRE_ACK,
	GRE_ROUTE,
	GRE_ROUTE_FAMILY,
	GRE_ROUTE_OFFSET,
	GRE_ROUTE_LENGTH,
	GRE_ROUTE_DATA,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc gre_described[] = {
	CHECKSUM_STATUS("gre.checksum.status"),
	CHECKSUM_EXPECTED("gre.checksum_calculated"),
	CHECKSUM_NOTE("gre.checksum.note"),
	[GRE_CHECKSUM] = { "gre.checksum", "Checksum", 0, 0, FIELD_HEX, FIELD_DESCRIBED },
	[GRE_OFFSET] = { "gre.offset", "Offset of the active route", 0, 0, FIELD_UINT,
			 FIELD_DESCRIBED },
	[GRE_KEY] = { "gre.key", "Key", 0, 0, FIELD_HEX, FIELD_DESCRIBED },
	[GRE_VSID] = { "gre.nvgre.vsid", "Subnet, if it is NVGRE", 0, 0, FIELD_UINT,
		       FIELD_DESCRIBED | FIELD_OVERLAP },
	[GRE_FLOW_ID] = { "gre.nvgre.flowid", "Flow, if it is NVGRE", 0, 0, FIELD_UINT,
			  FIELD_DESCRIBED | FIELD_OVERLAP },
	[GRE_SEQUENCE] = { "gre.sequence_number", "Sequence number", 0, 0, FIELD_UINT,
			   FIELD_DESCRIBED },
	[GRE_ACK] = { "gre.ack_number", "Acknowledgment number", 0, 0, FIELD_UINT,
		      FIELD_DESCRIBED },
	[GRE_ROUTE] = { "gre.routing", "Route", 0, 0, FIELD_GROUP, LISTED },
	/* Bits count from the route entry's first byte. */
	[GRE_ROUTE_FAMILY] = { "gre.routing.address_family", "Address family", 0, 16, FIELD_UINT,
			       LISTED },
	[GRE_ROUTE_OFFSET] = { "gre.routing.sre_offset", "Offset of the next hop", 16, 8,
			       FIELD_UINT, LISTED },
	[GRE_ROUTE_LENGTH] = { "gre.routing.src_length", "Length", 24, 8, FIELD_UINT, LISTED },
	[GRE_ROUTE_DATA] = { "gre.routing.information", "Addresses", 0, 0, FIELD_BYTES, LISTED },
};

/* Entries of a source route; the last one is empty. */
static void take_routes(struct cursor *c)
{
	const uint8_t *p;

	do
		p = cursor_take(c, 4);
	while (p && p[3] && cursor_take(c, p[3]));
}

static struct next gre_next(const uint8_t *p)
{
	const uint16_t type = load_be16(p + 2);

	switch (type) {
	case ETHERTYPE_BRIDGING:
		return next_key(KEY_PROTO, PROTO_ETH);
	case ETHERTYPE_PPP:
		return next_key(KEY_PROTO, PROTO_PPP);
	case ETHERTYPE_ERSPAN:
		/* Type I has neither a header of its own nor GRE's sequence number. */
		return next_key(KEY_PROTO, p[0] & HAS_SEQUENCE ? PROTO_ERSPAN : PROTO_ETH);
	default:
		return next_key(KEY_ETHERTYPE, type);
	}
}

/* RFC 8086 3: version 0, checksum, key and sequence are all that there may be. */
static bool over_udp_valid(const uint8_t *p)
{
	return !(p[0] & ~(HAS_CHECKSUM | HAS_KEY | HAS_SEQUENCE)) && !p[1] &&
	       load_be16(p + 2) >= ETHERTYPE_MIN;
}

static struct next gre_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, GRE_HDR_MIN);
	size_t options;

	if (unlikely(!p))
		return next_none();
	if (layer_carrier(d, l) == PROTO_UDP && !over_udp_valid(p))
		return next_reject();
	if ((p[1] & 7) > 1) /* there is none yet */
		return next_reject();
	l->variant = p[1] & 7 ? IS_PPTP : IS_GRE;
	options = (p[0] & (HAS_CHECKSUM | HAS_ROUTING) ? 4 : 0) + (p[0] & HAS_KEY ? 4 : 0) +
		  (p[0] & HAS_SEQUENCE ? 4 : 0) + (l->variant == IS_PPTP && p[1] & HAS_ACK ? 4 : 0);
	cursor_skip(c, options);
	if (unlikely(p[0] & HAS_ROUTING && l->variant == IS_GRE))
		take_routes(c);
	if (c->failed)
		return next_none();
	if (l->variant == IS_PPTP && p[0] & HAS_KEY) {
		dissect_limit(d, c, load_be16(p + 4));
		if (!load_be16(p + 4)) /* only an acknowledgment */
			return next_none();
	}
	return gre_next(p);
}

static void describe_number(struct cursor *c, unsigned field, size_t len, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, len);

	if (p)
		field_put_uint(o, &gre_described[field], p, len);
}

static void describe_key(const struct layer *l, struct cursor *c, const uint8_t *hdr,
			 struct field_out *o)
{
	const uint8_t *p = c->pos;

	describe_number(c, GRE_KEY, 4, o);
	if (c->failed || load_be16(hdr + 2) != ETHERTYPE_BRIDGING ||
	    hdr[0] & (HAS_CHECKSUM | HAS_SEQUENCE))
		return;
	field_put_uint(o, &gre_described[GRE_VSID], p, 3);
	field_put_uint(o, &gre_described[GRE_FLOW_ID], p + 3, 1);
}

static void describe_routes(struct cursor *c, struct field_out *o)
{
	while (cursor_left(c) >= 4) {
		const uint8_t *p = c->pos;
		const size_t len = 4 + (size_t)p[3];

		if (!cursor_take(c, len))
			return;
		field_put_group(o, &gre_described[GRE_ROUTE], NULL, p, len);
		field_put_table(o, &gre_described[GRE_ROUTE_FAMILY], 3, 0, p, 4);
		if (len > 4)
			field_put_bytes(o, &gre_described[GRE_ROUTE_DATA], p + 4, len - 4);
	}
}

static void gre_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, GRE_HDR_MIN);
	struct cursor c = layer_cursor(d, l, GRE_HDR_MIN);
	struct checksum_found found;

	if (!p)
		return;
	if (l->variant == IS_GRE && p[0] & (HAS_CHECKSUM | HAS_ROUTING)) {
		describe_number(&c, GRE_CHECKSUM, 2, o);
		if (p[0] & HAS_CHECKSUM && !c.failed) {
			found = checksum_find_plain(d, l, checksum_layer_len(d, l), 4);
			checksum_put(o, &gre_described[GRE_CHECKSUM_STATUS], &found, p + 4, 2);
		}
		describe_number(&c, GRE_OFFSET, 2, o);
	}
	if (p[0] & HAS_KEY && l->variant == IS_GRE)
		describe_key(l, &c, p, o);
	else if (p[0] & HAS_KEY)
		cursor_skip(&c, 4);
	if (p[0] & HAS_SEQUENCE)
		describe_number(&c, GRE_SEQUENCE, 4, o);
	if (l->variant == IS_PPTP && p[1] & HAS_ACK)
		describe_number(&c, GRE_ACK, 4, o);
	if (l->variant == IS_GRE && p[0] & HAS_ROUTING)
		describe_routes(&c, o);
}

static void line_number(struct cursor *c, const char *text, struct strbuf *out)
{
	const uint8_t *p = cursor_take(c, 4);

	if (!p)
		return;
	strbuf_puts(out, text);
	strbuf_uint(out, load_be32(p));
}

static void gre_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, GRE_HDR_MIN);
	struct cursor c = layer_cursor(d, l, GRE_HDR_MIN);
	const uint8_t *key;

	line_paint(opt, PAINT_PROTOCOL, l->variant == IS_PPTP ? "GREv1" : "GRE", out);
	if (!p)
		return;
	if (l->variant == IS_GRE && p[0] & (HAS_CHECKSUM | HAS_ROUTING))
		cursor_skip(&c, 4);
	key = p[0] & HAS_KEY ? cursor_take(&c, 4) : NULL;
	if (key && l->variant == IS_PPTP) {
		strbuf_puts(out, " call ");
		strbuf_uint(out, load_be16(key + 2));
	} else if (key) {
		strbuf_puts(out, " key 0x");
		strbuf_hex(out, load_be32(key), 1);
	}
	if (p[0] & HAS_SEQUENCE && !opt->quiet)
		line_number(&c, " seq ", out);
	if (l->variant == IS_PPTP && p[1] & HAS_ACK && !opt->quiet)
		line_number(&c, " ack ", out);
	if (layer_is_last(d, l) && !(l->variant == IS_PPTP && key && !load_be16(key))) {
		strbuf_putc(out, ' ');
		line_unknown_ethertype(d, load_be16(p + 2), out);
	}
}

const struct dissector gre_dissector = {
	.name = "gre",
	.title = "Generic Routing Encapsulation",
	.id = PROTO_GRE,
	.layer_class = CLASS_LINK,
	.min_hdr_len = GRE_HDR_MIN,
	.fields = gre_fields,
	.nr_fields = ARRAY_SIZE(gre_fields),
	.described = gre_described,
	.nr_described = ARRAY_SIZE(gre_described),
	.keys = { { KEY_IPPROTO, 47 }, { KEY_UDP_PORT, 4754 } },
	.dissect = gre_dissect,
	.describe = gre_describe,
	.line = gre_line,
};
