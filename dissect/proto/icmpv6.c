/*
 * dissect/proto/icmpv6.c -- ICMPv6 RFC 4443, neighbour discovery RFC 4861, MLD RFC 2710 and 3810,
 * node information RFC 4620, renumbering RFC 2894, mobility RFC 6275, extended echo RFC 8335.
 */
#include "dissect/proto/icmpv6.h"
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/icmp_common.h"
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
	TYPE_RENUMBER = 138,
	TYPE_NODE_QUERY = 139,
	TYPE_NODE_REPLY = 140,
	TYPE_INVERSE_NS = 141,
	TYPE_INVERSE_NA = 142,
	TYPE_MLD2_REPORT = 143,
	TYPE_HOME_REQUEST = 144,
	TYPE_HOME_REPLY = 145,
	TYPE_PREFIX_SOLICIT = 146,
	TYPE_PREFIX_ADVERT = 147,
	TYPE_MCAST_ROUTER = 151,
	TYPE_DUPLICATE_REQUEST = 157,
	TYPE_DUPLICATE_CONFIRM = 158,
	TYPE_EXT_ECHO = 160,
	TYPE_EXT_ECHO_REPLY = 161,
	MLD2_QUERY_LEN = 28,
};

/* One bit per shape of what follows the checksum that has fixed fields. */
enum {
	SHAPE_ECHO = 1 << 0,
	SHAPE_TOO_BIG = 1 << 1,
	SHAPE_EXT_ECHO = 1 << 2,
	SHAPE_NS = 1 << 3,
	SHAPE_NA = 1 << 4,
	SHAPE_RA = 1 << 5,
	SHAPE_MLD = 1 << 6,
	SHAPE_MLD2 = 1 << 7, /* a query */
};

static const struct name_map type_names[] = {
	{ 1, "destination unreachable" },
	{ 2, "packet too big" },
	{ 3, "time exceeded" },
	{ 4, "parameter problem" },
	{ 100, "private experiment" },
	{ 101, "private experiment" },
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
	{ 139, "node information query" },
	{ 140, "node information reply" },
	{ 141, "inverse neighbor solicitation" },
	{ 142, "inverse neighbor advertisement" },
	{ 143, "multicast listener report v2" },
	{ 144, "home agent discovery request" },
	{ 145, "home agent discovery reply" },
	{ 146, "mobile prefix solicitation" },
	{ 147, "mobile prefix advertisement" },
	{ 148, "certification path solicitation" },
	{ 149, "certification path advertisement" },
	{ 150, "experimental mobility" },
	{ 151, "multicast router advertisement" },
	{ 152, "multicast router solicitation" },
	{ 153, "multicast router termination" },
	{ 154, "fast mobility" },
	{ 155, "RPL control" },
	{ 156, "locator update" },
	{ 157, "duplicate address request" },
	{ 158, "duplicate address confirmation" },
	{ 159, "MPL control" },
	{ 160, "extended echo request" },
	{ 161, "extended echo reply" },
	{ 200, "private experiment" },
	{ 201, "private experiment" },
	{ 0, NULL },
};

static const struct name_map unreachable_names[] = {
	{ 0, "no route" },
	{ 1, "administratively prohibited" },
	{ 2, "beyond scope" },
	{ 3, "address" },
	{ 4, "port" },
	{ 5, "source address policy" },
	{ 6, "reject route" },
	{ 7, "source routing header" },
	{ 8, "headers too long" },
	{ 0, NULL },
};

static const struct name_map parameter_names[] = {
	{ 0, "header field" },
	{ 1, "next header" },
	{ 2, "option" },
	{ 3, "first fragment without all headers" },
	{ 4, "SR upper-layer header" },
	{ 5, "next header by an intermediate node" },
	{ 6, "extension header too big" },
	{ 7, "extension header chain too long" },
	{ 8, "too many extension headers" },
	{ 9, "too many options" },
	{ 10, "option too big" },
	{ 0, NULL },
};

static const struct name_map renumber_names[] = {
	{ 0, "command" },
	{ 1, "result" },
	{ 255, "sequence number reset" },
	{ 0, NULL },
};

static const struct name_map query_names[] = {
	{ 0, "IPv6 subject" },
	{ 1, "name" },
	{ 2, "IPv4 subject" },
	{ 0, NULL },
};

static const struct name_map reply_names[] = {
	{ 0, "success" },
	{ 1, "refused" },
	{ 2, "unknown query type" },
	{ 0, NULL },
};

static const struct name_map rpl_names[] = {
	{ 0, "DIS" }, { 1, "DIO" }, { 2, "DAO" }, { 3, "DAO ack" }, { 0x8a, "consistency check" },
	{ 0, NULL },
};

static const struct icmp_codes code_names[] = {
	{ TYPE_UNREACHABLE, unreachable_names },
	{ TYPE_TIME_EXCEEDED, icmp_exceeded_names },
	{ TYPE_PARAMETER, parameter_names },
	{ TYPE_RENUMBER, renumber_names },
	{ TYPE_NODE_QUERY, query_names },
	{ TYPE_NODE_REPLY, reply_names },
	{ 155, rpl_names },
	{ TYPE_EXT_ECHO_REPLY, icmp_ext_reply_names },
	{ 0, NULL },
};

static const struct name_map preference_names[] = {
	{ 0, "medium" }, { 1, "high" }, { 2, "reserved" }, { 3, "low" }, { 0, NULL },
};

#define OPT_UINT FIELD_UINT, FIELD_OPT
#define OPT_HEX  FIELD_HEX, FIELD_OPT
#define OPT_FLAG FIELD_FLAG, FIELD_OPT | FIELD_OVERLAP
#define OPT_IPV6 FIELD_IPV6, FIELD_OPT

static const struct field_desc icmpv6_fields[] = {
	{ "icmpv6.type", "Type", 0, 8, FIELD_ENUM, .names = type_names },
	{ "icmpv6.code", "Code", 8, 8, FIELD_UINT },
	{ "icmpv6.checksum", "Checksum", 16, 16, FIELD_HEX },
	{ "icmpv6.echo.identifier", "Identifier", 32, 16, OPT_HEX,
	  .variants = SHAPE_ECHO | SHAPE_EXT_ECHO },
	{ "icmpv6.echo.sequence_number", "Sequence number", 48, 16, OPT_UINT,
	  .variants = SHAPE_ECHO },
	{ "icmpv6.mtu", "MTU", 32, 32, OPT_UINT, .variants = SHAPE_TOO_BIG },
	{ "icmpv6.nd.ns.target_address", "Target", 64, 128, OPT_IPV6, .variants = SHAPE_NS },
	{ "icmpv6.nd.na.flag", "Flags", 32, 32, OPT_HEX, .variants = SHAPE_NA },
	{ "icmpv6.nd.na.flag.r", "Router", 32, 1, OPT_FLAG, .variants = SHAPE_NA },
	{ "icmpv6.nd.na.flag.s", "Solicited", 33, 1, OPT_FLAG, .variants = SHAPE_NA },
	{ "icmpv6.nd.na.flag.o", "Override", 34, 1, OPT_FLAG, .variants = SHAPE_NA },
	{ "icmpv6.nd.na.target_address", "Target", 64, 128, OPT_IPV6, .variants = SHAPE_NA },
	{ "icmpv6.nd.ra.cur_hop_limit", "Hop limit", 32, 8, OPT_UINT, .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.flag", "Flags", 40, 8, OPT_HEX, .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.flag.m", "Managed addresses", 40, 1, OPT_FLAG, .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.flag.o", "Other configuration", 41, 1, OPT_FLAG, .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.flag.h", "Home agent", 42, 1, OPT_FLAG, .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.flag.prf", "Router preference", 43, 2, FIELD_ENUM,
	  FIELD_OPT | FIELD_OVERLAP, .variants = SHAPE_RA, .names = preference_names },
	{ "icmpv6.nd.ra.flag.p", "Proxy", 45, 1, OPT_FLAG, .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.flag.rsv", "Reserved", 46, 2, FIELD_UINT, FIELD_OPT | FIELD_OVERLAP,
	  .variants = SHAPE_RA },
	{ "icmpv6.nd.ra.router_lifetime", "Router lifetime", 48, 16, OPT_UINT, .variants = SHAPE_RA,
	  .unit = "s" },
	{ "icmpv6.nd.ra.reachable_time", "Reachable time", 64, 32, OPT_UINT, .variants = SHAPE_RA,
	  .unit = "ms" },
	{ "icmpv6.nd.ra.retrans_timer", "Retransmission timer", 96, 32, OPT_UINT,
	  .variants = SHAPE_RA, .unit = "ms" },
	{ "icmpv6.mld.maximum_response_delay", "Maximum response delay", 32, 16, OPT_UINT,
	  .variants = SHAPE_MLD, .unit = "ms" },
	{ "icmpv6.mld.maximum_response_code", "Maximum response code", 32, 16, OPT_UINT,
	  .variants = SHAPE_MLD2 },
	{ "icmpv6.mld.multicast_address", "Multicast address", 64, 128, OPT_IPV6,
	  .variants = SHAPE_MLD | SHAPE_MLD2 },
};

/* Bytes between the checksum and what follows the fixed part, in a message of len bytes. */
static size_t icmpv6_shape(uint8_t type, size_t len, uint8_t *ret_shape)
{
	static const struct {
		uint8_t type, shape, len;
	} shapes[] = {
		{ TYPE_UNREACHABLE, 0, 4 },
		{ TYPE_TOO_BIG, SHAPE_TOO_BIG, 4 },
		{ TYPE_TIME_EXCEEDED, 0, 4 },
		{ TYPE_PARAMETER, 0, 4 },
		{ TYPE_ECHO_REQUEST, SHAPE_ECHO, 4 },
		{ TYPE_ECHO_REPLY, SHAPE_ECHO, 4 },
		{ TYPE_MLD_QUERY, SHAPE_MLD, 20 },
		{ TYPE_MLD_QUERY + 1, SHAPE_MLD, 20 },
		{ TYPE_MLD_DONE, SHAPE_MLD, 20 },
		{ TYPE_RS, 0, 4 },
		{ TYPE_RA, SHAPE_RA, 12 },
		{ TYPE_NS, SHAPE_NS, 20 },
		{ TYPE_NA, SHAPE_NA, 20 },
		{ TYPE_REDIRECT, 0, 36 },
		{ TYPE_RENUMBER, 0, 12 },
		{ TYPE_NODE_QUERY, 0, 12 },
		{ TYPE_NODE_REPLY, 0, 12 },
		{ TYPE_INVERSE_NS, 0, 4 },
		{ TYPE_INVERSE_NA, 0, 4 },
		{ TYPE_MLD2_REPORT, 0, 4 },
		{ TYPE_HOME_REQUEST, 0, 4 },
		{ TYPE_HOME_REPLY, 0, 4 },
		{ TYPE_PREFIX_SOLICIT, 0, 4 },
		{ TYPE_PREFIX_ADVERT, 0, 4 },
		{ TYPE_MCAST_ROUTER, 0, 4 },
		{ TYPE_DUPLICATE_REQUEST, 0, 28 },
		{ TYPE_DUPLICATE_CONFIRM, 0, 28 },
		{ TYPE_EXT_ECHO, SHAPE_EXT_ECHO, 4 },
		{ TYPE_EXT_ECHO_REPLY, SHAPE_EXT_ECHO, 4 },
	};
	size_t i;

	*ret_shape = 0;
	for (i = 0; i < ARRAY_SIZE(shapes) && shapes[i].type <= type; i++) {
		if (shapes[i].type != type)
			continue;
		*ret_shape = shapes[i].shape;
		if (type == TYPE_MLD_QUERY && len >= MLD2_QUERY_LEN)
			*ret_shape = SHAPE_MLD2;
		return shapes[i].len;
	}
	return 0;
}

/* A list follows the fixed part: options, records, addresses. */
static bool icmpv6_has_list(uint8_t type, uint8_t shape)
{
	return (type >= TYPE_RS && type <= TYPE_PREFIX_ADVERT) || shape == SHAPE_MLD2 ||
	       type == TYPE_DUPLICATE_REQUEST || type == TYPE_DUPLICATE_CONFIRM;
}

static struct next icmpv6_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);
	size_t len;

	if (unlikely(!p))
		return next_none();
	flow_current(d)->dport = load_be16(p);
	len = icmpv6_shape(p[0], d->wire_end > l->off ? d->wire_end - l->off : 0, &l->variant);
	if (!cursor_take(c, len))
		return next_none();
	if (icmpv6_has_list(p[0], l->variant))
		dissect_take_rest(d, c);
	if (p[0] < TYPE_UNREACHABLE || p[0] > TYPE_PARAMETER)
		return next_none();
	/* RFC 4884: the quote ends where the extension begins; 0 is for everybody else. */
	if ((p[0] == TYPE_UNREACHABLE || p[0] == TYPE_TIME_EXCEEDED) && p[4] &&
	    p[4] * 8u <= cursor_left(c))
		(void)cursor_limit(c, p[4] * 8u);
	return next_quote(d, l, c);
}

static void describe_sources(struct cursor *c, unsigned nr, unsigned which, struct field_out *o)
{
	const uint8_t *p;

	while (nr-- && (p = cursor_take(c, 16)))
		icmpv6_put_bytes(o, which, p, 16);
}

static void describe_record(struct cursor *c, struct field_out *o)
{
	const uint8_t *p = cursor_take(c, 20), *aux;
	size_t len;

	if (!p)
		return;
	len = (size_t)load_be16(p + 2) * 16;
	field_put_group(o, &icmpv6_described[ICMPV6_RECORD], NULL, p,
			20 + MIN_OF(len + p[1] * 4u, cursor_left(c)));
	field_put_table(o, &icmpv6_described[ICMPV6_RECORD_HEAD], 4, 0, p, 20);
	describe_sources(c, load_be16(p + 2), ICMPV6_RECORD_SOURCE, o);
	aux = p[1] ? cursor_take(c, p[1] * 4u) : NULL;
	if (aux)
		icmpv6_put_bytes(o, ICMPV6_RECORD_AUX, aux, p[1] * 4u);
}

static void describe_node_query(uint8_t code, struct cursor *c, struct field_out *o)
{
	char text[256];
	const uint8_t *p = c->pos;

	if (code == 0 && cursor_left(c) == 16)
		icmpv6_put_bytes(o, ICMPV6_NODE_IPV6, p, 16);
	else if (code == 2 && cursor_left(c) == 4)
		icmpv6_put_bytes(o, ICMPV6_NODE_IPV4, p, 4);
	else if (code == 1 && icmpv6_name(c, text, sizeof(text)))
		field_put_text(o, &icmpv6_described[ICMPV6_NODE_NAME], text, strlen(text), p,
			       (size_t)(c->pos - p));
}

static void describe_node_reply(uint16_t qtype, struct cursor *c, struct field_out *o)
{
	const size_t addr_len = qtype == 3 ? 16 : 4;
	const uint8_t *p;
	char text[256];

	if (qtype < 2 || qtype > 4)
		return;
	while ((p = cursor_take(c, 4))) {
		icmpv6_put(o, ICMPV6_REPLY_TTL, p, 4);
		p = c->pos;
		if (qtype == 2) {
			while (icmpv6_name(c, text, sizeof(text))) {
				field_put_text(o, &icmpv6_described[ICMPV6_REPLY_NAME], text,
					       strlen(text), p, (size_t)(c->pos - p));
				p = c->pos;
			}
			return;
		}
		if (!cursor_take(c, addr_len))
			return;
		icmpv6_put_bytes(o, qtype == 3 ? ICMPV6_REPLY_IPV6 : ICMPV6_REPLY_IPV4, p,
				 addr_len);
	}
}

/* Lists behind the fixed part; p is the message, c what follows its fixed part. */
static void describe_list(const uint8_t *p, struct cursor *c, struct field_out *o)
{
	unsigned nr;

	switch (p[0]) {
	case TYPE_MLD_QUERY:
		if (!cursor_take(c, 4))
			return;
		field_put_table(o, &icmpv6_described[ICMPV6_MLD2_QUERY], 6, 0, p + 24, 4);
		describe_sources(c, load_be16(p + 26), ICMPV6_MLD_SOURCE, o);
		break;
	case TYPE_MLD2_REPORT:
		icmpv6_put(o, ICMPV6_NR_RECORDS, p + 6, 2);
		for (nr = load_be16(p + 6); nr && cursor_left(c); nr--)
			describe_record(c, o);
		break;
	case TYPE_NODE_QUERY:
		describe_node_query(p[1], c, o);
		break;
	case TYPE_NODE_REPLY:
		describe_node_reply(load_be16(p + 4), c, o);
		break;
	case TYPE_HOME_REPLY:
		describe_sources(c, UINT16_MAX, ICMPV6_HOME_AGENT, o);
		break;
	case TYPE_RS:
	case TYPE_RA:
	case TYPE_NS:
	case TYPE_NA:
	case TYPE_REDIRECT:
	case TYPE_INVERSE_NS:
	case TYPE_INVERSE_NA:
	case TYPE_PREFIX_ADVERT:
		icmpv6_describe_options(c, o);
		break;
	}
}

static void put_part(struct field_out *o, unsigned first, unsigned nr, const uint8_t *p, size_t n)
{
	field_put_table(o, &icmpv6_described[first], nr, 0, p, n);
}

/* Fixed parts that no variant has a place for; all `len` bytes behind the checksum are here. */
static void describe_fixed(const uint8_t *p, size_t len, struct field_out *o)
{
	switch (p[0]) {
	case TYPE_UNREACHABLE:
	case TYPE_TIME_EXCEEDED:
		if (p[4])
			icmpv6_put(o, ICMPV6_LENGTH, p + 4, 1);
		break;
	case TYPE_PARAMETER:
		icmpv6_put(o, ICMPV6_POINTER, p + 4, 4);
		break;
	case TYPE_REDIRECT:
		put_part(o, ICMPV6_REDIRECT, 2, p + 8, 32);
		break;
	case TYPE_RENUMBER:
		put_part(o, ICMPV6_RENUMBER, 8, p + 4, len);
		break;
	case TYPE_NODE_QUERY:
	case TYPE_NODE_REPLY:
		put_part(o, ICMPV6_NODE, 9, p + 4, len);
		break;
	case TYPE_PREFIX_ADVERT:
		put_part(o, ICMPV6_HOME_FLAGS, 3, p + 6, 2);
		break;
	case TYPE_MCAST_ROUTER:
		put_part(o, ICMPV6_MCAST_RA, 2, p + 4, len);
		break;
	case TYPE_DUPLICATE_REQUEST:
	case TYPE_DUPLICATE_CONFIRM:
		put_part(o, ICMPV6_DUPLICATE, 4, p + 4, len);
		break;
	case TYPE_EXT_ECHO:
	case TYPE_EXT_ECHO_REPLY:
		put_part(o, ICMPV6_ECHO, 1, p + 4, len);
		if (p[0] == TYPE_EXT_ECHO)
			put_part(o, ICMPV6_ECHO_REQUEST, 2, p + 4, len);
		else
			put_part(o, ICMPV6_ECHO_REPLY, 5, p + 4, len);
		break;
	}
}

static void icmpv6_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);
	const size_t claimed = checksum_layer_len(d, l);
	struct checksum_found sum;
	struct cursor c;
	uint8_t shape;
	size_t len;

	if (!p)
		return;
	sum = checksum_find(d, l, 58, claimed, claimed, 2);
	checksum_put(o, &icmpv6_described[ICMPV6_CHECKSUM], &sum, p + 2, 2);
	len = icmpv6_shape(p[0], claimed, &shape);
	/* RFC 6275 6.5 to 6.8: the identifier may be all that is here. */
	if (p[0] >= TYPE_HOME_REQUEST && p[0] <= TYPE_PREFIX_ADVERT && layer_bytes(d, l, 4, 2))
		icmpv6_put(o, ICMPV6_HOME_ID, p + 4, 2);
	if (!len || !layer_bytes(d, l, 4, len))
		return;
	describe_fixed(p, len, o);
	c = layer_cursor(d, l, 4 + len);
	if (icmpv6_has_list(p[0], l->variant))
		describe_list(p, &c, o);
}

static void line_target(const struct dissection *d, const struct layer *l, const uint8_t *p,
			struct strbuf *out)
{
	const uint8_t *target = layer_bytes(d, l, 8, 16);
	const uint8_t *second = layer_bytes(d, l, 24, 16);

	if (!target)
		return;
	switch (p[0]) {
	case TYPE_NS:
		strbuf_puts(out, ", who has ");
		break;
	case TYPE_NA:
		strbuf_puts(out, ", target ");
		break;
	case TYPE_REDIRECT:
		strbuf_puts(out, ", use ");
		break;
	case TYPE_MLD_QUERY:
	case TYPE_MLD_QUERY + 1:
	case TYPE_MLD_DONE:
		strbuf_puts(out, ", group ");
		break;
	default:
		return;
	}
	text_ipv6(target, out);
	if (p[0] == TYPE_REDIRECT && second) {
		strbuf_puts(out, " for ");
		text_ipv6(second, out);
	}
}

/* "to_ex ff02::1, is_in ff02::2 {...}" is too long: what happens to how many groups. */
static void line_records(const struct dissection *d, const struct layer *l, struct strbuf *out)
{
	static const char *const words[] = { "?",     "is-in", "is-ex", "to-in",
					     "to-ex", "allow", "block" };
	const uint8_t *p = layer_bytes(d, l, 8, 20);
	const uint8_t *nr = layer_bytes(d, l, 6, 2);

	if (!nr)
		return;
	if (p) {
		strbuf_puts(out, ", ");
		strbuf_puts(out, words[p[0] < ARRAY_SIZE(words) ? p[0] : 0]);
		strbuf_putc(out, ' ');
		text_ipv6(p + 4, out);
	}
	if (load_be16(nr) > 1)
		strbuf_printf(out, " and %u more", load_be16(nr) - 1);
}

static void icmpv6_line_shape(const struct dissection *d, const struct layer *l,
			      const struct render_options *opt, const uint8_t *p,
			      struct strbuf *out)
{
	const uint8_t *rest = layer_bytes(d, l, 4, 4);

	if (!rest)
		return;
	if (l->variant == SHAPE_ECHO)
		icmp_line_echo(rest, out);
	if (l->variant == SHAPE_TOO_BIG)
		strbuf_printf(out, ", mtu %u", load_be32(rest));
	if (p[0] == TYPE_PARAMETER)
		strbuf_printf(out, ", pointer %u", load_be32(rest));
	if (p[0] >= TYPE_UNREACHABLE && p[0] <= TYPE_PARAMETER)
		line_quoted(d, l, opt, out);
	if (l->variant == SHAPE_RA)
		strbuf_printf(out, ", hop limit %u, lifetime %us", rest[0], load_be16(rest + 2));
	line_target(d, l, p, out);
	if (l->variant == SHAPE_NA)
		strbuf_printf(out, "%s%s%s", rest[0] & 0x80 ? ", router" : "",
			      rest[0] & 0x40 ? ", solicited" : "",
			      rest[0] & 0x20 ? ", override" : "");
	if (p[0] == TYPE_MLD2_REPORT)
		line_records(d, l, out);
	if (p[0] == TYPE_EXT_ECHO || p[0] == TYPE_EXT_ECHO_REPLY)
		strbuf_printf(out, ", id %u, seq %u", load_be16(rest), rest[2]);
}

static void icmpv6_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);

	line_paint(opt, PAINT_PROTOCOL, "ICMP6", out);
	if (!p)
		return;
	icmp_line_type(type_names, code_names, p, out);
	icmpv6_line_shape(d, l, opt, p, out);
	strbuf_puts(out, ", length ");
	strbuf_uint(out, checksum_layer_len(d, l));
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
	.nr_described = ICMPV6_NR_DESCRIBED,
	.keys = { { KEY_IPPROTO, 58 } },
	.dissect = icmpv6_dissect,
	.describe = icmpv6_describe,
	.line = icmpv6_line,
};
