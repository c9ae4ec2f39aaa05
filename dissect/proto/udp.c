/* dissect/proto/udp.c -- User Datagram Protocol, RFC 768. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

static const struct field_desc udp_fields[] = {
	{ "udp.srcport", "Source port", 0, 16, FIELD_PORT },
	{ "udp.dstport", "Destination port", 16, 16, FIELD_PORT },
	{ "udp.length", "Length", 32, 16, FIELD_UINT },
	{ "udp.checksum", "Checksum", 48, 16, FIELD_HEX },
};

static struct next udp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 8);
	uint16_t sport, dport, len;
	struct flow *flow;

	if (unlikely(!p))
		return next_cut_ports(d, l, c);
	sport = load_be16(p);
	dport = load_be16(p + 2);
	len = load_be16(p + 4);
	flow = flow_current(d);
	flow->sport = sport;
	flow->dport = dport;
	if (likely(len >= 8))
		dissect_limit(d, c, len - 8u);
	else if (len) /* 0 is legal in jumbograms, RFC 2675 */
		return next_malformed(d, NOTE_BAD_LENGTH);
	return next_ports(d, c, KEY_UDP_PORT, sport, dport);
}

static void udp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 8);

	line_paint(opt, PAINT_PROTOCOL, "UDP", out);
	if (p && load_be16(p + 4) >= 8)
		strbuf_printf(out, ", length %u", load_be16(p + 4) - 8);
	else if (p && load_be16(p + 4) == 0)
		strbuf_puts(out, ", length 0 (jumbogram)");
}

const struct dissector udp_dissector = {
	.name = "udp",
	.title = "User Datagram Protocol",
	.id = PROTO_UDP,
	.layer_class = CLASS_TRANSPORT,
	.has_ports = true,
	.min_hdr_len = 8,
	.fields = udp_fields,
	.nr_fields = ARRAY_SIZE(udp_fields),
	.keys = { { KEY_IPPROTO, 17 } },
	.dissect = udp_dissect,
	.line = udp_line,
};
