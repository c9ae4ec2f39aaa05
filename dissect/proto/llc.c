/* dissect/proto/llc.c -- IEEE 802.2 logical link control, with SNAP (RFC 1042). */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	LLC_SNAP = 1 << 0,
	LLC_WIDE = 1 << 1,   /* information and supervisory frames: a control field of two bytes */
	LLC_NARROW = 1 << 2, /* unnumbered frames: of one byte */
};

static const struct name_map sap_names[] = {
	{ 0x00, "Null" }, { 0x06, "IP" },      { 0x42, "STP" },
	{ 0xaa, "SNAP" }, { 0xe0, "NetWare" }, { 0xf0, "NetBIOS" },
	{ 0xfe, "OSI" },  { 0xff, "Global" },  { 0, NULL },
};

static const struct field_desc llc_fields[] = {
	{ "llc.dsap", "Destination SAP", 0, 8, FIELD_ENUM, .names = sap_names },
	{ "llc.ssap", "Source SAP", 8, 8, FIELD_ENUM, .names = sap_names },
	{ "llc.control", "Control", 16, 8, FIELD_HEX, .variants = LLC_SNAP | LLC_NARROW },
	{ "llc.control", "Control", 16, 16, FIELD_HEX, FIELD_OPT, .variants = LLC_WIDE },
	{ "llc.oui", "Organization", 24, 24, FIELD_HEX, FIELD_OPT, .variants = LLC_SNAP },
	{ "llc.type", "Type", 48, 16, FIELD_ENUM, FIELD_OPT, .variants = LLC_SNAP,
	  .names = ethertype_names },
};

static struct next llc_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 3);

	if (unlikely(!p))
		return next_none();
	if (load_be16(p) == 0xaaaa && p[2] == 3) {
		l->variant = LLC_SNAP;
		p = cursor_take(c, 5);
		/* Only RFC 1042's own organization code speaks ethertypes. */
		return p && !load_be24(p) ? next_key(KEY_ETHERTYPE, load_be16(p + 3)) : next_none();
	}
	l->variant = (p[2] & 3) == 3 ? LLC_NARROW : LLC_WIDE;
	if (l->variant == LLC_WIDE)
		cursor_skip(c, 1);
	return next_none();
}

static void llc_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 3);
	const uint8_t *snap = layer_bytes(d, l, 3, 5);

	if (!p)
		return;
	line_paint(opt, PAINT_PROTOCOL, "LLC", out);
	if (l->variant == LLC_SNAP && snap) {
		strbuf_printf(out, " SNAP oui 0x%06x type ", load_be24(snap));
		if (load_be24(snap))
			strbuf_printf(out, "0x%04x", load_be16(snap + 3));
		else
			line_name_hex(ethertype_names, load_be16(snap + 3), 4, out);
	} else {
		strbuf_puts(out, " dsap ");
		line_name_hex(sap_names, p[0], 2, out);
		strbuf_puts(out, ", ssap ");
		line_name_hex(sap_names, p[1], 2, out);
		strbuf_printf(out, ", control 0x%02x", p[2]);
	}
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector llc_dissector = {
	.name = "llc",
	.title = "Logical link control",
	.id = PROTO_LLC,
	.layer_class = CLASS_LINK,
	.min_hdr_len = 3,
	.fields = llc_fields,
	.nr_fields = ARRAY_SIZE(llc_fields),
	.dissect = llc_dissect,
	.line = llc_line,
};
