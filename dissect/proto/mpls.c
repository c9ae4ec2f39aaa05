/*
 * dissect/proto/mpls.c -- MPLS label stack, RFC 3032; classes RFC 5462, in UDP RFC 7510, special
 * labels RFC 7274. A layer is one label.
 */
#include <stdio.h>

#include "dissect/dissect.h"
#include "dissect/proto/all.h"
#include "dissect/registry.h"
#include "dissect/render.h"

/* First nibbles that follow a stack: 0 and 1 of a pseudowire, 4 and 6 of IP (RFC 4928). */
enum { PSEUDOWIRE_OR_IP = 1 << 0 | 1 << 1 | 1 << 4 | 1 << 6 };

enum {
	MPLS_BOTTOM = 1 << 8,
	CONTROL_WORD_LEN = 4,
	ETH_HDR_LEN = 14,
	OVER_UDP_LABELS_MAX = 16,
};

static const struct name_map label_names[] = {
	{ 0, "IPv4 explicit null" }, { 1, "router alert" },  { 2, "IPv6 explicit null" },
	{ 3, "implicit null" },      { 7, "entropy label" }, { 13, "generic associated channel" },
	{ 14, "OAM alert" },         { 15, "extension" },    { 0, NULL },
};

static const struct field_desc mpls_fields[] = {
	{ "mpls.label", "Label", 0, 20, FIELD_ENUM, .names = label_names },
	{ "mpls.exp", "Traffic class", 20, 3, FIELD_UINT },
	{ "mpls.bottom", "Bottom of stack", 23, 1, FIELD_UINT },
	{ "mpls.ttl", "Time to live", 24, 8, FIELD_UINT },
};

/* A type that somebody dissects, or a length of 802.3's. */
static bool plausible_ethernet(const struct dissection *d, const struct cursor *c, size_t skip)
{
	uint16_t type;

	if (cursor_left(c) < skip + ETH_HDR_LEN)
		return false;
	type = load_be16(c->pos + skip + ETH_HDR_LEN - 2);
	return d->reg->owner[KEY_ETHERTYPE][type] != PROTO_NONE ||
	       (type && type <= cursor_left(c) - skip - ETH_HDR_LEN);
}

/*
 * Nothing in the stack says what is under it. The first four bits tell IP by its version (RFC
 * 4928); 1 announces an associated channel and 0 a control word (RFC 4385), unless these zeros
 * begin the address of an Ethernet frame that has none. Anything else stays unknown.
 */
static struct next below_stack(const struct dissection *d, const struct cursor *c)
{
	if (!cursor_left(c))
		return next_none();
	switch (*c->pos >> 4) {
	case 4:
	case 6:
		return next_ip(c);
	case 1:
		return next_key(KEY_PROTO, PROTO_PWETHCW);
	case 0:
		if (plausible_ethernet(d, c, 0) &&
		    (load_be16(c->pos) || !plausible_ethernet(d, c, CONTROL_WORD_LEN)))
			return next_key(KEY_PROTO, PROTO_ETH);
		return next_key(KEY_PROTO, PROTO_PWETHCW);
	default:
		return next_none();
	}
}

/* Over UDP, RFC 7510, only the port says so: a stack that ends, of labels that live and exist. */
static bool is_stack(struct cursor c)
{
	unsigned depth;
	uint32_t entry, label;

	for (depth = 0; depth < OVER_UDP_LABELS_MAX; depth++) {
		entry = cursor_be32(&c);
		label = entry >> 12;
		if (c.failed)
			return c.clipped;
		if (!(entry & 0xff) || (label > 3 && label < 13 && label != 7))
			return false;
		if (entry & MPLS_BOTTOM)
			return c.clipped ||
			       (cursor_left(&c) && PSEUDOWIRE_OR_IP >> (*c.pos >> 4) & 1);
	}
	return false;
}

static struct next mpls_dissect(struct dissection *d, struct layer *l, struct cursor *c)
{
	const uint8_t *p;

	if (layer_carrier(d, l) == PROTO_UDP && !is_stack(*c))
		return next_reject();
	p = cursor_take(c, 4);
	if (unlikely(!p))
		return next_none();
	return load_be32(p) & MPLS_BOTTOM ? below_stack(d, c) : next_key(KEY_PROTO, PROTO_MPLS);
}

static void mpls_line(const struct dissection *d, const struct layer *l,
		      const struct render_options *opt, struct strbuf *out)
{
	const uint8_t *p = layer_bytes(d, l, 0, 4);
	char text[32];
	uint32_t entry;

	if (!p)
		return;
	entry = load_be32(p);
	snprintf(text, sizeof(text), "mpls %u", entry >> 12);
	line_paint(opt, PAINT_TAG, text, out);
	if (entry >> 9 & 7)
		strbuf_printf(out, " exp %u", entry >> 9 & 7);
	if (!opt->quiet)
		strbuf_printf(out, " ttl %u", entry & 0xff);
	if (layer_is_last(d, l)) {
		strbuf_puts(out, ", ");
		line_length(d, out);
	}
}

const struct dissector mpls_dissector = {
	.name = "mpls",
	.title = "MPLS label",
	.id = PROTO_MPLS,
	.layer_class = CLASS_TAG,
	.min_hdr_len = 4,
	.fields = mpls_fields,
	.nr_fields = ARRAY_SIZE(mpls_fields),
	.keys = { { KEY_ETHERTYPE, 0x8847 },
		  { KEY_ETHERTYPE, 0x8848 },
		  { KEY_IPPROTO, 137 },
		  { KEY_UDP_PORT, 6635 } },
	.dissect = mpls_dissect,
	.line = mpls_line,
};
