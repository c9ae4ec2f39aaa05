/* dissect/proto/icmp.c -- ICMP for IPv4, RFC 792; MTU RFC 1191. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_QUENCH = 4,
	ICMP_REDIRECT = 5,
	ICMP_ECHO = 8,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER = 12,
	ICMP_TIMESTAMP = 13,
	ICMP_MASK_REPLY = 18,
	ICMP_UNREACHABLE_MTU = 4, /* a code */
};

enum {
	HAS_IDENT = 1 << 0,
	HAS_GATEWAY = 1 << 1,
	HAS_MTU = 1 << 2,
	HAS_POINTER = 1 << 3,
	HAS_QUOTE = 1 << 4, /* the start of the packet that caused it */
};

static const struct name_map type_names[] = {
	{ 0, "echo reply" },           { 3, "destination unreachable" },
	{ 4, "source quench" },        { 5, "redirect" },
	{ 8, "echo request" },         { 9, "router advertisement" },
	{ 10, "router solicitation" }, { 11, "time exceeded" },
	{ 12, "parameter problem" },   { 13, "timestamp request" },
	{ 14, "timestamp reply" },     { 15, "information request" },
	{ 16, "information reply" },   { 17, "address mask request" },
	{ 18, "address mask reply" },  { 42, "extended echo request" },
	{ 43, "extended echo reply" }, { 0, NULL },
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

static const struct name_map exceeded_names[] = {
	{ 0, "in transit" },
	{ 1, "in reassembly" },
	{ 0, NULL },
};

static const struct field_desc icmp_fields[] = {
	{ "icmp.type", "Type", 0, 8, FIELD_ENUM, .names = type_names },
	{ "icmp.code", "Code", 8, 8, FIELD_UINT },
	{ "icmp.checksum", "Checksum", 16, 16, FIELD_HEX },
	{ "icmp.ident", "Identifier", 32, 16, FIELD_UINT, FIELD_OPT, .variants = HAS_IDENT },
	{ "icmp.seq", "Sequence number", 48, 16, FIELD_UINT, FIELD_OPT, .variants = HAS_IDENT },
	{ "icmp.redir_gw", "Gateway", 32, 32, FIELD_IPV4, FIELD_OPT, .variants = HAS_GATEWAY },
	{ "icmp.mtu", "MTU of next hop", 48, 16, FIELD_UINT, FIELD_OPT, .variants = HAS_MTU },
	{ "icmp.pointer", "Pointer", 32, 8, FIELD_UINT, FIELD_OPT, .variants = HAS_POINTER },
};

static uint8_t icmp_variant(uint8_t type, uint8_t code)
{
	switch (type) {
	case ICMP_UNREACHABLE:
		return code == ICMP_UNREACHABLE_MTU ? HAS_MTU : HAS_QUOTE;
	case ICMP_QUENCH:
	case ICMP_TIME_EXCEEDED:
		return HAS_QUOTE;
	case ICMP_REDIRECT:
		return HAS_GATEWAY;
	case ICMP_PARAMETER:
		return HAS_POINTER;
	case ICMP_ECHO_REPLY:
	case ICMP_ECHO:
		return HAS_IDENT;
	default:
		return type >= ICMP_TIMESTAMP && type <= ICMP_MASK_REPLY ? HAS_IDENT : 0;
	}
}

static struct next icmp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	if (unlikely(!p))
		return next_none();
	flow_current(d)->dport = load_be16(p);
	l->variant = icmp_variant(p[0], p[1]);
	if (l->variant)
		cursor_skip(c, 4);
	return next_none();
}

static const char *icmp_code_name(uint8_t type, uint8_t code)
{
	switch (type) {
	case ICMP_UNREACHABLE:
		return name_find(unreachable_names, code);
	case ICMP_REDIRECT:
		return name_find(redirect_names, code);
	case ICMP_TIME_EXCEEDED:
		return name_find(exceeded_names, code);
	default:
		return NULL;
	}
}

static void icmp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);
	const uint8_t *rest = layer_bytes(d, l, 4, 4);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "ICMP", out);
	if (!p)
		return;
	name = name_find(type_names, p[0]);
	if (name)
		strbuf_printf(out, " %s", name);
	else
		strbuf_printf(out, " type %u", p[0]);
	name = icmp_code_name(p[0], p[1]);
	if (name)
		strbuf_printf(out, " (%s)", name);
	else if (p[1])
		strbuf_printf(out, " code %u", p[1]);
	if (rest && l->variant == HAS_IDENT)
		strbuf_printf(out, ", id %u, seq %u", load_be16(rest), load_be16(rest + 2));
	else if (rest && l->variant == HAS_MTU)
		strbuf_printf(out, ", mtu %u", load_be16(rest + 2));
	else if (rest && l->variant == HAS_POINTER)
		strbuf_printf(out, ", pointer %u", rest[0]);
	if (rest && l->variant == HAS_GATEWAY) {
		strbuf_puts(out, ", gateway ");
		text_ipv4(rest, out);
	}
	if (l->variant && l->variant != HAS_IDENT)
		line_quoted(d, l, opt, out);
	strbuf_printf(out, ", length %u", d->wire_end - l->off);
}

const struct dissector icmp_dissector = {
	.name = "icmp",
	.title = "Internet Control Message Protocol",
	.id = PROTO_ICMP,
	.layer_class = CLASS_TRANSPORT,
	.min_hdr_len = 4,
	.fields = icmp_fields,
	.nr_fields = ARRAY_SIZE(icmp_fields),
	.keys = { { KEY_IPPROTO, 1 } },
	.dissect = icmp_dissect,
	.line = icmp_line,
};
