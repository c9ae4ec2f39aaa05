/*
 * dissect/proto/ptp.c -- Precision Time Protocol: version 2, IEEE 1588-2008 and -2019, with IEEE
 * 802.1AS; version 1, IEEE 1588-2002.
 */
#include "dissect/proto/ptp.h"

#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum {
	PTP_HDR_LEN = 34,
	PTP1_HDR_LEN = 40,
	TLV_HDR_LEN = 4,
	TLVS_MAX = 64,
	CLOCKS_MAX = 128, /* of a path trace */
	MAJOR_SDO_GPTP = 1,
	OUI_8021 = 0x0080c2,
};

enum { PTP_V1 = 1 << 0, PTP_V2 = 1 << 1 };

enum {
	TLV_MANAGEMENT = 1,
	TLV_MANAGEMENT_ERROR = 2,
	TLV_ORGANIZATION = 3,
	TLV_UNICAST_REQUEST = 4,
	TLV_UNICAST_ACKNOWLEDGE = 7,
	TLV_PATH_TRACE = 8,
	TLV_TIME_OFFSET = 9,
};

static const struct name_map control_names[] = {
	{ 0, "Sync" },       { 1, "Delay_Req" }, { 2, "Follow_Up" }, { 3, "Delay_Resp" },
	{ 4, "Management" }, { 5, "other" },     { 0, NULL },
};

static const struct name_map sdo_names[] = { { 0, "1588" }, { 1, "802.1AS" }, { 0, NULL } };

static const struct name_map class_names[] = { { 1, "event" }, { 2, "general" }, { 0, NULL } };

#define V2(name, label, bit, bits, kind, ...)                                           \
	{                                                                               \
		"ptp.v2." name, label, bit, bits, kind, .variants = PTP_V2, __VA_ARGS__ \
	}
#define FLAG2(name, label, bit)                                                                    \
	{                                                                                          \
		"ptp.v2.flags." name, label, bit, 1, FIELD_FLAG, FIELD_OVERLAP, .variants = PTP_V2 \
	}
#define V1(name, label, bit, bits, kind, ...)                                                   \
	{                                                                                       \
		"ptp." name, label, bit, bits, kind, FIELD_OPT, .variants = PTP_V1, __VA_ARGS__ \
	}
#define FLAG1(name, label, bit)                                                          \
	{                                                                                \
		"ptp.flags." name, label, bit, 1, FIELD_FLAG, FIELD_OPT | FIELD_OVERLAP, \
			.variants = PTP_V1                                               \
	}

static const struct field_desc ptp_fields[] = {
	V2("majorsdoid", "Standards organization", 0, 4, FIELD_ENUM, .flags = FIELD_BASE_HEX,
	   .names = sdo_names, .digits = 2),
	V2("messagetype", "Message", 4, 4, FIELD_ENUM, .flags = FIELD_BASE_HEX,
	   .names = ptp_message_names, .digits = 2),
	V2("minorversionptp", "Minor version", 8, 4, FIELD_UINT),
	V2("versionptp", "Version", 12, 4, FIELD_UINT),
	V2("messagelength", "Length", 16, 16, FIELD_UINT),
	V2("domainnumber", "Domain", 32, 8, FIELD_UINT),
	V2("minorsdoid", "Minor organization id", 40, 8, FIELD_UINT),
	V2("flags", "Flags", 48, 16, FIELD_HEX),
	FLAG2("security", "Security", 48),
	FLAG2("specific2", "Profile's 2", 49),
	FLAG2("specific1", "Profile's 1", 50),
	FLAG2("unicast", "Unicast", 53),
	FLAG2("twostep", "Two steps", 54),
	FLAG2("alternatemaster", "Alternate master", 55),
	FLAG2("synchronizationUncertain", "Synchronization uncertain", 57),
	FLAG2("frequencytraceable", "Frequency traceable", 58),
	FLAG2("timetraceable", "Time traceable", 59),
	FLAG2("timescale", "PTP timescale", 60),
	FLAG2("utcreasonable", "UTC reasonable", 61),
	FLAG2("li59", "Last minute has 59 seconds", 62),
	FLAG2("li61", "Last minute has 61 seconds", 63),
	V2("messagetypespecific", "Message type's own", 128, 32, FIELD_UINT),
	V2("clockidentity", "Clock", 160, 64, FIELD_HEX),
	V2("sourceportid", "Port", 224, 16, FIELD_UINT),
	V2("sequenceid", "Sequence", 240, 16, FIELD_UINT),
	V2("controlfield", "Control", 256, 8, FIELD_ENUM, .names = control_names),
	V2("logmessageperiod", "Period, log 2 of s", 264, 8, FIELD_INT),
	V1("versionptp", "Version", 0, 16, FIELD_UINT),
	V1("versionnetwork", "Network version", 16, 16, FIELD_UINT),
	V1("subdomain", "Subdomain", 32, 128, FIELD_TEXT),
	V1("messagetype", "Message class", 160, 8, FIELD_ENUM, .names = class_names),
	V1("sourcecommunicationtechnology", "Technology", 168, 8, FIELD_UINT),
	V1("sourceuuid", "Clock", 176, 48, FIELD_MAC),
	V1("sourceportid", "Port", 224, 16, FIELD_UINT),
	V1("sequenceid", "Sequence", 240, 16, FIELD_UINT),
	V1("controlfield", "Message", 256, 8, FIELD_ENUM, .names = control_names),
	V1("flags", "Flags", 272, 16, FIELD_HEX),
	FLAG1("li61", "Last minute has 61 seconds", 287),
	FLAG1("li59", "Last minute has 59 seconds", 286),
	FLAG1("boundary_clock", "Boundary clock", 285),
	FLAG1("assist", "Assist", 284),
	FLAG1("ext_sync", "External synchronization", 283),
	FLAG1("parent_stats", "Parent statistics", 282),
	FLAG1("sync_burst", "Sync burst", 281),
};

static struct next dissect_v1(struct dissection *d, struct layer *l, struct cursor *c)
{
	l->variant = PTP_V1;
	cursor_skip(c, PTP1_HDR_LEN);
	if (!c->failed)
		dissect_take_rest(d, c);
	return next_none();
}

static struct next ptp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = c->pos;
	size_t len;

	l->variant = PTP_V2;
	if (cursor_left(c) < 4) {
		cursor_skip(c, PTP_HDR_LEN);
		return next_none();
	}
	if (load_be16(p) == 1 && load_be16(p + 2) == 1 && (d->flow.sport || d->flow.dport))
		return dissect_v1(d, l, c);
	if ((p[1] & 15) != 2)
		return next_reject();
	len = load_be16(p + 2);
	if (!cursor_take(c, PTP_HDR_LEN))
		return next_none();
	if (len < PTP_HDR_LEN)
		return next_malformed(d, NOTE_BAD_LENGTH);
	dissect_limit(d, c, len - PTP_HDR_LEN);
	dissect_take_rest(d, c);
	return next_none();
}

static void put(struct field_out *o, unsigned field, const uint8_t *p, size_t n)
{
	if (!n)
		return;
	if (ptp_described[field].kind < FIELD_MAC)
		field_put_uint(o, &ptp_described[field], p, n);
	else
		field_put_bytes(o, &ptp_described[field], p, n);
}

static void put_part(struct field_out *o, unsigned first, unsigned last, const uint8_t *p, size_t n)
{
	field_put_table(o, &ptp_described[first], last - first + 1, 0, p, n);
}

/* 48 bits of nanoseconds and 16 of their fraction. */
static void describe_correction(const uint8_t *p, struct field_out *o)
{
	const uint32_t part = load_be16(p + 6);
	char text[24];
	struct strbuf s = strbuf_over(text, sizeof(text));

	put_part(o, P_CORRECTION, P_CORRECTION, p, 8);
	strbuf_putc(&s, '0');
	if (part) { /* sixteen halvings have sixteen decimals */
		strbuf_printf(&s, ".%016llu", part * 152587890625ull);
		while (text[s.len - 1] == '0')
			s.len--;
	}
	field_put_text(o, &ptp_described[P_CORRECTION_SUB], text, s.len, p + 6, 2);
}

static void describe_announce_tlv(uint16_t type, const uint8_t *v, size_t n, struct field_out *o)
{
	size_t i;

	if (type == TLV_PATH_TRACE) {
		for (i = 0; i < CLOCKS_MAX && 8 * i + 8 <= n; i++)
			put(o, P_PATH, v + 8 * i, 8);
	} else if (type == TLV_TIME_OFFSET && n >= 16) {
		put_part(o, P_OFFSET, P_OFFSET_LAST, v, n);
		put(o, P_OFFSET_NAME, v + 16, MIN_OF((size_t)v[15], n - 16));
	} else {
		put(o, P_AN_DATA, v, n);
	}
}

static void describe_management_tlv(uint16_t type, const uint8_t *v, size_t n, struct field_out *o)
{
	if (type == TLV_MANAGEMENT && n >= 2) {
		put(o, P_MM_ID, v, 2);
		put(o, P_MM_DATA, v + 2, n - 2);
	} else if (type == TLV_MANAGEMENT_ERROR && n >= 4) {
		put(o, P_MM_ERROR, v, 2);
		put(o, P_MM_ID, v + 2, 2);
		put(o, P_MM_DATA, v + 4, n - 4);
	} else {
		put(o, P_MM_DATA, v, n);
	}
}

/* p: a TLV of n bytes. Wireshark names its parts after the message that carries it. */
static void describe_tlv(const uint8_t *hdr, const uint8_t *p, size_t n, struct field_out *o)
{
	const uint16_t type = load_be16(p);
	const uint8_t *v = p + TLV_HDR_LEN;
	const size_t len = n - TLV_HDR_LEN;

	switch (hdr[0] & 15) {
	case PTP_ANNOUNCE:
		put_part(o, P_AN_TLV, P_AN_TLV_LAST, p, n);
		describe_announce_tlv(type, v, len, o);
		return;
	case PTP_SIGNALING:
		put_part(o, P_SIG_TLV, P_SIG_TLV_LAST, p, n);
		if (type == TLV_UNICAST_REQUEST || type == TLV_UNICAST_REQUEST + 1)
			put_part(o, P_UNICAST, P_UNICAST_LAST, v, len);
		else if (type > TLV_UNICAST_REQUEST && type <= TLV_UNICAST_ACKNOWLEDGE)
			put_part(o, P_UNICAST, P_UNICAST, v, len);
		else
			put(o, P_SIG_DATA, v, len);
		return;
	case PTP_MANAGEMENT:
		put_part(o, P_MM_TLV, P_MM_TLV_LAST, p, n);
		describe_management_tlv(type, v, len, o);
		return;
	default:
		break;
	}
	if (hdr[0] == (MAJOR_SDO_GPTP << 4 | PTP_FOLLOW_UP) && type == TLV_ORGANIZATION &&
	    len >= 6 && load_be24(v) == OUI_8021) {
		put_part(o, P_AS, P_AS_LAST, p, n);
		return;
	}
	put_part(o, P_TLV, P_TLV_LAST, p, n);
	put(o, P_TLV_DATA, v, len);
}

static size_t describe_body(const struct ptp_shape *shape, uint8_t type, const struct cursor *c,
			    struct field_out *o)
{
	while (shape->len && shape->type != type)
		shape++;
	if (!shape->len) {
		put(o, P_DATA, c->pos, cursor_left(c));
		return cursor_left(c);
	}
	field_put_table(o, &ptp_described[shape->first], shape->nr, 0, c->pos, cursor_left(c));
	return shape->len;
}

static void ptp_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const bool v1 = l->variant == PTP_V1;
	const size_t hdr_len = v1 ? PTP1_HDR_LEN : PTP_HDR_LEN;
	const uint8_t *hdr = layer_bytes(d, l, 0, hdr_len);
	struct cursor c = layer_cursor(d, l, hdr_len);
	unsigned n;

	if (!hdr)
		return;
	if (v1) {
		(void)describe_body(ptp_v1_shapes, hdr[32], &c, o);
		return;
	}
	describe_correction(hdr + 8, o);
	cursor_skip(&c, describe_body(ptp_v2_shapes, hdr[0] & 15, &c, o));
	for (n = 0; n < TLVS_MAX && cursor_left(&c) >= TLV_HDR_LEN; n++) {
		const uint8_t *p = c.pos;
		const size_t len = TLV_HDR_LEN + load_be16(p + 2);

		if (!cursor_take(&c, len))
			return;
		field_put_group(o, &ptp_described[P_TLV_GROUP], NULL, p, len);
		describe_tlv(hdr, p, len, o);
	}
}

static void line_v1(const uint8_t *p, struct strbuf *out)
{
	const char *name = name_find(control_names, p[32]);

	strbuf_printf(out, "v1 %s clock ", name ? name : "message");
	text_mac(p + 22, out);
	strbuf_printf(out, " seq %u", load_be16(p + 30));
}

static void line_clock(const char *label, const uint8_t *p, struct strbuf *out)
{
	strbuf_puts(out, label);
	strbuf_hex(out, load_be64(p), 16);
}

static void ptp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const bool v1 = l->variant == PTP_V1;
	const uint8_t *p = layer_bytes(d, l, 0, v1 ? PTP1_HDR_LEN : PTP_HDR_LEN);
	const uint8_t *announce = layer_bytes(d, l, PTP_HDR_LEN, 30);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "PTP", out);
	if (!p)
		return;
	if (v1) {
		line_v1(p, out);
		return;
	}
	name = name_find(ptp_message_names, p[0] & 15);
	if (name)
		strbuf_printf(out, "v2 %s", name);
	else
		strbuf_printf(out, "v2 message 0x%x", p[0] & 15);
	line_clock(" clock ", p + 20, out);
	strbuf_printf(out, "/%u domain %u seq %u", load_be16(p + 28), p[4], load_be16(p + 30));
	if ((p[0] & 15) != PTP_ANNOUNCE || !announce || opt->quiet)
		return;
	line_clock(" grandmaster ", announce + 19, out);
	strbuf_printf(out, " priority %u/%u class %u steps %u", announce[13], announce[18],
		      announce[14], load_be16(announce + 27));
}

const struct dissector ptp_dissector = {
	.name = "ptp",
	.title = "Precision Time Protocol",
	.id = PROTO_PTP,
	.layer_class = CLASS_APPLICATION,
	.min_hdr_len = PTP_HDR_LEN,
	.fields = ptp_fields,
	.nr_fields = ARRAY_SIZE(ptp_fields),
	.described = ptp_described,
	.nr_described = NR_PTP_DESCRIBED,
	.keys = { { KEY_ETHERTYPE, 0x88f7 }, { KEY_UDP_PORT, 319 }, { KEY_UDP_PORT, 320 } },
	.dissect = ptp_dissect,
	.describe = ptp_describe,
	.line = ptp_line,
};
