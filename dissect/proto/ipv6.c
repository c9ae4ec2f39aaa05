/* dissect/proto/ipv6.c -- Internet Protocol version 6, RFC 8200. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum { IPV6_HDR_LEN = 40 };

static const struct field_desc ipv6_fields[] = {
	{ "ipv6.version", "Version", 0, 4, FIELD_UINT },
	{ "ipv6.tclass", "Traffic class", 4, 8, FIELD_HEX, .digits = 8 },
	{ "ipv6.tclass.dscp", "DSCP", 4, 6, FIELD_UINT, FIELD_OVERLAP },
	{ "ipv6.tclass.ecn", "ECN", 10, 2, FIELD_UINT, FIELD_OVERLAP },
	{ "ipv6.flow", "Flow label", 12, 20, FIELD_HEX, .digits = 6 },
	{ "ipv6.plen", "Payload length", 32, 16, FIELD_UINT },
	{ "ipv6.nxt", "Next header", 48, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ipv6.hlim", "Hop limit", 56, 8, FIELD_UINT },
	{ "ipv6.src", "Source", 64, 128, FIELD_IPV6 },
	{ "ipv6.dst", "Destination", 192, 128, FIELD_IPV6 },
};

static struct next ipv6_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, IPV6_HDR_LEN);
	struct flow *flow;
	uint16_t plen;

	if (unlikely(!p))
		return next_none();
	if (unlikely(p[0] >> 4 != 6))
		return next_malformed(d, NOTE_BAD_VERSION);
	flow = flow_begin(d);
	flow->addr_len = 16;
	memcpy(flow->src, p + 8, 16);
	memcpy(flow->dst, p + 24, 16);
	plen = load_be16(p + 4);
	/* 0: a jumbogram (RFC 2675), an offloaded super-frame, or no payload at all. */
	if (likely(plen))
		dissect_limit(d, c, plen);
	else if (p[6] == 59)
		dissect_limit(d, c, 0);
	else
		d->notes |= NOTE_NO_LENGTH;
	return next_ipproto(d, p[6]);
}

static void ipv6_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, IPV6_HDR_LEN);

	line_paint(opt, PAINT_PROTOCOL, "IP6", out);
	if (!p)
		return;
	if (p[0] >> 4 != 6) { /* whatever this is, those are no addresses */
		strbuf_printf(out, " version %u", p[0] >> 4);
		return;
	}
	strbuf_putc(out, ' ');
	line_endpoints(d, l, p + 8, p + 24, 16, opt, out);
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ": ");
		line_unknown_ipproto(d, p[6], out);
	}
}

const struct dissector ipv6_dissector = {
	.name = "ipv6",
	.title = "Internet Protocol version 6",
	.id = PROTO_IPV6,
	.layer_class = CLASS_NETWORK,
	.min_hdr_len = IPV6_HDR_LEN,
	.fields = ipv6_fields,
	.nr_fields = ARRAY_SIZE(ipv6_fields),
	.keys = { { KEY_ETHERTYPE, 0x86dd }, { KEY_IPPROTO, 41 }, { KEY_LINKTYPE, 229 } },
	.dissect = ipv6_dissect,
	.line = ipv6_line,
};
