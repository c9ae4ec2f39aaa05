/*
 * dissect/proto/ipv6_ext.c -- IPv6 extension headers: RFC 8200 4, AH RFC 4302, mobility RFC 6275.
 *
 * All start with the next header's number and a length; only fragment and AH count it differently.
 */
#include <stdio.h>

#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/render.h"

static const struct field_desc hopopts_fields[] = {
	{ "ipv6.hopopts.nxt", "Next header", 0, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ipv6.hopopts.len", "Length in 8 bytes, less 1", 8, 8, FIELD_UINT },
};

static const struct field_desc dstopts_fields[] = {
	{ "ipv6.dstopts.nxt", "Next header", 0, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ipv6.dstopts.len", "Length in 8 bytes, less 1", 8, 8, FIELD_UINT },
};

static const struct name_map routing_names[] = {
	{ 0, "Source route" },    { 2, "Mobile IPv6" }, { 3, "RPL" },
	{ 4, "Segment routing" }, { 0, NULL },
};

static const struct field_desc routing_fields[] = {
	{ "ipv6.routing.nxt", "Next header", 0, 8, FIELD_ENUM, .names = ipproto_names },
	{ "ipv6.routing.len", "Length in 8 bytes, less 1", 8, 8, FIELD_UINT },
	{ "ipv6.routing.type", "Type", 16, 8, FIELD_ENUM, .names = routing_names },
	{ "ipv6.routing.segleft", "Segments left", 24, 8, FIELD_UINT },
};

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
	{ "ah.reserved", "Reserved", 16, 16, FIELD_HEX },
	{ "ah.spi", "SPI", 32, 32, FIELD_HEX },
	{ "ah.sequence", "Sequence", 64, 32, FIELD_UINT },
};

static const struct name_map mobility_names[] = {
	{ 0, "Binding refresh request" },
	{ 1, "Home test init" },
	{ 2, "Care-of test init" },
	{ 3, "Home test" },
	{ 4, "Care-of test" },
	{ 5, "Binding update" },
	{ 6, "Binding acknowledgement" },
	{ 7, "Binding error" },
	{ 0, NULL },
};

static const struct field_desc mip6_fields[] = {
	{ "mip6.proto", "Next header", 0, 8, FIELD_ENUM, .names = ipproto_names },
	{ "mip6.hlen", "Length in 8 bytes, less 1", 8, 8, FIELD_UINT },
	{ "mip6.mhtype", "Type", 16, 8, FIELD_ENUM, .names = mobility_names },
	{ "mip6.reserved", "Reserved", 24, 8, FIELD_HEX },
	{ "mip6.csum", "Checksum", 32, 16, FIELD_HEX },
};

/* The common shape: (length + 1) * 8 bytes. */
static struct next ext_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 8);

	if (unlikely(!p || !cursor_take(c, p[1] * 8u)))
		return next_none();
	return next_ipproto(d, p[0]);
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

static void ext_line(const struct dissection *d, const struct layer *l, const char *name,
		     struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 2);

	strbuf_puts(out, name);
	if (p && layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_unknown_ipproto(d, p[0], out);
	}
}

static void hopopts_line(const struct dissection *d, const struct layer *l,
			 const struct render_options *opt, struct strbuf *out)
{
	ext_line(d, l, "hop-by-hop", out);
}

static void dstopts_line(const struct dissection *d, const struct layer *l,
			 const struct render_options *opt, struct strbuf *out)
{
	ext_line(d, l, "destination-options", out);
}

static void routing_line(const struct dissection *d, const struct layer *l,
			 const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);

	if (p)
		strbuf_printf(out, "routing type %u left %u%s", p[2], p[3],
			      layer_is_last(d, l) ? ", " : "");
	if (!p || layer_is_last(d, l))
		ext_line(d, l, "routing", out);
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
	ext_line(d, l, text, out);
}

static void ah_line(const struct dissection *d, const struct layer *l,
		    const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 12);
	char text[64];

	if (!p)
		return;
	snprintf(text, sizeof(text), "AH spi 0x%08x seq %u", load_be32(p + 4), load_be32(p + 8));
	ext_line(d, l, text, out);
}

static void mip6_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 3);
	const char *name = p ? name_find(mobility_names, p[2]) : NULL;
	char text[64];

	if (!p)
		return;
	snprintf(text, sizeof(text), "mobility %s (%u)", name ? name : "type", p[2]);
	ext_line(d, l, text, out);
}

const struct dissector ipv6_hopopts_dissector = {
	.name = "ipv6.hopopts",
	.title = "IPv6 hop-by-hop options",
	.id = PROTO_IPV6_HOPOPTS,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 8,
	.fields = hopopts_fields,
	.nr_fields = ARRAY_SIZE(hopopts_fields),
	.keys = { { KEY_IPPROTO, 0 } },
	.dissect = ext_dissect,
	.line = hopopts_line,
};

const struct dissector ipv6_routing_dissector = {
	.name = "ipv6.routing",
	.title = "IPv6 routing header",
	.id = PROTO_IPV6_ROUTING,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 8,
	.fields = routing_fields,
	.nr_fields = ARRAY_SIZE(routing_fields),
	.keys = { { KEY_IPPROTO, 43 } },
	.dissect = ext_dissect,
	.line = routing_line,
};

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

const struct dissector ipv6_dstopts_dissector = {
	.name = "ipv6.dstopts",
	.title = "IPv6 destination options",
	.id = PROTO_IPV6_DSTOPTS,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 8,
	.fields = dstopts_fields,
	.nr_fields = ARRAY_SIZE(dstopts_fields),
	.keys = { { KEY_IPPROTO, 60 } },
	.dissect = ext_dissect,
	.line = dstopts_line,
};

const struct dissector ah_dissector = {
	.name = "ah",
	.title = "Authentication header",
	.id = PROTO_AH,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 12,
	.fields = ah_fields,
	.nr_fields = ARRAY_SIZE(ah_fields),
	.keys = { { KEY_IPPROTO, 51 } },
	.dissect = ah_dissect,
	.line = ah_line,
};

const struct dissector mip6_dissector = {
	.name = "mipv6",
	.title = "Mobile IPv6",
	.id = PROTO_MIP6,
	.layer_class = CLASS_EXTENSION,
	.min_hdr_len = 8,
	.fields = mip6_fields,
	.nr_fields = ARRAY_SIZE(mip6_fields),
	.keys = { { KEY_IPPROTO, 135 } },
	.dissect = ext_dissect,
	.line = mip6_line,
};
