/* dissect/proto/icmpv6.c -- ICMPv6 RFC 4443, neighbour discovery RFC 4861, MLD RFC 2710 and 3810.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	TYPE_UNREACHABLE = 1,
	TYPE_TOO_BIG = 2,
	TYPE_TIME_EXCEEDED = 3,
	TYPE_PARAMETER = 4,
	TYPE_ECHO_REQUEST = 128,
	TYPE_ECHO_REPLY = 129,
	TYPE_MLD_QUERY = 130,
	TYPE_MLD_DONE = 132,
	TYPE_RS = 133,
	TYPE_RA = 134,
	TYPE_NS = 135,
	TYPE_NA = 136,
	TYPE_REDIRECT = 137,
	TYPE_MLD2_REPORT = 143,
};

/* One bit per shape of what follows the checksum. */
enum {
	SHAPE_ECHO = 1 << 0,
	SHAPE_ERROR = 1 << 1, /* four bytes, then the start of the packet that caused it */
	SHAPE_NS = 1 << 2,
	SHAPE_NA = 1 << 3,
	SHAPE_RA = 1 << 4,
	SHAPE_RS = 1 << 5,
	SHAPE_REDIRECT = 1 << 6,
	SHAPE_MLD = 1 << 7,
	SHAPE_ND = SHAPE_NS | SHAPE_NA | SHAPE_RA | SHAPE_RS | SHAPE_REDIRECT, /* options follow */
};

static const struct name_map type_names[] = {
	{ 1, "destination unreachable" },
	{ 2, "packet too big" },
	{ 3, "time exceeded" },
	{ 4, "parameter problem" },
	{ 128, "echo request" },
	{ 129, "echo reply" },
	{ 130, "multicast listener query" },
	{ 131, "multicast listener report" },
	{ 132, "multicast listener done" },
	{ 133, "router solicitation" },
	{ 134, "router advertisement" },
	{ 135, "neighbor solicitation" },
	{ 136, "neighbor advertisement" },
	{ 137, "redirect" },
	{ 138, "router renumbering" },
	{ 141, "inverse neighbor solicitation" },
	{ 142, "inverse neighbor advertisement" },
	{ 143, "multicast listener report v2" },
	{ 155, "RPL control" },
	{ 160, "extended echo request" },
	{ 161, "extended echo reply" },
	{ 0, NULL },
};

static const struct name_map unreachable_names[] = {
	{ 0, "no route" },     { 1, "administratively prohibited" },
	{ 2, "beyond scope" }, { 3, "address" },
	{ 4, "port" },         { 5, "source address policy" },
	{ 6, "reject route" }, { 0, NULL },
};

static const struct name_map option_names[] = {
	{ 1, "source link-layer address" },
	{ 2, "target link-layer address" },
	{ 3, "prefix" },
	{ 4, "redirected header" },
	{ 5, "mtu" },
	{ 14, "nonce" },
	{ 24, "route" },
	{ 25, "recursive DNS server" },
	{ 31, "DNS search list" },
	{ 0, NULL },
};

#define OPT_UINT FIELD_UINT, FIELD_OPT
#define OPT_FLAG FIELD_FLAG, FIELD_OPT
#define OPT_IPV6 FIELD_IPV6, FIELD_OPT

static const struct field_desc icmpv6_fields[] = {
	{ "icmpv6.type", "Type", 0, 8, FIELD_ENUM, .names = type_names },
	{ "icmpv6.code", "Code", 8, 8, FIELD_UINT },
	{ "icmpv6.checksum", "Checksum", 16, 16, FIELD_HEX },
	{ "icmpv6.echo.identifier", "Identifier", 32, 16, OPT_UINT, .variants = SHAPE_ECHO },
	{ "icmpv6.echo.sequence_number", "Sequence number", 48, 16, OPT_UINT,
	  .variants = SHAPE_ECHO },
	{ "icmpv6.nd.ns.target_address", "Target", 64, 128, OPT_IPV6, .variants = SHAPE_NS },
	{ "icmpv6.nd.na.flag.r", "Router", 32, 1, OPT_FLAG, .variants = SHAPE_NA },
	{ "icmpv6.nd.na.flag.s", "Solicited", 33, 1, OPT_FLAG, .variants = SHAPE_NA },
	{ "icmpv6.nd.na.flag.o", "Override", 34, 1, OPT_FLAG, .variants = SHAPE_NA },
	{ "icmpv6.nd.na.target_address", "Target", 64, 128, OPT_IPV6, .variants = SHAPE_NA },
	{ "icmpv6.nd.ra.cur_hop_limit", "Hop limit", 32, 8, OPT_UINT, .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.flag.m", "Managed addresses", 40, 1, OPT_FLAG, .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.flag.o", "Other configuration", 41, 1, OPT_FLAG, .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.router_lifetime", "Router lifetime", 48, 16, OPT_UINT,
	  .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.reachable_time", "Reachable time", 64, 32, OPT_UINT, .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.retrans_timer", "Retransmission timer", 96, 32, OPT_UINT,
	  .variants = SHAPE_RA },
	{ "icmpv6.nd.rd.target_address", "Target", 64, 128, OPT_IPV6, .variants = SHAPE_REDIRECT },
	{ "icmpv6.rd.na.destination_address", "Destination", 192, 128, OPT_IPV6,
	  .variants = SHAPE_REDIRECT },
	{ "icmpv6.mld.maximum_response_delay", "Maximum response delay", 32, 16, OPT_UINT,
	  .variants = SHAPE_MLD },
	{ "icmpv6.mld.multicast_address", "Multicast address", 64, 128, OPT_IPV6,
	  .variants = SHAPE_MLD },
};

enum { ND_OPT_TYPE, ND_OPT_LINKADDR, ND_OPT_PREFIX_LEN, ND_OPT_PREFIX, ND_OPT_MTU };

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc icmpv6_described[] = {
	[ND_OPT_TYPE] = { "icmpv6.opt.type", "Option", 0, 0, FIELD_ENUM, LISTED,
			  .names = option_names },
	[ND_OPT_LINKADDR] = { "icmpv6.opt.linkaddr", "Link-layer address", 0, 0, FIELD_BYTES,
			      LISTED },
	[ND_OPT_PREFIX_LEN] = { "icmpv6.opt.prefix.length", "Prefix length", 0, 0, FIELD_UINT,
				LISTED },
	[ND_OPT_PREFIX] = { "icmpv6.opt.prefix", "Prefix", 0, 0, FIELD_IPV6, LISTED },
	[ND_OPT_MTU] = { "icmpv6.opt.mtu", "MTU", 0, 0, FIELD_UINT, LISTED },
};

/* Bytes between the checksum and what follows the fixed part. */
static size_t icmpv6_shape(uint8_t type, uint8_t *ret_shape)
{
	static const struct {
		uint8_t type, shape, len;
	} shapes[] = {
		{ TYPE_UNREACHABLE, SHAPE_ERROR, 4 },
		{ TYPE_TOO_BIG, SHAPE_ERROR, 4 },
		{ TYPE_TIME_EXCEEDED, SHAPE_ERROR, 4 },
		{ TYPE_PARAMETER, SHAPE_ERROR, 4 },
		{ TYPE_ECHO_REQUEST, SHAPE_ECHO, 4 },
		{ TYPE_ECHO_REPLY, SHAPE_ECHO, 4 },
		{ TYPE_RS, SHAPE_RS, 4 },
		{ TYPE_RA, SHAPE_RA, 12 },
		{ TYPE_NS, SHAPE_NS, 20 },
		{ TYPE_NA, SHAPE_NA, 20 },
		{ TYPE_REDIRECT, SHAPE_REDIRECT, 36 },
	};
	size_t i;

	if (type >= TYPE_MLD_QUERY && type <= TYPE_MLD_DONE) {
		*ret_shape = SHAPE_MLD;
		return 20;
	}
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		if (shapes[i].type == type) {
			*ret_shape = shapes[i].shape;
			return shapes[i].len;
		}
	}
	*ret_shape = 0;
	return 0;
}

static struct next icmpv6_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	if (unlikely(!p))
		return next_none();
	flow_current(d)->dport = load_be16(p);
	if (!cursor_take(c, icmpv6_shape(p[0], &l->variant)))
		return next_none();
	if (l->variant & SHAPE_ND)
		dissect_take_rest(d, c);
	return next_none();
}

static size_t nd_options_start(uint8_t shape)
{
	switch (shape) {
	case SHAPE_RS:
		return 8;
	case SHAPE_RA:
		return 16;
	case SHAPE_REDIRECT:
		return 40;
	default:
		return 24;
	}
}

/* One option at p, len bytes of payload behind its type and length. */
static void nd_describe_option(uint8_t type, const uint8_t *p, size_t len, struct field_out *o)
{
	field_put_uint(o, &icmpv6_described[ND_OPT_TYPE], type);
	if (type == 1 || type == 2) {
		field_put_bytes(o, &icmpv6_described[ND_OPT_LINKADDR], p, len);
	} else if (type == 3 && len == 30) {
		field_put_uint(o, &icmpv6_described[ND_OPT_PREFIX_LEN], p[0]);
		field_put_bytes(o, &icmpv6_described[ND_OPT_PREFIX], p + 14, 16);
	} else if (type == 5 && len == 6) {
		field_put_uint(o, &icmpv6_described[ND_OPT_MTU], load_be32(p + 2));
	}
}

static void icmpv6_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c;

	if (!(l->variant & SHAPE_ND))
		return;
	c = layer_cursor(d, l, nd_options_start(l->variant));
	while (cursor_left(&c) >= 8) {
		const uint8_t type = cursor_u8(&c);
		const uint8_t units = cursor_u8(&c);
		const uint8_t *p;

		if (!units) /* RFC 4861 4.6: such a packet must be discarded */
			return;
		p = cursor_take(&c, units * 8u - 2u);
		if (!p)
			return;
		nd_describe_option(type, p, units * 8u - 2u, o);
	}
}

static void icmpv6_line_shape(const struct dissection *d, const struct layer *l,
			      const struct render_options *opt, const uint8_t *p,
			      struct strbuf *out)
{
	const uint8_t *rest = layer_bytes(d, l, 4, 4);
	const uint8_t *target = layer_bytes(d, l, 8, 16);

	if (rest && l->variant == SHAPE_ECHO)
		strbuf_printf(out, ", id %u, seq %u", load_be16(rest), load_be16(rest + 2));
	if (rest && p[0] == TYPE_TOO_BIG)
		strbuf_printf(out, ", mtu %u", load_be32(rest));
	if (rest && p[0] == TYPE_PARAMETER)
		strbuf_printf(out, ", pointer %u", load_be32(rest));
	if (l->variant == SHAPE_ERROR)
		line_quoted(d, l, opt, out);
	if (rest && l->variant == SHAPE_RA)
		strbuf_printf(out, ", hop limit %u, lifetime %us", rest[0], load_be16(rest + 2));
	if (target && l->variant & (SHAPE_NS | SHAPE_NA | SHAPE_REDIRECT | SHAPE_MLD)) {
		strbuf_puts(out, l->variant == SHAPE_NS    ? ", who has "
				 : l->variant == SHAPE_NA  ? ", target "
				 : l->variant == SHAPE_MLD ? ", group "
							   : ", use ");
		text_ipv6(target, out);
	}
	if (rest && l->variant == SHAPE_NA && rest[0] >> 5)
		strbuf_printf(out, " [%s%s%s]", rest[0] & 0x80 ? "router " : "",
			      rest[0] & 0x40 ? "solicited " : "", rest[0] & 0x20 ? "override" : "");
}

static void icmpv6_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "ICMP6", out);
	if (!p)
		return;
	name = name_find(type_names, p[0]);
	if (name)
		strbuf_printf(out, " %s", name);
	else
		strbuf_printf(out, " type %u", p[0]);
	name = p[0] == TYPE_UNREACHABLE ? name_find(unreachable_names, p[1]) : NULL;
	if (name)
		strbuf_printf(out, " (%s)", name);
	else if (p[1])
		strbuf_printf(out, " code %u", p[1]);
	icmpv6_line_shape(d, l, opt, p, out);
	strbuf_printf(out, ", length %u", d->wire_end - l->off);
}

const struct dissector icmpv6_dissector = {
	.name = "icmpv6",
	.title = "Internet Control Message Protocol v6",
	.id = PROTO_ICMPV6,
	.layer_class = CLASS_TRANSPORT,
	.min_hdr_len = 4,
	.fields = icmpv6_fields,
	.nr_fields = ARRAY_SIZE(icmpv6_fields),
	.described = icmpv6_described,
	.nr_described = ARRAY_SIZE(icmpv6_described),
	.keys = { { KEY_IPPROTO, 58 } },
	.dissect = icmpv6_dissect,
	.describe = icmpv6_describe,
	.line = icmpv6_line,
};
