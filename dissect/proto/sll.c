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
	SLL_ADDR_MAX = 8, /* longer addresses are cut */
	ETHERTYPE_MIN = 0x600,
	ARPHRD_IPGRE = 778,
	ARPHRD_NETLINK = 824,
};

/* What stands for an ethertype where there is none. */
enum { SLL_PROTO_802_3 = 1, SLL_PROTO_802_2 = 4 };

static const struct name_map pkttype_names[] = {
	{ 0, "In" },          { 1, "Broadcast" }, { 2, "Multicast" },
	{ 3, "Promiscuous" }, { 4, "Out" },       { 0, NULL },
};

static const struct name_map ltype_names[] = {
	{ SLL_PROTO_802_3, "Novell 802.3 without LLC" },
	{ SLL_PROTO_802_2, "802.2 LLC" },
	{ 0x000c, "CAN" },
	{ 0x000d, "CAN FD" },
	{ 0, NULL },
};

static const struct field_desc sll_fields[] = {
	{ "sll.pkttype", "Packet type", 0, 16, FIELD_ENUM, .variants = SLL_V1,
	  .names = pkttype_names },
	{ "sll.hatype", "Hardware type", 16, 16, FIELD_ENUM, .variants = SLL_V1,
	  .names = arphrd_names },
	{ "sll.halen", "Address length", 32, 16, FIELD_UINT, .variants = SLL_V1 },
	{ "sll.ifindex", "Interface index", 32, 32, FIELD_UINT, .variants = SLL_V2 },
	{ "sll.hatype", "Hardware type", 64, 16, FIELD_ENUM, .variants = SLL_V2,
	  .names = arphrd_names },
	{ "sll.pkttype", "Packet type", 80, 8, FIELD_ENUM, .variants = SLL_V2,
	  .names = pkttype_names },
	{ "sll.halen", "Address length", 88, 8, FIELD_UINT, .variants = SLL_V2 },
};

enum { F_MAC, F_IPV4, F_OTHER, F_UNUSED, F_ETYPE, F_GRETYPE, F_LTYPE };

static const struct field_desc sll_described[] = {
	[F_MAC] = { "sll.src.eth", "Source", 0, 0, FIELD_MAC, FIELD_DESCRIBED },
	[F_IPV4] = { "sll.src.ipv4", "Source", 0, 0, FIELD_IPV4, FIELD_DESCRIBED },
	[F_OTHER] = { "sll.src.other", "Source", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
	[F_UNUSED] = { "sll.unused", "Unused", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
	[F_ETYPE] = { "sll.etype", "Protocol", 0, 0, FIELD_ENUM, FIELD_DESCRIBED | FIELD_BASE_HEX,
		      .names = ethertype_names },
	[F_GRETYPE] = { "sll.gretype", "Protocol", 0, 0, FIELD_ENUM,
			FIELD_DESCRIBED | FIELD_BASE_HEX, .names = ethertype_names },
	[F_LTYPE] = { "sll.ltype", "Protocol", 0, 0, FIELD_ENUM, FIELD_DESCRIBED | FIELD_BASE_HEX,
		      .names = ltype_names },
};

/* Where the parts stand that both versions have. */
struct sll_view {
	const uint8_t *proto, *addr;
	uint16_t hatype, halen, pkttype;
	bool v2;
};

static struct sll_view sll_view(const uint8_t *p, bool v2)
{
	if (v2)
		return (struct sll_view){ p, p + 12, load_be16(p + 8), p[11], p[10], v2 };
	return (struct sll_view){ p + 14,           p + 6,        load_be16(p + 2),
				  load_be16(p + 4), load_be16(p), v2 };
}

static struct next sll_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const bool v2 = d->frame.linktype == LINKTYPE_LINUX_SLL2;
	const uint8_t *p = cursor_take(c, v2 ? SLL_V2_LEN : SLL_V1_LEN);
	struct sll_view v;

	l->variant = v2 ? SLL_V2 : SLL_V1;
	if (unlikely(!p))
		return next_none();
	v = sll_view(p, v2);
	if (v.hatype == ARPHRD_NETLINK) /* proto is a netlink family */
		return next_none();
	if (load_be16(v.proto) == SLL_PROTO_802_2)
		return next_key(KEY_PROTO, PROTO_LLC);
	return next_key(KEY_ETHERTYPE, load_be16(v.proto));
}

static void sll_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	const bool v2 = l->variant == SLL_V2;
	const uint8_t *p = layer_bytes(d, l, 0, v2 ? SLL_V2_LEN : SLL_V1_LEN);
	unsigned field = F_OTHER, type = F_ETYPE;
	struct sll_view v;
	size_t len;

	if (!p)
		return;
	v = sll_view(p, v2);
	len = MIN_OF(v.halen, (uint16_t)SLL_ADDR_MAX);
	if (len == 6)
		field = F_MAC;
	else if (len == 4)
		field = F_IPV4;
	if (len)
		field_put_bytes(o, &sll_described[field], v.addr, len);
	if (len < SLL_ADDR_MAX)
		field_put_bytes(o, &sll_described[F_UNUSED], v.addr + len, SLL_ADDR_MAX - len);
	if (v.hatype == ARPHRD_IPGRE)
		type = F_GRETYPE;
	else if (load_be16(v.proto) < ETHERTYPE_MIN)
		type = F_LTYPE;
	field_put_uint(o, &sll_described[type], v.proto, 2);
}

static void sll_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const bool v2 = l->variant == SLL_V2;
	const uint8_t *p = layer_bytes(d, l, 0, v2 ? SLL_V2_LEN : SLL_V1_LEN);
	struct sll_view v;
	const char *name;

	if (!p)
		return;
	v = sll_view(p, v2);
	name = name_find(pkttype_names, v.pkttype);
	if (v2 && !opt->interface_shown)
		strbuf_printf(out, "if%u ", load_be32(p + 4));
	if (name)
		strbuf_puts(out, name);
	else
		strbuf_printf(out, "type %u", v.pkttype);
	if (opt->link_header && v.halen == 6) {
		strbuf_puts(out, " from ");
		text_mac(v.addr, out);
	}
	if (layer_is_last(d, l) || opt->link_header) {
		strbuf_puts(out, ", ");
		line_unknown_ethertype(d, load_be16(v.proto), out);
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
	.described = sll_described,
	.nr_described = ARRAY_SIZE(sll_described),
	.keys = { { KEY_LINKTYPE, LINKTYPE_LINUX_SLL }, { KEY_LINKTYPE, LINKTYPE_LINUX_SLL2 } },
	.dissect = sll_dissect,
	.describe = sll_describe,
	.line = sll_line,
};
