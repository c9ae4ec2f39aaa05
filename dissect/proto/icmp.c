/*
 * dissect/proto/icmp.c -- ICMP for IPv4, RFC 792; MTU RFC 1191, router discovery RFC 1256,
 * extensions RFC 4884, 4950 and 5837, extended echo RFC 8335.
 */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/icmp_common.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	TYPE_ECHO_REPLY = 0,
	TYPE_UNREACHABLE = 3,
	TYPE_REDIRECT = 5,
	TYPE_ECHO = 8,
	TYPE_ROUTER = 9,
	TYPE_TIME_EXCEEDED = 11,
	TYPE_PARAMETER = 12,
	TYPE_TIMESTAMP = 13,
	TYPE_TIMESTAMP_REPLY = 14,
	TYPE_MASK = 17,
	TYPE_MASK_REPLY = 18,
	TYPE_EXT_ECHO = 42,
	TYPE_EXT_ECHO_REPLY = 43,
	CODE_MTU = 4, /* of TYPE_UNREACHABLE */
	HEADER = 8,
	QUOTE_OLD = 128, /* the quote's length where an extension follows and none is told */
};

enum {
	HAS_IDENT = 1 << 0,
	HAS_GATEWAY = 1 << 1,
	HAS_MTU = 1 << 2,
	HAS_POINTER = 1 << 3,
	HAS_EXT_IDENT = 1 << 4, /* without a sequence number of two bytes */
	HAS_ADDRESSES = 1 << 5,
	HAS_TIMES = 1 << 6,
	HAS_MASK = 1 << 7,
	HAS_SEQ = HAS_IDENT | HAS_TIMES | HAS_MASK,
	HAS_ANY_IDENT = HAS_SEQ | HAS_EXT_IDENT,
};

static const struct name_map type_names[] = {
	{ 0, "echo reply" },
	{ 3, "destination unreachable" },
	{ 4, "source quench" },
	{ 5, "redirect" },
	{ 6, "alternate host address" },
	{ 8, "echo request" },
	{ 9, "router advertisement" },
	{ 10, "router solicitation" },
	{ 11, "time exceeded" },
	{ 12, "parameter problem" },
	{ 13, "timestamp request" },
	{ 14, "timestamp reply" },
	{ 15, "information request" },
	{ 16, "information reply" },
	{ 17, "address mask request" },
	{ 18, "address mask reply" },
	{ 30, "traceroute" },
	{ 31, "datagram conversion error" },
	{ 32, "mobile host redirect" },
	{ 33, "IPv6 where-are-you" },
	{ 34, "IPv6 I-am-here" },
	{ 35, "mobile registration request" },
	{ 36, "mobile registration reply" },
	{ 37, "domain name request" },
	{ 38, "domain name reply" },
	{ 39, "SKIP" },
	{ 40, "security failure" },
	{ 41, "experimental mobility" },
	{ 42, "extended echo request" },
	{ 43, "extended echo reply" },
	{ 253, "experiment 1" },
	{ 254, "experiment 2" },
	{ 0, NULL },
};

static const struct name_map unreachable_names[] = {
	{ 0, "network" },
	{ 1, "host" },
	{ 2, "protocol" },
	{ 3, "port" },
	{ 4, "need to fragment" },
	{ 5, "source route failed" },
	{ 6, "network unknown" },
	{ 7, "host unknown" },
	{ 8, "source host isolated" },
	{ 9, "network prohibited" },
	{ 10, "host prohibited" },
	{ 11, "network for this TOS" },
	{ 12, "host for this TOS" },
	{ 13, "administratively prohibited" },
	{ 14, "host precedence violation" },
	{ 15, "precedence cutoff" },
	{ 0, NULL },
};

static const struct name_map redirect_names[] = {
	{ 0, "for network" },      { 1, "for host" }, { 2, "for TOS and network" },
	{ 3, "for TOS and host" }, { 0, NULL },
};

static const struct name_map router_names[] = {
	{ 16, "does not route common traffic" },
	{ 0, NULL },
};

static const struct name_map parameter_names[] = {
	{ 1, "required option missing" },
	{ 2, "bad length" },
	{ 0, NULL },
};

static const struct icmp_codes code_names[] = {
	{ TYPE_UNREACHABLE, unreachable_names },
	{ TYPE_REDIRECT, redirect_names },
	{ TYPE_ROUTER, router_names },
	{ TYPE_TIME_EXCEEDED, icmp_exceeded_names },
	{ TYPE_PARAMETER, parameter_names },
	{ TYPE_EXT_ECHO_REPLY, icmp_ext_reply_names },
	{ 0, NULL },
};

#define OPT_UINT FIELD_UINT, FIELD_OPT

static const struct field_desc icmp_fields[] = {
	{ "icmp.type", "Type", 0, 8, FIELD_ENUM, .names = type_names },
	{ "icmp.code", "Code", 8, 8, FIELD_UINT },
	{ "icmp.checksum", "Checksum", 16, 16, FIELD_HEX },
	{ "icmp.ident", "Identifier", 32, 16, OPT_UINT, .variants = HAS_ANY_IDENT },
	{ "icmp.ident_le", "Identifier, little endian", 32, 16, FIELD_UINT,
	  FIELD_OPT | FIELD_OVERLAP | FIELD_LE, .variants = HAS_ANY_IDENT },
	{ "icmp.seq", "Sequence number", 48, 16, OPT_UINT, .variants = HAS_SEQ },
	{ "icmp.seq_le", "Sequence number, little endian", 48, 16, FIELD_UINT,
	  FIELD_OPT | FIELD_OVERLAP | FIELD_LE, .variants = HAS_SEQ },
	{ "icmp.originate_timestamp", "Originated", 64, 32, OPT_UINT, .variants = HAS_TIMES,
	  .unit = "ms after midnight" },
	{ "icmp.receive_timestamp", "Received", 96, 32, OPT_UINT, .variants = HAS_TIMES,
	  .unit = "ms after midnight" },
	{ "icmp.transmit_timestamp", "Transmitted", 128, 32, OPT_UINT, .variants = HAS_TIMES,
	  .unit = "ms after midnight" },
	{ "icmp.address_mask", "Address mask", 64, 32, FIELD_IPV4, FIELD_OPT,
	  .variants = HAS_MASK },
	{ "icmp.redir_gw", "Gateway", 32, 32, FIELD_IPV4, FIELD_OPT, .variants = HAS_GATEWAY },
	{ "icmp.mtu", "MTU of next hop", 48, 16, OPT_UINT, .variants = HAS_MTU },
	{ "icmp.pointer", "Pointer", 32, 8, OPT_UINT, .variants = HAS_POINTER },
	{ "icmp.num_addrs", "Number of addresses", 32, 8, OPT_UINT, .variants = HAS_ADDRESSES },
	{ "icmp.addr_entry_size", "Entry size in words", 40, 8, OPT_UINT,
	  .variants = HAS_ADDRESSES },
	{ "icmp.lifetime", "Lifetime", 48, 16, OPT_UINT, .variants = HAS_ADDRESSES, .unit = "s" },
};

static const struct name_map ext_class_names[] = {
	{ 1, "MPLS label stack" },
	{ 2, "interface information" },
	{ 3, "interface identification" },
	{ 0, NULL },
};

static const struct name_map role_names[] = {
	{ 0, "arrived on" },
	{ 1, "sub-interface arrived on" },
	{ 2, "would leave by" },
	{ 3, "next hop" },
	{ 0, NULL },
};

static const struct name_map state_names[] = {
	{ 0, "reserved" }, { 1, "incomplete" }, { 2, "reachable" }, { 3, "stale" },
	{ 4, "delay" },    { 5, "probe" },      { 6, "failed" },    { 0, NULL },
};

enum {
	D_CHECKSUM, /* three of them */
	D_UNUSED = D_CHECKSUM + 3,
	D_LENGTH,
	D_ROUTER,
	D_PREFERENCE,
	D_ECHO, /* behind the checksum of extended echo: a common part, request, reply */
	D_ECHO_REQUEST,
	D_ECHO_REPLY = D_ECHO_REQUEST + 2,
	D_EXT = D_ECHO_REPLY + 5,
	D_EXT_HEAD,
	D_EXT_STATUS = D_EXT_HEAD + 3,
	D_OBJECT,
	D_DATA = D_OBJECT + 3,
	D_MPLS,
	D_INFO = D_MPLS + 4,
	D_INFO_INDEX = D_INFO + 6,
	D_INFO_AFI,
	D_INFO_IPV4,
	D_INFO_IPV6,
	D_INFO_NAME_LEN,
	D_INFO_NAME,
	D_INFO_MTU,
	D_IDENT_NAME,
	D_IDENT_INDEX,
	D_IDENT_AFI,
	D_IDENT_ADDR_LEN,
	D_IDENT_IPV4,
	D_IDENT_IPV6,
	NR_D,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc icmp_described[NR_D] = {
	[D_CHECKSUM] = CHECKSUM_STATUS("icmp.checksum.status"),
	CHECKSUM_EXPECTED("icmp.checksum.expected"),
	CHECKSUM_NOTE("icmp.checksum.note"),
	[D_UNUSED] = { "icmp.unused", "Unused", 0, 0, FIELD_BYTES, LISTED },
	[D_LENGTH] = { "icmp.length", "Quoted length in words", 0, 0, FIELD_UINT, FIELD_DESCRIBED },
	[D_ROUTER] = { "icmp.router_address", "Router address", 0, 0, FIELD_IPV4, LISTED },
	[D_PREFERENCE] = { "icmp.pref_level", "Preference level", 0, 32, FIELD_INT, LISTED },
	[D_ECHO] = { "icmp.ext.echo.seq", "Sequence number", 16, 8, FIELD_UINT, FIELD_DESCRIBED },
	[D_ECHO_REQUEST] = { "icmp.ext.echo.req.res", "Reserved", 24, 7, FIELD_HEX,
			     FIELD_DESCRIBED },
	{ "icmp.ext.echo.req.local", "Local", 31, 1, FIELD_FLAG, FIELD_DESCRIBED },
	[D_ECHO_REPLY] = { "icmp.ext.echo.rsp.state", "State", 24, 3, FIELD_ENUM, FIELD_DESCRIBED,
			   .names = state_names },
	{ "icmp.ext.echo.rsp.res", "Reserved", 27, 2, FIELD_HEX, FIELD_DESCRIBED, .digits = 2 },
	{ "icmp.ext.echo.rsp.active", "Active", 29, 1, FIELD_FLAG, FIELD_DESCRIBED },
	{ "icmp.ext.echo.rsp.ipv4", "IPv4", 30, 1, FIELD_FLAG, FIELD_DESCRIBED },
	{ "icmp.ext.echo.rsp.ipv6", "IPv6", 31, 1, FIELD_FLAG, FIELD_DESCRIBED },
	[D_EXT] = { "icmp.ext", "Extension", 0, 0, FIELD_GROUP, FIELD_DESCRIBED },
	[D_EXT_HEAD] = { "icmp.ext.version", "Version", 0, 4, FIELD_UINT, FIELD_DESCRIBED },
	{ "icmp.ext.res", "Reserved", 4, 12, FIELD_HEX, FIELD_DESCRIBED, .digits = 4 },
	{ "icmp.ext.checksum", "Checksum", 16, 16, FIELD_HEX, FIELD_DESCRIBED },
	[D_EXT_STATUS] = { "icmp.ext.checksum.status", "Checksum status", 0, 0, FIELD_ENUM,
			   FIELD_DESCRIBED, .names = checksum_status_names },
	[D_OBJECT] = { "icmp.ext.length", "Length", 0, 16, FIELD_UINT, LISTED },
	{ "icmp.ext.class", "Class", 16, 8, FIELD_ENUM, LISTED, .names = ext_class_names },
	{ "icmp.ext.ctype", "Type in class", 24, 8, FIELD_UINT, LISTED },
	[D_DATA] = { "icmp.ext.data", "Data", 0, 0, FIELD_BYTES, LISTED },
	[D_MPLS] = { "icmp.mpls.label", "Label", 0, 20, FIELD_UINT, LISTED },
	{ "icmp.mpls.exp", "Experimental", 20, 3, FIELD_UINT, LISTED },
	{ "icmp.mpls.s", "Bottom of stack", 23, 1, FIELD_FLAG, LISTED },
	{ "icmp.mpls.ttl", "Time to live", 24, 8, FIELD_UINT, LISTED },
	[D_INFO] = { "icmp.int_info.role", "Interface role", 0, 2, FIELD_ENUM, LISTED,
		     .names = role_names },
	{ "icmp.int_info.reserved", "Reserved", 2, 2, FIELD_UINT, LISTED },
	{ "icmp.int_info.ifindex", "Has an index", 4, 1, FIELD_FLAG, LISTED },
	{ "icmp.int_info.ipaddr", "Has an address", 5, 1, FIELD_FLAG, LISTED },
	{ "icmp.int_info.name_present", "Has a name", 6, 1, FIELD_FLAG, LISTED },
	{ "icmp.int_info.mtu_present", "Has an MTU", 7, 1, FIELD_FLAG, LISTED },
	[D_INFO_INDEX] = { "icmp.int_info.index", "Interface index", 0, 0, FIELD_UINT, LISTED },
	[D_INFO_AFI] = { "icmp.int_info.afi", "Address family", 0, 0, FIELD_UINT, LISTED },
	[D_INFO_IPV4] = { "icmp.int_info.ipv4", "Address", 0, 0, FIELD_IPV4, LISTED },
	[D_INFO_IPV6] = { "icmp.int_info.ipv6", "Address", 0, 0, FIELD_IPV6, LISTED },
	[D_INFO_NAME_LEN] = { "icmp.int_info.name_length", "Name length", 0, 0, FIELD_UINT,
			      LISTED },
	[D_INFO_NAME] = { "icmp.int_info.name", "Name", 0, 0, FIELD_TEXT, LISTED },
	[D_INFO_MTU] = { "icmp.int_info.mtu", "MTU", 0, 0, FIELD_UINT, LISTED },
	[D_IDENT_NAME] = { "icmp.int_ident.name", "Name", 0, 0, FIELD_TEXT, LISTED },
	[D_IDENT_INDEX] = { "icmp.int_ident.index", "Interface index", 0, 0, FIELD_UINT, LISTED },
	[D_IDENT_AFI] = { "icmp.int_ident.afi", "Address family", 0, 0, FIELD_UINT, LISTED },
	[D_IDENT_ADDR_LEN] = { "icmp.int_ident.addr_length", "Address length", 0, 0, FIELD_UINT,
			       LISTED },
	[D_IDENT_IPV4] = { "icmp.int_ident.ipv4", "Address", 0, 0, FIELD_IPV4, LISTED },
	[D_IDENT_IPV6] = { "icmp.int_ident.ipv6", "Address", 0, 0, FIELD_IPV6, LISTED },
};

static uint8_t icmp_variant(uint8_t type, uint8_t code)
{
	switch (type) {
	case TYPE_UNREACHABLE:
		return code == CODE_MTU ? HAS_MTU : 0;
	case TYPE_EXT_ECHO:
	case TYPE_EXT_ECHO_REPLY:
		return HAS_EXT_IDENT;
	case TYPE_REDIRECT:
		return HAS_GATEWAY;
	case TYPE_PARAMETER:
		return HAS_POINTER;
	case TYPE_ROUTER:
		return HAS_ADDRESSES;
	case TYPE_TIMESTAMP:
	case TYPE_TIMESTAMP_REPLY:
		return HAS_TIMES;
	case TYPE_MASK:
	case TYPE_MASK_REPLY:
		return HAS_MASK;
	case TYPE_ECHO_REPLY:
	case TYPE_ECHO:
		return HAS_IDENT;
	default:
		return type > TYPE_TIMESTAMP && type < TYPE_MASK ? HAS_IDENT : 0;
	}
}

/*
 * Where the extension starts in a message of len bytes at p, or 0: none. RFC 4884 5: the quote's
 * length in words, or, as the first implementations had it, 128 bytes.
 */
static size_t ext_offset(const uint8_t *p, size_t len)
{
	size_t quote = QUOTE_OLD;

	if (len < HEADER)
		return 0;
	if (p[0] == TYPE_EXT_ECHO)
		return HEADER;
	if (p[0] != TYPE_UNREACHABLE && p[0] != TYPE_TIME_EXCEEDED && p[0] != TYPE_PARAMETER)
		return 0;
	if (p[5])
		quote = p[5] * 4u;
	if (len < HEADER + quote + 4 || (!p[5] && p[HEADER + quote] >> 4 != 2))
		return 0;
	return HEADER + quote;
}

static bool icmp_quotes(uint8_t type)
{
	return (type >= TYPE_UNREACHABLE && type <= TYPE_REDIRECT) || type == TYPE_TIME_EXCEEDED ||
	       type == TYPE_PARAMETER;
}

static struct next icmp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);
	size_t ext;

	if (unlikely(!p))
		return next_none();
	flow_current(d)->dport = load_be16(p);
	l->variant = icmp_variant(p[0], p[1]);
	if (p[0] == TYPE_EXT_ECHO)
		dissect_take_rest(d, c);
	else if (l->variant || icmp_quotes(p[0]) || p[0] == TYPE_ROUTER + 1)
		cursor_skip(c, 4);
	if (c->failed)
		return next_none();
	if (l->variant == HAS_TIMES)
		cursor_skip(c, 12);
	else if (l->variant == HAS_MASK)
		cursor_skip(c, 4);
	else if (l->variant == HAS_ADDRESSES)
		cursor_skip(c, (size_t)p[4] * p[5] * 4);
	if (!icmp_quotes(p[0]))
		return next_none();
	ext = ext_offset(p, (size_t)(c->end - p));
	if (ext)
		(void)cursor_limit(c, ext - HEADER);
	return next_quote(d, l, c);
}

static void put(struct field_out *o, unsigned which, const uint8_t *p, size_t n)
{
	field_put_uint(o, &icmp_described[which], p, n);
}

/* A name that is padded with zeros to whole words. */
static void put_name(struct field_out *o, unsigned which, const uint8_t *p, size_t len)
{
	while (len && !p[len - 1])
		len--;
	field_put_bytes(o, &icmp_described[which], p, len);
}

/* An address with its family in front: RFC 5837 4.2, RFC 8335 2.1. */
static void describe_address(struct field_out *o, struct cursor *c, unsigned which, size_t len)
{
	const uint8_t *p = cursor_take(c, len);

	if (p && len == 4)
		field_put_bytes(o, &icmp_described[which], p, 4);
	else if (p && len == 16)
		field_put_bytes(o, &icmp_described[which + 1], p, 16);
}

static void describe_info(uint8_t ctype, const uint8_t *start, struct cursor *c,
			  struct field_out *o)
{
	const uint8_t *p;
	uint16_t afi;

	field_put_table(o, &icmp_described[D_INFO], D_INFO_INDEX - D_INFO, 0, start, 1);
	if (ctype & 0x08 && (p = cursor_take(c, 4)))
		put(o, D_INFO_INDEX, p, 4);
	if (ctype & 0x04 && (p = cursor_take(c, 4))) {
		put(o, D_INFO_AFI, p, 2);
		afi = load_be16(p);
		if (afi == 1 || afi == 2)
			describe_address(o, c, D_INFO_IPV4, afi == 1 ? 4 : 16);
	}
	if (ctype & 0x02 && (p = cursor_take(c, 1))) {
		put(o, D_INFO_NAME_LEN, p, 1);
		if (*p && cursor_take(c, *p - 1u))
			put_name(o, D_INFO_NAME, p + 1, *p - 1u);
	}
	if (ctype & 0x01 && (p = cursor_take(c, 4)))
		put(o, D_INFO_MTU, p, 4);
}

static void describe_ident(uint8_t ctype, struct cursor *c, struct field_out *o)
{
	const uint8_t *p = c->pos;

	if (ctype == 1) {
		put_name(o, D_IDENT_NAME, p, cursor_left(c));
	} else if (ctype == 2 && cursor_take(c, 4)) {
		put(o, D_IDENT_INDEX, p, 4);
	} else if (ctype == 3 && cursor_take(c, 4)) {
		put(o, D_IDENT_AFI, p, 2);
		put(o, D_IDENT_ADDR_LEN, p + 2, 1);
		describe_address(o, c, D_IDENT_IPV4, p[2]);
	}
}

/* One object of an extension: a head of four bytes and what is in c. */
static void describe_object(const uint8_t *head, struct cursor *c, struct field_out *o)
{
	const uint8_t *p;

	field_put_table(o, &icmp_described[D_OBJECT], 3, 0, head, 4);
	switch (head[2]) {
	case 1:
		while ((p = cursor_take(c, 4)))
			field_put_table(o, &icmp_described[D_MPLS], 4, 0, p, 4);
		break;
	case 2:
		describe_info(head[3], head + 3, c, o);
		break;
	case 3:
		describe_ident(head[3], c, o);
		break;
	default:
		field_put_bytes(o, &icmp_described[D_DATA], c->pos, cursor_left(c));
	}
}

static void describe_extension(const uint8_t *p, size_t len, bool whole, struct field_out *o)
{
	struct cursor c = cursor_over(p, len, false);
	enum checksum_status status = CHECKSUM_UNVERIFIED;
	const uint8_t *head;

	if (!cursor_take(&c, 4))
		return;
	field_put_group(o, &icmp_described[D_EXT], NULL, p, len);
	field_put_table(o, &icmp_described[D_EXT_HEAD], 3, 0, p, 4);
	if (!load_be16(p + 2))
		status = CHECKSUM_ABSENT;
	else if (whole)
		status = checksum_fold(checksum_partial(p, len, 0)) ? CHECKSUM_BAD : CHECKSUM_GOOD;
	field_put_num(o, &icmp_described[D_EXT_STATUS], status, p + 2, 2);
	if (p[0] >> 4 != 2)
		return;
	while ((head = cursor_take(&c, 4))) {
		const uint16_t object = load_be16(head);
		struct cursor body;

		if (object < 4)
			return;
		if (object - 4u > cursor_left(&c)) {
			field_put_table(o, &icmp_described[D_OBJECT], 3, 0, head, 4);
			field_put_bytes(o, &icmp_described[D_DATA], c.pos, cursor_left(&c));
			return;
		}
		cursor_skip(&c, object - 4u);
		body = cursor_over(head + 4, object - 4u, false);
		describe_object(head, &body, o);
	}
}

static void put_unused(struct field_out *o, const uint8_t *p, size_t n)
{
	field_put_bytes(o, &icmp_described[D_UNUSED], p, n);
}

/* RFC 4884 4: the second of four unused bytes became the length of what is quoted. */
static void describe_unused(const struct layer *l, const uint8_t *p, struct field_out *o)
{
	if (p[5]) {
		put_unused(o, p + 4, 1);
		put(o, D_LENGTH, p + 5, 1);
		if (l->variant != HAS_MTU)
			put_unused(o, p + 6, 2);
	} else {
		put_unused(o, p + 4, l->variant == HAS_MTU ? 2 : 4);
	}
}

static void describe_head(const struct layer *l, const uint8_t *p, struct field_out *o)
{
	size_t i;

	if (p[0] == TYPE_EXT_ECHO || p[0] == TYPE_EXT_ECHO_REPLY) {
		field_put_table(o, &icmp_described[D_ECHO], 1, 0, p + 4, 4);
		if (p[0] == TYPE_EXT_ECHO)
			field_put_table(o, &icmp_described[D_ECHO_REQUEST], 2, 0, p + 4, 4);
		else
			field_put_table(o, &icmp_described[D_ECHO_REPLY], 5, 0, p + 4, 4);
	} else if (p[0] == TYPE_UNREACHABLE || p[0] == TYPE_TIME_EXCEEDED) {
		describe_unused(l, p, o);
	} else if (p[0] == TYPE_PARAMETER) {
		if (p[5])
			put(o, D_LENGTH, p + 5, 1);
		put_unused(o, p + (p[5] ? 6 : 5), p[5] ? 2 : 3);
	}
	if (l->variant == HAS_ADDRESSES && p[5] >= 2) {
		for (i = HEADER; i + p[5] * 4u <= l->hdr_len; i += p[5] * 4u) {
			field_put_bytes(o, &icmp_described[D_ROUTER], p + i, 4);
			put(o, D_PREFERENCE, p + i + 4, 4);
		}
	}
}

static void icmp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);
	const size_t claimed = checksum_layer_len(d, l);
	const size_t len = MIN_OF(claimed, (size_t)(d->frame.cap_len - l->off));
	struct checksum_found sum;
	size_t ext;

	if (!p)
		return;
	sum = checksum_find_plain(d, l, claimed, 2);
	checksum_put(o, &icmp_described[D_CHECKSUM], &sum, p + 2, 2);
	if (!layer_bytes(d, l, 0, HEADER))
		return;
	describe_head(l, p, o);
	ext = layer_is_quoted(d, l) ? 0 : ext_offset(p, len);
	if (ext)
		describe_extension(p + ext, len - ext, len == claimed, o);
}

static void icmp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);
	const uint8_t *rest = layer_bytes(d, l, 4, 4);

	line_paint(opt, PAINT_PROTOCOL, "ICMP", out);
	if (!p)
		return;
	icmp_line_type(type_names, code_names, p, out);
	if (rest && l->variant & HAS_SEQ)
		icmp_line_echo(rest, out);
	else if (rest && l->variant == HAS_MTU)
		strbuf_printf(out, ", mtu %u", load_be16(rest + 2));
	else if (rest && l->variant == HAS_POINTER)
		strbuf_printf(out, ", pointer %u", rest[0]);
	else if (rest && l->variant == HAS_ADDRESSES)
		strbuf_printf(out, ", %u addresses, lifetime %us", rest[0], load_be16(rest + 2));
	else if (rest && l->variant == HAS_EXT_IDENT)
		strbuf_printf(out, ", id %u, seq %u", load_be16(rest), rest[2]);
	if (rest && l->variant == HAS_GATEWAY) {
		strbuf_puts(out, ", gateway ");
		text_ipv4(rest, out);
	}
	if (layer_bytes(d, l, 0, 12) && l->variant == HAS_MASK) {
		strbuf_puts(out, ", mask ");
		text_ipv4(p + 8, out);
	}
	if (icmp_quotes(p[0]))
		line_quoted(d, l, opt, out);
	strbuf_puts(out, ", length ");
	strbuf_uint(out, checksum_layer_len(d, l));
}

const struct dissector icmp_dissector = {
	.name = "icmp",
	.title = "Internet Control Message Protocol",
	.id = PROTO_ICMP,
	.layer_class = CLASS_TRANSPORT,
	.min_hdr_len = 4,
	.fields = icmp_fields,
	.nr_fields = ARRAY_SIZE(icmp_fields),
	.described = icmp_described,
	.nr_described = ARRAY_SIZE(icmp_described),
	.keys = { { KEY_IPPROTO, 1 } },
	.dissect = icmp_dissect,
	.describe = icmp_describe,
	.line = icmp_line,
};
