/* dissect/proto/vlan.c -- VLAN tags: IEEE 802.1Q, 802.1ad, and the older 0x9100. */
#include <stdio.h>

#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	LENGTH_MAX = 1500,
	VLAN_TYPED = 1 << 0,
	VLAN_LENGTH = 1 << 1, /* 802.3 behind the tag */
};

static const struct field_desc vlan_fields[] = {
	{ "vlan.priority", "Priority", 0, 3, FIELD_UINT },
	{ "vlan.dei", "Drop eligible", 3, 1, FIELD_FLAG },
	{ "vlan.id", "Id", 4, 12, FIELD_UINT },
	{ "vlan.etype", "Type", 16, 16, FIELD_ENUM, .variants = VLAN_TYPED,
	  .names = ethertype_names },
	{ "vlan.len", "Length", 16, 16, FIELD_UINT, .variants = VLAN_LENGTH },
};

static struct next vlan_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);
	uint16_t type;

	l->variant = VLAN_TYPED;
	if (unlikely(!p))
		return next_none();
	if (d->nr_vlans < ARRAY_SIZE(d->vlan))
		d->vlan[d->nr_vlans++] = load_be16(p) & 0xfff;
	type = load_be16(p + 2);
	if (type > LENGTH_MAX)
		return next_key(KEY_ETHERTYPE, type);
	l->variant = VLAN_LENGTH;
	dissect_limit(d, c, type);
	return next_key(KEY_PROTO, PROTO_LLC);
}

static void vlan_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);
	char text[32];
	uint16_t tci;

	if (!p)
		return;
	tci = load_be16(p);
	snprintf(text, sizeof(text), "vlan %u", tci & 0xfff);
	line_paint(opt, PAINT_TAG, text, out);
	if (tci >> 13)
		strbuf_printf(out, " p%u", tci >> 13);
	if (tci & 0x1000)
		strbuf_puts(out, " dei");
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_unknown_ethertype(d, load_be16(p + 2), out);
	}
}

const struct dissector vlan_dissector = {
	.name = "vlan",
	.title = "VLAN tag",
	.id = PROTO_VLAN,
	.layer_class = CLASS_TAG,
	.min_hdr_len = 4,
	.fields = vlan_fields,
	.nr_fields = ARRAY_SIZE(vlan_fields),
	.keys = { { KEY_ETHERTYPE, 0x8100 }, { KEY_ETHERTYPE, 0x88a8 }, { KEY_ETHERTYPE, 0x9100 } },
	.dissect = vlan_dissect,
	.line = vlan_line,
};
