/* dissect/proto/ipv6_routing.c -- IPv6 routing header: RFC 8200 4.4, RFC 6275 6.4, RFC 6554, RFC
 * 8754. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/ipv6_ext.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	ADDR_LEN = 16,
	ADDRESSES_MAX = 128, /* as many as 255 times 8 bytes hold */
	ROUTING_SOURCE = 0,
	ROUTING_MOBILE = 2,
	ROUTING_RPL = 3,
	ROUTING_SEGMENTS = 4,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct name_map routing_names[] = {
	{ ROUTING_SOURCE, "Source route" },
	{ ROUTING_MOBILE, "Mobile IPv6" },
	{ ROUTING_RPL, "RPL" },
	{ ROUTING_SEGMENTS, "Segment routing" },
	{ 5, "Compact routing, 16 bits" },
	{ 6, "Compact routing, 32 bits" },
	{ 0, NULL },
};

enum {
	IS_SOURCE = 1 << 0,
	IS_MOBILE = 1 << 1,
	IS_RPL = 1 << 2,
	IS_SEGMENTS = 1 << 3,
};

static const struct field_desc routing_fields[] = {
	{ "ipv6.routing.nxt", "Next header", 0, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ipv6.routing.len", "Length in 8 bytes, less 1", 8, 8, FIELD_UINT },
	{ "ipv6.routing.type", "Type", 16, 8, FIELD_ENUM, .names = routing_names },
	{ "ipv6.routing.segleft", "Segments left", 24, 8, FIELD_UINT },
	{ "ipv6.routing.src.reserved", "Reserved", 32, 32, FIELD_BYTES, .variants = IS_SOURCE },
	{ "ipv6.routing.mipv6.reserved", "Reserved", 32, 32, FIELD_BYTES, .variants = IS_MOBILE },
	{ "ipv6.routing.mipv6.home_address", "Home address", 64, 128, FIELD_IPV6, FIELD_OPT,
	  .variants = IS_MOBILE },
	{ "ipv6.routing.rpl.cmprI", "Bytes left out", 32, 4, FIELD_UINT, .variants = IS_RPL },
	{ "ipv6.routing.rpl.cmprE", "Bytes left out of the last", 36, 4, FIELD_UINT,
	  .variants = IS_RPL },
	{ "ipv6.routing.rpl.pad", "Padding", 40, 4, FIELD_UINT, .variants = IS_RPL,
	  .unit = "bytes" },
	{ "ipv6.routing.rpl.reserved", "Reserved", 44, 20, FIELD_UINT, .variants = IS_RPL },
	{ "ipv6.routing.srh.last_entry", "Last entry", 32, 8, FIELD_UINT, .variants = IS_SEGMENTS },
	{ "ipv6.routing.srh.flags", "Flags", 40, 8, FIELD_HEX, .variants = IS_SEGMENTS },
	{ "ipv6.routing.srh.tag", "Tag", 48, 16, FIELD_BYTES, .variants = IS_SEGMENTS },
};

enum {
	ROUTING_ADDR,
	ROUTING_SEGMENT,
	ROUTING_SRH_TLVS,
	ROUTING_RPL_COUNT,
	ROUTING_RPL_ADDRESS,
	ROUTING_RPL_FULL,
	ROUTING_UNKNOWN,
};

static const struct field_desc routing_described[] = {
	[ROUTING_ADDR] = { "ipv6.routing.src.addr", "Address", 0, 0, FIELD_IPV6, LISTED },
	[ROUTING_SEGMENT] = { "ipv6.routing.srh.addr", "Segment", 0, 0, FIELD_IPV6, LISTED },
	[ROUTING_SRH_TLVS] = { "ipv6.routing.srh.tlv", "Options", 0, 0, FIELD_BYTES,
			       FIELD_DESCRIBED },
	[ROUTING_RPL_COUNT] = { "ipv6.routing.rpl.addr_count", "Addresses", 0, 0, FIELD_INT,
				FIELD_DESCRIBED },
	[ROUTING_RPL_ADDRESS] = { "ipv6.routing.rpl.address", "Address's end", 0, 0, FIELD_BYTES,
				  LISTED },
	[ROUTING_RPL_FULL] = { "ipv6.routing.rpl.full_address", "Address", 0, 0, FIELD_IPV6,
			       LISTED },
	[ROUTING_UNKNOWN] = { "ipv6.routing.unknown_data", "Data", 0, 0, FIELD_BYTES,
			      FIELD_DESCRIBED },
};

static struct next routing_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	static const uint8_t variants[] = { [ROUTING_SOURCE] = IS_SOURCE,
					    [ROUTING_MOBILE] = IS_MOBILE,
					    [ROUTING_RPL] = IS_RPL,
					    [ROUTING_SEGMENTS] = IS_SEGMENTS };
	const uint8_t *p = d->frame.data + l->off;
	const struct next next = ipv6_ext_dissect(d, l, c);

	if (!c->failed && p[2] < ARRAY_SIZE(variants))
		l->variant = variants[p[2]];
	return next;
}

static void describe_addresses(struct cursor *c, size_t nr, unsigned field, struct field_out *o)
{
	for (; nr && cursor_left(c) >= ADDR_LEN; nr--)
		field_put_bytes(o, &routing_described[field], cursor_take(c, ADDR_LEN), ADDR_LEN);
}

/* RFC 6554 3: the bytes that an address shares with the packet's destination are left out. */
static void describe_rpl(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = d->frame.data + l->off, *ip = NULL;
	const size_t inner = ADDR_LEN - (p[4] >> 4), last = ADDR_LEN - (p[4] & 15);
	struct cursor c = layer_cursor(d, l, 8);
	const size_t pad = p[5] >> 4;
	uint8_t full[ADDR_LEN];
	size_t nr = 0, len;

	c.end -= MIN_OF(pad, cursor_left(&c));
	if (cursor_left(&c) >= last)
		nr = (cursor_left(&c) - last) / inner + 1;
	field_put_num(o, &routing_described[ROUTING_RPL_COUNT], nr, NULL, 0);
	if (layer_carrier(d, l) == PROTO_IPV6)
		ip = layer_bytes(d, l - 1, 24, ADDR_LEN);
	for (; nr; nr--) {
		len = nr == 1 ? last : inner;
		p = cursor_take(&c, len);
		if (!p)
			return;
		field_put_bytes(o, &routing_described[ROUTING_RPL_ADDRESS], p, len);
		if (!ip)
			continue;
		memcpy(full, ip, ADDR_LEN);
		memcpy(full + ADDR_LEN - len, p, len);
		field_put_text(o, &routing_described[ROUTING_RPL_FULL], (const char *)full,
			       ADDR_LEN, p, len);
	}
}

static void routing_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, 8);
	struct cursor c = layer_cursor(d, l, 8);

	if (!p)
		return;
	switch (l->variant) {
	case IS_SOURCE:
		describe_addresses(&c, ADDRESSES_MAX, ROUTING_ADDR, o);
		break;
	case IS_SEGMENTS:
		describe_addresses(&c, p[4] + 1u, ROUTING_SEGMENT, o);
		if (cursor_left(&c))
			field_put_bytes(o, &routing_described[ROUTING_SRH_TLVS], c.pos,
					cursor_left(&c));
		break;
	case IS_RPL:
		describe_rpl(d, l, o);
		break;
	case IS_MOBILE:
		break;
	default:
		c = layer_cursor(d, l, 4);
		field_put_bytes(o, &routing_described[ROUTING_UNKNOWN], c.pos, cursor_left(&c));
		break;
	}
}

static void routing_line(const struct dissection *d, const struct layer *l,
			 const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 8);
	struct cursor c = layer_cursor(d, l, 8);
	const char *sep = " [";
	size_t nr;

	if (!p) {
		strbuf_puts(out, "routing");
		return;
	}
	if (p[2] == ROUTING_SEGMENTS)
		strbuf_printf(out, "SRH left %u", p[3]);
	else
		strbuf_printf(out, "routing type %u left %u", p[2], p[3]);
	nr = l->variant == IS_SEGMENTS              ? p[4] + 1u
	     : l->variant & (IS_SOURCE | IS_MOBILE) ? ADDRESSES_MAX
						    : 0;
	for (; nr && cursor_left(&c) >= ADDR_LEN && !opt->quiet; nr--, sep = ",") {
		strbuf_puts(out, sep);
		text_ipv6(cursor_take(&c, ADDR_LEN), out);
	}
	strbuf_puts(out, *sep == ',' ? "]" : "");
	ipv6_ext_line(d, l, "", out);
}

const struct dissector ipv6_routing_dissector = {
	.name = "ipv6.routing",
	.title = "IPv6 routing header",
	.id = PROTO_IPV6_ROUTING,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 8,
	.fields = routing_fields,
	.nr_fields = ARRAY_SIZE(routing_fields),
	.described = routing_described,
	.nr_described = ARRAY_SIZE(routing_described),
	.keys = { { KEY_IPPROTO, 43 } },
	.dissect = routing_dissect,
	.describe = routing_describe,
	.line = routing_line,
};
