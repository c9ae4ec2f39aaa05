/* dissect/proto/vxlan.c -- VXLAN, RFC 7348; group policy and GPE extensions
 * (draft-ietf-nvo3-vxlan-gpe). */
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum {
	VXLAN_HDR_LEN = 8,
	VXLAN_PORT = 4789,
	VXLAN_PORT_LINUX = 8472, /* what Linux had before there was a standard */
	VXLAN_PORT_GPE = 4790,
	FLAG_VNI = 0x08,
	FLAG_POLICY = 0x80,
	FLAG_NEXT_PROTO = 0x04,
	GPE_UNUSED = 0xf0, /* and its version, 0 */
	/* Of the second byte: group policy's D and A, Linux's remote checksum offload. */
	FLAGS_SECOND = 0x68,
	IS_PLAIN = 1 << 0,
	IS_GPE = 1 << 1,
};

static const struct name_map next_names[] = {
	{ 1, "IPv4" }, { 2, "IPv6" }, { 3, "Ethernet" }, { 4, "NSH" }, { 5, "MPLS" }, { 0, NULL },
};

static const struct field_desc vxlan_fields[] = {
	{ "vxlan.flags", "Flags", 0, 16, FIELD_HEX, .variants = IS_PLAIN },
	{ "vxlan.flag_g", "Group policy", 0, 1, FIELD_FLAG, FIELD_OVERLAP, .variants = IS_PLAIN },
	{ "vxlan.flag_i", "VNI is valid", 4, 1, FIELD_FLAG, FIELD_OVERLAP, .variants = IS_PLAIN },
	{ "vxlan.flag_d", "Don't learn", 9, 1, FIELD_FLAG, FIELD_OVERLAP, .variants = IS_PLAIN },
	{ "vxlan.flag_a", "Policy applied", 12, 1, FIELD_FLAG, FIELD_OVERLAP,
	  .variants = IS_PLAIN },
	{ "vxlan.gbp", "Group policy id", 16, 16, FIELD_UINT, .variants = IS_PLAIN },
	{ "vxlan.flags", "Flags", 0, 8, FIELD_HEX, .variants = IS_GPE },
	{ "vxlan.ver", "Version", 2, 2, FIELD_UINT, FIELD_OVERLAP, .variants = IS_GPE },
	{ "vxlan.i_bit", "VNI is valid", 4, 1, FIELD_UINT, FIELD_OVERLAP, .variants = IS_GPE },
	{ "vxlan.p_bit", "Next protocol is valid", 5, 1, FIELD_UINT, FIELD_OVERLAP,
	  .variants = IS_GPE },
	{ "vxlan.o_bit", "Operations and maintenance", 7, 1, FIELD_UINT, FIELD_OVERLAP,
	  .variants = IS_GPE },
	{ "vxlan.reserved_16", "Reserved", 8, 16, FIELD_UINT, .variants = IS_GPE },
	{ "vxlan.next_proto", "Next protocol", 24, 8, FIELD_ENUM, .variants = IS_GPE,
	  .names = next_names },
	{ "vxlan.vni", "Network identifier (VNI)", 32, 24, FIELD_UINT },
	{ "vxlan.reserved8", "Reserved", 56, 8, FIELD_UINT },
};

static struct next gpe_next(const uint8_t *p)
{
	if (!(p[0] & FLAG_NEXT_PROTO))
		return next_key(KEY_PROTO, PROTO_ETH);
	switch (p[3]) {
	case 1:
		return next_key(KEY_PROTO, PROTO_IPV4);
	case 2:
		return next_key(KEY_PROTO, PROTO_IPV6);
	case 3:
		return next_key(KEY_PROTO, PROTO_ETH);
	case 5:
		return next_key(KEY_PROTO, PROTO_MPLS);
	default:
		return next_none();
	}
}

/*
 * RFC 7348 5: what is reserved is zero when it is sent. It also says to ignore it, but there is
 * nothing else in eight bytes that tells them from a stranger's on this port.
 */
static bool is_vxlan(const uint8_t *p)
{
	return (p[0] & ~FLAG_POLICY) == FLAG_VNI && !(p[1] & ~FLAGS_SECOND) &&
	       (p[0] & FLAG_POLICY || !load_be16(p + 2));
}

static bool is_gpe(const uint8_t *p)
{
	return (p[0] & (GPE_UNUSED | FLAG_VNI)) == FLAG_VNI && !load_be16(p + 1) &&
	       !(p[0] & FLAG_NEXT_PROTO) == !p[3];
}

static struct next vxlan_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const struct flow *flow = flow_current(d);
	const uint8_t *p = cursor_take(c, VXLAN_HDR_LEN);

	l->variant = IS_PLAIN;
	if (unlikely(!p))
		return c->clipped ? next_none() : next_reject();
	if (flow->dport == VXLAN_PORT_GPE || flow->sport == VXLAN_PORT_GPE) {
		l->variant = IS_GPE;
		return is_gpe(p) ? gpe_next(p) : next_reject();
	}
	return is_vxlan(p) ? next_key(KEY_PROTO, PROTO_ETH) : next_reject();
}

static void vxlan_line(const struct dissection *d, const struct layer *l,
		       const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, VXLAN_HDR_LEN);

	line_paint(opt, PAINT_PROTOCOL, l->variant == IS_GPE ? "VXLAN-GPE" : "VXLAN", out);
	if (!p)
		return;
	strbuf_puts(out, " vni ");
	strbuf_uint(out, load_be24(p + 4));
	if (l->variant == IS_PLAIN && p[0] & FLAG_POLICY) {
		strbuf_puts(out, " policy ");
		strbuf_uint(out, load_be16(p + 2));
	}
}

const struct dissector vxlan_dissector = {
	.name = "vxlan",
	.title = "Virtual eXtensible LAN",
	.id = PROTO_VXLAN,
	.layer_class = CLASS_LINK,
	.min_hdr_len = VXLAN_HDR_LEN,
	.fields = vxlan_fields,
	.nr_fields = ARRAY_SIZE(vxlan_fields),
	.keys = { { KEY_UDP_PORT, VXLAN_PORT },
		  { KEY_UDP_PORT, VXLAN_PORT_LINUX },
		  { KEY_UDP_PORT, VXLAN_PORT_GPE } },
	.dissect = vxlan_dissect,
	.line = vxlan_line,
};
