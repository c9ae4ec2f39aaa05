/* dissect/proto/tcp.c -- Transmission Control Protocol, RFC 9293; ECN RFC 3168. */
#include "dissect/checksum.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/proto/tcp_options.h"
#include "dissect/render.h"

enum {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	IPPROTO_TCP_NR = 6,
};

static const struct field_desc tcp_fields[] = {
	{ "tcp.srcport", "Source port", 0, 16, FIELD_PORT },
	{ "tcp.dstport", "Destination port", 16, 16, FIELD_PORT },
	{ "tcp.seq_raw", "Sequence number", 32, 32, FIELD_UINT },
	{ "tcp.ack_raw", "Acknowledgment number", 64, 32, FIELD_UINT },
	{ "tcp.hdr_len", "Header length", 96, 4, FIELD_UINT, .scale = 4 },
	{ "tcp.flags", "Flags", 100, 12, FIELD_HEX, .digits = 4 },
	{ "tcp.flags.ae", "Accurate ECN", 103, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "tcp.flags.cwr", "Congestion window reduced", 104, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "tcp.flags.ece", "ECN echo", 105, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "tcp.flags.urg", "Urgent", 106, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "tcp.flags.ack", "Acknowledgment", 107, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "tcp.flags.push", "Push", 108, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "tcp.flags.reset", "Reset", 109, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "tcp.flags.syn", "Syn", 110, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "tcp.flags.fin", "Fin", 111, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "tcp.window_size_value", "Window", 112, 16, FIELD_UINT },
	{ "tcp.checksum", "Checksum", 128, 16, FIELD_HEX },
	{ "tcp.urgent_pointer", "Urgent pointer", 144, 16, FIELD_UINT },
};

static struct next tcp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, TCP_HDR_MIN);
	uint16_t sport, dport;
	struct flow *flow;
	size_t hdr_len;

	if (unlikely(!p))
		return next_cut_ports(d, l, c);
	flow = flow_current(d);
	sport = load_be16(p);
	dport = load_be16(p + 2);
	flow->sport = sport;
	flow->dport = dport;
	flow->tcp_flags = p[13];
	hdr_len = (p[12] >> 4) * 4u;
	if (unlikely(hdr_len < TCP_HDR_MIN))
		return next_malformed(d, NOTE_BAD_HEADER_LEN);
	if (!cursor_take(c, hdr_len - TCP_HDR_MIN))
		return next_none();
	return next_ports(d, c, KEY_TCP_PORT, sport, dport);
}

/* Bytes of the stream in this packet, on the wire. */
static size_t tcp_payload_len(const struct dissection *d, const struct layer *l, const uint8_t *p)
{
	const size_t rest = d->frame.wire_len > l->off ? d->frame.wire_len - l->off : 0;
	const size_t len = checksum_layer_len(d, l);
	const size_t hdr_len = MAX_OF((p[12] >> 4) * 4u, (unsigned)TCP_HDR_MIN);

	return MIN_OF(len, rest) > hdr_len ? MIN_OF(len, rest) - hdr_len : 0;
}

/* "·······AP···": the letter of each bit, or a dot, as Wireshark writes them. */
static void tcp_put_letters(uint16_t flags, const uint8_t *p, struct field_out *o)
{
	static const char letters[] = "RRRACEUAPRSF";
	char buf[2 * sizeof(letters)];
	struct strbuf text = strbuf_over(buf, sizeof(buf));
	unsigned i;

	for (i = 0; i < sizeof(letters) - 1; i++) {
		if (flags & 0x800 >> i)
			strbuf_putc(&text, letters[i]);
		else
			strbuf_puts(&text, "\u00b7");
	}
	field_put_text(o, &tcp_described[TCP_FLAGS_STR], text.text, text.len, p + 12, 2);
}

static void tcp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const uint8_t *p = layer_bytes(d, l, 0, TCP_HDR_MIN);
	const size_t len = checksum_layer_len(d, l);
	struct checksum_found found;

	if (!p)
		return;
	field_put_num(o, &tcp_described[TCP_FLAGS_RES], (p[12] & 0x0e) != 0, p + 12, 1);
	tcp_put_letters(load_be16(p + 12) & 0xfff, p, o);
	found = checksum_find(d, l, IPPROTO_TCP_NR, len, len, 16);
	checksum_put(o, &tcp_described[TCP_CHECKSUM], &found, p + 16, 2);
	if (!(d->notes & NOTE_FRAGMENT)) /* the rest of the segment is in other packets */
		field_put_num(o, &tcp_described[TCP_LEN], tcp_payload_len(d, l, p), NULL, 0);
	tcp_options_describe(d, l, o);
}

static void tcp_line_flags(uint16_t flags, struct strbuf *out)
{
	static const char letters[] = "FSRP.UEWe"; /* '.' is ACK, 'e' accurate ECN */
	unsigned i;

	strbuf_puts(out, " [");
	for (i = 0; i < sizeof(letters) - 1; i++)
		if (letters[i] != '.' && flags & 1u << i)
			strbuf_putc(out, letters[i]);
	if (flags & TCP_ACK)
		strbuf_putc(out, '.');
	if (!(flags & 0x1ff))
		strbuf_puts(out, "none");
	strbuf_putc(out, ']');
}

static void tcp_line_numbers(const uint8_t *p, uint32_t len, struct strbuf *out)
{
	const uint32_t seq = load_be32(p + 4);
	const uint8_t flags = p[13];

	if (len || flags & (TCP_SYN | TCP_FIN) || !(flags & TCP_ACK)) {
		strbuf_puts(out, ", seq ");
		strbuf_uint(out, seq);
	}
	if (len) {
		strbuf_putc(out, ':');
		strbuf_uint(out, (uint32_t)(seq + len));
	}
	if (flags & TCP_ACK) {
		strbuf_puts(out, ", ack ");
		strbuf_uint(out, load_be32(p + 8));
	}
}

/* What only matters where TCP itself is what one looks at. */
static void tcp_line_rest(const struct dissection *d, const struct layer *l, const uint8_t *p,
			  struct strbuf *out)
{
	strbuf_puts(out, ", win ");
	strbuf_uint(out, load_be16(p + 14));
	if (p[13] & TCP_URG) {
		strbuf_puts(out, ", urg ");
		strbuf_uint(out, load_be16(p + 18));
	}
	if (l->hdr_len > TCP_HDR_MIN) {
		strbuf_puts(out, ", options [");
		tcp_options_line(d, l, out);
		strbuf_putc(out, ']');
	}
}

static void tcp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, TCP_HDR_MIN);
	const bool last = layer_is_last(d, l);
	uint32_t len;

	line_paint(opt, PAINT_PROTOCOL, "TCP", out);
	if (!p)
		return;
	len = (uint32_t)tcp_payload_len(d, l, p);
	tcp_line_flags(load_be16(p + 12) & 0x1ff, out);
	if (!opt->quiet)
		tcp_line_numbers(p, len, out);
	if (!last)
		return;
	if (!opt->quiet)
		tcp_line_rest(d, l, p, out);
	strbuf_puts(out, ", length ");
	strbuf_uint(out, len);
}

const struct dissector tcp_dissector = {
	.name = "tcp",
	.title = "Transmission Control Protocol",
	.id = PROTO_TCP,
	.layer_class = CLASS_TRANSPORT,
	.has_ports = true,
	.min_hdr_len = TCP_HDR_MIN,
	.fields = tcp_fields,
	.nr_fields = ARRAY_SIZE(tcp_fields),
	.described = tcp_described,
	.nr_described = TCP_NR_DESCRIBED,
	.keys = { { KEY_IPPROTO, 6 } },
	.dissect = tcp_dissect,
	.describe = tcp_describe,
	.line = tcp_line,
};
