/* dissect/proto/ipv4.c -- Internet Protocol version 4, RFC 791; DSCP RFC 2474, ECN RFC 3168. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum { IPV4_HDR_MIN = 20, IPV4_MF = 0x2000, IPV4_OFFSET_MASK = 0x1fff };

static const struct field_desc ipv4_fields[] = {
	{ "ip.version", "Version", 0, 4, FIELD_UINT },
	{ "ip.hdr_len", "Header length", 4, 4, FIELD_UINT, .scale = 4 },
	{ "ip.dsfield", "Differentiated services", 8, 8, FIELD_HEX },
	{ "ip.dsfield.dscp", "DSCP", 8, 6, FIELD_UINT, FIELD_OVERLAP },
	{ "ip.dsfield.ecn", "ECN", 14, 2, FIELD_UINT, FIELD_OVERLAP },
	{ "ip.len", "Total length", 16, 16, FIELD_UINT },
	{ "ip.id", "Identification", 32, 16, FIELD_HEX },
	{ "ip.flags", "Flags", 48, 3, FIELD_HEX },
	{ "ip.flags.rb", "Reserved bit", 48, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "ip.flags.df", "Don't fragment", 49, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "ip.flags.mf", "More fragments", 50, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "ip.frag_offset", "Fragment offset in 8 bytes", 51, 13, FIELD_UINT },
	{ "ip.ttl", "Time to live", 64, 8, FIELD_UINT },
	{ "ip.proto", "Protocol", 72, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ip.checksum", "Header checksum", 80, 16, FIELD_HEX },
	{ "ip.src", "Source", 96, 32, FIELD_IPV4 },
	{ "ip.dst", "Destination", 128, 32, FIELD_IPV4 },
};

static const struct name_map option_names[] = {
	{ 0, "End" },
	{ 1, "No operation" },
	{ 7, "Record route" },
	{ 68, "Timestamp" },
	{ 82, "Traceroute" },
	{ 130, "Security" },
	{ 131, "Loose source route" },
	{ 136, "Stream id" },
	{ 137, "Strict source route" },
	{ 148, "Router alert" },
	{ 0, NULL },
};

enum { IPV4_OPT_TYPE };

static const struct field_desc ipv4_described[] = {
	[IPV4_OPT_TYPE] = { "ip.opt.type", "Option", 0, 0, FIELD_ENUM, FIELD_DESCRIBED | FIELD_LIST,
			    .names = option_names },
};

/* A fragment: what is here is not the whole datagram, so running out of it proves no lie. */
static bool ipv4_fragment(struct dissection *d, struct cursor *c, uint16_t frag)
{
	d->notes |= NOTE_FRAGMENT;
	if (frag & IPV4_OFFSET_MASK) {
		d->notes |= NOTE_LATER_FRAGMENT;
		return false;
	}
	c->clipped = true;
	return true;
}

static struct next ipv4_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, IPV4_HDR_MIN);
	size_t hdr_len, total;
	struct flow *flow;
	uint16_t frag;

	if (unlikely(!p))
		return next_none();
	if (unlikely(p[0] != 0x45)) {
		if (p[0] >> 4 != 4)
			return next_malformed(d, NOTE_BAD_VERSION);
		if ((p[0] & 15) * 4 < IPV4_HDR_MIN)
			return next_malformed(d, NOTE_BAD_HEADER_LEN);
	}
	flow = flow_begin(d);
	flow->addr_len = 4;
	flow->l4_proto = p[9];
	memcpy(flow->src, p + 12, 4);
	memcpy(flow->dst, p + 16, 4);
	hdr_len = (p[0] & 15) * 4u;
	total = load_be16(p + 2);
	frag = load_be16(p + 6);
	if (unlikely(hdr_len > IPV4_HDR_MIN))
		cursor_skip(c, hdr_len - IPV4_HDR_MIN);
	if (unlikely(c->failed))
		return next_none();
	if (likely(total >= hdr_len))
		dissect_limit(d, c, total - hdr_len);
	else if (total)
		return next_malformed(d, NOTE_BAD_LENGTH);
	else
		d->notes |= NOTE_NO_LENGTH;
	if (unlikely(frag & (IPV4_MF | IPV4_OFFSET_MASK)) && !ipv4_fragment(d, c, frag))
		return next_none();
	return next_key(KEY_IPPROTO, p[9]);
}

static void ipv4_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, IPV4_HDR_MIN);

	while (cursor_left(&c)) {
		const uint8_t type = cursor_u8(&c);
		uint8_t len;

		field_put_uint(o, &ipv4_described[IPV4_OPT_TYPE], type);
		if (type == 0)
			return;
		if (type == 1)
			continue;
		len = cursor_u8(&c);
		if (len < 2 || !cursor_take(&c, len - 2u))
			return;
	}
}

static void ipv4_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, IPV4_HDR_MIN);
	uint16_t frag;

	line_paint(opt, PAINT_PROTOCOL, "IP", out);
	if (!p)
		return;
	if (p[0] >> 4 != 4) { /* whatever this is, those are no addresses */
		strbuf_printf(out, " version %u", p[0] >> 4);
		return;
	}
	strbuf_putc(out, ' ');
	line_endpoints(d, l, p + 12, p + 16, 4, opt, out);
	frag = load_be16(p + 6);
	if (frag & (IPV4_MF | IPV4_OFFSET_MASK))
		strbuf_printf(out, ": fragment id %u offset %u%s", load_be16(p + 4),
			      (frag & IPV4_OFFSET_MASK) * 8u, frag & IPV4_MF ? "+" : "");
	if (l->hdr_len > IPV4_HDR_MIN && !opt->quiet)
		strbuf_printf(out, ": ip options %u bytes", l->hdr_len - IPV4_HDR_MIN);
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ": ");
		line_unknown_ipproto(d, p[9], out);
	}
}

const struct dissector ipv4_dissector = {
	.name = "ip",
	.title = "Internet Protocol version 4",
	.id = PROTO_IPV4,
	.layer_class = CLASS_NETWORK,
	.min_hdr_len = IPV4_HDR_MIN,
	.fields = ipv4_fields,
	.nr_fields = ARRAY_SIZE(ipv4_fields),
	.described = ipv4_described,
	.nr_described = ARRAY_SIZE(ipv4_described),
	.keys = { { KEY_ETHERTYPE, 0x0800 }, { KEY_IPPROTO, 4 }, { KEY_LINKTYPE, 228 } },
	.dissect = ipv4_dissect,
	.describe = ipv4_describe,
	.line = ipv4_line,
};
