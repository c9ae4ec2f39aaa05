/* dissect/proto/tcp.c -- Transmission Control Protocol, RFC 9293; options RFC 7323, RFC 2018. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	TCP_HDR_MIN = 20,
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_ACK = 0x10,
};

enum {
	OPT_END = 0,
	OPT_NOP = 1,
	OPT_MSS = 2,
	OPT_WSCALE = 3,
	OPT_SACK_PERM = 4,
	OPT_SACK = 5,
	OPT_TIMESTAMP = 8,
	OPT_MD5 = 19,
	OPT_MPTCP = 30,
	OPT_FAST_OPEN = 34,
};

static const struct name_map option_names[] = {
	{ OPT_END, "eol" },
	{ OPT_NOP, "nop" },
	{ OPT_MSS, "mss" },
	{ OPT_WSCALE, "wscale" },
	{ OPT_SACK_PERM, "sackOK" },
	{ OPT_SACK, "sack" },
	{ OPT_TIMESTAMP, "TS" },
	{ OPT_MD5, "md5" },
	{ 28, "uto" },
	{ 29, "tcp-ao" },
	{ OPT_MPTCP, "mptcp" },
	{ OPT_FAST_OPEN, "tfo" },
	{ 0, NULL },
};

static const struct field_desc tcp_fields[] = {
	{ "tcp.srcport", "Source port", 0, 16, FIELD_PORT },
	{ "tcp.dstport", "Destination port", 16, 16, FIELD_PORT },
	{ "tcp.seq_raw", "Sequence number", 32, 32, FIELD_UINT },
	{ "tcp.ack_raw", "Acknowledgment number", 64, 32, FIELD_UINT },
	{ "tcp.hdr_len", "Header length", 96, 4, FIELD_UINT, .scale = 4 },
	{ "tcp.flags", "Flags", 100, 12, FIELD_HEX },
	{ "tcp.flags.res", "Reserved", 100, 3, FIELD_UINT, FIELD_OVERLAP },
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

enum {
	TCP_OPT_KIND,
	TCP_OPT_MSS,
	TCP_OPT_WSCALE,
	TCP_OPT_SACK_LE,
	TCP_OPT_SACK_RE,
	TCP_OPT_TSVAL,
	TCP_OPT_TSECR,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

static const struct field_desc tcp_described[] = {
	[TCP_OPT_KIND] = { "tcp.option_kind", "Option", 0, 0, FIELD_ENUM, LISTED,
			   .names = option_names },
	[TCP_OPT_MSS] = { "tcp.options.mss_val", "Maximum segment size", 0, 0, FIELD_UINT,
			  FIELD_DESCRIBED },
	[TCP_OPT_WSCALE] = { "tcp.options.wscale.shift", "Window scale shift", 0, 0, FIELD_UINT,
			     FIELD_DESCRIBED },
	[TCP_OPT_SACK_LE] = { "tcp.options.sack_le", "Selective ack from", 0, 0, FIELD_UINT,
			      LISTED },
	[TCP_OPT_SACK_RE] = { "tcp.options.sack_re", "Selective ack to", 0, 0, FIELD_UINT, LISTED },
	[TCP_OPT_TSVAL] = { "tcp.options.timestamp.tsval", "Timestamp", 0, 0, FIELD_UINT,
			    FIELD_DESCRIBED },
	[TCP_OPT_TSECR] = { "tcp.options.timestamp.tsecr", "Timestamp echoed", 0, 0, FIELD_UINT,
			    FIELD_DESCRIBED },
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

struct tcp_option {
	uint8_t kind;
	const uint8_t *data;
	size_t len; /* of data */
};

/* False at the end, or where the list does not parse: then bytes are left or the cursor failed. */
static bool tcp_option_next(struct cursor *c, struct tcp_option *ret)
{
	uint8_t len;

	if (!cursor_left(c))
		return false;
	ret->kind = cursor_u8(c);
	ret->data = NULL;
	ret->len = 0;
	if (ret->kind == OPT_END) {
		c->pos = c->end;
		return true;
	}
	if (ret->kind == OPT_NOP)
		return true;
	len = cursor_u8(c);
	if (len < 2)
		return false;
	ret->len = len - 2u;
	ret->data = cursor_take(c, ret->len);
	return ret->data;
}

static void tcp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, TCP_HDR_MIN);
	struct tcp_option opt;
	size_t i;

	while (tcp_option_next(&c, &opt)) {
		field_put_uint(o, &tcp_described[TCP_OPT_KIND], opt.kind);
		if (opt.kind == OPT_MSS && opt.len == 2) {
			field_put_uint(o, &tcp_described[TCP_OPT_MSS], load_be16(opt.data));
		} else if (opt.kind == OPT_WSCALE && opt.len == 1) {
			field_put_uint(o, &tcp_described[TCP_OPT_WSCALE], opt.data[0]);
		} else if (opt.kind == OPT_TIMESTAMP && opt.len == 8) {
			field_put_uint(o, &tcp_described[TCP_OPT_TSVAL], load_be32(opt.data));
			field_put_uint(o, &tcp_described[TCP_OPT_TSECR], load_be32(opt.data + 4));
		} else if (opt.kind == OPT_SACK) {
			for (i = 0; i + 8 <= opt.len; i += 8) {
				field_put_uint(o, &tcp_described[TCP_OPT_SACK_LE],
					       load_be32(opt.data + i));
				field_put_uint(o, &tcp_described[TCP_OPT_SACK_RE],
					       load_be32(opt.data + i + 4));
			}
		}
	}
}

static void tcp_line_option(const struct tcp_option *opt, struct strbuf *out)
{
	const char *name = name_find(option_names, opt->kind);
	size_t i;

	if (name)
		strbuf_puts(out, name);
	else
		strbuf_printf(out, "option-%u", opt->kind);
	if (opt->kind == OPT_MSS && opt->len == 2)
		strbuf_printf(out, " %u", load_be16(opt->data));
	else if (opt->kind == OPT_WSCALE && opt->len == 1)
		strbuf_printf(out, " %u", opt->data[0]);
	else if (opt->kind == OPT_TIMESTAMP && opt->len == 8)
		strbuf_printf(out, " val %u ecr %u", load_be32(opt->data),
			      load_be32(opt->data + 4));
	else if (opt->kind == OPT_SACK)
		for (i = 0; i + 8 <= opt->len; i += 8)
			strbuf_printf(out, " {%u:%u}", load_be32(opt->data + i),
				      load_be32(opt->data + i + 4));
	else if (opt->len && !name)
		strbuf_printf(out, " %zu bytes", opt->len);
}

static void tcp_line_options(const struct dissection *d, const struct layer *l, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, TCP_HDR_MIN);
	struct tcp_option opt;
	bool first = true;

	strbuf_puts(out, ", options [");
	while (tcp_option_next(&c, &opt)) {
		if (!first)
			strbuf_putc(out, ',');
		first = false;
		tcp_line_option(&opt, out);
	}
	if (cursor_left(&c) || c.failed)
		strbuf_puts(out, first ? "bad" : ",bad");
	strbuf_putc(out, ']');
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

static void tcp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, TCP_HDR_MIN);
	const uint32_t len =
		d->wire_end > l->off + l->hdr_len ? d->wire_end - l->off - l->hdr_len : 0;
	uint16_t flags;
	uint32_t seq;

	line_paint(opt, PAINT_PROTOCOL, "TCP", out);
	if (!p)
		return;
	flags = load_be16(p + 12) & 0x1ff;
	seq = load_be32(p + 4);
	tcp_line_flags(flags, out);
	if (!opt->quiet) {
		if (len)
			strbuf_printf(out, ", seq %u:%u", seq, seq + len);
		else if (flags & (TCP_SYN | TCP_FIN) || !(flags & TCP_ACK))
			strbuf_printf(out, ", seq %u", seq);
		if (flags & TCP_ACK)
			strbuf_printf(out, ", ack %u", load_be32(p + 8));
		strbuf_printf(out, ", win %u", load_be16(p + 14));
		if (flags & 0x20)
			strbuf_printf(out, ", urg %u", load_be16(p + 18));
		if (l->hdr_len > TCP_HDR_MIN)
			tcp_line_options(d, l, out);
	}
	strbuf_printf(out, ", length %u", len);
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
	.nr_described = ARRAY_SIZE(tcp_described),
	.keys = { { KEY_IPPROTO, 6 } },
	.dissect = tcp_dissect,
	.describe = tcp_describe,
	.line = tcp_line,
};
