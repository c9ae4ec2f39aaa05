/*
 * dissect/proto/ipv6_ext.c -- IPv6 extension headers: fragment RFC 8200 4.5, AH RFC 4302, and what
 * all of them share.
 *
 * All start with the next header's number and a length; only fragment and AH count it differently.
 */
#include <stdio.h>

#include "dissect/proto/ipv6_ext.h"

#include "dissect/proto/all.h"
#include "dissect/render.h"

static const struct field_desc fragment_fields[] = {
	{ "ipv6.fraghdr.nxt", "Next header", 0, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ipv6.fraghdr.reserved_octet", "Reserved", 8, 8, FIELD_HEX },
	{ "ipv6.fraghdr.offset", "Offset in 8 bytes", 16, 13, FIELD_UINT },
	{ "ipv6.fraghdr.reserved_bits", "Reserved bits", 29, 2, FIELD_UINT },
	{ "ipv6.fraghdr.more", "More fragments", 31, 1, FIELD_FLAG },
	{ "ipv6.fraghdr.ident", "Identification", 32, 32, FIELD_HEX },
};

static const struct field_desc ah_fields[] = {
	{ "ah.next_header", "Next header", 0, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ah.length", "Length in 4 bytes, less 2", 8, 8, FIELD_UINT },
	{ "ah.reserved", "Reserved", 16, 16, FIELD_BYTES },
	{ "ah.spi", "SPI", 32, 32, FIELD_HEX },
	{ "ah.sequence", "Sequence", 64, 32, FIELD_UINT },
};

enum { AH_ICV };

static const struct field_desc ah_described[] = {
	[AH_ICV] = { "ah.icv", "Integrity check value", 0, 0, FIELD_BYTES, FIELD_DESCRIBED },
};

struct next ipv6_ext_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 8);

	if (unlikely(!p || !cursor_take(c, p[1] * 8u)))
		return next_none();
	return next_ipproto(d, p[0]);
}

static void ah_describe(const struct dissection *d, const struct layer *l, struct field_out *o)
{
	struct cursor c = layer_cursor(d, l, 12);

	if (cursor_left(&c))
		field_put_bytes(o, &ah_described[AH_ICV], c.pos, cursor_left(&c));
}

static struct next ah_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 12);

	if (unlikely(!p))
		return next_none();
	if (p[1] < 1)
		return next_malformed(d, NOTE_BAD_HEADER_LEN);
	if (!cursor_take(c, (p[1] - 1u) * 4u))
		return next_none();
	return next_ipproto(d, p[0]);
}

static struct next fragment_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 8);
	uint16_t offset;

	if (unlikely(!p))
		return next_none();
	offset = load_be16(p + 2);
	/* Neither offset nor more: an atomic fragment, a whole packet (RFC 6946). */
	if (offset & 0xfff9) {
		d->notes |= NOTE_FRAGMENT;
		if (offset & 0xfff8) {
			d->notes |= NOTE_LATER_FRAGMENT;
			(void)next_ipproto(d, p[0]);
			return next_none();
		}
		c->clipped = true; /* the rest of this datagram is in other packets */
	}
	return next_ipproto(d, p[0]);
}

void ipv6_ext_line(const struct dissection *d, const struct layer *l, const char *name,
		   struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 2);

	strbuf_puts(out, name);
	if (p && layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_unknown_ipproto(d, p[0], out);
	}
}

static void fragment_line(const struct dissection *d, const struct layer *l,
			  const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 8);
	char text[64];
	uint16_t offset;

	if (!p)
		return;
	offset = load_be16(p + 2);
	snprintf(text, sizeof(text), "fragment id 0x%08x offset %u%s", load_be32(p + 4),
		 offset & 0xfff8u, offset & 1 ? "+" : "");
	ipv6_ext_line(d, l, text, out);
}

static void ah_line(const struct dissection *d, const struct layer *l,
		    const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 12);
	char text[64];

	if (!p)
		return;
	snprintf(text, sizeof(text), "AH spi 0x%08x seq %u", load_be32(p + 4), load_be32(p + 8));
	ipv6_ext_line(d, l, text, out);
}

const struct dissector ipv6_fragment_dissector = {
	.name = "ipv6.fraghdr",
	.title = "IPv6 fragment header",
	.id = PROTO_IPV6_FRAGMENT,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 8,
	.fields = fragment_fields,
	.nr_fields = ARRAY_SIZE(fragment_fields),
	.keys = { { KEY_IPPROTO, 44 } },
	.dissect = fragment_dissect,
	.line = fragment_line,
};

const struct dissector ah_dissector = {
	.name = "ah",
	.title = "Authentication header",
	.id = PROTO_AH,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 12,
	.fields = ah_fields,
	.nr_fields = ARRAY_SIZE(ah_fields),
	.described = ah_described,
	.nr_described = ARRAY_SIZE(ah_described),
	.keys = { { KEY_IPPROTO, 51 } },
	.dissect = ah_dissect,
	.describe = ah_describe,
	.line = ah_line,
};
