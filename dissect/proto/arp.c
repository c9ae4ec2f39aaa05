/* dissect/proto/arp.c -- Address Resolution Protocol, RFC 826; RFC 5227 for probes. */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"
#include "dissect/text.h"

enum { ARP_ETH_IPV4 = 1 << 0 };

enum { ARP_REQUEST = 1, ARP_REPLY = 2 };

static const struct name_map opcode_names[] = {
	{ 1, "request" },       { 2, "reply" },       { 3, "RARP request" }, { 4, "RARP reply" },
	{ 8, "InARP request" }, { 9, "InARP reply" }, { 0, NULL },
};

static const struct field_desc arp_fields[] = {
	{ "arp.hw.type", "Hardware type", 0, 16, FIELD_ENUM, .names = arphrd_names },
	{ "arp.proto.type", "Protocol type", 16, 16, FIELD_ENUM, .names = ethertype_names },
	{ "arp.hw.size", "Hardware size", 32, 8, FIELD_UINT },
	{ "arp.proto.size", "Protocol size", 40, 8, FIELD_UINT },
	{ "arp.opcode", "Opcode", 48, 16, FIELD_ENUM, .names = opcode_names },
	{ "arp.src.hw_mac", "Sender MAC", 64, 48, FIELD_MAC, FIELD_OPT, .variants = ARP_ETH_IPV4 },
	{ "arp.src.proto_ipv4", "Sender IP", 112, 32, FIELD_IPV4, FIELD_OPT,
	  .variants = ARP_ETH_IPV4 },
	{ "arp.dst.hw_mac", "Target MAC", 144, 48, FIELD_MAC, FIELD_OPT, .variants = ARP_ETH_IPV4 },
	{ "arp.dst.proto_ipv4", "Target IP", 192, 32, FIELD_IPV4, FIELD_OPT,
	  .variants = ARP_ETH_IPV4 },
};

static struct next arp_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 8);
	size_t rest;

	if (unlikely(!p))
		return next_none();
	rest = 2u * (p[4] + p[5]);
	if (load_be16(p + 2) == 0x0800 && p[4] == 6 && p[5] == 4)
		l->variant = ARP_ETH_IPV4;
	p = cursor_take(c, rest);
	if (unlikely(!p))
		return next_none();
	dissect_limit(d, c, 0);
	if (l->variant == ARP_ETH_IPV4 && !d->nr_ip) {
		d->flow.addr_len = 4;
		memcpy(d->flow.src, p + 6, 4);
		memcpy(d->flow.dst, p + 16, 4);
	}
	return next_none();
}

static void arp_line_ipv4(const uint8_t *p, struct strbuf *out)
{
	const uint16_t opcode = load_be16(p + 6);

	if (opcode == ARP_REQUEST && !load_be32(p + 14)) {
		strbuf_puts(out, "probe who-has ");
		text_ipv4(p + 24, out);
		strbuf_puts(out, " from ");
		text_mac(p + 8, out);
	} else if (opcode == ARP_REQUEST && load_be32(p + 14) == load_be32(p + 24)) {
		strbuf_puts(out, "announce ");
		text_ipv4(p + 14, out);
		strbuf_puts(out, " is-at ");
		text_mac(p + 8, out);
	} else if (opcode == ARP_REQUEST) {
		strbuf_puts(out, "who-has ");
		text_ipv4(p + 24, out);
		strbuf_puts(out, " tell ");
		text_ipv4(p + 14, out);
	} else {
		text_ipv4(p + 14, out);
		strbuf_puts(out, " is-at ");
		text_mac(p + 8, out);
	}
}

static void arp_line(const struct dissection *d, const struct layer *l,
		     const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 8);
	const uint8_t *full = layer_bytes(d, l, 0, 28);
	const char *name;

	line_paint(opt, PAINT_PROTOCOL, "ARP", out);
	if (!p)
		return;
	name = name_find(opcode_names, load_be16(p + 6));
	if (name)
		strbuf_printf(out, ", %s ", name);
	else
		strbuf_printf(out, ", opcode %u ", load_be16(p + 6));
	if (l->variant == ARP_ETH_IPV4 && full)
		arp_line_ipv4(full, out);
	else
		strbuf_printf(out, "hardware type %u (%u bytes), protocol type 0x%04x (%u bytes)",
			      load_be16(p), p[4], load_be16(p + 2), p[5]);
}

const struct dissector arp_dissector = {
	.name = "arp",
	.title = "Address Resolution Protocol",
	.id = PROTO_ARP,
	.layer_class = CLASS_NETWORK,
	.min_hdr_len = 8,
	.fields = arp_fields,
	.nr_fields = ARRAY_SIZE(arp_fields),
	.keys = { { KEY_ETHERTYPE, 0x0806 }, { KEY_ETHERTYPE, 0x8035 } },
	.dissect = arp_dissect,
	.line = arp_line,
};
