/*
 * dissect/proto/erspan.c -- Encapsulated Remote SPAN, types II and III (draft-foschiano-erspan).
 * Type I has no header: GRE goes on with Ethernet.
 */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	TYPE_2_LEN = 8,
	TYPE_3_LEN = 12,
	SUBHEADER_LEN = 8, /* platform specific */
	VERSION_2 = 1,
	VERSION_3 = 2,
	IS_2 = 1 << 0,
	IS_3 = 1 << 1,
	HAS_SUBHEADER = 1 << 2,
};

static const struct name_map encap_names[] = {
	{ 0, "Originally without VLAN tag" },
	{ 1, "Originally ISL encapsulated" },
	{ 2, "Originally 802.1Q encapsulated" },
	{ 3, "VLAN tag preserved in frame" },
	{ 0, NULL },
};

static const struct name_map bso_names[] = {
	{ 0, "Good frame" },      { 1, "Bad frame" }, { 2, "Short frame" },
	{ 3, "Oversized frame" }, { 0, NULL },
};

static const struct name_map frame_type_names[] = {
	{ 0, "Ethernet" },
	{ 2, "IP" },
	{ 0, NULL },
};

static const struct name_map granularity_names[] = {
	{ 0, "100 us" },
	{ 1, "100 ns" },
	{ 2, "IEEE 1588" },
	{ 0, NULL },
};

static const struct field_desc erspan_fields[] = {
	{ "erspan.version", "Version", 0, 4, FIELD_UINT },
	{ "erspan.vlan", "VLAN", 4, 12, FIELD_UINT },
	{ "erspan.cos", "Class of service", 16, 3, FIELD_UINT },
	{ "erspan.encap", "Encapsulation", 19, 2, FIELD_ENUM, .variants = IS_2,
	  .names = encap_names },
	{ "erspan.bso", "Bad, short or oversized", 19, 2, FIELD_ENUM, .variants = IS_3,
	  .names = bso_names },
	{ "erspan.truncated", "Truncated", 21, 1, FIELD_UINT },
	{ "erspan.spanid", "Session", 22, 10, FIELD_UINT },
	{ "erspan.reserved", "Reserved", 32, 12, FIELD_UINT, .variants = IS_2 },
	{ "erspan.index", "Index", 44, 20, FIELD_UINT, .variants = IS_2 },
	{ "erspan.timestamp", "Timestamp", 32, 32, FIELD_UINT, .variants = IS_3 },
	{ "erspan.sgt", "Security group", 64, 16, FIELD_UINT, FIELD_OPT, .variants = IS_3 },
	{ "erspan.p", "Ethernet PDU", 80, 1, FIELD_UINT, FIELD_OPT, .variants = IS_3 },
	{ "erspan.ft", "Frame type", 81, 5, FIELD_ENUM, FIELD_OPT, .variants = IS_3,
	  .names = frame_type_names },
	{ "erspan.hw", "Hardware", 86, 6, FIELD_UINT, FIELD_OPT, .variants = IS_3 },
	{ "erspan.direction", "Egress", 92, 1, FIELD_FLAG, FIELD_OPT, .variants = IS_3 },
	{ "erspan.gra", "Timestamp granularity", 93, 2, FIELD_ENUM, FIELD_OPT, .variants = IS_3,
	  .names = granularity_names },
	{ "erspan.o", "Subheader present", 95, 1, FIELD_UINT, FIELD_OPT, .variants = IS_3 },
	{ "erspan.platid", "Platform", 96, 6, FIELD_UINT, FIELD_OPT, .variants = HAS_SUBHEADER },
	{ "erspan.platform_data", "Platform's data", 104, 56, FIELD_BYTES, FIELD_OPT,
	  .variants = HAS_SUBHEADER },
};

static struct next erspan_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, TYPE_2_LEN);

	if (unlikely(!p))
		return next_none();
	if (p[0] >> 4 == VERSION_2) {
		l->variant = IS_2;
		return next_key(KEY_PROTO, PROTO_ETH);
	}
	if (p[0] >> 4 != VERSION_3)
		return next_none();
	l->variant = IS_3;
	if (!cursor_take(c, TYPE_3_LEN - TYPE_2_LEN))
		return next_none();
	if (p[11] & 1) {
		l->variant |= HAS_SUBHEADER;
		if (!cursor_take(c, SUBHEADER_LEN))
			return next_none();
	}
	switch (p[10] >> 2 & 31) {
	case 0:
		return next_key(KEY_PROTO, PROTO_ETH);
	case 2:
		return next_key(KEY_PROTO, PROTO_RAW);
	default:
		return next_none();
	}
}

static void erspan_line(const struct dissection *d, const struct layer *l,
			const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, TYPE_2_LEN);

	line_paint(opt, PAINT_PROTOCOL, "ERSPAN", out);
	if (!p)
		return;
	strbuf_puts(out, l->variant & IS_2 ? " II" : l->variant & IS_3 ? " III" : " version ");
	if (!l->variant)
		strbuf_uint(out, p[0] >> 4);
	strbuf_puts(out, " session ");
	strbuf_uint(out, load_be16(p + 2) & 0x3ff);
	if (load_be16(p) & 0xfff) {
		strbuf_puts(out, " vlan ");
		strbuf_uint(out, load_be16(p) & 0xfff);
	}
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector erspan_dissector = {
	.name = "erspan",
	.title = "Encapsulated Remote SPAN",
	.id = PROTO_ERSPAN,
	.layer_class = CLASS_LINK,
	.min_hdr_len = TYPE_2_LEN,
	.fields = erspan_fields,
	.nr_fields = ARRAY_SIZE(erspan_fields),
	.keys = { { KEY_ETHERTYPE, 0x88be }, { KEY_ETHERTYPE, 0x22eb } },
	.dissect = erspan_dissect,
	.line = erspan_line,
};
