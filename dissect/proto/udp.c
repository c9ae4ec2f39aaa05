/* dissect/proto/udp.c -- User Datagram Protocol, RFC 768; UDP-Lite, RFC 3828. */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	UDP_HDR_LEN = 8,
	IPPROTO_UDP_NR = 17,
	IPPROTO_UDPLITE_NR = 136,
	IS_UDP = 1 << 0,
	IS_LITE = 1 << 1,
};

/* The two differ in the third number only, and Wireshark gives both the same names. */
static const struct field_desc udp_fields[] = {
	{ "udp.srcport", "Source port", 0, 16, FIELD_PORT },
	{ "udp.dstport", "Destination port", 16, 16, FIELD_PORT },
	{ "udp.length", "Length", 32, 16, FIELD_UINT, .variants = IS_UDP, .unit = "bytes" },
	{ "udp.checksum_coverage", "Checksum covers", 32, 16, FIELD_UINT, .variants = IS_LITE,
	  .unit = "bytes" },
	{ "udp.checksum", "Checksum", 48, 16, FIELD_HEX },
};

static const struct field_desc udp_described[] = {
	CHECKSUM_STATUS("udp.checksum.status"),
	CHECKSUM_EXPECTED("udp.checksum_calculated"),
	CHECKSUM_NOTE("udp.checksum.note"),
};

/* Header and ports; NULL when it is cut. */
static inline const uint8_t *udp_begin(struct dissection *d, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, UDP_HDR_LEN);
	struct flow *flow;

	if (unlikely(!p))
		return NULL;
	flow = flow_current(d);
	flow->sport = load_be16(p);
	flow->dport = load_be16(p + 2);
	return p;
}

static struct next udp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = udp_begin(d, c);
	uint16_t len;

	l->variant = IS_UDP;
	if (unlikely(!p))
		return next_cut_ports(d, l, c);
	len = load_be16(p + 4);
	if (likely(len >= UDP_HDR_LEN))
		dissect_limit(d, c, len - UDP_HDR_LEN);
	else if (len) /* 0 is legal in jumbograms, RFC 2675 */
		return next_malformed(d, NOTE_BAD_LENGTH);
	return next_ports(d, c, KEY_UDP_PORT, load_be16(p), load_be16(p + 2));
}

/* Its length is what IP says; the third number is how much of it the checksum covers. */
static struct next udplite_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = udp_begin(d, c);
	uint16_t cover;

	l->variant = IS_LITE;
	if (unlikely(!p))
		return next_cut_ports(d, l, c);
	cover = load_be16(p + 4);
	if (cover && cover < UDP_HDR_LEN)
		return next_malformed(d, NOTE_BAD_LENGTH);
	return next_ports(d, c, KEY_UDP_PORT, load_be16(p), load_be16(p + 2));
}

/* 0 says none; over IPv6 there must be one (RFC 8200 8.1). The number 0 itself is sent as 0xffff.
 */
static struct checksum_found udp_checksum(const struct dissection *d, const struct layer *l,
					  const uint8_t *p)
{
	struct checksum_found f = { .status = CHECKSUM_ABSENT };
	size_t len = load_be16(p + 4);

	if (!load_be16(p + 6)) {
		if (checksum_is_ipv6(d, l))
			f.status = CHECKSUM_ILLEGAL;
		return f;
	}
	if (len < UDP_HDR_LEN)
		len = checksum_layer_len(d, l);
	f = checksum_find(d, l, IPPROTO_UDP_NR, len, len, 6);
	if (!f.expected)
		f.expected = 0xffff;
	return f;
}

static void udp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, UDP_HDR_LEN);
	struct checksum_found f;

	if (!p)
		return;
	f = udp_checksum(d, l, p);
	checksum_put(o, udp_described, &f, p + 6, 2);
}

static void udplite_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, UDP_HDR_LEN);
	const size_t len = checksum_layer_len(d, l);
	struct checksum_found f;
	size_t cover;

	if (!p)
		return;
	cover = load_be16(p + 4) ? load_be16(p + 4) : len;
	f = checksum_find(d, l, IPPROTO_UDPLITE_NR, len, MIN_OF(cover, len), 6);
	checksum_put(o, udp_described, &f, p + 6, 2);
}

/* Whoever follows says more than this header: its ports stand with the addresses. */
static void udp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, UDP_HDR_LEN);

	if (!layer_is_last(d, l))
		return;
	line_paint(opt, PAINT_PROTOCOL, "UDP", out);
	if (p && load_be16(p + 4) >= UDP_HDR_LEN) {
		strbuf_puts(out, ", length ");
		strbuf_uint(out, load_be16(p + 4) - UDP_HDR_LEN);
	} else if (p && load_be16(p + 4) == 0) {
		strbuf_puts(out, ", length 0 (jumbogram)");
	}
}

static void udplite_line(const struct dissection *d, const struct layer *l,
			 const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, UDP_HDR_LEN);

	line_paint(opt, PAINT_PROTOCOL, "UDP-Lite", out);
	if (!p || !layer_is_last(d, l))
		return;
	if (load_be16(p + 4)) {
		strbuf_puts(out, ", checksum covers ");
		strbuf_uint(out, load_be16(p + 4));
	}
	strbuf_puts(out, ", ");
	line_length(d, out);
}

const struct dissector udp_dissector = {
	.name = "udp",
	.title = "User Datagram Protocol",
	.id = PROTO_UDP,
	.layer_class = CLASS_TRANSPORT,
	.has_ports = true,
	.min_hdr_len = UDP_HDR_LEN,
	.fields = udp_fields,
	.nr_fields = ARRAY_SIZE(udp_fields),
	.described = udp_described,
	.nr_described = ARRAY_SIZE(udp_described),
	.keys = { { KEY_IPPROTO, IPPROTO_UDP_NR } },
	.dissect = udp_dissect,
	.describe = udp_describe,
	.line = udp_line,
};

const struct dissector udplite_dissector = {
	.name = "udplite",
	.title = "Lightweight User Datagram Protocol",
	.id = PROTO_UDPLITE,
	.layer_class = CLASS_TRANSPORT,
	.has_ports = true,
	.min_hdr_len = UDP_HDR_LEN,
	.fields = udp_fields,
	.nr_fields = ARRAY_SIZE(udp_fields),
	.described = udp_described,
	.nr_described = ARRAY_SIZE(udp_described),
	.keys = { { KEY_IPPROTO, IPPROTO_UDPLITE_NR } },
	.dissect = udplite_dissect,
	.describe = udplite_describe,
	.line = udplite_line,
};
