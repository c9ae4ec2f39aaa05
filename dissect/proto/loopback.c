/*
 * dissect/proto/loopback.c -- LINKTYPE_NULL and LINKTYPE_LOOP: four bytes of address family.
 *
 * NULL is in the byte order of the machine that captured, LOOP in network order. Families are small
 * numbers, so the order shows; they differ between systems, and all of theirs are taken. In files
 * of NULL's also stand PPP with its address and control bytes, and HDLC-like types.
 */
#include "core/linktype.h"
#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

enum { FAMILY_BE = 1 << 0, FAMILY_LE = 1 << 1, TYPED = 1 << 2, PPP_BEHIND = 1 << 3 };

enum {
	PPP_ADDRESS_CONTROL = 0xff03,
	ETHERTYPE_MIN = 0x600,
};

static const struct name_map family_names[] = {
	{ 2, "IPv4" },           { 10, "IPv6 (Linux)" },
	{ 24, "IPv6 (NetBSD)" }, { 28, "IPv6 (FreeBSD)" },
	{ 30, "IPv6 (macOS)" },  { 0, NULL },
};

static const struct field_desc loopback_fields[] = {
	{ "null.family", "Family", 0, 32, FIELD_ENUM, .variants = FAMILY_BE,
	  .names = family_names },
	{ "null.family", "Family", 0, 32, FIELD_ENUM, FIELD_LE, .variants = FAMILY_LE,
	  .names = family_names },
	{ "null.type", "Type", 16, 16, FIELD_ENUM, FIELD_BASE_HEX, .variants = TYPED,
	  .names = ethertype_names },
};

static struct next loopback_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p;
	uint32_t family;

	l->variant = FAMILY_BE;
	if (cursor_left(c) >= 4 && load_be16(c->pos) == PPP_ADDRESS_CONTROL) {
		l->variant = PPP_BEHIND;
		return next_key(KEY_PROTO, PROTO_PPP);
	}
	p = cursor_take(c, 4);
	if (unlikely(!p))
		return next_none();
	family = load_be32(p);
	if (family > UINT16_MAX && d->frame.linktype == LINKTYPE_NULL) {
		l->variant = FAMILY_LE;
		family = load_le32(p);
	}
	if (family > UINT16_MAX && load_be16(p + 2) >= ETHERTYPE_MIN) {
		l->variant = TYPED;
		return next_key(KEY_ETHERTYPE, load_be16(p + 2));
	}
	switch (family) {
	case 2:
		return next_key(KEY_PROTO, PROTO_IPV4);
	case 10:
	case 24:
	case 28:
	case 30:
		return next_key(KEY_PROTO, PROTO_IPV6);
	default:
		return next_none();
	}
}

static void loopback_line(const struct dissection *d, const struct layer *l,
			  const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);

	if (!p || !(opt->link_header || layer_is_last(d, l)))
		return;
	if (l->variant == TYPED) {
		line_unknown_ethertype(d, load_be16(p + 2), out);
		return;
	}
	strbuf_puts(out, "loopback family ");
	strbuf_uint(out, l->variant == FAMILY_LE ? load_le32(p) : load_be32(p));
	strbuf_printf(out, ", length %u", d->wire_end);
}

const struct dissector loopback_dissector = {
	.name = "null",
	.title = "Loopback",
	.id = PROTO_LOOPBACK,
	.layer_class = CLASS_LINK,
	.min_hdr_len = 4,
	.fields = loopback_fields,
	.nr_fields = ARRAY_SIZE(loopback_fields),
	.keys = { { KEY_LINKTYPE, LINKTYPE_NULL }, { KEY_LINKTYPE, LINKTYPE_LOOP } },
	.dissect = loopback_dissect,
	.line = loopback_line,
};
