/*
 * dissect/proto/ppp.c -- Point-to-Point Protocol, RFC 1661, in HDLC-like framing, RFC 1662; Cisco's
 * HDLC where its address stands.
 */
#include "dissect/proto/ppp.h"
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum { LINKTYPE_PPP_HDLC = 50, LINKTYPE_CISCO_HDLC = 104 };

/* No protocol number begins so: the address stands here, and a control byte behind it. */
enum {
	ALL_STATIONS = 0xff,
	CISCO_SLARP = 0x8035, /* the ethertype of RARP, but something else */
};

/* With or without address and control; a protocol number of one byte or two. */
enum {
	ADDRESSED_LONG = 1 << 0,
	ADDRESSED_SHORT = 1 << 1,
	BARE_LONG = 1 << 2,
	BARE_SHORT = 1 << 3,
	CISCO_HDLC = 1 << 4,
	CISCO_KEEPALIVE = 1 << 5, /* its SLARP */
	CISCO = CISCO_HDLC | CISCO_KEEPALIVE,
	ADDRESSED = ADDRESSED_LONG | ADDRESSED_SHORT,
};

const struct name_map ppp_protocol_names[] = {
	{ PPP_IPV4, "IPv4" },
	{ 0x0023, "OSI" },
	{ 0x002b, "IPX" },
	{ 0x002d, "VJ compressed TCP" },
	{ 0x002f, "VJ uncompressed TCP" },
	{ 0x0031, "Bridging" },
	{ 0x003d, "Multilink" },
	{ PPP_IPV6, "IPv6" },
	{ 0x00fb, "compressed, one link" },
	{ 0x00fd, "compressed" },
	{ PPP_MPLS, "MPLS" },
	{ PPP_MPLS_MULTICAST, "MPLS multicast" },
	{ 0x0207, "CDP" },
	{ PPP_IPCP, "IPCP" },
	{ 0x8023, "OSINLCP" },
	{ 0x8029, "AppleTalk CP" },
	{ 0x802b, "IPXCP" },
	{ 0x8031, "Bridging CP" },
	{ 0x803f, "NetBIOS CP" },
	{ 0x8053, "Encryption CP" },
	{ PPP_IPV6CP, "IPV6CP" },
	{ 0x80fb, "CCP, one link" },
	{ PPP_CCP, "CCP" },
	{ 0x8207, "CDPCP" },
	{ 0x8281, "MPLSCP" },
	{ PPP_LCP, "LCP" },
	{ PPP_PAP, "PAP" },
	{ 0xc025, "Link quality report" },
	{ 0xc029, "CBCP" },
	{ 0xc02b, "BACP" },
	{ 0xc02d, "BAP" },
	{ PPP_CHAP, "CHAP" },
	{ 0xc227, "EAP" },
	{ 0, NULL },
};

#define PROTOCOL(at, width, shape)                                                             \
	{                                                                                      \
		"ppp.protocol", "Protocol", at, width, FIELD_ENUM, FIELD_OPT | FIELD_BASE_HEX, \
			.variants = shape, .names = ppp_protocol_names, .digits = 4            \
	}

static const struct name_map slarp_names[] = { { CISCO_SLARP, "SLARP" }, { 0, NULL } };

static const struct field_desc ppp_fields[] = {
	{ "ppp.address", "Address", 0, 8, FIELD_HEX, FIELD_OPT, .variants = ADDRESSED },
	{ "ppp.control", "Control", 8, 8, FIELD_HEX, FIELD_OPT, .variants = ADDRESSED },
	PROTOCOL(16, 16, ADDRESSED_LONG),
	PROTOCOL(16, 8, ADDRESSED_SHORT),
	PROTOCOL(0, 16, BARE_LONG),
	PROTOCOL(0, 8, BARE_SHORT),
	{ "chdlc.address", "Address", 0, 8, FIELD_HEX, FIELD_OPT, .variants = CISCO },
	{ "chdlc.control", "Control", 8, 8, FIELD_HEX, FIELD_OPT, .variants = CISCO },
	{ "chdlc.protocol", "Protocol", 16, 16, FIELD_ENUM, FIELD_OPT | FIELD_BASE_HEX,
	  .variants = CISCO_HDLC, .names = ethertype_names },
	{ "chdlc.protocol", "Protocol", 16, 16, FIELD_ENUM, FIELD_OPT | FIELD_BASE_HEX,
	  .variants = CISCO_KEEPALIVE, .names = slarp_names },
};

static struct next ppp_next(uint16_t protocol)
{
	switch (protocol) {
	case PPP_IPV4:
		return next_key(KEY_PROTO, PROTO_IPV4);
	case PPP_IPV6:
		return next_key(KEY_PROTO, PROTO_IPV6);
	case PPP_MPLS:
	case PPP_MPLS_MULTICAST:
		return next_key(KEY_PROTO, PROTO_MPLS);
	case PPP_LCP:
	case PPP_PAP:
	case PPP_CHAP:
		return next_key(KEY_PROTO, PROTO_PPP_CP);
	default: /* all network control protocols have the same shape, RFC 1661 2 */
		return protocol >> 14 == 2 ? next_key(KEY_PROTO, PROTO_PPP_CP) : next_none();
	}
}

/* Cisco's HDLC: 0x0f or 0x8f, zero, an ethertype. On links that may carry it only. */
static bool is_cisco(const struct dissection *d, const struct layer *l, const struct cursor *c)
{
	const uint16_t linktype = d->frame.linktype;

	return l == d->layers &&
	       (linktype == LINKTYPE_PPP || linktype == LINKTYPE_PPP_HDLC ||
		linktype == LINKTYPE_CISCO_HDLC) &&
	       cursor_left(c) >= 4 && (c->pos[0] & 0x7f) == 0x0f && !c->pos[1];
}

static struct next ppp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	bool addressed = false;
	uint16_t type;
	uint8_t first;

	if (is_cisco(d, l, c)) {
		type = load_be16(cursor_take(c, 4) + 2);
		l->variant = type == CISCO_SLARP ? CISCO_KEEPALIVE : CISCO_HDLC;
		return type == CISCO_SLARP ? next_none() : next_key(KEY_ETHERTYPE, type);
	}
	if (cursor_left(c) >= 2 && *c->pos == ALL_STATIONS) {
		addressed = true;
		cursor_skip(c, 2);
	}
	first = cursor_u8(c);
	l->variant = addressed ? ADDRESSED_LONG : BARE_LONG;
	if (first & 1) { /* RFC 1661 6.5: the first byte was left out, for it was zero */
		l->variant = addressed ? ADDRESSED_SHORT : BARE_SHORT;
		return ppp_next(first);
	}
	return ppp_next((uint16_t)(first << 8 | cursor_u8(c)));
}

static void ppp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const bool addressed = l->variant & (ADDRESSED | CISCO);
	const uint8_t *p = layer_bytes(d, l, addressed ? 2 : 0, 1);

	if (!layer_is_last(d, l) && !opt->link_header)
		return;
	line_paint(opt, PAINT_TAG, l->variant & CISCO ? "chdlc" : "ppp", out);
	if (p && l->variant & (ADDRESSED_SHORT | BARE_SHORT)) {
		strbuf_putc(out, ' ');
		line_name_hex(ppp_protocol_names, *p, 2, out);
	} else if (l->variant == CISCO_KEEPALIVE) {
		strbuf_puts(out, " SLARP");
	} else if (layer_bytes(d, l, addressed ? 2 : 0, 2)) {
		strbuf_putc(out, ' ');
		line_name_hex(l->variant == CISCO_HDLC ? ethertype_names : ppp_protocol_names,
			      load_be16(p), 4, out);
	}
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector ppp_dissector = {
	.name = "ppp",
	.title = "Point-to-Point Protocol",
	.id = PROTO_PPP,
	.layer_class = CLASS_TAG,
	.fields = ppp_fields,
	.nr_fields = ARRAY_SIZE(ppp_fields),
	.keys = { { KEY_LINKTYPE, LINKTYPE_PPP },
		  { KEY_LINKTYPE, LINKTYPE_PPP_HDLC },
		  { KEY_LINKTYPE, LINKTYPE_CISCO_HDLC },
		  { KEY_ETHERTYPE, 0x880b } },
	.dissect = ppp_dissect,
	.line = ppp_line,
};
