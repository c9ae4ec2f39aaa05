/* dissect/proto/vlan.c -- VLAN tags: IEEE 802.1Q, 802.1ad (provider bridges), the older 0x9100. */
#include <stdio.h>

#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	LENGTH_MAX = 1500,
	ETHERTYPE_8021AD = 0x88a8,
};

enum {
	TAG_TYPED = 1 << 0,
	TAG_LENGTH = 1 << 1, /* 802.3 behind the tag */
	TAG_PROVIDER = 1 << 2,
	/* Wireshark calls two provider tags in a row service and customer. */
	TAG_SERVICE = 1 << 3,
	TAG_CUSTOMER = 1 << 4,
	TAG_8021Q = TAG_TYPED | TAG_LENGTH,
	TAG_8021AD = TAG_PROVIDER | TAG_SERVICE | TAG_CUSTOMER,
};

static const struct name_map priority_names[] = {
	{ 0, "best effort" },
	{ 1, "background" },
	{ 2, "excellent effort" },
	{ 3, "critical" },
	{ 4, "video" },
	{ 5, "voice" },
	{ 6, "internetwork control" },
	{ 7, "network control" },
	{ 0, NULL },
};

static const struct field_desc vlan_fields[] = {
	{ "vlan.priority", "Priority", 0, 3, FIELD_ENUM, .variants = TAG_8021Q,
	  .names = priority_names },
	{ "vlan.dei", "Drop eligible", 3, 1, FIELD_FLAG, .variants = TAG_8021Q },
	{ "vlan.id", "Id", 4, 12, FIELD_UINT, .variants = TAG_8021Q },
	{ "vlan.etype", "Type", 16, 16, FIELD_ENUM, FIELD_BASE_HEX, .variants = TAG_TYPED,
	  .names = ethertype_names },
	{ "vlan.len", "Length", 16, 16, FIELD_UINT, .variants = TAG_LENGTH, .unit = "bytes" },
	{ "ieee8021ad.priority", "Priority", 0, 3, FIELD_ENUM, .variants = TAG_8021AD,
	  .names = priority_names },
	{ "ieee8021ad.dei", "Drop eligible", 3, 1, FIELD_UINT, .variants = TAG_8021AD },
	{ "ieee8021ad.id", "Id", 4, 12, FIELD_UINT, .variants = TAG_PROVIDER },
	{ "ieee8021ad.svid", "Service id", 4, 12, FIELD_UINT, .variants = TAG_SERVICE },
	{ "ieee8021ad.cvid", "Customer id", 4, 12, FIELD_UINT, .variants = TAG_CUSTOMER },
	{ "ieee8021ad.etype", "Type", 16, 16, FIELD_ENUM, FIELD_BASE_HEX, .variants = TAG_8021AD,
	  .names = ethertype_names },
};

/* Which kind of tag: the type that announced it stands right before it. */
static uint8_t tag_variant(const struct dissection *d, const struct layer *l, uint16_t type)
{
	const unsigned carrier = layer_carrier(d, l);

	if ((carrier != PROTO_ETH && carrier != PROTO_VLAN) ||
	    load_be16(d->frame.data + l->off - 2) != ETHERTYPE_8021AD)
		return type > LENGTH_MAX ? TAG_TYPED : TAG_LENGTH;
	if (carrier == PROTO_VLAN && l[-1].variant == TAG_SERVICE)
		return TAG_CUSTOMER;
	return type == ETHERTYPE_8021AD ? TAG_SERVICE : TAG_PROVIDER;
}

static struct next vlan_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);
	uint16_t type;

	if (unlikely(!p)) {
		l->variant = TAG_TYPED;
		return next_none();
	}
	if (d->nr_vlans < ARRAY_SIZE(d->vlan))
		d->vlan[d->nr_vlans++] = load_be16(p) & 0xfff;
	type = load_be16(p + 2);
	l->variant = tag_variant(d, l, type);
	if (type > LENGTH_MAX)
		return next_key(KEY_ETHERTYPE, type);
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
	.keys = { { KEY_ETHERTYPE, 0x8100 },
		  { KEY_ETHERTYPE, ETHERTYPE_8021AD },
		  { KEY_ETHERTYPE, 0x9100 },
		  { KEY_ETHERTYPE, 0x9200 } },
	.dissect = vlan_dissect,
	.line = vlan_line,
};
