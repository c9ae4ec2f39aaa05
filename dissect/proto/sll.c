/* dissect/proto/sll.c -- Linux cooked captures, both versions (LINKTYPE_LINUX_SLL and _SLL2). */
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { SLL_V1 = 1 << 0, SLL_V2 = 1 << 1 };

enum {
	SLL_V1_LEN = 16,
	SLL_V2_LEN = 20,
	SLL_PROTO_802_2 = 4, /* an LLC header follows, not an ethertype */
	ARPHRD_NETLINK = 824,
};

static const struct name_map pkttype_names[] = {
	{ 0, "In" },          { 1, "Broadcast" }, { 2, "Multicast" },
	{ 3, "Promiscuous" }, { 4, "Out" },       { 0, NULL },
};

static const struct field_desc sll_fields[] = {
	{ "sll.pkttype", "Packet type", 0, 16, FIELD_ENUM, .variants = SLL_V1,
	  .names = pkttype_names },
	{ "sll.hatype", "Hardware type", 16, 16, FIELD_ENUM, .variants = SLL_V1,
	  .names = arphrd_names },
	{ "sll.halen", "Address length", 32, 16, FIELD_UINT, .variants = SLL_V1 },
	{ "sll.src.eth", "Source", 48, 48, FIELD_MAC, .variants = SLL_V1 },
	{ "sll.etype", "Protocol", 112, 16, FIELD_ENUM, .variants = SLL_V1,
	  .names = ethertype_names },
	{ "sll.etype", "Protocol", 0, 16, FIELD_ENUM, .variants = SLL_V2,
	  .names = ethertype_names },
	{ "sll.ifindex", "Interface index", 32, 32, FIELD_UINT, .variants = SLL_V2 },
	{ "sll.hatype", "Hardware type", 64, 16, FIELD_ENUM, .variants = SLL_V2,
	  .names = arphrd_names },
	{ "sll.pkttype", "Packet type", 80, 8, FIELD_ENUM, .variants = SLL_V2,
	  .names = pkttype_names },
	{ "sll.halen", "Address length", 88, 8, FIELD_UINT, .variants = SLL_V2 },
	{ "sll.src.eth", "Source", 96, 48, FIELD_MAC, .variants = SLL_V2 },
};

static struct next sll_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const bool v2 = d->frame.linktype == LINKTYPE_LINUX_SLL2;
	const uint8_t *p = cursor_take(c, v2 ? SLL_V2_LEN : SLL_V1_LEN);
	uint16_t proto, hatype;

	l->variant = v2 ? SLL_V2 : SLL_V1;
	if (unlikely(!p))
		return next_none();
	proto = load_be16(v2 ? p : p + 14);
	hatype = load_be16(v2 ? p + 8 : p + 2);
	if (hatype == ARPHRD_NETLINK) /* proto is a netlink family */
		return next_none();
	if (proto == SLL_PROTO_802_2)
		return next_key(KEY_PROTO, PROTO_LLC);
	return next_key(KEY_ETHERTYPE, proto);
}

static void sll_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const bool v2 = l->variant == SLL_V2;
	const uint8_t *p = layer_bytes(d, l, 0, v2 ? SLL_V2_LEN : SLL_V1_LEN);
	uint16_t pkttype;
	const char *name;

	if (!p)
		return;
	pkttype = v2 ? p[10] : load_be16(p);
	name = name_find(pkttype_names, pkttype);
	if (v2 && !opt->interface_shown)
		strbuf_printf(out, "if%u ", load_be32(p + 4));
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_printf(out, "type %u", pkttype);
	if (opt->link_header && (v2 ? p[11] : load_be16(p + 4)) == 6) {
		strbuf_puts(out, " from ");
		text_mac(v2 ? p + 12 : p + 6, out);
	}
	if (layer_is_last(d, l) || opt->link_header) {
		strbuf_puts(out, ", ");
		line_unknown_ethertype(d, load_be16(v2 ? p : p + 14), out);
	}
}

const struct dissector sll_dissector = {
	.name = "sll",
	.title = "Linux cooked capture",
	.id = PROTO_SLL,
	.layer_class = CLASS_LINK,
	.min_hdr_len = SLL_V1_LEN,
	.fields = sll_fields,
	.nr_fields = ARRAY_SIZE(sll_fields),
	.keys = { { KEY_LINKTYPE, LINKTYPE_LINUX_SLL }, { KEY_LINKTYPE, LINKTYPE_LINUX_SLL2 } },
	.dissect = sll_dissect,
	.line = sll_line,
};
