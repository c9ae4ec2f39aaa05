/* dissect/proto/ppi.c -- Per-Packet Information, CACE Technologies' PPI 1.0.10 (LINKTYPE_PPI). */
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	PPI_HDR_LEN = 8,
	FIELD_HDR_LEN = 4,
	PPI_FIELDS_MAX = 64,
	FIELD_80211_COMMON = 2,
	COMMON_LEN = 20,
	COMMON_FLAG_FCS = 1, /* in the low byte of the flags */
	FCS_LEN = 4,
	PPI_ALIGNED = 1,
};

static const struct name_map field_names[] = {
	{ FIELD_80211_COMMON, "802.11 common" },
	{ 3, "802.11n MAC" },
	{ 4, "802.11n MAC and PHY" },
	{ 5, "spectrum map" },
	{ 6, "process" },
	{ 7, "capture" },
	{ 8, "aggregation" },
	{ 9, "802.3" },
	{ 30002, "GPS" },
	{ 30003, "vector" },
	{ 30004, "sensor" },
	{ 30005, "antenna" },
	{ 0, NULL },
};

static const struct field_desc ppi_fields[] = {
	{ "ppi.version", "Version", 0, 8, FIELD_UINT },
	{ "ppi.flags", "Flags", 8, 8, FIELD_HEX },
	{ "ppi.flags.reserved", "Reserved", 8, 7, FIELD_HEX, FIELD_OVERLAP },
	{ "ppi.flags.alignment", "Aligned", 15, 1, FIELD_FLAG, FIELD_OVERLAP },
	{ "ppi.length", "Header length", 16, 16, FIELD_UINT, FIELD_LE },
	{ "ppi.dlt", "Link type", 32, 32, FIELD_UINT, FIELD_LE },
};

#define LISTED (FIELD_DESCRIBED | FIELD_LIST)
#define NUMBER(name, label, bit, bits, kind)                                        \
	{                                                                           \
		"ppi.80211-common." name, label, bit, bits, kind, LISTED | FIELD_LE \
	}
#define FLAG(name, label, bit)                                                              \
	{                                                                                   \
		"ppi.80211-common." name, label, bit, 1, FIELD_FLAG, LISTED | FIELD_OVERLAP \
	}

enum { F_GROUP, F_TYPE, F_LEN, F_COMMON, F_COMMON_LAST = F_COMMON + 19, F_RATE, F_DATA };

/* Bits count from a field's value; its numbers are little endian, so flags stand byte by byte. */
static const struct field_desc ppi_described[] = {
	[F_GROUP] = { "ppi.field", "Field", 0, 0, FIELD_GROUP, LISTED },
	[F_TYPE] = { "ppi.field_type", "Type", 0, 16, FIELD_ENUM, LISTED | FIELD_LE,
		     .names = field_names },
	[F_LEN] = { "ppi.field_len", "Length", 16, 16, FIELD_UINT, LISTED | FIELD_LE },
	[F_COMMON] = NUMBER("tsft", "Timer", 0, 64, FIELD_UINT),
	NUMBER("flags", "Flags", 64, 16, FIELD_HEX),
	FLAG("flags.fcs", "Check sequence present", 71),
	FLAG("flags.tsft", "Timer in ms", 70),
	FLAG("flags.fcs-invalid", "Check sequence wrong", 69),
	FLAG("flags.phy-err", "PHY error", 68),
	NUMBER("chan.freq", "Channel frequency in MHz", 96, 16, FIELD_UINT),
	NUMBER("chan.flags", "Channel flags", 112, 16, FIELD_HEX),
	FLAG("chan.flags.turbo", "Turbo", 115),
	FLAG("chan.flags.cck", "CCK", 114),
	FLAG("chan.flags.ofdm", "OFDM", 113),
	FLAG("chan.flags.2ghz", "2 GHz", 112),
	FLAG("chan.flags.5ghz", "5 GHz", 127),
	FLAG("chan.flags.passive", "Passive", 126),
	FLAG("chan.flags.dynamic", "Dynamic CCK and OFDM", 125),
	FLAG("chan.flags.gfsk", "GFSK", 124),
	NUMBER("fhss.hopset", "Hop set", 128, 8, FIELD_HEX),
	NUMBER("fhss.pattern", "Hop pattern", 136, 8, FIELD_HEX),
	{ "ppi.80211-common.dbm.antsignal", "Signal", 144, 8, FIELD_INT, LISTED, .unit = "dBm" },
	[F_COMMON_LAST] = { "ppi.80211-common.dbm.antnoise", "Noise", 152, 8, FIELD_INT, LISTED,
			    .unit = "dBm" },
	[F_RATE] = { "ppi.80211-common.rate", "Rate", 0, 0, FIELD_UINT, LISTED, .unit = "kbit/s" },
	[F_DATA] = { "ppi.field_data", "Data", 0, 0, FIELD_BYTES, LISTED },
};

static uint16_t load_le16(const uint8_t *p)
{
	return swap_u16(load_be16(p));
}

struct ppi_view {
	const uint8_t *start;
	uint16_t type;
	size_t len; /* of the value behind the field's header */
};

static bool field_next(struct cursor *c, bool aligned, struct ppi_view *ret)
{
	const uint8_t *p = cursor_take(c, FIELD_HDR_LEN);

	if (!p)
		return false;
	ret->start = p;
	ret->type = load_le16(p);
	ret->len = load_le16(p + 2);
	if (!cursor_take(c, ret->len))
		return false;
	if (aligned)
		cursor_skip(c, MIN_OF(-ret->len & 3, cursor_left(c)));
	return true;
}

/* The check sequence at the packet's end belongs to no payload. */
static void drop_fcs(struct dissection *d, struct cursor *c, struct cursor fields, bool aligned)
{
	const size_t pos = (size_t)(c->pos - d->frame.data);
	struct ppi_view v;
	unsigned n;

	for (n = 0; n < PPI_FIELDS_MAX && cursor_left(&fields); n++) {
		if (!field_next(&fields, aligned, &v))
			return;
		if (v.type == FIELD_80211_COMMON && v.len >= COMMON_LEN &&
		    v.start[FIELD_HDR_LEN + 8] & COMMON_FLAG_FCS && d->wire_end >= pos + FCS_LEN) {
			dissect_limit(d, c, d->wire_end - pos - FCS_LEN);
			return;
		}
	}
}

static struct next ppi_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, PPI_HDR_LEN), *fields;
	size_t len;

	if (unlikely(!p))
		return next_none();
	len = load_le16(p + 2);
	if (len < PPI_HDR_LEN)
		return next_malformed(d, NOTE_BAD_HEADER_LEN);
	len -= PPI_HDR_LEN;
	fields = cursor_take(c, len);
	if (!fields)
		return next_none();
	if (load_le32(p + 4) == LINKTYPE_IEEE802_11)
		drop_fcs(d, c, cursor_over(fields, len, false), p[1] & PPI_ALIGNED);
	return load_le32(p + 4) < UINT16_MAX ? next_key(KEY_LINKTYPE, load_le16(p + 4))
					     : next_none();
}

static void describe_field(const struct ppi_view *v, struct field_out *o)
{
	const uint8_t *p = v->start + FIELD_HDR_LEN;

	field_put_group(o, &ppi_described[F_GROUP], name_find(field_names, v->type), v->start,
			FIELD_HDR_LEN + v->len);
	field_put_table(o, &ppi_described[F_TYPE], 2, 0, v->start, FIELD_HDR_LEN);
	if (v->type == FIELD_80211_COMMON && v->len >= COMMON_LEN) {
		field_put_table(o, &ppi_described[F_COMMON], F_COMMON_LAST - F_COMMON + 1, 0, p,
				v->len);
		field_put_num(o, &ppi_described[F_RATE], load_le16(p + 10) * 500u, p + 10, 2);
	} else if (v->len) {
		field_put_bytes(o, &ppi_described[F_DATA], p, v->len);
	}
}

static void ppi_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, PPI_HDR_LEN);
	const uint8_t *p = layer_bytes(d, l, 0, PPI_HDR_LEN);
	struct ppi_view v;
	unsigned n;

	if (!p)
		return;
	for (n = 0; n < PPI_FIELDS_MAX && cursor_left(&c); n++) {
		if (!field_next(&c, p[1] & PPI_ALIGNED, &v))
			return;
		describe_field(&v, o);
	}
}

static void line_common(const uint8_t *p, struct strbuf *out)
{
	strbuf_printf(out, " %d dBm", (int8_t)p[18]);
	if (load_le16(p + 12))
		strbuf_printf(out, " %u MHz", load_le16(p + 12));
	if (load_le16(p + 10))
		strbuf_printf(out, " %u.%u Mbit/s", load_le16(p + 10) / 2,
			      load_le16(p + 10) % 2 * 5);
}

static void ppi_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	struct cursor c = layer_cursor(d, l, PPI_HDR_LEN);
	const uint8_t *p = layer_bytes(d, l, 0, PPI_HDR_LEN);
	struct ppi_view v;
	unsigned n;

	line_paint(opt, PAINT_PROTOCOL, "PPI", out);
	if (!p)
		return;
	for (n = 0; n < PPI_FIELDS_MAX && cursor_left(&c); n++) {
		if (!field_next(&c, p[1] & PPI_ALIGNED, &v))
			break;
		if (v.type == FIELD_80211_COMMON && v.len >= COMMON_LEN)
			line_common(v.start + FIELD_HDR_LEN, out);
	}
	if (layer_is_last(d, l)) {
		strbuf_printf(out, " link type %u, ", load_le32(p + 4));
		line_length(d, out);
	}
}

const struct dissector ppi_dissector = {
	.name = "ppi",
	.title = "Per-Packet Information",
	.id = PROTO_PPI,
	.layer_class = CLASS_LINK,
	.min_hdr_len = PPI_HDR_LEN,
	.fields = ppi_fields,
	.nr_fields = ARRAY_SIZE(ppi_fields),
	.described = ppi_described,
	.nr_described = ARRAY_SIZE(ppi_described),
	.keys = { { KEY_LINKTYPE, LINKTYPE_PPI } },
	.dissect = ppi_dissect,
	.describe = ppi_describe,
	.line = ppi_line,
};
