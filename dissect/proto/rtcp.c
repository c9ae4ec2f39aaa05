/* dissect/proto/rtcp.c -- RTP Control Protocol, RFC 3550 6; feedback RFC 4585 and RFC 5104. */
#include "core/clock.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	RTCP_VERSION = 2,
	PT_FIRST = 192,
	PT_LAST = 213,
	PT_SR = 200,
	PT_RR = 201,
	PT_SDES = 202,
	PT_BYE = 203,
	PT_APP = 204,
	PT_RTPFB = 205,
	PT_PSFB = 206,
	SDES_PRIV = 8,
	REPORT_LEN = 24,
	SENDER_LEN = 24, /* with the four bytes of its SSRC */
	TEXT_SHOWN_MAX = 64,
};

#define NTP_TO_UNIX 2208988800ull /* seconds from 1900 to 1970 */

static const struct name_map packet_names[] = {
	{ 192, "Full INTRA-frame request" },
	{ 193, "Negative acknowledgment" },
	{ 195, "Extended inter-arrival jitter" },
	{ PT_SR, "Sender Report" },
	{ PT_RR, "Receiver Report" },
	{ PT_SDES, "Source description" },
	{ PT_BYE, "Goodbye" },
	{ PT_APP, "Application specific" },
	{ PT_RTPFB, "Transport feedback" },
	{ PT_PSFB, "Payload feedback" },
	{ 207, "Extended report" },
	{ 208, "AVB" },
	{ 209, "Receiver summary" },
	{ 210, "Port mapping" },
	{ 211, "IDMS settings" },
	{ 212, "Reporting group sources" },
	{ 213, "Splicing notification" },
	{ 0, NULL },
};

static const struct name_map sdes_names[] = {
	{ 0, "END" }, { 1, "CNAME" }, { 2, "NAME" }, { 3, "EMAIL" }, { 4, "PHONE" },
	{ 5, "LOC" }, { 6, "TOOL" },  { 7, "NOTE" }, { 8, "PRIV" },  { 0, NULL },
};

static const struct name_map rtpfb_names[] = {
	{ 1, "Generic NACK" }, { 3, "TMMBR" },
	{ 4, "TMMBN" },        { 15, "Transport-wide congestion control" },
	{ 0, NULL },
};

static const struct name_map psfb_names[] = {
	{ 1, "PLI" }, { 2, "SLI" }, { 3, "RPSI" }, { 4, "FIR" }, { 15, "ALFB" }, { 0, NULL },
};

enum {
	R_PACKET,
	R_VERSION,
	R_PADDING,
	R_COUNT,
	R_SDES_COUNT,
	R_SUBTYPE,
	R_RTPFB_TYPE,
	R_PSFB_TYPE,
	R_TYPE,
	R_LENGTH,
	R_SENDER,
	R_MEDIA,
	R_NTP_HIGH,
	R_NTP_LOW,
	R_NTP,
	R_RTP_TIME,
	R_PACKETS,
	R_OCTETS,
	R_REPORT,
	R_SSRC,
	R_FRACTION,
	R_LOST,
	R_HIGHEST,
	R_CYCLES,
	R_HIGH_SEQ,
	R_JITTER,
	R_LSR,
	R_DLSR,
	R_CHUNK,
	R_SDES_TYPE,
	R_SDES_LEN,
	R_SDES_TEXT,
	R_PREFIX_LEN,
	R_PREFIX,
	R_APP_NAME,
	R_APP_DATA,
	R_DATA,
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)

/* Bits count from the packet's first byte, and in a report block from the block's. */
static const struct field_desc rtcp_described[] = {
	[R_PACKET] = { "rtcp.packet", "Packet", 0, 0, FIELD_GROUP, LISTED },
	[R_VERSION] = { "rtcp.version", "Version", 0, 2, FIELD_UINT, LISTED },
	[R_PADDING] = { "rtcp.padding", "Padding", 2, 1, FIELD_FLAG, LISTED },
	[R_COUNT] = { "rtcp.rc", "Reports", 3, 5, FIELD_UINT, LISTED },
	[R_SDES_COUNT] = { "rtcp.sc", "Sources", 3, 5, FIELD_UINT, LISTED },
	[R_SUBTYPE] = { "rtcp.app.subtype", "Subtype", 3, 5, FIELD_UINT, LISTED },
	[R_RTPFB_TYPE] = { "rtcp.rtpfb.fmt", "Feedback", 3, 5, FIELD_ENUM, LISTED,
			   .names = rtpfb_names },
	[R_PSFB_TYPE] = { "rtcp.psfb.fmt", "Feedback", 3, 5, FIELD_ENUM, LISTED,
			  .names = psfb_names },
	[R_TYPE] = { "rtcp.pt", "Packet type", 8, 8, FIELD_ENUM, LISTED, .names = packet_names },
	[R_LENGTH] = { "rtcp.length", "Length in 4 bytes, less 1", 16, 16, FIELD_UINT, LISTED },
	[R_SENDER] = { "rtcp.senderssrc", "Sender", 32, 32, FIELD_HEX, LISTED },
	[R_MEDIA] = { "rtcp.mediassrc", "Media source", 64, 32, FIELD_HEX, LISTED },
	[R_NTP_HIGH] = { "rtcp.timestamp.ntp.msw", "NTP seconds", 64, 32, FIELD_UINT, LISTED },
	[R_NTP_LOW] = { "rtcp.timestamp.ntp.lsw", "NTP fraction", 96, 32, FIELD_UINT, LISTED },
	[R_NTP] = { "rtcp.timestamp.ntp", "Time", 0, 0, FIELD_TIME, LISTED },
	[R_RTP_TIME] = { "rtcp.timestamp.rtp", "RTP timestamp", 128, 32, FIELD_UINT, LISTED },
	[R_PACKETS] = { "rtcp.sender.packetcount", "Packets sent", 160, 32, FIELD_UINT, LISTED },
	[R_OCTETS] = { "rtcp.sender.octetcount", "Bytes sent", 192, 32, FIELD_UINT, LISTED },
	[R_REPORT] = { "rtcp.report", "Report", 0, 0, FIELD_GROUP, LISTED },
	[R_SSRC] = { "rtcp.ssrc.identifier", "Source", 0, 32, FIELD_HEX, LISTED },
	[R_FRACTION] = { "rtcp.ssrc.fraction", "Lost lately, of 256", 32, 8, FIELD_UINT, LISTED },
	[R_LOST] = { "rtcp.ssrc.cum_nr", "Lost", 40, 24, FIELD_INT, LISTED },
	[R_HIGHEST] = { "rtcp.ssrc.ext_high", "Highest sequence number, extended", 64, 32,
			FIELD_UINT, LISTED },
	[R_CYCLES] = { "rtcp.ssrc.high_cycles", "Cycles", 64, 16, FIELD_UINT,
		       LISTED | FIELD_OVERLAP },
	[R_HIGH_SEQ] = { "rtcp.ssrc.high_seq", "Highest sequence number", 80, 16, FIELD_UINT,
			 LISTED | FIELD_OVERLAP },
	[R_JITTER] = { "rtcp.ssrc.jitter", "Jitter", 96, 32, FIELD_UINT, LISTED },
	[R_LSR] = { "rtcp.ssrc.lsr", "Last sender report", 128, 32, FIELD_UINT, LISTED },
	[R_DLSR] = { "rtcp.ssrc.dlsr", "Time since then, in 1/65536 s", 160, 32, FIELD_UINT,
		     LISTED },
	[R_CHUNK] = { "rtcp.sdes.chunk", "Source", 0, 0, FIELD_GROUP, LISTED },
	[R_SDES_TYPE] = { "rtcp.sdes.type", "Item", 0, 0, FIELD_ENUM, LISTED, .names = sdes_names },
	[R_SDES_LEN] = { "rtcp.sdes.length", "Length", 0, 0, FIELD_UINT, LISTED, .unit = "bytes" },
	[R_SDES_TEXT] = { "rtcp.sdes.text", "Text", 0, 0, FIELD_TEXT, LISTED },
	[R_PREFIX_LEN] = { "rtcp.sdes.prefix.length", "Prefix length", 0, 0, FIELD_UINT, LISTED },
	[R_PREFIX] = { "rtcp.sdes.prefix.string", "Prefix", 0, 0, FIELD_TEXT, LISTED },
	[R_APP_NAME] = { "rtcp.app.name", "Name", 64, 32, FIELD_TEXT, LISTED },
	[R_APP_DATA] = { "rtcp.app.data", "Data", 0, 0, FIELD_BYTES, LISTED },
	[R_DATA] = { "rtcp.data", "Data", 0, 0, FIELD_BYTES, LISTED },
};

static bool rtcp_looks_right(const uint8_t *p)
{
	return p[0] >> 6 == RTCP_VERSION && p[1] >= PT_FIRST && p[1] <= PT_LAST;
}

/* A compound packet: all that is in the datagram. */
static struct next rtcp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;

	if (cursor_left(c) >= 2 && !rtcp_looks_right(p))
		return next_reject();
	do {
		p = cursor_take(c, 4);
		if (!p || !cursor_take(c, load_be16(p + 2) * 4u))
			return next_none();
	} while (cursor_left(c) >= 4 && rtcp_looks_right(c->pos));
	return next_none();
}

static void put_slice(const uint8_t *p, size_t len, unsigned first, unsigned last,
		      struct field_out *o)
{
	field_put_table(o, &rtcp_described[first], last - first + 1, 0, p, len);
}

static void describe_reports(const uint8_t *p, size_t len, size_t at, struct field_out *o)
{
	unsigned nr = p[0] & 31;

	for (; nr && at + REPORT_LEN <= len; nr--, at += REPORT_LEN) {
		field_put_group(o, &rtcp_described[R_REPORT], NULL, p + at, REPORT_LEN);
		put_slice(p + at, REPORT_LEN, R_SSRC, R_DLSR, o);
	}
	if (at < len)
		field_put_bytes(o, &rtcp_described[R_DATA], p + at, len - at);
}

static void describe_sender(const uint8_t *p, size_t len, struct field_out *o)
{
	uint64_t ns;

	put_slice(p, len, R_SENDER, R_SENDER, o);
	put_slice(p, len, R_NTP_HIGH, R_NTP_LOW, o);
	if (len >= 16 && load_be32(p + 8) > NTP_TO_UNIX) {
		ns = (load_be32(p + 8) - NTP_TO_UNIX) * NS_PER_SEC;
		ns += (load_be32(p + 12) * NS_PER_SEC) >> 32;
		field_put_num(o, &rtcp_described[R_NTP], ns, p + 8, 8);
	}
	put_slice(p, len, R_RTP_TIME, R_OCTETS, o);
}

/* A private item has a name of its own in front, RFC 3550 6.5.8. */
static void describe_item(const uint8_t *p, size_t len, struct field_out *o)
{
	size_t at = 2;

	if (p[0] == SDES_PRIV && len > 3 && p[2] <= len - 3) {
		at = 3 + (size_t)p[2];
		field_put_uint(o, &rtcp_described[R_PREFIX_LEN], p + 2, 1);
		field_put_bytes(o, &rtcp_described[R_PREFIX], p + 3, p[2]);
	}
	if (len > at)
		field_put_bytes(o, &rtcp_described[R_SDES_TEXT], p + at, len - at);
}

/* Items of one source, up to an empty one; then padding to four bytes. */
static size_t describe_source(const uint8_t *p, size_t len, struct field_out *o)
{
	size_t at = 4, item;

	field_put_group(o, &rtcp_described[R_CHUNK], NULL, p, len);
	put_slice(p, len, R_SSRC, R_SSRC, o);
	while (at + 2 <= len && p[at]) {
		item = 2 + (size_t)p[at + 1];
		if (item > len - at)
			return len;
		field_put_uint(o, &rtcp_described[R_SDES_TYPE], p + at, 1);
		field_put_uint(o, &rtcp_described[R_SDES_LEN], p + at + 1, 1);
		describe_item(p + at, item, o);
		at += item;
	}
	if (at < len)
		field_put_uint(o, &rtcp_described[R_SDES_TYPE], p + at, 1);
	return MIN_OF(len, (size_t)align_up(at + 1, 4));
}

static void describe_sources(const uint8_t *p, size_t len, struct field_out *o)
{
	unsigned nr = p[0] & 31;
	size_t at = 4;

	for (; nr && at + 4 <= len; nr--)
		at += describe_source(p + at, len - at, o);
}

static void describe_bye(const uint8_t *p, size_t len, struct field_out *o)
{
	unsigned nr = p[0] & 31;
	size_t at = 4;

	for (; nr && at + 4 <= len; nr--, at += 4)
		field_put_uint(o, &rtcp_described[R_SSRC], p + at, 4);
	if (at < len && p[at] && p[at] < len - at) {
		field_put_uint(o, &rtcp_described[R_SDES_LEN], p + at, 1);
		field_put_bytes(o, &rtcp_described[R_SDES_TEXT], p + at + 1, p[at]);
	}
}

/* Which meaning the low five bits of the first byte have. */
static unsigned count_field(uint8_t type)
{
	switch (type) {
	case PT_SDES:
	case PT_BYE:
		return R_SDES_COUNT;
	case PT_APP:
		return R_SUBTYPE;
	case PT_RTPFB:
		return R_RTPFB_TYPE;
	case PT_PSFB:
		return R_PSFB_TYPE;
	default:
		return R_COUNT;
	}
}

static void describe_packet(const uint8_t *p, size_t len, struct field_out *o)
{
	const unsigned count = count_field(p[1]);

	field_put_group(o, &rtcp_described[R_PACKET], name_find(packet_names, p[1]), p, len);
	put_slice(p, len, R_VERSION, R_PADDING, o);
	put_slice(p, len, count, count, o);
	put_slice(p, len, R_TYPE, R_LENGTH, o);
	switch (p[1]) {
	case PT_SR:
		describe_sender(p, len, o);
		describe_reports(p, len, 4 + SENDER_LEN, o);
		break;
	case PT_RR:
		put_slice(p, len, R_SENDER, R_SENDER, o);
		describe_reports(p, len, 8, o);
		break;
	case PT_SDES:
		describe_sources(p, len, o);
		break;
	case PT_BYE:
		describe_bye(p, len, o);
		break;
	case PT_APP:
		if (len >= 8)
			field_put_uint(o, &rtcp_described[R_SSRC], p + 4, 4);
		put_slice(p, len, R_APP_NAME, R_APP_NAME, o);
		if (len > 12)
			field_put_bytes(o, &rtcp_described[R_APP_DATA], p + 12, len - 12);
		break;
	case PT_RTPFB:
	case PT_PSFB:
		put_slice(p, len, R_SENDER, R_MEDIA, o);
		if (len > 12)
			field_put_bytes(o, &rtcp_described[R_DATA], p + 12, len - 12);
		break;
	default:
		if (len > 4)
			field_put_bytes(o, &rtcp_described[R_DATA], p + 4, len - 4);
		break;
	}
}

/* The next packet of the compound; what of it is here. */
static const uint8_t *packet_next(struct cursor *c, size_t *ret_len)
{
	const uint8_t *p = cursor_take(c, 4);
	size_t left;

	if (!p)
		return NULL;
	left = MIN_OF(load_be16(p + 2) * (size_t)4, cursor_left(c));
	cursor_skip(c, left);
	*ret_len = 4 + left;
	return p;
}

static void rtcp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 0);
	const uint8_t *p;
	size_t len;

	while ((p = packet_next(&c, &len)))
		describe_packet(p, len, o);
}

static void line_packet(const uint8_t *p, size_t len, struct strbuf *out)
{
	const char *name = name_find(packet_names, p[1]);

	if (name)
		strbuf_puts(out, name);
	else
		strbuf_printf(out, "type %u", p[1]);
	if (p[1] != PT_SDES && len >= 8)
		strbuf_printf(out, " ssrc 0x%08x", load_be32(p + 4));
	if (p[1] == PT_SR && len >= 4 + SENDER_LEN)
		strbuf_printf(out, " packets %u", load_be32(p + 20));
	if (p[1] == PT_SDES && len >= 10 && p[8] && p[9] <= len - 10) {
		name = name_find(sdes_names, p[8]);
		strbuf_printf(out, " %s ", name ? name : "item");
		text_printable(p + 10, p[9], TEXT_SHOWN_MAX, out);
	}
	if (p[1] == PT_APP && len >= 12) {
		strbuf_putc(out, ' ');
		text_printable(p + 8, 4, 4, out);
	}
	if (p[1] == PT_RTPFB || p[1] == PT_PSFB) {
		name = name_find(p[1] == PT_RTPFB ? rtpfb_names : psfb_names, p[0] & 31);
		if (name)
			strbuf_printf(out, " %s", name);
	}
}

static void rtcp_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, 0);
	const char *sep = " ";
	const uint8_t *p;
	size_t len;

	line_paint(opt, PAINT_PROTOCOL, "RTCP", out);
	while ((p = packet_next(&c, &len))) {
		strbuf_puts(out, sep);
		line_packet(p, len, out);
		sep = ", ";
	}
}

const struct dissector rtcp_dissector = {
	.name = "rtcp",
	.title = "RTP Control Protocol",
	.id = PROTO_RTCP,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = 4,
	.described = rtcp_described,
	.nr_described = ARRAY_SIZE(rtcp_described),
	.keys = { { KEY_UDP_PORT, 5005 } },
	.dissect = rtcp_dissect,
	.describe = rtcp_describe,
	.line = rtcp_line,
};
